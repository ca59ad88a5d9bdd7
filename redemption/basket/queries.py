"""What lies in somebody's basket, what became of it since, and what asking for it would take."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import sqlalchemy as sa

from catalog.errors import BadAmount, FixedAmount
from catalog.models import Variant
from catalog.offers import Offer
from catalog.queries.offers import offers_asked, offers_beside_standing, offers_in
from catalog.queries.reward_page import used_so_far
from marketplace.access.actor import Actor
from marketplace.kernel.db import session
from marketplace.kernel.errors import DomainError, NotFound
from marketplace.people.models import Employee
from redemption.approvals.policies import NOBODY, Plan
from redemption.approvals.queries.routing import Part, plans_of
from redemption.basket.models import BasketItem
from redemption.basket.policies import Changed, changed, limit_reached
from redemption.policies import DELIVERED, Address, Order, as_offered
from redemption.queries import usual_wait


@dataclass(frozen=True, slots=True)
class BasketLine:
    """One thing in a basket. `offer` is none where it is no longer theirs to see."""

    item_id: int
    variant_id: int
    amount_minor: int | None
    quantity: int
    name: str
    seen_points: int
    offer: Offer | None
    changed: Changed | None
    plan: Plan = NOBODY
    usual_wait: timedelta | None = None
    mind_words: str = ""

    @property
    def is_gone(self) -> bool:
        """Whether it can't be asked for like this."""
        return self.changed is not None and self.changed.is_gone

    @property
    def points(self) -> int:
        """What all units of it cost now."""
        return self.quantity * (self.offer.points if self.offer else self.seen_points)

    @property
    def title(self) -> str:
        """`Laurel mug × 2`."""
        return self.name + (f" × {self.quantity:,}" if self.quantity > 1 else "")


@dataclass(frozen=True, slots=True)
class BasketPage:
    """A basket as its owner sees it. `refused`: why nobody could approve it, by the words."""

    lines: tuple[BasketLine, ...]
    available: int
    refused: str = ""

    @property
    def points(self) -> int:
        """What all of it costs now."""
        return sum(line.points for line in self.lines)

    @property
    def after(self) -> int:
        """What is left when this is done."""
        return self.available - self.points

    @property
    def needs_address(self) -> bool:
        """Whether something of it is sent to somebody."""
        return any(line.offer and line.offer.kind in DELIVERED for line in self.lines)

    @property
    def waits(self) -> bool:
        """Whether somebody has to say yes to some of it."""
        return any(line.plan.steps for line in self.lines)

    def orders(self, address: Address | None) -> list[Order]:
        """An order for each line as it is now; parcels go to `address`."""
        return [
            as_offered(
                line.offer,
                quantity=line.quantity,
                address=address,
                name=line.name,
                basket_item_id=line.item_id,
            )
            for line in self.lines
            if line.offer
        ]

    @property
    def obstacle(self) -> str:
        """Why it can't be asked for as it lies there; empty where it can."""
        gone = next((line for line in self.lines if line.is_gone and line.changed), None)
        if gone is not None and gone.changed is not None:
            return f"{gone.name}: {gone.changed.text}"
        if self.after < 0:
            return f"{-self.after:,} points to go for all of it. Take something out."
        return self.refused


def basket_page(actor: Actor, *, available: int, at: datetime) -> BasketPage:
    """What lies in the actor's basket, in the order it was put in, in two statements."""
    items = session().scalars(
        sa.select(BasketItem)
        .where(BasketItem.employee_id == actor.employee_id)
        .order_by(BasketItem.id)
    )
    lying = list(items)
    offers = _offers(actor, lying, at) if lying else {}
    wanted = Counter[int]()
    for item in lying:
        if found := offers.get(item.variant_id):
            wanted[found[0].reward_id] += item.quantity
    lines = [_line(item, offers.get(item.variant_id), wanted) for item in lying]
    return BasketPage(tuple(lines), available)


def refuse_foreign(actor: Actor, item_id: int) -> None:
    """Raise NotFound for what is not in the actor's own basket."""
    own = sa.exists().where(BasketItem.id == item_id, BasketItem.employee_id == actor.employee_id)
    if not session().scalar(sa.select(own)):
        raise NotFound("This is not in your basket any more.")


def _offers(
    actor: Actor, items: Sequence[BasketItem], at: datetime
) -> dict[int, tuple[Offer, int]]:
    """Of each variant the offer as it is now, and how often they had the reward already."""
    statement = (
        offers_beside_standing()
        .add_columns(used_so_far(actor, at).label("used"))
        .where(Variant.id.in_([item.variant_id for item in items]))
    )
    rows = session().execute(statement, offers_asked(actor, at))
    return {row.variant_id: (one, row.used or 0) for row, one in offers_in(rows, actor, at)}


def _line(item: BasketItem, found: tuple[Offer, int] | None, wanted: Counter[int]) -> BasketLine:
    offer, used = found or (None, 0)
    amount = item.amount_minor or None
    became: Changed | None = None
    if offer is not None:
        try:
            offer = offer.over(amount)
        except (BadAmount, FixedAmount):
            became = Changed("This amount is no longer offered.", is_gone=True)
    became = became or changed(
        offer,
        quantity=item.quantity,
        seen_points=item.seen_points,
        seen_promise=item.seen_promise,
    )
    if offer is not None and (became is None or not became.is_gone):
        limit = limit_reached(offer, used=used, quantity=wanted[offer.reward_id])
        became = limit or became
    return BasketLine(
        item_id=item.id,
        variant_id=item.variant_id,
        amount_minor=amount,
        quantity=item.quantity,
        name=item.name,
        seen_points=item.seen_points,
        offer=offer,
        changed=became,
    )


def basket_check(actor: Actor, *, available: int, at: datetime) -> BasketPage:
    """The same with who has to say yes to each line, and until when it can be given back."""
    page = basket_page(actor, available=available, at=at)
    offers = [Part(line.offer, line.quantity) for line in page.lines if line.offer]
    if page.obstacle or not offers:
        return page
    try:
        plans = plans_of(actor, offers, at=at)
    except DomainError as nobody:
        return replace(page, refused=nobody.message)
    asked = {one.offer.kind for one, plan in zip(offers, plans, strict=True) if plan.steps}
    usual = {kind: usual_wait(kind, at=at) for kind in asked}
    lines = [
        replace(
            line,
            plan=plan,
            usual_wait=usual.get(one.offer.kind) if plan.steps else None,
            mind_words=one.offer.mind_words,
        )
        for line, one, plan in zip(page.lines, offers, plans, strict=True)
    ]
    return replace(page, lines=tuple(lines))


@dataclass(frozen=True, slots=True)
class HeldBasket:
    """Something that lies in somebody's basket, for the command line."""

    who: str
    name: str
    quantity: int
    seen_points: int
    added_at: datetime


def held_baskets(limit: int) -> list[HeldBasket]:
    """What lies in everybody's baskets, what was put in last first."""
    rows = session().execute(
        sa.select(
            Employee.name,
            BasketItem.name,
            BasketItem.quantity,
            BasketItem.seen_points,
            BasketItem.added_at,
        )
        .join(Employee, Employee.id == BasketItem.employee_id)
        .order_by(BasketItem.added_at.desc(), BasketItem.id.desc())
        .limit(limit)
    )
    return [HeldBasket(*row) for row in rows]


def things_in(actor: Actor) -> sa.ScalarSelect[int]:
    """How many things lie in a basket, for the menu."""
    return (
        sa.select(sa.func.count())
        .select_from(BasketItem)
        .where(BasketItem.employee_id == actor.employee_id)
        .scalar_subquery()
    )
