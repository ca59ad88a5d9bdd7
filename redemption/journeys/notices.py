"""Letters about journeys: the price is guaranteed no longer, a booking was changed."""

from datetime import date, datetime

import sqlalchemy as sa

from marketplace.kernel.db import session
from marketplace.people.queries import person
from marketplace.web.letters import write_letter
from redemption.fulfillment.models import FulfillmentTask
from redemption.journeys.queries.due import ENDING
from redemption.journeys.queries.journeys import journey_facts
from redemption.journeys.states import JourneyState
from redemption.notices import about_line
from redemption.states import LineState


def write_price_asked(line_id: int, seq: int, *, at: datetime) -> None:
    """Ask whether they want it at today's price; nothing when that was settled meanwhile."""
    journey, about = journey_facts(line_id), about_line(line_id)
    if journey is None or journey.state is not JourneyState.PRICE_ASKED:
        return
    write_letter(
        "journey_price",
        to=about.asker,
        key=f"journey_price:{line_id}:{seq}",
        at=at,
        about=about,
        journey=journey,
    )


def write_ending(line_id: int, until: date, *, at: datetime) -> None:
    """Warn who is to book it that its price ends soon, once for each end."""
    journey, about = journey_facts(line_id), about_line(line_id)
    owner_id = session().scalar(
        sa.select(FulfillmentTask.owner_id).where(FulfillmentTask.line_id == line_id)
    )
    if journey is None or owner_id is None:
        return
    write_letter(
        ENDING,
        to=person(owner_id),
        key=f"{ENDING}:{line_id}:{until.isoformat()}",
        at=at,
        about=about,
        journey=journey,
    )


def write_changed(line_id: int, seq: int, *, at: datetime) -> None:
    """Tell what is booked otherwise now; nothing when the trip is off."""
    journey, about = journey_facts(line_id), about_line(line_id)
    if journey is None or about.state is not LineState.FULFILLED:
        return
    made = next((one for one in journey.bookings if one.seq == seq), None)
    if made is None:
        return
    write_letter(
        "journey_changed",
        to=about.asker,
        key=f"journey_changed:{line_id}:{seq}",
        at=at,
        about=about,
        journey=journey,
        made=made,
    )
