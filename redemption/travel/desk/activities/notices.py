"""The letter about a place on an activity that a planner gave, changed or took."""

from datetime import datetime

from marketplace.people.queries import person
from marketplace.web.letters import page_link, write_letter
from redemption.travel.registration.queries import party_with


def write_moved(traveler_id: int, was: str, to: str, *, at: datetime) -> None:
    """Tell who holds the booking; nothing when it is given back."""
    party, member = party_with(traveler_id)
    reader = person(party.employee_id)
    if not party.is_in_force or not reader.is_active:
        return
    write_letter(
        "activity_moved",
        to=reader,
        key=f"activity_moved:{traveler_id}:{at.isoformat()}",
        at=at,
        trip=party,
        guest=party.called(member) if member.is_guest else "",
        was=was,
        now=to,
        href=page_link("registration.show", reference=party.reference),
    )
