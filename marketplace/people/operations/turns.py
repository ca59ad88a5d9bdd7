"""Deeds about the same people happen one after the other, so that each sees what came before."""

from collections.abc import Collection

import sqlalchemy as sa

from marketplace.kernel.db import session
from marketplace.people.models import Employee


def take_turns(employee_ids: Collection[int]) -> None:
    """Wait for, and hold up, whatever else takes turns about these people, until the commit.

    Where sums or counts decide, two at the same moment would both find that nothing came before.
    """
    session().execute(
        sa.select(Employee.id)
        .where(Employee.id.in_(sorted(employee_ids)))
        .order_by(Employee.id)
        .with_for_update(key_share=True)
    ).all()
