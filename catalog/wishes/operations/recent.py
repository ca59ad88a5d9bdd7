"""The last few rewards a person looked at."""

from datetime import datetime

import sqlalchemy as sa

from catalog.wishes.models import RecentView
from marketplace.kernel.db import insert_or_skip, session

KEPT = 12


def note_view(employee_id: int, reward_id: int, *, at: datetime) -> None:
    """A person looked at a reward; the oldest beyond the last twelve are forgotten."""
    session().execute(
        insert_or_skip(RecentView)
        .values(employee_id=employee_id, reward_id=reward_id, seen_at=at)
        .on_conflict_do_update(index_elements=["employee_id", "reward_id"], set_={"seen_at": at})
    )
    mine = RecentView.employee_id == employee_id
    newest = (
        sa.select(RecentView.reward_id)
        .where(mine)
        .order_by(RecentView.seen_at.desc(), RecentView.reward_id)
        .limit(KEPT)
    )
    session().execute(
        sa.delete(RecentView).where(mine, RecentView.reward_id.not_in(newest.scalar_subquery()))
    )


def forget_views(employee_id: int) -> None:
    """Forget everything a person looked at."""
    session().execute(sa.delete(RecentView).where(RecentView.employee_id == employee_id))
