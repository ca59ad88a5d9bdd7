"""Rewards, their tiers, variants, prices and stock, and who they are for."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from catalog.return_terms import MOST_DAYS, CancelUntil, Decider
from catalog.states import Kind, LimitPeriod, RewardState, VariantState
from marketplace.kernel.append_only import append_only
from marketplace.kernel.db import Model, whole

BYTEWISE = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
HOT_TABLE = {"postgresql_with": {"fillfactor": 70}}


class Tier(Model):
    """A level of significance, from a small thank-you to the trip of a lifetime.

    `audience_id` says whom it is for and what opens it; none: everyone.
    """

    __tablename__ = "tiers"
    __table_args__ = (*whole("hue", 0, 359), *whole("position", 0, 1000))

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    hue: Mapped[int]
    icon: Mapped[str]
    position: Mapped[int] = mapped_column(unique=True)
    audience_id: Mapped[int | None] = mapped_column(sa.ForeignKey("audiences.id"), index=True)
    note: Mapped[str] = mapped_column(default="", server_default="")


class Reward(Model):
    """A catalog item.

    `note` is the few words after its kind ("3 nights"). `art` says what to draw, `photo` which
    photo stands in its place (empty: none) and how; its files are in `reward_photo_files`.
    `audience_id` says whom it is for, none: everyone. What the terms of return leave empty is as
    usual for its kind (`catalog.return_terms`). The last three columns are written only by
    operations, from its variants on sale; prices stand in `shelf_entries`, words in the index of
    the search.
    """

    __tablename__ = "rewards"
    __table_args__ = (
        sa.CheckConstraint("slug <> '' AND name <> ''", name="named"),
        sa.CheckConstraint(
            "visible_until IS NULL OR visible_from IS NULL OR visible_from < visible_until",
            name="visible_forward",
        ),
        sa.CheckConstraint(
            "(limit_per_person IS NULL) = (limit_period IS NULL)", name="limit_has_a_period"
        ),
        sa.CheckConstraint(
            "state <> 'published' OR published_at IS NOT NULL", name="published_has_a_moment"
        ),
        *whole("version", 1),
        *whole("lead_days", 0, 3650),
        *whole("return_days", 0, MOST_DAYS),
        *whole("return_percent", 0, 100),
        *whole("limit_per_person", 1, 10_000),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[Kind]
    name: Mapped[str]
    note: Mapped[str] = mapped_column(default="", server_default="")
    summary: Mapped[str] = mapped_column(default="", server_default="")
    story: Mapped[str] = mapped_column(default="", server_default="")
    brand: Mapped[str] = mapped_column(default="", server_default="")
    tier_id: Mapped[int] = mapped_column(sa.ForeignKey("tiers.id"), index=True)
    audience_id: Mapped[int | None] = mapped_column(sa.ForeignKey("audiences.id"), index=True)
    state: Mapped[RewardState] = mapped_column(default=RewardState.DRAFT)
    is_featured: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    no_gifts: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    shows_no_markup: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    visible_from: Mapped[datetime | None]
    visible_until: Mapped[datetime | None]
    art: Mapped[dict[str, Any]] = mapped_column(default=dict)
    photo: Mapped[dict[str, Any]] = mapped_column(default=dict)
    included: Mapped[list[str]] = mapped_column(default=list)
    terms: Mapped[str] = mapped_column(default="", server_default="")
    next_steps: Mapped[str] = mapped_column(default="", server_default="")
    approver_note: Mapped[str] = mapped_column(default="", server_default="")
    details: Mapped[list[dict[str, Any]]] = mapped_column(
        sa.JSON, default=list, server_default="[]"
    )
    lead_days: Mapped[int] = mapped_column(default=0, server_default="0")
    cancel_until: Mapped[CancelUntil | None]
    return_days: Mapped[int | None]
    return_percent: Mapped[int | None]
    return_condition: Mapped[str] = mapped_column(default="", server_default="")
    returns_decided_by: Mapped[Decider | None]
    late_return: Mapped[str] = mapped_column(default="", server_default="")
    limit_per_person: Mapped[int | None]
    limit_period: Mapped[LimitPeriod | None]
    created_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    lowest_cash_minor: Mapped[int | None]
    highest_cash_minor: Mapped[int | None]
    currency: Mapped[str | None]


class RewardMove(Model):
    """One step of a reward between draft, published and retired."""

    __tablename__ = "reward_moves"

    id: Mapped[int] = mapped_column(primary_key=True)
    reward_id: Mapped[int] = mapped_column(sa.ForeignKey("rewards.id"), index=True)
    from_state: Mapped[RewardState | None]
    to_state: Mapped[RewardState]
    actor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("employees.id"))
    at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(default="", server_default="")


class Variant(Model):
    """A denomination, size or departure: what is really asked for.

    `cash_minor` with `currency` is what it is worth in money: the face value of a card, the
    taxable value of anything else. With a range it is the lowest amount, `range_to_minor` the
    highest and `step_minor` the way between two of them.
    """

    __tablename__ = "variants"
    __table_args__ = (
        sa.CheckConstraint("(cash_minor IS NULL) = (currency IS NULL)", name="cash_has_a_currency"),
        sa.CheckConstraint(
            "(range_to_minor IS NULL) = (step_minor IS NULL)", name="range_has_steps"
        ),
        sa.CheckConstraint(
            "range_to_minor IS NULL OR (cash_minor >= 1 AND range_to_minor > cash_minor "
            "AND (range_to_minor - cash_minor) % step_minor = 0)",
            name="range_reaches_its_end",
        ),
        *whole("cash_minor", 0),
        *whole("range_to_minor", 1),
        *whole("step_minor", 1),
        *whole("position", 0, 10_000),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reward_id: Mapped[int] = mapped_column(sa.ForeignKey("rewards.id"), index=True)
    sku: Mapped[str] = mapped_column(unique=True)
    label: Mapped[str]
    position: Mapped[int]
    state: Mapped[VariantState] = mapped_column(default=VariantState.ON_SALE)
    cash_minor: Mapped[int | None]
    currency: Mapped[str | None]
    range_to_minor: Mapped[int | None]
    step_minor: Mapped[int | None]
    attributes: Mapped[dict[str, Any]] = mapped_column(default=dict)


class VariantStock(Model):
    """How many there are, are set aside, are gone. Narrow, and no foreign key points here.

    `capacity` none means as many as are asked for. `last_taken_at` is when somebody took one last,
    so that a sold-out page can say when. `awaited` is how many people in line wait for: what
    comes back is theirs, so nobody else can take it.
    """

    __tablename__ = "variant_stock"
    __table_args__ = (
        sa.CheckConstraint(
            "reserved >= 0 AND sold >= 0 AND (capacity IS NULL OR reserved + sold <= capacity)",
            name="never_oversold",
        ),
        *whole("capacity", 0),
        *whole("reserved", 0),
        *whole("sold", 0),
        *whole("awaited", 0),
        HOT_TABLE,
    )

    variant_id: Mapped[int] = mapped_column(
        sa.ForeignKey("variants.id"), primary_key=True, autoincrement=False
    )
    capacity: Mapped[int | None]
    reserved: Mapped[int] = mapped_column(default=0, server_default="0")
    sold: Mapped[int] = mapped_column(default=0, server_default="0")
    awaited: Mapped[int] = mapped_column(default=0, server_default="0")
    last_taken_at: Mapped[datetime | None]


UNITS_AT_HAND = VariantStock.capacity - VariantStock.reserved - VariantStock.sold
"""Units neither set aside nor gone; none where there are as many as are asked for."""

UNITS_FREE = UNITS_AT_HAND - VariantStock.awaited
"""The same without those that are for people in line; below zero while more wait than are there."""


class StockMovement(Model):
    """One change of how many there are in all, with its reason: the ledger of a variant's stock.

    None means as many as are asked for; a new variant begins from 0. `taken` is what was set aside
    or gone at that moment. Requests move `VariantStock` alone and leave no row here.
    """

    __tablename__ = "stock_movements"
    __table_args__ = (
        *whole("before", 0),
        *whole("after", 0),
        *whole("taken", 0),
        sa.Index("ix_stock_movements_variant", "variant_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    variant_id: Mapped[int] = mapped_column(sa.ForeignKey("variants.id"))
    before: Mapped[int | None]
    after: Mapped[int | None]
    taken: Mapped[int]
    reason: Mapped[str] = mapped_column(default="", server_default="")
    actor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("employees.id"))
    at: Mapped[datetime]


class PriceVersion(Model):
    """What a variant costs from a moment on: never changed.

    Of the versions that hold at a moment the one begun last counts, and one for a `country` before
    one for everywhere. `valid_until` none means until another takes its place; `points` none ends
    the prices of a country of its own. Where amounts can be chosen, `points` is the price of the
    lowest, and each costs its share of `rate_points` for `rate_minor`, rounded up.
    """

    __tablename__ = "price_versions"
    __table_args__ = (
        *whole("points", 1),
        *whole("rate_points", 1),
        *whole("rate_minor", 1),
        sa.CheckConstraint("points IS NOT NULL OR country IS NOT NULL", name="priced"),
        sa.CheckConstraint(
            "(rate_points IS NULL) = (rate_minor IS NULL) "
            "AND (rate_points IS NULL OR points IS NOT NULL)",
            name="rate_beside_a_price",
        ),
        sa.CheckConstraint("valid_until IS NULL OR valid_from < valid_until", name="forward"),
        sa.CheckConstraint("country IS NULL OR length(country) = 2", name="country_of_two_letters"),
        sa.Index("ix_price_versions_current", "variant_id", "country", "valid_from", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    variant_id: Mapped[int] = mapped_column(sa.ForeignKey("variants.id"))
    country: Mapped[str | None]
    points: Mapped[int | None]
    rate_points: Mapped[int | None]
    rate_minor: Mapped[int | None]
    valid_from: Mapped[datetime]
    valid_until: Mapped[datetime | None]
    set_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("employees.id"))


class Departure(Model):
    """When a trip leaves and comes back, where it goes, and until when a place can be asked for.

    `country` is where that is, in two letters, `airport` its nearest airport and `time_zone` whose
    time its plan is in, where somebody said it. `canceled_at`: nobody goes any more.
    """

    __tablename__ = "departures"
    __table_args__ = (
        sa.CheckConstraint("country IS NULL OR length(country) = 2", name="country_of_two_letters"),
        sa.CheckConstraint("starts_on <= ends_on", name="comes_back"),
        sa.CheckConstraint("cutoff_on <= starts_on", name="cutoff_before_start"),
        *whole("min_group", 1, 10_000),
    )

    variant_id: Mapped[int] = mapped_column(
        sa.ForeignKey("variants.id"), primary_key=True, autoincrement=False
    )
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    cutoff_on: Mapped[date]
    place: Mapped[str]
    country: Mapped[str | None]
    min_group: Mapped[int] = mapped_column(default=1, server_default="1")
    airport: Mapped[str | None] = mapped_column(sa.ForeignKey("airports.iata"))
    time_zone: Mapped[str | None]
    canceled_at: Mapped[datetime | None]


class MemberUsage(Model):
    """How often one person had one reward in one period; `allowed`: the limit it last had there."""

    __tablename__ = "member_usage"
    __table_args__ = (
        sa.CheckConstraint("used >= 0 AND used <= allowed", name="within_limit"),
        *whole("used", 0),
        *whole("allowed", 1),
        HOT_TABLE,
    )

    reward_id: Mapped[int] = mapped_column(sa.ForeignKey("rewards.id"), primary_key=True)
    employee_id: Mapped[int] = mapped_column(sa.ForeignKey("employees.id"), primary_key=True)
    period: Mapped[str] = mapped_column(primary_key=True)
    used: Mapped[int]
    allowed: Mapped[int | None]


for _table in ("reward_moves", "price_versions", "stock_movements"):
    append_only(Model.metadata.tables[_table])
