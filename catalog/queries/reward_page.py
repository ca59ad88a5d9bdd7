"""One reward with everything a person wants to know before asking for it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from catalog.models import MemberUsage, Reward, Variant
from catalog.offers import Offer
from catalog.queries.audience import Reader, reader_in
from catalog.queries.cards import Card, cards, drawn
from catalog.queries.no_markup import says_no_markup, with_market
from catalog.queries.offers import (
    OUT_OF_SIGHT,
    offers_asked,
    offers_beside_standing,
    offers_in,
)
from catalog.queries.picks import BY_POINTS, BY_POINTS_DOWN, pick, together
from catalog.queries.rows import Row, Statement
from catalog.shelf.models import ShelfEntry
from catalog.states import LimitPeriod
from marketplace.access.actor import Actor
from marketplace.kernel.db import session
from marketplace.kernel.errors import NotFound

SIMILAR = 4


@dataclass(frozen=True, slots=True)
class RewardPage:
    """A reward and its variants; `chosen` is the one asked for, or the best to begin with.

    Nothing is `similar` to what is still locked: its page says how to get there instead. `more`
    has the further columns that were asked for with it.
    """

    story: str
    included: tuple[str, ...]
    offers: tuple[Offer, ...]
    chosen: Offer
    used: int
    says_no_markup: bool
    similar: tuple[Card, ...]
    more: Row


def reward_page(
    actor: Actor,
    slug: str,
    *,
    available: int,
    at: datetime,
    variant_id: int | None = None,
    more: Sequence[sa.ColumnElement[Any]] = (),
) -> RewardPage:
    """The page of one reward in two statements. `more` are columns about `rewards`.

    Raises NotFound when it is not theirs to see.
    """
    page = _read(actor, slug, available=available, at=at, variant_id=variant_id, more=more)
    if page.chosen.lock:
        return page
    return replace(page, similar=_similar(reader_in(page.more, actor, at), page.chosen))


def reward_choices(
    actor: Actor,
    slug: str,
    *,
    available: int,
    at: datetime,
    variant_id: int | None = None,
    more: Sequence[sa.ColumnElement[Any]] = (),
) -> RewardPage:
    """The same without what is similar, for who has chosen already. Raises NotFound."""
    return _read(actor, slug, available=available, at=at, variant_id=variant_id, more=more)


def _read(
    actor: Actor,
    slug: str,
    *,
    available: int,
    at: datetime,
    variant_id: int | None,
    more: Sequence[sa.ColumnElement[Any]] = (),
) -> RewardPage:
    statement = (
        with_market(offers_beside_standing(), at)
        .add_columns(Reward.story, Reward.included, used_so_far(actor, at).label("used"), *more)
        .where(Reward.slug == slug)
        .order_by(Variant.position, Variant.id)
    )
    found = list(offers_in(session().execute(statement, offers_asked(actor, at)), actor, at))
    if not found:
        raise NotFound(OUT_OF_SIGHT)
    rows, every = zip(*found, strict=True)
    offers = tuple(one for one in every if one.is_on_sale) or every
    chosen = _chosen(offers, variant_id, available)
    return RewardPage(
        story=rows[0].story,
        included=tuple(rows[0].included),
        offers=offers,
        chosen=chosen,
        used=rows[0].used or 0,
        says_no_markup=says_no_markup(rows, every),
        similar=(),
        more=rows[0],
    )


def _chosen(offers: tuple[Offer, ...], variant_id: int | None, available: int) -> Offer:
    """The one asked for; else the first in reach, else the first not sold out, else the first."""
    asked = [one for one in offers if one.variant_id == variant_id]
    open_ones = [one for one in offers if one.is_on_sale and not one.is_sold_out]
    in_reach = [one for one in open_ones if one.points <= available]
    return (asked or in_reach or open_ones or list(offers))[0]


def used_so_far(actor: Actor, at: datetime) -> sa.ScalarSelect[int]:
    """How often the actor had the reward in the period its limit counts in."""
    usage = MemberUsage
    period = sa.case({kind: kind.around(at) for kind in LimitPeriod}, value=Reward.limit_period)
    return (
        sa.select(usage.used)
        .where(
            usage.reward_id == Reward.id,
            usage.employee_id == actor.employee_id,
            usage.period == period,
        )
        .correlate(Reward)
        .scalar_subquery()
    )


def _similar(reader: Reader, chosen: Offer) -> tuple[Card, ...]:
    """Others of the same kind first, then whatever costs about the same."""
    binds = {"kind": chosen.kind, "reward": chosen.reward_id, "price": chosen.points}
    found = {card.reward_id: card for card in cards(_near(), reader, binds)}
    nearest = sorted(
        found.values(),
        key=lambda card: (
            card.kind is not chosen.kind,
            abs(card.points - chosen.points),
            card.reward_id,
        ),
    )
    return tuple(nearest[:SIMILAR])


@lru_cache(maxsize=1)
def _near() -> Statement:
    """Picks what costs a little more and a little less, of the same kind and of any."""
    entry, price = ShelfEntry, sa.bindparam("price", type_=sa.BigInteger)
    others = entry.reward_id != sa.bindparam("reward", type_=sa.BigInteger)
    same_kind = entry.kind == sa.bindparam("kind", type_=entry.kind.type)
    ways = ((BY_POINTS, entry.points >= price), (BY_POINTS_DOWN, entry.points < price))
    picks = [
        pick(f"near-{number}-{len(of_kind)}", order, side, others, *of_kind, limit=SIMILAR)
        for number, (order, side) in enumerate(ways)
        for of_kind in ((same_kind,), ())
    ]
    return drawn(together(*picks))
