"""Letters about registrations, all of them to who booked: a guest's address is never kept."""

from datetime import date, datetime

from marketplace.kernel.db import session
from marketplace.people.queries import person
from marketplace.web.letters import page_link, write_letter
from redemption.travel.activities.queries import choices_of, places_of
from redemption.travel.registration.links import token_for
from redemption.travel.registration.models import Reopening
from redemption.travel.registration.policies import REMIND_DAYS
from redemption.travel.registration.queries import (
    Member,
    Party,
    SectionRow,
    parties_on,
    party_of,
    party_with,
)
from redemption.travel.registration.states import RegistrationState


def full_link(member: Member) -> str:
    """The whole address of a guest's link, to be passed on; empty where none holds."""
    if member.link_series is None:
        return ""
    token = token_for(member.traveler_id, member.link_series)
    return page_link("guest_registration.show", token=token)


def write_open(party: Party, *, at: datetime) -> None:
    """Registration begins: what is asked, until when, and the links of guests."""
    host = party.members[0]
    first = min((row.due_on for row in host.sections), default=party.starts_on)
    links = [
        (party.to_host(one, begins=True), link) for one in party.guests if (link := full_link(one))
    ]
    key = f"registration_open:{party.booking_id}"
    _write("registration_open", party, key=key, at=at, first=first, links=links)


def write_link(traveler_id: int, series: int, *, at: datetime) -> None:
    """The new link of a guest; nothing once there is a newer one."""
    party, member = party_with(traveler_id)
    if member.link_series != series:
        return
    key = f"registration_link:{traveler_id}:{series}"
    shown = {"guest": party.to_host(member), "ends_at": member.link_ends_at}
    _write("registration_link", party, key=key, at=at, link=full_link(member), **shown)


def write_sent(traveler_id: int, seq: int, *, at: datetime) -> None:
    """A registration has arrived, one's own or a guest's."""
    party, member = party_with(traveler_id)
    if member.state is not RegistrationState.SENT:
        return
    key = f"registration_sent:{traveler_id}:{seq}"
    guest = party.to_host(member) if member.is_guest else ""
    later = [row for row in member.sections if not row.is_done]
    _write("registration_sent", party, key=key, at=at, guest=guest, later=later)


def write_reopened(reopening_id: int, *, at: datetime) -> None:
    """A section is open again; why, and until when."""
    again = session().get_one(Reopening, reopening_id)
    party, member = party_with(again.traveler_id)
    shown = {"again": again, "guest": party.to_host(member) if member.is_guest else ""}
    key = f"registration_reopened:{reopening_id}"
    _write("registration_reopened", party, key=key, at=at, **shown)


def write_due(booking_id: int, *, at: datetime) -> None:
    """What is missing and due within seven days, and once more within two; each once."""
    party = party_of(booking_id)
    if not party.is_in_force:
        return
    missing = [
        (party.to_host(one, begins=True), rows)
        for one in party.members
        if (rows := _due(one, at)) is not None
    ]
    if not missing:
        return
    first = min(row.due_on for _, rows in missing for row in rows)
    days = _window(first, at.date())
    key = f"registration_due:{booking_id}:{first.isoformat()}:{days}"
    _write("registration_due", party, key=key, at=at, missing=missing, first=first)


def _due(member: Member, at: datetime) -> list[SectionRow] | None:
    rows = [row for row in member.left(at) if _window(row.due_on, at.date()) is not None]
    return rows or None


def _window(due_on: date, today: date) -> int | None:
    """Within how many days something is due, of those that people are reminded at."""
    left = (due_on - today).days
    return min((days for days in REMIND_DAYS if left <= days), default=None)


def write_drawn(variant_id: int, *, at: datetime) -> None:
    """The places are drawn: what each of a booking has a seat on."""
    names = {one.item_id: one.name for one in choices_of(variant_id)}
    parties = parties_on(variant_id)
    ids = [one.traveler_id for party in parties for one in party.members]
    places = places_of(ids)
    for party in parties:
        has = [
            (
                party.to_host(one, begins=True),
                [names[i] for i in sorted(places.get(one.traveler_id, ()))],
            )
            for one in party.members
        ]
        key = f"registration_drawn:{party.booking_id}"
        _write("registration_drawn", party, key=key, at=at, has=has)


def _write(notice: str, party: Party, *, key: str, at: datetime, **shown: object) -> None:
    reader = person(party.employee_id)
    if not reader.is_active:
        return
    href = page_link("registration.show", reference=party.reference)
    write_letter(notice, to=reader, key=key, at=at, trip=party, href=href, **shown)
