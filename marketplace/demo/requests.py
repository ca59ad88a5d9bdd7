"""Requests that are under way when somebody opens the demo: some wait for Omar, one is done."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from catalog.models import Reward, Variant
from catalog.offers import Offer
from catalog.queries import offer
from catalog.wishes.operations.choices import count_choices_anew
from marketplace.access.actor import Actor
from marketplace.kernel.db import session
from marketplace.ledger.queries import points_of
from marketplace.people.queries import actor_of
from redemption.basket.operations import put_in
from redemption.operations.submit import submit_redemption
from redemption.policies import Address, GiftTo, as_offered


@dataclass(frozen=True, slots=True)
class Wish:
    """Who asked for what, and how many hours before the demo was loaded."""

    handle: str
    reward: str
    hours_ago: int
    variant: int = 0
    amount_minor: int | None = None


WISHES = (
    Wish("jonas.lind", "Lumen Books gift card", 30),
    Wish("sofia.lindqvist", "Studio headphones", 27),
    Wish("leila.farouk", "Bridge builder badge", 26),
    Wish("tomas.ortega", "Lisbon long weekend", 9),
    Wish("sofia.lindqvist", "Slovenian lakes in spring", 8),
    Wish("hiroshi.tanaka", "Fernweh Rail gift card", 5, variant=2),
    Wish("leila.farouk", "Atlas Outdoor gift card", 4, amount_minor=10_000),
    Wish("jonas.lind", "Dolomites hut to hut", 3),
    Wish("jonas.lind", "Potter's mug", 2),
)


TOGETHER = (
    Wish("grace.kim", "Espresso pot", 22),
    Wish("grace.kim", "Potter's mug", 22),
    Wish("grace.kim", "Fernweh Rail gift card", 22, variant=2),
)
GIVEN = Wish("ben.osei", "Nimbus Cinema gift card", 21)
GIVEN_TO, GIVEN_WORDS = "maya.chen", "For carrying the autumn launch. Take an evening off."
IN_BASKET = (
    Wish("maya.chen", "Everyday bottle", 20),
    Wish("maya.chen", "Picnic blanket", 20),
    Wish("maya.chen", "Kite & Kettle gift card", 19),
)

A_WHILE = 24 * 9  # hours: before the Monday up to which colleagues' choices are counted
CHOSEN_BY_MANY = {
    "Customer voice badge": (
        "tomas.ortega", "sofia.lindqvist", "hiroshi.tanaka", "ben.osei", "clara.weiss", "grace.kim",
    ),
    "Meadow Market gift card": (
        "tomas.ortega", "sofia.lindqvist", "hiroshi.tanaka", "ben.osei", "clara.weiss",
    ),
}  # fmt: skip


def load_choices(people: dict[str, int], *, at: datetime) -> int:
    """Submit what many colleagues chose some days ago, and count it; how many requests."""
    wishes = [
        Wish(handle, reward, A_WHILE + place)
        for reward, handles in CHOSEN_BY_MANY.items()
        for place, handle in enumerate(handles)
    ]
    asked = sum(_ask(people[wish.handle], wish, at=at) for wish in wishes)
    count_choices_anew(at=at)
    return asked


def load_requests(people: dict[str, int], *, at: datetime) -> int:
    """Submit the wishes that can be paid for, as the people themselves would; how many."""
    asked = sum(_ask(people[wish.handle], wish, at=at) for wish in WISHES)
    asked += _ask(people[TOGETHER[0].handle], *TOGETHER, at=at)
    gift = GiftTo(people[GIVEN_TO], GIVEN_WORDS)
    return asked + _ask(people[GIVEN.handle], GIVEN, gift=gift, at=at)


def load_basket(people: dict[str, int], *, at: datetime) -> int:
    """Put into a basket what somebody thinks about asking for together; how many things."""
    for wish in IN_BASKET:
        actor, then = actor_of(people[wish.handle]), at - timedelta(hours=wish.hours_ago)
        chosen = _chosen(actor, wish, at)
        put_in(actor, chosen.variant_id, amount_minor=None, request_key=_key(wish), at=then)
    return len(IN_BASKET)


def _ask(employee_id: int, *wishes: Wish, gift: GiftTo | None = None, at: datetime) -> bool:
    """Ask for one wish, or for several in one request; False when that is beyond their points."""
    actor, then = actor_of(employee_id), at - timedelta(hours=wishes[0].hours_ago)
    chosen = [_chosen(actor, wish, at) for wish in wishes]
    if sum(one.points for one in chosen) > points_of(employee_id, at=at).available:
        return False
    orders = [as_offered(one, address=_home(actor), name=one.name, gift=gift) for one in chosen]
    submit_redemption(actor, *orders, request_key=_key(wishes[0]), at=then)
    return True


def _key(wish: Wish) -> str:
    return f"demo-{wish.handle}-{wish.reward}"[:64]


def _chosen(actor: Actor, wish: Wish, at: datetime) -> Offer:
    variants = session().scalars(
        sa.select(Variant.id)
        .join(Reward, Reward.id == Variant.reward_id)
        .where(Reward.name == wish.reward)
        .order_by(Variant.position)
    )
    return offer(actor, list(variants)[wish.variant], at=at).over(wish.amount_minor)


def _home(actor: Actor) -> Address:
    return Address(
        actor.name, "Garden Street 5", "1200-001", actor.site or "Lisbon", actor.country or "PT"
    )
