"""The report as managers read it: sorted, narrowed, a page at a time."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from catalog.models import Reward, Tier
from catalog.reach.models import ReachReport, RewardReach
from marketplace.kernel.db import session

PAGE = 50
DEAD = {
    "not_offered": ("Not offered now", "Set a price that holds now, or a date that is ahead."),
    "nobody_sees": ("Nobody can see it", "Widen who it is for, or retire it."),
    "nobody_opens": ("Locked for everyone", "Lower what opens it, or invite people."),
    "sold_out": ("Sold out for 30 days", "Restock it, or retire it."),
    "nobody_affords": ("Nobody can afford it", "Lower the price, or add something smaller."),
    "not_taken": ("Not taken in 180 days", "Feature it, rewrite it, or retire it."),
}
SORTS: dict[str, Any] = {
    "name": Reward.name,
    "points": RewardReach.points,
    "sees": RewardReach.sees,
    "opens": RewardReach.opens,
    "affords": RewardReach.affords,
    "taken": RewardReach.taken,
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What narrows and orders the report; `dead` a reason, `any` for all that are dead."""

    dead: str = ""
    tier: str = ""
    sort: str = "affords"
    is_descending: bool = False
    page: int = 1


@dataclass(frozen=True, slots=True)
class ReachRow:
    """One reward of the report."""

    slug: str
    name: str
    tier_name: str
    tier_hue: int
    points: int | None
    sees: int
    opens: int
    affords: int
    taken: int
    last_taken_at: datetime | None
    dead: str

    @property
    def why_dead(self) -> str:
        """Why nobody gets it, if so."""
        return DEAD[self.dead][0] if self.dead else ""

    @property
    def what_to_do(self) -> str:
        """What helps."""
        return DEAD[self.dead][1] if self.dead else ""


def report() -> ReachReport | None:
    """When the report was counted, and how far it is."""
    return session().get(ReachReport, 1, populate_existing=True)


def reach_rows(asked: Asked, *, all_of_them: bool = False) -> list[ReachRow]:
    """A page of the report and one row more when there are more; or everything."""
    column = SORTS.get(asked.sort, RewardReach.affords)
    order = column.desc().nulls_last() if asked.is_descending else column.asc().nulls_first()
    columns = (Reward.slug, Reward.name, Tier.name, Tier.hue)
    numbers = ("points", "sees", "opens", "affords", "taken", "last_taken_at", "dead")
    wanted = (
        sa.select(*columns, *(getattr(RewardReach, name) for name in numbers))
        .join(RewardReach, RewardReach.reward_id == Reward.id)
        .join(Tier, Tier.id == Reward.tier_id)
        .where(*_narrowed(asked))
        .order_by(order, Reward.id)
    )
    if not all_of_them:
        wanted = wanted.offset(PAGE * (asked.page - 1)).limit(PAGE + 1)
    return [ReachRow(*row) for row in session().execute(wanted)]


def _narrowed(asked: Asked) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = []
    if asked.dead:
        any_reason = RewardReach.dead != ""
        found.append(any_reason if asked.dead == "any" else RewardReach.dead == asked.dead)
    if asked.tier:
        found.append(Tier.slug == asked.tier)
    return found


def dead_counts() -> list[tuple[str, int]]:
    """How many rewards are dead, by reason."""
    rows = session().execute(
        sa.select(RewardReach.dead, sa.func.count())
        .where(RewardReach.dead != "")
        .group_by(RewardReach.dead)
    )
    counts = {row[0]: int(row[1]) for row in rows}
    return [(reason, counts[reason]) for reason in DEAD if reason in counts]
