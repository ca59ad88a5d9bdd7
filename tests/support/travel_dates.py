"""Journeys for the tests: Maya asks for Porto, Lena stands in, Ana books."""

from datetime import date
from typing import Any

import sqlalchemy as sa

from catalog.offers import Offer
from catalog.packages.wishes import Wish
from catalog.queries import offer
from marketplace.access.actor import Actor
from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from redemption.journeys.booked import Booked
from redemption.journeys.models import Journey, JourneyEvent
from redemption.journeys.operations import booking, changing
from redemption.policies import as_offered
from tests.support.redemption import ask_for, line_of, new_key
from tests.support.shortages import task_of

MADE = Booked(
    starts_on=date(2027, 5, 14),
    ends_on=date(2027, 5, 17),
    operator="Ribeira Rooms",
    confirmation="RR-2207",
    parts=("Train 121, 14 May 08:15, seats 4A and 4B", "Ribeira Rooms, three nights"),
)


def wish_for(cover: Actor, **changes: Any) -> Wish:
    """Three nights in May for two."""
    usual: dict[str, Any] = {
        "first_on": date(2027, 5, 14),
        "second_on": date(2027, 5, 21),
        "nights": 3,
        "travelers": 2,
        "cover_id": cover.id,
        "seen_terms": 1,
    }
    return Wish(**usual | changes)


def wish(who: Actor, package: Offer, cover: Actor, **changes: Any) -> str:
    """Ask for a package; the request's reference."""
    return ask_for(who, package, wish=wish_for(cover, **changes))


def journey_named(reference: str) -> Journey:
    """The journey of a request, read anew."""
    return session().get_one(Journey, line_of(reference).id)


def ask_other_dates(
    approver: Actor, reference: str, words: str = "The launch is that week."
) -> int:
    """An approver asks for other dates."""
    line_id = line_of(reference).id
    with transaction():
        return changing.ask_other_dates(
            approver, line_id, words, request_key=new_key(), at=clock.now()
        )


def choose(who: Actor, reference: str, cover: Actor, *, key: str = "", **changes: Any) -> str:
    """Choose other dates at the price that holds; the new request's reference."""
    line = line_of(reference)
    goes_on = changing.continues(line.id, at=clock.now())
    priced = offer(who, line.variant_id, at=goes_on.priced_at)
    wanted = wish_for(cover, **{"first_on": date(2027, 5, 28), "second_on": None} | changes)
    order = as_offered(priced, wish=wanted, continues=goes_on)
    line_id = line.id
    session().close()
    with transaction():
        return changing.choose_dates(
            who, line_id, wanted, order, request_key=key or new_key(), at=clock.now()
        )


def book(desk: Actor, reference: str, made: Booked = MADE, *files: Any, key: str = "") -> int:
    """Write down what was booked; the number of the booking."""
    task_id = task_of(reference).id
    session().close()
    with transaction():
        return booking.record_booking(
            desk, task_id, made, files, request_key=key or new_key(), at=clock.now()
        )


def keep_price(desk: Actor, reference: str, days: int = 14) -> None:
    """The company keeps the price."""
    task_id = task_of(reference).id
    with transaction():
        changing.keep_price(desk, task_id, days, request_key=new_key(), at=clock.now())


def ask_about_price(desk: Actor, reference: str, words: str = "The hotel raised it.") -> None:
    """Ask the person about today's price."""
    task_id = task_of(reference).id
    with transaction():
        changing.ask_about_price(desk, task_id, words, request_key=new_key(), at=clock.now())


def moves_of(reference: str) -> list[str]:
    """Where a journey has been, in order."""
    line_id = line_of(reference).id
    found = sa.select(JourneyEvent.to_state).where(JourneyEvent.line_id == line_id)
    return [str(one) for one in session().scalars(found.order_by(JourneyEvent.seq))]
