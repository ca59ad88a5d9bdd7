"""Reward cards: whichever rewards a statement picks, drawn with the same few facts."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from catalog.audiences.clauses import Lock
from catalog.audiences.queries import Standing
from catalog.models import UNITS_FREE, MemberUsage, Reward, Tier, Variant, VariantStock
from catalog.queries.audience import READER, Reader
from catalog.queries.rows import Statement
from catalog.states import Kind, LimitPeriod, VariantState
from catalog.wishes.models import Wish
from marketplace.kernel.db import rows_of


@dataclass(frozen=True, slots=True)
class Card:
    """One reward on a shelf. `points` is its lowest price; `left` none means plenty.

    `cash_minor` to `highest_cash_minor` in `currency` is the span of what its variants are worth.
    `lock` says what the reader still has to reach; `is_used_up` that they had as many as one may;
    `is_saved` that it is on their wish list. Its picture is the text of `rewards.art` and
    `rewards.photo`, read only where it is drawn.
    """

    reward_id: int
    slug: str
    kind: Kind
    name: str
    note: str
    summary: str
    brand: str
    tier_slug: str
    tier_name: str
    tier_hue: int
    points: int
    cash_minor: int | None
    highest_cash_minor: int | None
    currency: str | None
    left: int | None
    art_text: str
    photo_text: str
    is_featured: bool
    is_used_up: bool
    lock: Lock | None
    shelf: str
    rank: int | str
    is_saved: bool

    @property
    def art(self) -> dict[str, Any]:
        """How the picture is generated; see `rewards.art`."""
        return json.loads(self.art_text)

    @property
    def photo(self) -> dict[str, Any]:
        """What is known of the own photo, or nothing; see `rewards.photo`."""
        return json.loads(self.photo_text)

    @property
    def is_sold_out(self) -> bool:
        """Whether no variant has a unit left."""
        return self.left == 0

    def is_within_reach(self, available: int) -> bool:
        """Whether `available` points get it: open, and affordable."""
        return self.lock is None and self.points <= available


def cards(
    statement: Statement, reader: Reader, binds: Mapping[str, Any] | None = None
) -> list[Card]:
    """The cards a statement made by `drawn` finds."""
    periods = {f"period_{period.value}": period.around(reader.at) for period in LimitPeriod}
    rows = rows_of(statement, {**reader.binds, **periods, **(binds or {})})
    names = rows[0]._fields if rows else ()
    return [_card(dict(zip(names, row, strict=True)), reader.standing) for row in rows]


def drawn(picked: sa.CTE) -> Statement:
    """The statement that draws the picked rewards, a row each."""
    facts = {**_facts(picked), **_facts_behind(picked)}
    return (
        sa.select(*(column.label(name) for name, column in facts.items()))
        .join(Reward, Reward.id == picked.c.id)
        .join(Tier, Tier.id == picked.c.tier_id)
    )


def _facts(picked: sa.CTE) -> dict[str, Any]:
    """What a card shows as it is read, under the names of its fields."""
    as_they_are = ("slug", "kind", "name", "note", "summary", "brand", "is_featured", "currency")
    saved = sa.exists().where(Wish.reward_id == Reward.id, Wish.employee_id == READER)
    return {
        **{name: getattr(Reward, name) for name in as_they_are},
        **{name: picked.c[name] for name in ("shelf", "rank", "points")},
        "reward_id": picked.c.id,
        "tier_slug": Tier.slug,
        "tier_name": Tier.name,
        "tier_hue": Tier.hue,
        "cash_minor": Reward.lowest_cash_minor,
        "highest_cash_minor": Reward.highest_cash_minor,
        "left": _left(),
        "art_text": sa.cast(Reward.art, sa.Text),
        "photo_text": sa.cast(Reward.photo, sa.Text),
        "is_saved": saved,
    }


def _facts_behind(picked: sa.CTE) -> dict[str, Any]:
    """What the rest of a card follows from; see `_card`."""
    return {
        "audience_id": picked.c.audience_id,
        "tier_id": picked.c.tier_id,
        "limit": Reward.limit_per_person,
        "used": _used(),
    }


def _card(facts: dict[str, Any], standing: Standing) -> Card:
    limit, used = facts.pop("limit"), facts.pop("used")
    lock = standing.lock_of(facts.pop("audience_id"), facts.pop("tier_id"))
    return Card(**facts, lock=lock, is_used_up=limit is not None and (used or 0) >= limit)


def _left() -> sa.ScalarSelect[int]:
    """How many units are left where every variant on sale is counted, or none.

    Asked of one reward at a time: as a table of its own PostgreSQL would read all variants for it.
    """
    stock = VariantStock
    units = sa.func.sum(sa.case((UNITS_FREE > 0, UNITS_FREE), else_=0))
    are_all_counted = sa.func.count() == sa.func.count(stock.capacity)
    return (
        sa.select(sa.cast(sa.case((are_all_counted, units)), sa.BigInteger))
        .select_from(Variant)
        .join(stock, stock.variant_id == Variant.id)
        .where(Variant.reward_id == Reward.id, Variant.state == VariantState.ON_SALE)
        .correlate(Reward)
        .scalar_subquery()
    )


def _used() -> sa.ScalarSelect[int]:
    """How often the reader had the reward in the period its limit counts in."""
    periods = {one: sa.bindparam(f"period_{one.value}") for one in LimitPeriod}
    return (
        sa.select(MemberUsage.used)
        .where(
            MemberUsage.reward_id == Reward.id,
            MemberUsage.employee_id == READER,
            MemberUsage.period == sa.case(periods, value=Reward.limit_period),
        )
        .correlate(Reward)
        .scalar_subquery()
    )
