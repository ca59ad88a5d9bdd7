"""Registrations as travelers, their guests and planners see them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from catalog.models import Departure, Reward
from catalog.trips.models import ItineraryItem, Trip
from catalog.trips.terms import USUAL
from marketplace.access.actor import Actor
from marketplace.kernel.db import session
from marketplace.kernel.drawing import sha256_of
from marketplace.people.models import Employee
from redemption.bookings.models import Booking, Traveler
from redemption.bookings.states import IN_FORCE, BookingState
from redemption.travel.registration.errors import LinkIsOver, NoSuchRegistration
from redemption.travel.registration.models import (
    GuestLink,
    Registration,
    Reopening,
    RoomWish,
    SectionDeadline,
    SectionDone,
    TravelWish,
)
from redemption.travel.registration.policies import Wish, due_on, is_over
from redemption.travel.registration.states import Bed, RegistrationState, Section
from redemption.travel.vault import queries as vault
from redemption.travel.vault.errors import NoTraveler
from redemption.travel.vault.models import VaultEntry
from redemption.travel.vault.states import VaultField


@dataclass(frozen=True, slots=True)
class SectionRow:
    """One section of one traveler. `done_at` none: not finished yet."""

    section: Section
    done_at: datetime | None
    due_on: date

    @property
    def is_done(self) -> bool:
        """Whether it was finished."""
        return self.done_at is not None

    def is_open(self, at: datetime) -> bool:
        """Whether its last day is not over."""
        return not is_over(self.due_on, at)


Marks = Mapping[tuple[str, int, Section], Any]
"""What is `done` of a traveler, `due` on a departure and open `until` for a traveler."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Registrant:
    """What says which sections somebody fills in and until when; `since_on`: they go since then."""

    traveler_id: int
    variant_id: int
    is_guest: bool
    has_choices: bool
    starts_on: date
    since_on: date


def sections_of(who: Registrant, marks: Marks) -> tuple[SectionRow, ...]:
    """What somebody fills in, in the order of the page."""
    return tuple(
        SectionRow(
            one,
            marks.get(("done", who.traveler_id, one)),
            due_on(
                one,
                starts_on=who.starts_on,
                booked_on=who.since_on,
                set_on=marks.get(("due", who.variant_id, one)),
                until_on=marks.get(("until", who.traveler_id, one)),
            ),
        )
        for one in Section
        if (one.is_for_all or not who.is_guest)
        and (who.has_choices or one is not Section.ACTIVITIES)
    )


def left_of(sections: Iterable[SectionRow], at: datetime) -> list[SectionRow]:
    """What is missing and can still be done, the most urgent first."""
    missing = (row for row in sections if not row.is_done and row.is_open(at))
    return sorted(missing, key=lambda row: row.due_on)


@dataclass(frozen=True, slots=True)
class Member:
    """One traveler of a booking with their registration. `link_series` none: no link holds.

    `guest` is which guest in a row has this place, since `opened_at`.
    """

    traveler_id: int
    position: int
    employee_id: int | None
    name: str
    guest: int
    opened_at: datetime | None
    subject_id: int | None
    state: RegistrationState
    sent_at: datetime | None
    tells_hotel: bool
    link_series: int | None
    link_ends_at: datetime | None
    sections: tuple[SectionRow, ...]

    @property
    def is_guest(self) -> bool:
        """Whether they come along."""
        return self.employee_id is None

    @property
    def is_sent(self) -> bool:
        """Whether those who plan the trip have it."""
        return self.state is RegistrationState.SENT

    def section(self, section: Section) -> SectionRow:
        """One section. Raises NoSuchRegistration where they have none of this kind."""
        for row in self.sections:
            if row.section is section:
                return row
        raise NoSuchRegistration

    @property
    def done(self) -> set[Section]:
        """What is finished."""
        return {row.section for row in self.sections if row.is_done}

    def left(self, at: datetime) -> list[SectionRow]:
        """What is missing and can still be done, the most urgent first."""
        return left_of(self.sections, at)

    def late(self, at: datetime) -> list[SectionRow]:
        """What is missing and can't be done any more without the planner."""
        return [row for row in self.sections if not row.is_done and not row.is_open(at)]


@dataclass(frozen=True, slots=True)
class Party:
    """A booking on a departure with everyone on it."""

    booking_id: int
    reference: str
    state: BookingState
    booked_at: datetime
    employee_id: int
    host: str
    variant_id: int
    slug: str
    name: str
    art: dict[str, Any]
    photo: dict[str, Any]
    place: str
    country: str | None
    starts_on: date
    ends_on: date
    cutoff_on: date
    guest_age: int
    members: tuple[Member, ...]

    @property
    def is_in_force(self) -> bool:
        """Whether they still go."""
        return self.state in IN_FORCE

    def member(self, position: int) -> Member:
        """One of them, the employee first. Raises NoSuchRegistration."""
        for one in self.members:
            if one.position == position:
                return one
        raise NoSuchRegistration

    def may_replace(self, on: date, *, plans: bool = False) -> bool:
        """Whether another guest may come: until the cut-off, and for planners until it leaves."""
        return self.is_in_force and on < self.starts_on and (plans or on <= self.cutoff_on)

    @property
    def guests(self) -> tuple[Member, ...]:
        """Who comes along."""
        return tuple(one for one in self.members if one.is_guest)

    def called(self, member: Member) -> str:
        """What to call somebody: a guest without a name by their host's."""
        return member.name or f"Guest{self._number(member)} of {self.host}"

    def to_host(self, member: Member, *, begins: bool = False) -> str:
        """The same in words to who booked; `begins` a sentence or a title."""
        yours = "Your guest" if begins else "your guest"
        return member.name or f"{yours}{self._number(member)}"

    def _number(self, member: Member) -> str:
        return f" {member.position - 1}" if len(self.members) > 2 else ""


HAS_CHOICES = (
    sa.exists()
    .where(ItineraryItem.variant_id == Booking.variant_id, ItineraryItem.is_choice)
    .correlate(Booking)
)
_PARTY: sa.Select[*tuple[Any, ...]] = (
    sa.select(
        Booking.id.label("booking_id"),
        Booking.reference,
        Booking.state,
        Booking.made_at.label("booked_at"),
        Booking.employee_id,
        Employee.name.label("host"),
        Booking.variant_id,
        Reward.slug,
        Reward.name,
        Reward.art,
        Reward.photo,
        Departure.place,
        Departure.country,
        Departure.starts_on,
        Departure.ends_on,
        Departure.cutoff_on,
        sa.func.coalesce(Trip.guest_age, USUAL.guest_age).label("guest_age"),
        HAS_CHOICES.label("has_choices"),
        Traveler.id.label("traveler_id"),
        Traveler.position,
        Traveler.employee_id.label("own_id"),
        Traveler.name.label("called"),
        sa.func.coalesce(Registration.guest, 1).label("guest"),
        Registration.opened_at,
        Registration.subject_id,
        Registration.state.label("registered"),
        Registration.sent_at,
        Registration.tells_hotel,
        GuestLink.series,
        GuestLink.expires_at,
    )
    .join(Employee, Employee.id == Booking.employee_id)
    .join(Reward, Reward.id == Booking.trip_id)
    .join(Departure, Departure.variant_id == Booking.variant_id)
    .join(Traveler, Traveler.booking_id == Booking.id)
    .outerjoin(Trip, Trip.reward_id == Reward.id)
    .outerjoin(Registration, Registration.traveler_id == Traveler.id)
    .outerjoin(
        GuestLink,
        sa.and_(GuestLink.traveler_id == Traveler.id, GuestLink.revoked_at.is_(None)),
    )
)
_FACTS = tuple(name for name in Party.__dataclass_fields__ if name != "members")


def my_party(actor: Actor, reference: str) -> Party:
    """A booking of one's own on a group trip. Raises NoSuchRegistration."""
    return _party(Booking.reference == reference, Booking.employee_id == actor.employee_id)


def party_of(booking_id: int) -> Party:
    """Anybody's, for letters and planners. Raises NoSuchRegistration."""
    return _party(Booking.id == booking_id)


def party_with(traveler_id: int) -> tuple[Party, Member]:
    """A traveler with whom they go. Raises NoSuchRegistration."""
    here = sa.select(Traveler.booking_id).where(Traveler.id == traveler_id).scalar_subquery()
    party = _party(Booking.id == here)
    return party, next(one for one in party.members if one.traveler_id == traveler_id)


def party_by_link(token: str, *, at: datetime) -> tuple[Party, Member]:
    """The guest whose link it is. Raises LinkIsOver, also for one that never was."""
    held = sa.select(GuestLink.traveler_id).where(
        GuestLink.token_hash == sha256_of(token.encode()), link_in_force(at)
    )
    traveler_id = session().scalar(held)
    if traveler_id is None:
        raise LinkIsOver
    return party_with(traveler_id)


def link_in_force(at: datetime) -> sa.ColumnElement[bool]:
    """Whether the link of a guest holds at a moment: neither ended nor replaced nor over."""
    return sa.and_(GuestLink.revoked_at.is_(None), GuestLink.expires_at > at)


def holds(member: Member, *, at: datetime) -> bool:
    """Whether the link by which a guest came in still holds."""
    live = sa.exists().where(
        GuestLink.traveler_id == member.traveler_id,
        GuestLink.series == member.link_series,
        link_in_force(at),
    )
    return session().scalar(sa.select(live)) is True


def _party(*which: sa.ColumnElement[bool]) -> Party:
    found = _parties(_PARTY.where(*which).order_by(Traveler.position))
    if not found:
        raise NoSuchRegistration
    return found[0]


def parties_on(variant_id: int) -> list[Party]:
    """Everyone in force on a departure, by the name of who booked."""
    there = _PARTY.where(Booking.variant_id == variant_id, Booking.state.in_(IN_FORCE))
    return _parties(there.order_by(Employee.name, Booking.id, Traveler.position))


def parties_ahead(*, on: date) -> list[Party]:
    """Everyone in force on departures that have not left."""
    ahead = _PARTY.where(Booking.state.in_(IN_FORCE), Departure.starts_on > on)
    return _parties(ahead.order_by(Booking.id, Traveler.position))


def my_parties(actor: Actor, *, on: date) -> list[Party]:
    """One's own bookings in force on trips that are not over, the next first."""
    mine = _PARTY.where(
        Booking.employee_id == actor.employee_id,
        Booking.state.in_(IN_FORCE),
        Departure.ends_on >= on,
    )
    return _parties(mine.order_by(Departure.starts_on, Booking.id, Traveler.position))


def _parties(asked: sa.Select[*tuple[Any, ...]]) -> list[Party]:
    rows = session().execute(asked).all()
    if not rows:
        return []
    marks = _marks([row.traveler_id for row in rows], {row.variant_id for row in rows})
    found: dict[int, list[Any]] = {}
    for row in rows:
        found.setdefault(row.booking_id, []).append(row)
    return [
        Party(
            **{name: getattr(mine[0], name) for name in _FACTS},
            members=tuple(_member(row, marks) for row in mine),
        )
        for mine in found.values()
    ]


def _marks(ids: Sequence[int], variant_ids: Iterable[int]) -> Marks:
    """What was finished, until when it can be, and what was opened again, in one statement."""
    no_day, no_time = (
        sa.cast(sa.null(), sa.Date()),
        sa.cast(sa.null(), SectionDone.done_at.type),
    )
    done = sa.select(
        sa.literal("done"), SectionDone.traveler_id, SectionDone.section,
        SectionDone.done_at, no_day,
    ).where(SectionDone.traveler_id.in_(ids))  # fmt: skip
    due = sa.select(
        sa.literal("due"), SectionDeadline.variant_id, SectionDeadline.section,
        no_time, SectionDeadline.due_on,
    ).where(SectionDeadline.variant_id.in_(sorted(variant_ids)))  # fmt: skip
    until = sa.select(
        sa.literal("until"), Reopening.traveler_id, Reopening.section,
        no_time, sa.func.max(Reopening.until_on),
    ).where(Reopening.traveler_id.in_(ids)).group_by(
        Reopening.traveler_id, Reopening.section
    )  # fmt: skip
    return {
        (kind, about, Section(section)): moment or day
        for kind, about, section, moment, day in session().execute(sa.union_all(done, due, until))
    }


def _member(row: Any, marks: Marks) -> Member:
    since = row.opened_at if row.guest > 1 else row.booked_at
    who = Registrant(
        traveler_id=row.traveler_id,
        variant_id=row.variant_id,
        is_guest=row.own_id is None,
        has_choices=row.has_choices,
        starts_on=row.starts_on,
        since_on=since.date(),
    )
    return Member(
        traveler_id=row.traveler_id,
        position=row.position,
        employee_id=row.own_id,
        name=row.called,
        guest=row.guest,
        opened_at=row.opened_at,
        subject_id=row.subject_id,
        state=row.registered or RegistrationState.OPEN,
        sent_at=row.sent_at,
        tells_hotel=bool(row.tells_hotel),
        link_series=row.series,
        link_ends_at=row.expires_at,
        sections=sections_of(who, marks),
    )


@dataclass(frozen=True, slots=True)
class RoomWished:
    """How a party would like to sleep; see `models.RoomWish`. `with_name` is who that is."""

    room_type_id: int | None
    bed: Bed
    with_id: int | None
    with_text: str
    with_name: str


def travel_wish(traveler_id: int) -> Wish | None:
    """How a party would like to travel; None before they said so."""
    row = session().get(TravelWish, traveler_id, populate_existing=True)
    if row is None:
        return None
    return Wish(**{name: getattr(row, name) for name in Wish.__dataclass_fields__})


def room_wish(traveler_id: int) -> RoomWished | None:
    """How a party would like to sleep; None before they said so."""
    row = (
        session()
        .execute(
            sa.select(
                RoomWish.room_type_id,
                RoomWish.bed,
                RoomWish.with_id,
                RoomWish.with_text,
                sa.func.coalesce(Traveler.name, ""),
            )
            .outerjoin(Traveler, Traveler.id == RoomWish.with_id)
            .where(RoomWish.traveler_id == traveler_id)
        )
        .one_or_none()
    )
    return RoomWished(*row) if row else None


def traveler_called(variant_id: int, text: str, *, but: int) -> int | None:
    """The employee in force on a departure whom a name or an e-mail address means, if only one."""
    said = " ".join(text.split()).casefold()
    rows = session().scalars(
        sa.select(Traveler.id)
        .join(Booking, Booking.id == Traveler.booking_id)
        .join(Employee, Employee.id == Traveler.employee_id)
        .where(
            Booking.variant_id == variant_id,
            Booking.state.in_(IN_FORCE),
            Booking.id != but,
            sa.or_(sa.func.lower(Employee.name) == said, sa.func.lower(Employee.email) == said),
        )
        .limit(2)
    )
    found = list(rows)
    return found[0] if len(found) == 1 else None


def set_deadlines(variant_id: int) -> dict[Section, date]:
    """The last days that the planner set for a departure."""
    rows = session().execute(
        sa.select(SectionDeadline.section, SectionDeadline.due_on).where(
            SectionDeadline.variant_id == variant_id
        )
    )
    return {row[0]: row[1] for row in rows}


def fields_kept(subject_id: int) -> set[VaultField]:
    """Which fields are kept of a traveler; no value is opened."""
    kept = sa.select(VaultEntry.field).where(VaultEntry.subject_id == subject_id)
    return set(session().scalars(kept))


def kept_of(member: Member) -> tuple[vault.Traveler | None, list[vault.KeptValue]]:
    """What the vault keeps of a traveler, masked, and until when; nothing where nothing is."""
    try:
        if member.employee_id is not None:
            return vault.traveler_of(Actor.system(), member.employee_id)
        if member.subject_id is not None:
            return vault.traveler_with(Actor.system(), member.subject_id)
    except NoTraveler:
        pass
    return None, []
