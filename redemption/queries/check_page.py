"""What people see before they ask: the offer, what it leaves, and who has to say yes."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from catalog.choosing import over_entered
from catalog.details import digest
from catalog.offers import Offer
from catalog.packages.errors import NoTermsYet
from catalog.packages.queries import Package, asks_for_dates, package_of
from catalog.policies import Obstacle, redeem_obstacle
from catalog.queries import RewardPage, reward_choices
from catalog.trips.queries.terms import GUESTS_MOST, places_beside
from marketplace.access.actor import Actor
from marketplace.kernel.errors import NotFound
from redemption.approvals.policies import NOBODY, Plan, PlannedStep
from redemption.approvals.queries.routing import plan_of
from redemption.bookings.queries import is_going
from redemption.funding import travel_budget
from redemption.gifts.policies import gift_obstacle
from redemption.policies import (
    DELIVERED,
)
from redemption.queries.lately import asked_lately
from redemption.queries.usual_wait import usual_wait
from redemption.refusals import (
    AlreadyGoing,
    BeyondBudget,
    InvitedThere,
    NobodyCanApprove,
)
from redemption.travel.invitations.queries.standing import is_invited
from redemption.waiting.policies import with_kept
from redemption.waiting.queries.standing import Turn, turn_of


@dataclass(frozen=True, slots=True)
class CheckPage:
    """Everything to know before spending: the offer, points before and after, who approves."""

    offer: Offer
    available: int
    steps: tuple[PlannedStep, ...]
    counted: int  # earlier requests it counts together with
    usual_wait: timedelta | None
    obstacle: Obstacle | None
    included: tuple[str, ...]
    used: int
    can_be_approved: bool
    asked_before: str  # the reference of the same reward asked for within the last hour, or empty
    turn: Turn | None = None  # what is kept for them as their turn in line
    is_gift: bool = False  # whoever gets it says where a parcel goes
    places: int = 1  # of a departure: theirs and those of guests
    places_most: int = 1
    package: Package | None = None  # where dates are asked for: within what

    @property
    def points(self) -> int:
        """What all of it costs."""
        return self.offer.points * self.places

    @property
    def seen_details(self) -> str:
        """The digest of what is asked for with it."""
        return digest(self.offer.details)

    @property
    def needs_address(self) -> bool:
        """Whether a parcel is sent."""
        return self.offer.kind in DELIVERED and not self.is_gift

    @property
    def after(self) -> int:
        """What is left when this is done."""
        return self.available - self.points


@dataclass(frozen=True, slots=True)
class Looked:
    """What somebody looks at: a choice, an amount where one is entered, for a colleague or not.

    `places` of a departure; none: as many as are kept for them, or one.
    """

    variant_id: int | None
    amount: str = ""
    is_gift: bool = False
    places: int | None = None


def check_page(
    actor: Actor, slug: str, looked: Looked, *, available: int, at: datetime
) -> CheckPage:
    """The check page of one choice of a reward, for who has so many points for it.

    Raises NotFound when it is not the actor's to see.
    """
    page = _choices(actor, slug, looked.variant_id, available, at)
    most = places_beside(page.more, page.chosen)
    offer, turn = _at_their_turn(actor, page.chosen, most, at)
    places = min(most, looked.places or (turn.units if turn else 1))
    offer, wrong = over_entered(offer, looked.amount)
    obstacle = wrong or _no_gift(offer, looked)
    obstacle = obstacle or redeem_obstacle(offer, available, used=page.used, at=at, places=places)
    plan, nobody = _way_of(actor, offer, places, at)
    lately, going = _asked_before(actor, offer, at)
    package = package_of(offer)
    refused = nobody or going or _unsaid(offer, package)
    if refused := refused or _beyond_budget(actor, offer, places, at):
        obstacle = obstacle or Obstacle(refused.code, refused.message)
    return CheckPage(
        offer=offer,
        available=available,
        steps=plan.steps,
        counted=plan.counted,
        usual_wait=usual_wait(offer.kind, at=at) if plan.steps else None,
        obstacle=obstacle,
        included=page.included,
        used=page.used,
        can_be_approved=nobody is None,
        asked_before="" if obstacle else lately,
        turn=turn,
        is_gift=looked.is_gift,
        places=places,
        places_most=most,
        package=package,
    )


def _choices(
    actor: Actor, slug: str, variant_id: int | None, available: int, at: datetime
) -> RewardPage:
    page = reward_choices(
        actor, slug, available=available, at=at, variant_id=variant_id, more=(GUESTS_MOST,)
    )
    if variant_id not in {None, page.chosen.variant_id}:
        raise NotFound("This choice is no longer offered. Look at the reward for what there is.")
    return page


def _unsaid(offer: Offer, package: Package | None) -> NoTermsYet | None:
    return NoTermsYet() if package is None and asks_for_dates(offer) else None


def _no_gift(offer: Offer, looked: Looked) -> Obstacle | None:
    for_oneself = gift_obstacle(offer) if looked.is_gift else ""
    return Obstacle("no_gift", for_oneself) if for_oneself else None


def _way_of(
    actor: Actor, offer: Offer, quantity: int, at: datetime
) -> tuple[Plan, NobodyCanApprove | None]:
    try:
        return plan_of(actor, offer, quantity=quantity, at=at), None
    except NobodyCanApprove as refusal:
        return NOBODY, refusal


def _at_their_turn(
    actor: Actor, offer: Offer, most: int, at: datetime
) -> tuple[Offer, Turn | None]:
    """The offer as it is for whom units are kept, and what is kept until when.

    Where there are enough for everyone who comes, nobody has to look.
    """
    if offer.left is None or offer.left >= most:
        return offer, None
    turn = turn_of(actor.id, offer.variant_id, at=at)
    return (with_kept(offer, turn.units), turn) if turn else (offer, None)


def _beyond_budget(actor: Actor, offer: Offer, places: int, at: datetime) -> BeyondBudget | None:
    budget = travel_budget(actor.department_id, offer.kind, at=at)
    if budget is None or budget.left >= offer.points * places:
        return None
    return BeyondBudget(budget.name)


def _asked_before(
    actor: Actor, offer: Offer, at: datetime
) -> tuple[str, AlreadyGoing | InvitedThere | None]:
    """The reference of what was asked for just now, and that one has a place on this trip already.

    Somebody who pressed the back button, or twice, should hear of it before asking again.
    """
    lately = asked_lately(actor.id, offer.reward_id, at=at)
    if offer.departure is None:
        return lately, None
    if is_going(actor.id, offer, at=at):
        return lately, AlreadyGoing(offer.name)
    return lately, InvitedThere(offer.name) if is_invited(actor.id, offer.reward_id) else None
