"""Whoever waits in line makes nothing more of what they wait for."""

import sqlalchemy as sa

from catalog.operations import knows_who_waits
from marketplace.kernel.db import session
from redemption.waiting.models import Wait
from redemption.waiting.states import WaitState


@knows_who_waits
def is_in_line(employee_id: int, variant_id: int) -> bool:
    """Whether somebody would be offered the next ones that are free."""
    waits = sa.exists().where(
        Wait.employee_id == employee_id,
        Wait.variant_id == variant_id,
        Wait.state.in_((WaitState.WAITING, WaitState.PAUSED)),
    )
    return session().scalar(sa.select(waits)) is True
