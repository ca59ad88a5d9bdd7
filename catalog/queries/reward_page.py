"""One reward with everything a person wants to know before asking for it."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from catalog.margins.promise import says_no_markup
from catalog.models import MemberUsage, Reward, Variant
from catalog.offers import Offer
from catalog.queries.cards import Card, cards, shelf
from catalog.queries.offers import offer_of, offers_on_shelf
from catalog.states import LimitPeriod
from marketplace.access.actor import Actor
from marketplace.kernel.db import LARGEST_AMOUNT, session
from marketplace.kernel.errors import NotFound

SIMILAR = 4


@dataclass(frozen=True, slots=True)
class RewardPage:
    """A reward and its variants; `chosen` is the one asked for, or the best to begin with."""

    story: str
    included: tuple[str, ...]
    offers: tuple[Offer, ...]
    chosen: Offer
    used: int
    says_no_markup: bool
    similar: tuple[Card, ...]


def reward_page(
    actor: Actor, slug: str, *, available: int, at: datetime, variant_id: int | None = None
) -> RewardPage:
    """The page of one reward in two statements. Raises NotFound when it is not theirs to see."""
    statement = (
        offers_on_shelf(actor, at)
        .add_columns(Reward.story, Reward.included, _used(actor, at).label("used"))
        .add_columns(says_no_markup(at).label("says_no_markup"))
        .where(Reward.slug == slug)
        .order_by(Variant.position, Variant.id)
    )
    rows = session().execute(statement).all()
    if not rows:
        raise NotFound("We can't find this reward. Your catalog shows everything open to you.")
    every = tuple(offer_of(row, at) for row in rows)
    offers = tuple(one for one in every if one.is_on_sale) or every
    chosen = _chosen(offers, variant_id, available)
    return RewardPage(
        story=rows[0].story,
        included=tuple(rows[0].included),
        offers=offers,
        chosen=chosen,
        used=rows[0].used or 0,
        says_no_markup=bool(rows[0].says_no_markup),
        similar=_similar(actor, chosen, at),
    )


def _chosen(offers: tuple[Offer, ...], variant_id: int | None, available: int) -> Offer:
    """The one asked for; else the first in reach, else the first not sold out, else the first."""
    asked = [one for one in offers if one.variant_id == variant_id]
    open_ones = [one for one in offers if one.is_on_sale and not one.is_sold_out]
    in_reach = [one for one in open_ones if one.points <= available]
    return (asked or in_reach or open_ones or list(offers))[0]


def _used(actor: Actor, at: datetime) -> sa.ScalarSelect[int]:
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


def _similar(actor: Actor, chosen: Offer, at: datetime) -> tuple[Card, ...]:
    """Others of the same kind first, then whatever costs about the same."""
    gap = sa.func.abs(Reward.lowest_points - chosen.points)
    rank = sa.case((Reward.kind == chosen.kind, gap), else_=gap + LARGEST_AMOUNT)
    picked = shelf(actor, at, rank=rank).where(Reward.id != chosen.reward_id).limit(SIMILAR)
    return tuple(cards(picked.subquery("picked")))
