"""Providers, what they offer as last read, the rewards made of it, and what each sync changed."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from catalog.providers.states import ChangeKind, NewBrands, SyncState
from marketplace.kernel.append_only import append_only
from marketplace.kernel.db import Model, whole

SYNCS_A_DAY = 2
_RUNNING = sa.text("state IN ('waiting', 'fetching', 'applying')")


class Provider(Model):
    """Somebody whose catalog is taken over: where it is, and how its prices are made.

    The day on which at most two syncs begin is that of `time_zone`. `rates` are units of each
    currency for one of their base, as the last answer said; `asked_again_at` is when the provider
    wants to be asked again at the earliest.
    """

    __tablename__ = "providers"
    __table_args__ = (
        sa.CheckConstraint("slug <> '' AND name <> ''", name="named"),
        *whole("markup_percent", 0, 1_000),
        *whole("round_to", 1, 1_000_000),
        *whole("most_taken_percent", 0, 100),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    adapter: Mapped[str]
    address: Mapped[str] = mapped_column(default="", server_default="")
    time_zone: Mapped[str] = mapped_column(default="UTC", server_default="UTC")
    is_active: Mapped[bool] = mapped_column(default=True, server_default=sa.true())
    new_brands: Mapped[NewBrands] = mapped_column(default=NewBrands.DRAFT)
    tier_id: Mapped[int] = mapped_column(sa.ForeignKey("tiers.id"))
    price_country: Mapped[str]
    markup_percent: Mapped[int] = mapped_column(default=0)
    round_to: Mapped[int] = mapped_column(default=1)
    most_taken_percent: Mapped[int] = mapped_column(default=30)
    rates: Mapped[dict[str, Any]] = mapped_column(default=dict)
    asked_again_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class SyncedBrand(Model):
    """A brand as the provider last described it. `is_chosen`: somebody published it once."""

    __tablename__ = "provider_brands"
    __table_args__ = (sa.UniqueConstraint("provider_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    provider_id: Mapped[int] = mapped_column(sa.ForeignKey("providers.id"))
    key: Mapped[str]
    name: Mapped[str]
    is_chosen: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    first_seen_at: Mapped[datetime]


class SyncedReward(Model):
    """The reward of a brand's items that share kind, currency and countries (`key`).

    `given` holds the words the sync put on the reward last: where the reward says otherwise, a
    curator wrote it, and it stays. `retired_at` is set while the sync keeps it off the shelf.
    """

    __tablename__ = "provider_rewards"
    __table_args__ = (sa.UniqueConstraint("brand_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    brand_id: Mapped[int] = mapped_column(sa.ForeignKey("provider_brands.id"))
    key: Mapped[str]
    currency: Mapped[str]
    countries: Mapped[list[str]] = mapped_column(default=list)
    reward_id: Mapped[int] = mapped_column(sa.ForeignKey("rewards.id"), unique=True)
    given: Mapped[dict[str, Any]] = mapped_column(default=dict)
    retired_at: Mapped[datetime | None]


class SyncedItem(Model):
    """What can be ordered, as last read: `low_minor` to `high_minor`, equal for a fixed amount.

    An item gone from the answer stays with `gone_at`. `problem` says why it is not on sale although
    the provider has it; when it could not be read, only another answer heals that.
    `given_points` and `given_on_sale` are what the sync put on its variant.
    """

    __tablename__ = "provider_items"
    __table_args__ = (
        sa.UniqueConstraint("provider_id", "sku"),
        sa.CheckConstraint("low_minor <= high_minor", name="low_to_high"),
        *whole("low_minor", 1),
        *whole("high_minor", 1),
        *whole("given_points", 1),
        sa.Index("ix_provider_items_brand", "brand_id", "id"),
        sa.Index("ix_provider_items_reward", "synced_reward_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    provider_id: Mapped[int] = mapped_column(sa.ForeignKey("providers.id"))
    brand_id: Mapped[int] = mapped_column(sa.ForeignKey("provider_brands.id"))
    synced_reward_id: Mapped[int] = mapped_column(sa.ForeignKey("provider_rewards.id"))
    sku: Mapped[str]
    name: Mapped[str]
    is_donation: Mapped[bool]
    currency: Mapped[str]
    low_minor: Mapped[int]
    high_minor: Mapped[int]
    step_minor: Mapped[int | None]
    countries: Mapped[list[str]] = mapped_column(default=list)
    capabilities: Mapped[dict[str, Any]] = mapped_column(default=dict)
    is_available: Mapped[bool]
    is_readable: Mapped[bool] = mapped_column(default=True, server_default=sa.true())
    problem: Mapped[str] = mapped_column(default="", server_default="")
    gone_at: Mapped[datetime | None]
    first_seen_at: Mapped[datetime]
    variant_id: Mapped[int | None] = mapped_column(sa.ForeignKey("variants.id"), unique=True)
    given_points: Mapped[int | None]
    given_on_sale: Mapped[bool] = mapped_column(default=False, server_default=sa.false())


class ProviderSync(Model):
    """One reading of a provider's catalog. `slot` is which of the day's two, none for a file.

    `answer` is what was read, compressed, until it is taken over. `taken` of `live` items on sale
    would go by it.
    """

    __tablename__ = "provider_syncs"
    __table_args__ = (
        sa.CheckConstraint(f"slot BETWEEN 1 AND {SYNCS_A_DAY}", name="slots_of_a_day"),
        sa.Index("uq_provider_syncs_slot", "provider_id", "day", "slot", unique=True),
        sa.Index(
            "uq_provider_syncs_running",
            "provider_id",
            unique=True,
            sqlite_where=_RUNNING,
            postgresql_where=_RUNNING,
        ),
        sa.Index("ix_provider_syncs_newest", "provider_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    provider_id: Mapped[int] = mapped_column(sa.ForeignKey("providers.id"))
    day: Mapped[date]
    slot: Mapped[int | None]
    state: Mapped[SyncState]
    source: Mapped[str]
    begun_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("employees.id"))
    begun_at: Mapped[datetime]
    fetching_since: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    answer: Mapped[bytes | None]
    brands: Mapped[int] = mapped_column(default=0, server_default="0")
    items: Mapped[int] = mapped_column(default=0, server_default="0")
    live: Mapped[int] = mapped_column(default=0, server_default="0")
    taken: Mapped[int] = mapped_column(default=0, server_default="0")
    problem: Mapped[str] = mapped_column(default="", server_default="")


class ProviderChange(Model):
    """One difference a sync found, before and after in words. Never changed."""

    __tablename__ = "provider_changes"
    __table_args__ = (sa.UniqueConstraint("sync_id", "sku", "kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    sync_id: Mapped[int] = mapped_column(sa.ForeignKey("provider_syncs.id"))
    kind: Mapped[ChangeKind]
    sku: Mapped[str]
    name: Mapped[str]
    before: Mapped[str] = mapped_column(default="", server_default="")
    after: Mapped[str] = mapped_column(default="", server_default="")
    synced_reward_id: Mapped[int | None] = mapped_column(sa.ForeignKey("provider_rewards.id"))
    at: Mapped[datetime]


append_only(Model.metadata.tables["provider_changes"])
