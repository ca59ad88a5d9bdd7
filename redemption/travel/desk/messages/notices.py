"""The letter of a message: to who goes, or for a guest to who brings them."""

from datetime import datetime

from marketplace.kernel.db import session
from marketplace.people.queries import person
from marketplace.web.letters import write_letter
from redemption.travel.desk.messages.models import TripMessage
from redemption.travel.desk.messages.operations import note_written
from redemption.travel.desk.messages.policies import filled
from redemption.travel.desk.messages.queries import Facts


def write_message(message_id: int, traveler_id: int, facts: Facts, *, at: datetime) -> bool:
    """Write to one reader, once; False when they have it.

    Whoever left the company, has no address or does not go any more gets none, and that is noted.
    """
    message = session().get_one(TripMessage, message_id)
    who = facts.people.get(traveler_id)
    reader = person(who.host_id) if who is not None else None
    can_read = reader is not None and reader.is_active and bool(reader.email)
    if not note_written(message_id, traveler_id, is_unreachable=not can_read, at=at):
        return False
    if who is None or reader is None or not can_read:
        return True
    values = facts.values(traveler_id)
    write_letter(
        "trip_message",
        to=reader,
        key=f"trip_message:{message_id}:{traveler_id}",
        at=at,
        words=filled(message.subject, values),
        paragraphs=[one for one in filled(message.text, values).splitlines() if one.strip()],
        guest=who.called if who.is_guest else "",
    )
    return True
