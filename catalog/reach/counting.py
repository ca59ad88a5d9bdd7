"""Counting the report and keeping it until it is counted again."""

from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from catalog.audiences.names import country_name
from catalog.models import UNITS_FREE, Reward, Tier, Variant, VariantStock
from catalog.reach.crowd import Counted, Crowd, crowd_of
from catalog.reach.fairness import YEAR, Earner, cost_of, typical_of_all
from catalog.reach.models import ReachReport, RewardReach
from catalog.reach.sources import takings_since
from catalog.shelf.models import ShelfEntry
from catalog.states import RewardState, VariantState
from marketplace.access.actor import Actor
from marketplace.kernel.audit import record
from marketplace.kernel.db import in_batches, insert_or_skip, session, transaction
from marketplace.kernel.jobs import enqueue
from marketplace.ledger.queries.pace import earned_by_member
from marketplace.people.models import Department, Employee
from marketplace.people.states import EmployeeStatus

LATELY, LONG, SOLD_OUT = timedelta(days=90), timedelta(days=180), timedelta(days=30)
DAYS = 365
GIVES_UP_AFTER = timedelta(hours=1)
WAITING, PEOPLE, REWARDS, DONE = "waiting", "people", "rewards", "done"
Row = dict[str, Any]


def ask_for_report(actor: Actor, *, at: datetime) -> bool:
    """Have the report counted anew; whether that was not on its way already."""
    found = session().get(ReachReport, 1, with_for_update=True, populate_existing=True)
    if found is not None and found.step != DONE and found.asked_at > at - GIVES_UP_AFTER:
        return False
    asked = {"asked_at": at, "step": WAITING}
    put = insert_or_skip(ReachReport).values(id=1, people=0, fairness={}, **asked)
    session().execute(put.on_conflict_do_update(index_elements=["id"], set_=asked))
    record(actor.employee_id, "catalog.count_reach", "reach:1", at=at)
    enqueue("catalog.count_reach", key=at.isoformat())
    return True


def count_report(*, at: datetime) -> int:
    """Count everything and keep it, a step at a time so that a page can say how far it is."""
    _step(PEOPLE, at)
    crowd = crowd_of(at.date())
    fairness = _fairness(at)
    _step(REWARDS, at)
    rows = _rows(crowd, at)
    with transaction():
        session().execute(sa.delete(RewardReach))
        for batch in in_batches(rows):
            session().execute(sa.insert(RewardReach), batch)
        done = {"step": DONE, "counted_at": at, "people": crowd.people, "fairness": fairness}
        session().execute(sa.update(ReachReport).where(ReachReport.id == 1).values(**done))
    return len(rows)


def _step(step: str, at: datetime) -> None:
    with transaction():
        put = insert_or_skip(ReachReport).values(
            id=1, asked_at=at, step=step, people=0, fairness={}
        )
        again = put.on_conflict_do_update(index_elements=["id"], set_={"step": step})
        session().execute(again)


def _rows(crowd: Crowd, at: datetime) -> list[Row]:
    """Every published reward with its people; what is for the same people is counted once."""
    known: dict[tuple[int, int, int], Counted] = {}
    counted: dict[int, tuple[Counted, int]] = {}
    for reward_id, *what in session().execute(_held_now(at)):
        asked = (what[0], what[1], what[2])
        if asked not in known:
            known[asked] = crowd.counted(*asked)
        before, points = counted.get(reward_id, (Counted(), what[2]))
        counted[reward_id] = (before + known[asked], min(points, what[2]))
    taken = _taken(at)
    sold_out = {row[0]: row[1] for row in session().execute(_sold_out())}
    found: list[Row] = []
    for reward_id, published_at in session().execute(_PUBLISHED):
        number, points = counted.get(reward_id, (Counted(), None))
        lately, last = taken.get(reward_id, (0, None))
        row: Row = {"reward_id": reward_id, "points": points, "taken": lately}
        row |= {"last_taken_at": last, **asdict(number)}
        row["dead"] = _dead(row, published_at, sold_out.get(reward_id), at)
        found.append(row)
    return found


_PUBLISHED = (
    sa.select(Reward.id, Reward.published_at)
    .where(Reward.state == RewardState.PUBLISHED)
    .order_by(Reward.id)
)


def _held_now(at: datetime) -> "sa.Select[*tuple[Any, ...]]":
    entry = ShelfEntry
    wanted = sa.select(entry.reward_id, entry.audience_id, entry.tier_id, entry.points)
    return wanted.where(entry.holds(at))


def _taken(at: datetime) -> dict[int, tuple[int, datetime | None]]:
    asked = takings_since(at - LATELY)
    if asked is None:
        return {}
    return {row[0]: (int(row[1]), row[2]) for row in session().execute(asked)}


def _sold_out() -> "sa.Select[*tuple[Any, ...]]":
    """Rewards of which no variant has a unit left, and when the last one went."""
    stock = VariantStock
    has_some = sa.case((sa.or_(stock.capacity.is_(None), UNITS_FREE > 0), 1), else_=0)
    return (
        sa.select(Variant.reward_id, sa.func.max(stock.last_taken_at))
        .join(stock, stock.variant_id == Variant.id)
        .where(Variant.state == VariantState.ON_SALE)
        .group_by(Variant.reward_id)
        .having(sa.func.sum(has_some) == 0)
    )


def _dead(
    row: Row, published_at: datetime | None, sold_out_at: datetime | None, at: datetime
) -> str:
    is_old = published_at is not None and published_at <= at - LONG
    last = row["last_taken_at"]
    reasons = (
        (row["points"] is None, "not_offered"),
        (row["sees"] == 0, "nobody_sees"),
        (row["opens"] == 0, "nobody_opens"),
        (sold_out_at is not None and sold_out_at <= at - SOLD_OUT, "sold_out"),
        (row["affords"] == 0, "nobody_affords"),
        (is_old and (last is None or last <= at - LONG), "not_taken"),
    )
    return next((reason for is_so, reason in reasons if is_so), "")


def _fairness(at: datetime) -> dict[str, Any]:
    prices: dict[tuple[int, str, int], list[int]] = {}
    for row in session().execute(_prices(at)):
        prices.setdefault((row.id, row.name, row.hue), []).append(row.points)
    return {
        "groups": [asdict(one) for one in typical_of_all(_earners(at))],
        "tiers": [asdict(cost_of(name, hue, of)) for (_, name, hue), of in prices.items()],
    }


def _prices(at: datetime) -> "sa.Select[*tuple[Any, ...]]":
    """What each reward on each tier costs: everywhere, and only else in a country of its own."""
    everywhere = sa.func.min(sa.case((ShelfEntry.country.is_(None), ShelfEntry.points)))
    points = sa.func.coalesce(everywhere, sa.func.min(ShelfEntry.points)).label("points")
    return (
        sa.select(Tier.id, Tier.name, Tier.hue, points)
        .join(ShelfEntry, ShelfEntry.tier_id == Tier.id)
        .where(ShelfEntry.holds(at))
        .group_by(Tier.id, Tier.name, Tier.hue, Tier.position, ShelfEntry.reward_id)
        .order_by(Tier.position)
    )


def _earners(at: datetime) -> list[Earner]:
    """Everybody at work with what they earned a month since they came, at most for a year."""
    earned = earned_by_member(at - timedelta(days=DAYS))
    rows = session().execute(
        sa.select(
            sa.func.coalesce(Department.name, ""),
            sa.func.coalesce(Employee.country, ""),
            Employee.hired_on,
            sa.func.coalesce(earned.c.points, 0),
        )
        .outerjoin(Department, Department.id == Employee.department_id)
        .outerjoin(earned, earned.c.employee_id == Employee.id)
        .where(Employee.status == EmployeeStatus.ACTIVE)
    )
    return [
        Earner(
            department, country and country_name(country), max(int(points), 0) / _months(hired, at)
        )
        for department, country, hired, points in rows
    ]


def _months(hired: date | None, at: datetime) -> float:
    """Months somebody could earn in: those since the day of hire, at least 1 and at most 12.

    By days, since somebody here for 60 of them had two months to earn in, on whichever they came.
    """
    if hired is None:
        return YEAR
    return min(max((at.date() - hired).days * YEAR / DAYS, 1), YEAR)
