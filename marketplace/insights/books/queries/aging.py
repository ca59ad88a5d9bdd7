"""How old points in people's hands are, and when they end, at any moment."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from marketplace.insights.books.queries.movements import lot_changes
from marketplace.kernel.db import session
from marketplace.ledger.models import Lot, Transfer
from marketplace.programs.models import Program

AGES = {30: "Up to 30 days", 90: "31 to 90", 180: "91 to 180", 365: "181 to 365"}
"""Days since points were earned, the last day of each class, in words."""

OLDER = "Older"
NEVER = "Never"
OVERDUE = "Ended, set aside"
ENDS = {30: "In 30 days", 90: "In 31 to 90", 365: "In 91 to 365"}
LATER = "Later"
AGE_WORDS = (*AGES.values(), OLDER)
END_WORDS = (OVERDUE, *ENDS.values(), LATER, NEVER)


@dataclass(slots=True)
class AgedLine:
    """A program's points at a moment, by age and by when they end."""

    program: str
    by_age: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    by_end: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    @property
    def points(self) -> int:
        """All of them."""
        return sum(self.by_age.values())


def aged_at(at: datetime) -> list[AgedLine]:
    """What was left of the points of each program just before `at`, the most first."""
    changes = lot_changes().subquery("changes")
    left = (
        sa.select(
            changes.c.program_id, changes.c.lot_id, sa.func.sum(changes.c.points).label("points")
        )
        .where(changes.c.posted_at < at)
        .group_by(changes.c.program_id, changes.c.lot_id)
        .having(sa.func.sum(changes.c.points) > 0)
        .subquery("left")
    )
    age, end = _age(at).label("age"), _end(at).label("end")
    rows = session().execute(
        sa.select(
            left.c.program_id,
            Program.name,
            age,
            end,
            sa.cast(sa.func.sum(left.c.points), sa.BigInteger),
        )
        .join(Lot, Lot.id == left.c.lot_id)
        .join(Transfer, Transfer.id == Lot.grant_id)
        .outerjoin(Program, Program.id == left.c.program_id)
        .group_by(left.c.program_id, Program.name, age, end)
    )
    lines: dict[int, AgedLine] = {}
    for program_id, name, by_age, by_end, points in rows:
        line = lines.setdefault(program_id, AgedLine(name or f"Program {program_id}"))
        line.by_age[by_age] += int(points)
        line.by_end[by_end] += int(points)
    return sorted(lines.values(), key=lambda line: (-line.points, line.program))


def _age(at: datetime) -> sa.Case[Any]:
    younger = [
        (Transfer.posted_at >= at - timedelta(days=last), words) for last, words in AGES.items()
    ]
    return sa.case(*younger, else_=OLDER)


def _end(at: datetime) -> sa.Case[Any]:
    sooner = [(Lot.expires_at <= at + timedelta(days=last), words) for last, words in ENDS.items()]
    first = [(Lot.expires_at.is_(None), NEVER), (Lot.expires_at <= at, OVERDUE)]
    return sa.case(*first, *sooner, else_=LATER)
