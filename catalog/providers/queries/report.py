"""What a sync changed."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from catalog.models import Reward
from catalog.providers.models import ProviderChange, SyncedReward
from catalog.providers.states import ChangeKind
from marketplace.kernel.db import session

CHANGES_PAGE = 50
REPORT_COLUMNS = ("what", "sku", "name", "before", "after", "reward", "at_utc")


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """One difference a sync found, with the reward it belongs to."""

    id: int
    kind: ChangeKind
    sku: str
    name: str
    before: str
    after: str
    at: datetime
    slug: str | None

    @property
    def cells(self) -> tuple[str | datetime, ...]:
        """The row of a file."""
        kind = self.kind.label
        return (kind, self.sku, self.name, self.before, self.after, self.slug or "", self.at)


def changes_of(
    sync_id: int, *, kind: ChangeKind | None = None, after: int = 0, most: int | None = None
) -> list[ChangeRow]:
    """What a sync changed, in the order it did; from behind the row `after`, at most `most`."""
    change = ProviderChange
    asked = (
        sa.select(change, Reward.slug)
        .outerjoin(SyncedReward, SyncedReward.id == change.synced_reward_id)
        .outerjoin(Reward, Reward.id == SyncedReward.reward_id)
        .where(change.sync_id == sync_id, change.id > after)
        .order_by(change.id)
        .limit(most)
    )
    if kind is not None:
        asked = asked.where(change.kind == kind)
    own = [name for name in ChangeRow.__slots__ if name != "slug"]
    return [
        ChangeRow(**{name: getattr(row[0], name) for name in own}, slug=row.slug)
        for row in session().execute(asked)
    ]


def change_counts(sync_id: int) -> dict[ChangeKind, int]:
    """How many changes of each kind a sync found, in the order of the kinds."""
    change = ProviderChange
    rows = session().execute(
        sa.select(change.kind, sa.func.count())
        .where(change.sync_id == sync_id)
        .group_by(change.kind)
    )
    found = {row[0]: row[1] for row in rows}
    return {kind: found[kind] for kind in ChangeKind if kind in found}
