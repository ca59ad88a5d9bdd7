"""Dates of a package that somebody asks for, looked at and written down with their line."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from catalog.offers import Offer
from catalog.packages.errors import NoTermsYet, TermsChanged, WrongWish
from catalog.packages.queries import asks_for_dates, package_of
from catalog.packages.wishes import Wish, on_dates, problems_with
from marketplace.access.actor import Actor
from marketplace.kernel.db import insert_row
from marketplace.people.queries import Person, people_by_id
from redemption.journeys.errors import NoCover
from redemption.journeys.models import Journey, JourneyEvent
from redemption.journeys.states import JourneyState
from redemption.policies import Order


@dataclass(frozen=True, slots=True)
class Wished:
    """A wish that the terms allow, who stands in, and until when its price holds."""

    wish: Wish
    cover: Person
    priced_at: datetime
    guaranteed_until: date
    replaces_id: int | None = None

    @property
    def facts(self) -> dict[str, Any]:
        """What the snapshot of the line keeps beside its dates."""
        second = self.wish.second_on
        return {
            "second_on": second and second.isoformat(),
            "nights": self.wish.nights,
            "travelers": self.wish.travelers,
            "cover_id": self.cover.id,
            "cover": self.cover.name,
            "guaranteed_until": self.guaranteed_until.isoformat(),
        }


def look_at_wish(
    actor: Actor, offer: Offer, order: Order, *, at: datetime
) -> tuple[Offer, Wished | None]:
    """The offer on the dates asked for, and the wish; as it was where nobody chooses dates.

    Raises NoTermsYet, TermsChanged, WrongWish, NoCover.
    """
    if not asks_for_dates(offer):
        return offer, None
    package = package_of(offer)
    if package is None:
        raise NoTermsYet
    wish, continues = order.wish, order.continues
    if wish is None:
        raise WrongWish({"first_on": "Enter the first night."})
    if wish.seen_terms != package.version:
        raise TermsChanged
    today = at.date()
    if problems := problems_with(package.terms, wish, today=today):
        raise WrongWish(problems)
    wished = Wished(
        wish,
        _cover(actor, wish.cover_id),
        continues.priced_at if continues else at,
        continues.guaranteed_until if continues else package.terms.guaranteed_until(today),
        continues.line_id if continues else None,
    )
    return on_dates(offer, package.terms, wish), wished


def _cover(actor: Actor, cover_id: int) -> Person:
    """Who stands in: somebody at work, and not oneself."""
    if cover_id == actor.id:
        raise NoCover("You can’t stand in for yourself. Enter a colleague.")
    found = people_by_id({cover_id}).get(cover_id)
    if found is None or not found.is_active:
        raise NoCover("That colleague no longer works here. Enter somebody else.")
    return found


def write_journey(line_id: int, actor: Actor, wished: Wished, *, at: datetime) -> None:
    """Keep the dates of a line that was just written."""
    wish = wished.wish
    insert_row(
        Journey,
        line_id=line_id,
        employee_id=actor.id,
        first_on=wish.first_on,
        second_on=wish.second_on,
        nights=wish.nights,
        travelers=wish.travelers,
        cover_id=wished.cover.id,
        priced_at=wished.priced_at,
        guaranteed_until=wished.guaranteed_until,
        state=JourneyState.WISHED,
        replaces_id=wished.replaces_id,
        changed_at=at,
    )
    insert_row(
        JourneyEvent,
        line_id=line_id,
        seq=1,
        from_state=None,
        to_state=JourneyState.WISHED,
        actor_id=actor.id,
        note="",
        at=at,
    )
