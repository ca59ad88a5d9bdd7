"""Who looks at the catalog, and what of it exists for them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from catalog.audiences.queries import Standing, standing_in, standing_of
from catalog.models import Reward
from catalog.shelf.models import ShelfEntry
from catalog.states import RewardState
from marketplace.access.actor import Actor
from marketplace.kernel.among import among, not_among

Condition = sa.ColumnElement[bool]
READER = sa.bindparam("reader", type_=sa.BigInteger)
COUNTRY = sa.bindparam("reader_country", type_=sa.Text)
AT = sa.bindparam("at", type_=ShelfEntry.begins_at.type)
# On SQLite a list without members is written for IN and NOT IN alike and would turn one of them.
NOTHING = [-1]


@dataclass(frozen=True, slots=True)
class Reader:
    """Who looks, when, and where they stand with every audience: read once for a page."""

    actor: Actor
    at: datetime
    standing: Standing

    @property
    def binds(self) -> dict[str, Any]:
        """The values that `seen`, `open_to_reader` and `locked_for_reader` leave open."""
        standing = self.standing
        return {
            "at": self.at,
            "reader": self.actor.employee_id,
            "reader_country": self.actor.country,
            "hidden": sorted(standing.hidden) or NOTHING,
            "hidden_tiers": sorted(standing.hidden_tiers) or NOTHING,
            "locked": sorted(standing.locked) or NOTHING,
            "locked_tiers": sorted(standing.locked_tiers) or NOTHING,
        }


def reader_of(actor: Actor, at: datetime) -> Reader:
    """The actor as a reader of the catalog, in one statement."""
    return Reader(actor, at, standing_of(actor, at))


def reader_in(row: Any, actor: Actor, at: datetime) -> Reader:
    """The actor as a reader, from a row that has `standing_columns`; to the system all is open."""
    return Reader(actor, at, standing_in(row) if actor.employee_id else Standing())


def seen() -> tuple[Condition, ...]:
    """Conditions on `shelf_entries`: on the shelf at `at`, and there for the reader."""
    entry = ShelfEntry
    return (
        entry.holds(AT),
        not_among(entry.audience_id, "hidden"),
        not_among(entry.tier_id, "hidden_tiers"),
    )


def open_to_reader() -> tuple[Condition, ...]:
    """Conditions on `shelf_entries`: nothing is left to reach for it but points."""
    entry = ShelfEntry
    return (not_among(entry.audience_id, "locked"), not_among(entry.tier_id, "locked_tiers"))


def locked_for_reader() -> Condition:
    """Condition on `shelf_entries`: there to look at, not yet to have."""
    entry = ShelfEntry
    return sa.or_(among(entry.audience_id, "locked"), among(entry.tier_id, "locked_tiers"))


def on_shelf(actor: Actor, at: datetime) -> tuple[Condition, ...]:
    """Conditions on `rewards`: published, within its dates, and there for this actor."""
    return rewards_seen(reader_of(actor, at))


def rewards_seen(reader: Reader) -> tuple[Condition, ...]:
    """Conditions on `rewards`, as `on_shelf`, for somebody whose standing is known."""
    standing = reader.standing
    return (
        *rewards_published(reader.at),
        sa.or_(Reward.audience_id.is_(None), Reward.audience_id.not_in(sorted(standing.hidden))),
        Reward.tier_id.not_in(sorted(standing.hidden_tiers)),
    )


def rewards_published(at: datetime | sa.BindParameter[Any]) -> tuple[Condition, ...]:
    """Conditions on `rewards`: published, within their dates, whoever looks."""
    return (
        Reward.state == RewardState.PUBLISHED,
        sa.or_(Reward.visible_from.is_(None), Reward.visible_from <= at),
        sa.or_(Reward.visible_until.is_(None), Reward.visible_until > at),
    )
