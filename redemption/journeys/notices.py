"""Letters about journeys: the price is guaranteed no longer, a booking was changed."""

from datetime import datetime

from marketplace.web.letters import write_letter
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
