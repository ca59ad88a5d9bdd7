"""What somebody carries and what is wrong with it for this journey, said to who fills it in."""

from datetime import date

from redemption.travel.registration.views.doors import Door
from redemption.travel.vault.checks import Finding, Journey
from redemption.travel.vault.errors import NoTraveler
from redemption.travel.vault.queries import findings_for, subject_of


def in_the_way(door: Door, *, today: date) -> list[Finding]:
    """What is kept and does not do for this journey; what is missing the list of tasks says."""
    party, member = door.party, door.member
    keeper = member.subject_id if member.employee_id is None else subject_of(member.employee_id)
    if keeper is None:
        return []
    journey = Journey(
        starts_on=party.starts_on,
        ends_on=party.ends_on,
        country=party.country or "",
        youngest=party.guest_age if member.is_guest else 0,
    )
    try:
        found = findings_for(keeper, journey, today=today)
    except NoTraveler:
        return []
    return [one for one in found if not one.is_missing]
