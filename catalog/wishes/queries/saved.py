"""What a person saved, and the one of it that is their goal."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute

from catalog.forecast import AskBy, ask_by
from catalog.models import Reward, Variant
from catalog.offers import Offer
from catalog.queries.audience import Reader
from catalog.queries.offers import (
    OUT_OF_SIGHT,
    offer_of,
    offers_asked,
    offers_beside_standing,
    offers_in,
    offers_on_shelf,
)
from catalog.queries.rows import Row
from catalog.states import Kind
from catalog.wishes.models import PopularChoice, RecentView, Wish, WishChoice
from catalog.wishes.states import Circle
from marketplace.access.actor import Actor
from marketplace.kernel.db import session
from marketplace.kernel.errors import NotFound
from marketplace.ledger.queries.pace import PACE_DAYS, Earned, earned_in, earnings
from marketplace.web.filters import money

OVER_MONEY = frozenset({Kind.GIFT_CARD, Kind.DONATION})
JUST_SEEN = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Saved:
    """A wish as its owner sees it. `offer` none: it is no longer offered to them.

    `offer` is the variant that was chosen, named in `choice`, else the one that costs least; `by`
    the last day to ask for that choice, or for any of the variants; `amounts` what a gift card or a
    donation may be over.
    """

    wish_id: int
    reward_id: int
    saved_at: datetime
    saved_points: int
    is_goal: bool
    asked_for_return: bool
    choice: str
    offer: Offer | None
    by: AskBy | None
    amounts: str

    @property
    def price_moved(self) -> int:
        """By how much it costs more (or, below zero, less) than when it was saved."""
        return self.offer.points - self.saved_points if self.offer else 0


@dataclass(frozen=True, slots=True)
class Notes:
    """Which notes somebody wants."""

    goal: bool = True
    price: bool = True
    stock: bool = True


@dataclass(frozen=True, slots=True)
class WishList:
    """Everything a person saved, the goal first, then the newest; which notes; the pace."""

    saved: tuple[Saved, ...]
    notes: Notes
    pace: Earned

    @property
    def goal(self) -> Saved | None:
        """The goal, if it is still offered to them."""
        return next((one for one in self.saved if one.is_goal and one.offer), None)

    @property
    def others(self) -> tuple[Saved, ...]:
        """What they can still get, without the goal."""
        return tuple(one for one in self.saved if one.offer and one is not self.goal)

    @property
    def gone(self) -> tuple[Saved, ...]:
        """What is no longer offered to them."""
        return tuple(one for one in self.saved if one.offer is None)


def wish_list(reader: Reader) -> WishList:
    """The wish list of a reader, in two statements."""
    actor, at = reader.actor, reader.at
    pace = earnings(actor.id, at - timedelta(days=PACE_DAYS)).subquery("pace")
    chosen = pace.outerjoin(WishChoice, WishChoice.employee_id == actor.id)
    rows = (
        session()
        .execute(
            sa.select(pace, WishChoice, Wish)
            .select_from(chosen.outerjoin(Wish, Wish.employee_id == actor.id))
            .order_by(Wish.is_goal.desc(), Wish.saved_at.desc(), Wish.id.desc())
            .execution_options(populate_existing=True)
        )
        .all()
    )
    wishes = [row.Wish for row in rows if row.Wish is not None]
    offers = offers_of(reader, [wish.reward_id for wish in wishes])
    return WishList(
        saved=tuple(_saved(wish, offers.get(wish.reward_id, [])) for wish in wishes),
        notes=notes_of(rows[0].WishChoice),
        pace=earned_in(rows[0]),
    )


def notes_wanted(employee_id: int) -> Notes:
    """Which notes one person wants."""
    return notes_of(session().get(WishChoice, employee_id, populate_existing=True))


def notes_of(chosen: WishChoice | None) -> Notes:
    """Which notes a person wants: all of them until they say otherwise."""
    if chosen is None:
        return Notes()
    return Notes(chosen.goal_notes, chosen.price_notes, chosen.stock_notes)


def _saved(wish: Wish, offers: Sequence[Offer]) -> Saved:
    offer, would_do = meant(offers, wish.variant_id), _would_do(offers, wish.variant_id)
    return Saved(
        wish_id=wish.id,
        reward_id=wish.reward_id,
        saved_at=wish.saved_at,
        saved_points=wish.saved_points,
        is_goal=wish.is_goal,
        asked_for_return=wish.asked_for_return,
        choice=_choice_in(offer, wish.variant_id),
        offer=offer,
        by=ask_by(would_do),
        amounts=_amounts_of(would_do),
    )


def _amounts_of(offers: Sequence[Offer]) -> str:
    """`€10 to €100`: the amounts among these; empty where it is not about money."""
    found: set[int] = set()
    for one in offers:
        if one.kind in OVER_MONEY and one.cash_minor is not None:
            found |= {one.cash_minor, *((one.amounts.highest,) if one.amounts else ())}
    if not found or offers[0].currency is None:
        return ""
    ends = dict.fromkeys((min(found), max(found)))
    return " to ".join(money(minor, offers[0].currency) for minor in ends)


def offers_of(reader: Reader, reward_ids: Sequence[int]) -> dict[int, list[Offer]]:
    """The variants of these rewards that a reader may see, by reward, in their own order."""
    found: dict[int, list[Offer]] = {}
    if reward_ids:
        statement = offers_on_shelf(reader).where(Reward.id.in_(reward_ids))
        for row in session().execute(statement.order_by(Variant.position, Variant.id)):
            found.setdefault(row.reward_id, []).append(offer_of(row, reader))
    return found


def meant(offers: Sequence[Offer], variant_id: int | None) -> Offer | None:
    """The variant a wish means: the one chosen while it is on sale, else the cheapest on sale."""
    return min(_would_do(offers, variant_id), key=lambda one: one.points, default=None)


def _would_do(offers: Sequence[Offer], variant_id: int | None) -> list[Offer]:
    """Every variant that would fulfil a wish."""
    on_sale = [one for one in offers if one.is_on_sale]
    return [one for one in on_sale if one.variant_id == variant_id] or on_sale


def offer_to_save(actor: Actor, slug: str, variant_id: int | None, *, at: datetime) -> Offer:
    """What a wish for a reward would mean now. Raises NotFound when it is not theirs to see."""
    statement = offers_beside_standing().where(Reward.slug == slug)
    statement = statement.order_by(Variant.position, Variant.id)
    rows = session().execute(statement, offers_asked(actor, at))
    found = meant([one for _, one in offers_in(rows, actor, at)], variant_id)
    if found is None:
        raise NotFound(OUT_OF_SIGHT)
    return found


@dataclass(frozen=True, slots=True)
class OwnGoal:
    """The goal of a person as it is offered to them now, and how fast they earn."""

    offer: Offer | None
    choice: str
    by: AskBy | None
    pace: Earned


def goal_of(reader: Reader) -> OwnGoal:
    """The person's goal, none when they have none or it is not offered to them; one statement."""
    actor, at = reader.actor, reader.at
    mine = sa.and_(Wish.reward_id == Reward.id, Wish.employee_id == actor.employee_id, Wish.is_goal)
    offers = offers_on_shelf(reader).join(Wish, mine)
    offered = offers.add_columns(Wish.variant_id.label("wished_variant_id")).subquery("offered")
    pace = earnings(actor.id, at - timedelta(days=PACE_DAYS)).subquery("pace")
    rows = (
        session()
        .execute(sa.select(pace, offered).select_from(pace.outerjoin(offered, sa.true())))
        .all()
    )
    offers_found = [offer_of(row, reader) for row in rows if row.variant_id is not None]
    chosen_id = rows[0].wished_variant_id
    offer = meant(offers_found, chosen_id)
    by = ask_by(_would_do(offers_found, chosen_id))
    return OwnGoal(offer, _choice_in(offer, chosen_id), by, earned_in(rows[0]))


def _choice_in(offer: Offer | None, chosen_id: int | None) -> str:
    return offer.choice if offer and offer.variant_id == chosen_id else ""


@dataclass(frozen=True, slots=True)
class Standing:
    """How a person stands to one reward, how fast they earn, and who around them chose it.

    `chosen_by` is a circle with the number of its people that is reached at least, or nothing.
    """

    is_saved: bool
    is_goal: bool
    asked_for_return: bool
    pace: Earned
    chosen_by: tuple[Circle, int] | None


def standing_columns(actor: Actor, *, at: datetime) -> list[sa.ColumnElement[Any]]:
    """How an actor stands to a reward, as columns of a statement about `rewards`."""
    pace = earnings(actor.id, at - timedelta(days=PACE_DAYS)).subquery("pace")
    return [
        is_saved(actor),
        _last_seen(actor).label("last_seen_at"),
        _wish_that(actor, Wish.is_goal).label("is_goal"),
        _wish_that(actor, Wish.asked_for_return).label("asked_for_return"),
        sa.select(pace.c.earned).scalar_subquery().label("earned"),
        sa.select(pace.c.times).scalar_subquery().label("times"),
        *(
            _chosen_in(circle, place).label(f"chosen_{circle.value}")
            for circle, place in _circles_of(actor)
        ),
    ]


def standing_in(row: Row) -> Standing:
    """What the columns of `standing_columns` say."""
    reached = ((circle, getattr(row, f"chosen_{circle.value}")) for circle in Circle)
    return Standing(
        is_saved=bool(row.is_saved),
        is_goal=bool(row.is_goal),
        asked_for_return=bool(row.asked_for_return),
        pace=earned_in(row),
        chosen_by=next(((circle, number) for circle, number in reached if number), None),
    )


def was_just_seen(row: Row, *, at: datetime) -> bool:
    """Whether it was noted lately that the actor looked at the reward, as these columns say."""
    return row.last_seen_at is not None and at - row.last_seen_at < JUST_SEEN


def _last_seen(actor: Actor) -> sa.ScalarSelect[datetime]:
    mine = (RecentView.reward_id == Reward.id, RecentView.employee_id == actor.employee_id)
    return sa.select(RecentView.seen_at).where(*mine).correlate(Reward).scalar_subquery()


def is_saved(actor: Actor) -> sa.ColumnElement[bool]:
    """A column for statements about `rewards`: whether the actor has it on the wish list."""
    return _wish_that(actor, sa.true()).label("is_saved")


def _wish_that(
    actor: Actor, wanted: sa.ColumnElement[bool] | InstrumentedAttribute[bool]
) -> sa.ColumnElement[bool]:
    mine = (Wish.reward_id == Reward.id, Wish.employee_id == actor.employee_id)
    return sa.exists().where(*mine, wanted).correlate(Reward)


def _chosen_in(circle: Circle, place: str) -> sa.ScalarSelect[int]:
    there = (PopularChoice.circle == circle, PopularChoice.place == place)
    number = sa.select(PopularChoice.at_least).where(*there, PopularChoice.reward_id == Reward.id)
    return number.correlate(Reward).scalar_subquery()


def _circles_of(actor: Actor) -> list[tuple[Circle, str]]:
    """The circles somebody is in; a place nobody is in where they have none."""
    return [
        (Circle.DEPARTMENT, str(actor.department_id or "none")),
        (Circle.COUNTRY, actor.country or "none"),
        (Circle.COMPANY, ""),
    ]
