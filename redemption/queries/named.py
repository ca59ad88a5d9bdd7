"""A line by what it is called: its own, as its person or its holder knows it, or the desk's."""

from typing import Any

import sqlalchemy as sa

from marketplace.access.actor import Actor
from marketplace.kernel.db import session
from marketplace.kernel.errors import NotFound
from redemption.models import Redemption, RedemptionLine

_NOT_YOURS = "There is no such request, or it belongs to someone else."


def own_line(actor: Actor, reference: str) -> int:
    """The line of the actor's own request. Raises NotFound."""
    return _of(actor, reference, RedemptionLine.employee_id)


def held_line(actor: Actor, reference: str) -> int:
    """The line whose reward is the actor's: asked for, or taken as a gift. Raises NotFound."""
    return _of(actor, reference, RedemptionLine.holder_id)


def _of(actor: Actor, reference: str, whose: Any) -> int:
    line_id = session().scalar(
        sa.select(RedemptionLine.id).where(
            RedemptionLine.reference == reference, whose == actor.employee_id
        )
    )
    if line_id is None:
        raise NotFound(_NOT_YOURS)
    return line_id


def own_lines(actor: Actor, reference: str) -> list[int]:
    """A line of the actor's own request, or all lines of a whole one. Raises NotFound."""
    named = sa.or_(Redemption.reference == reference, RedemptionLine.reference == reference)
    found = session().scalars(
        sa.select(RedemptionLine.id)
        .join(Redemption, Redemption.id == RedemptionLine.redemption_id)
        .where(named, RedemptionLine.employee_id == actor.employee_id)
        .order_by(RedemptionLine.id)
    )
    if not (line_ids := list(found)):
        raise NotFound(_NOT_YOURS)
    return line_ids


def line_named(reference: str) -> int:
    """Anybody's line, for those who look after all of them. Raises NotFound."""
    wanted = reference.strip().upper()
    line_id = session().scalar(
        sa.select(RedemptionLine.id).where(RedemptionLine.reference == wanted)
    )
    if line_id is None:
        raise NotFound(
            f"There is no request {wanted}. A number begins with R-; of a request of several lines "
            "each has its own, such as R-7KQ2MX-2."
        )
    return line_id
