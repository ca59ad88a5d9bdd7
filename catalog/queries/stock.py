"""What came and went of a variant, the newest first, with how many there were then."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from catalog.models import StockMovement
from marketplace.kernel.db import session
from marketplace.people.models import Employee

MOVEMENTS_PAGE = 20


@dataclass(frozen=True, slots=True)
class Movement:
    """One change of how many there are in all. None stands for no limit, `who` none for Laurel."""

    id: int
    at: datetime
    who: str | None
    before: int | None
    after: int | None
    taken: int
    reason: str

    @property
    def change(self) -> int | None:
        """How many came (above 0) or went; None when there is or was no limit."""
        return None if self.before is None or self.after is None else self.after - self.before

    @property
    def left(self) -> int | None:
        """Units that were free after it."""
        return None if self.after is None else self.after - self.taken


def stock_movements(variant_id: int, *, before_id: int | None = None) -> list[Movement]:
    """Movements of a variant, the newest first, one more than a page when there are more."""
    moved = StockMovement
    older = sa.true() if before_id is None else moved.id < before_id
    rows = session().execute(
        sa.select(
            moved.id, moved.at, Employee.name, moved.before, moved.after, moved.taken, moved.reason
        )
        .outerjoin(Employee, Employee.id == moved.actor_id)
        .where(moved.variant_id == variant_id, older)
        .order_by(moved.id.desc())
        .limit(MOVEMENTS_PAGE + 1)
    )
    return [Movement(*row) for row in rows]
