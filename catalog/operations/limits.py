"""How often one person had a reward: counted in every period, limited in the reward's own."""

from datetime import datetime
from functools import cache

import sqlalchemy as sa

from catalog.errors import LimitReached, StockMismatch
from catalog.models import MemberUsage
from catalog.offers import Offer
from catalog.states import LimitPeriod
from marketplace.kernel.db import engine_name, insert_or_skip, rows_changed, said_again, session


def count_taken(offered: Offer, employee_id: int, quantity: int, *, at: datetime) -> None:
    """Count units somebody takes of a reward, in the period of its limit and in all others.

    What nothing limits yet is counted too: a limit that is set later, or counts over another
    period from now on, knows what everybody has had. Raises LimitReached; the transaction must
    not go on then.
    """
    limit, limited = offered.limit_per_person, offered.limit_period
    periods = [
        {
            "reward_id": offered.reward_id,
            "employee_id": employee_id,
            "period": period.around(at),
            "used": quantity,
            "allowed": limit if period is limited else None,
        }
        for period in LimitPeriod
    ]
    if limit is None or limited is None:
        _counted(periods)
    elif quantity > limit or _counted(periods) < len(periods):  # a first row meets no guard
        raise LimitReached(limit=limit, period_words=limited.words)


def _counted(periods: list[dict[str, object]]) -> int:
    """In how many periods the units were counted; in one that is full they are not."""
    values = {
        f"{name}_{number}": value
        for number, period in enumerate(periods)
        for name, value in period.items()
    }
    return len(said_again(_counting(engine_name(), len(periods)), values).all())


@cache
def _counting(_engine: str, periods: int) -> sa.Executable:
    """Counts in so many periods at once; its values are the columns, numbered."""
    usage = MemberUsage
    columns = {column.name: column.type for column in usage.__table__.columns}
    counting = insert_or_skip(usage).values(
        [
            {name: sa.bindparam(f"{name}_{number}", type_=kind) for name, kind in columns.items()}
            for number in range(periods)
        ]
    )
    used, allowed = usage.used + counting.excluded.used, counting.excluded.allowed
    return counting.on_conflict_do_update(
        index_elements=["reward_id", "employee_id", "period"],
        set_={"used": used, "allowed": allowed},
        where=sa.or_(allowed.is_(None), used <= allowed),
    ).returning(usage.period)


def uncount_taken(reward_id: int, employee_id: int, quantity: int, *, taken_at: datetime) -> None:
    """Uncount units in the periods in which `count_taken` counted them at `taken_at`."""
    usage, periods = MemberUsage, [period.around(taken_at) for period in LimitPeriod]
    changed = session().execute(
        sa.update(usage)
        .where(
            usage.reward_id == reward_id,
            usage.employee_id == employee_id,
            usage.period.in_(periods),
            usage.used >= quantity,
        )
        .values(used=usage.used - quantity)
    )
    if rows_changed(changed) != len(periods):
        raise StockMismatch(
            f"Employee {employee_id} had fewer than {quantity} of reward {reward_id} "
            f"in one of {', '.join(periods)}."
        )
