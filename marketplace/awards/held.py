"""What opens rewards of the catalog: programs somebody earned points in."""

from typing import Any

import sqlalchemy as sa

from catalog.audiences.sources import holds
from catalog.states import AudienceAttribute
from marketplace.awards.models import Award


@holds(AudienceAttribute.PROGRAM)
def _programs(employee_id: sa.ColumnElement[int]) -> "sa.Select[*tuple[Any, ...]]":
    """Programs from which the person has points: what was taken back again does not count."""
    return (
        sa.select(sa.cast(Award.program_id, sa.Text))
        .where(Award.employee_id == employee_id)
        .group_by(Award.program_id, employee_id)
        .having(sa.func.sum(Award.points) > 0)
    )
