"""Messages of a departure, whom they are for, and what each reader would read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from catalog.models import Departure, Reward, Variant
from marketplace.kernel.db import session
from marketplace.kernel.errors import NotFound
from marketplace.people.models import Employee
from redemption.travel.desk.funnel.policies import OF_TRAVELERS, Stage
from redemption.travel.desk.funnel.queries import progress_of
from redemption.travel.desk.messages.models import TripMessage, TripMessageReader
from redemption.travel.desk.messages.policies import NOT_YET
from redemption.travel.desk.messages.states import MessageState
from redemption.travel.desk.queries import OnTrip, travelers_on
from redemption.travel.desk.rooming.queries import rooming_of
from redemption.travel.desk.tickets.queries import TicketRow, ticket_rows
from redemption.travel.desk.tickets.states import Direction
from redemption.travel.desk.transfers.queries import transfers_on

EVERYONE, LIST = "everyone", "list"


@dataclass(frozen=True, slots=True)
class MessageRow:
    """One message, with how many it is for and how many got it so far."""

    id: int
    audience: str
    subject: str
    text: str
    send_at: datetime
    state: MessageState
    who: str
    readers: int
    written: int
    unreachable: int


def audiences() -> list[tuple[str, str]]:
    """Whom a message can be for: everyone, or who still lacks something."""
    return [
        (EVERYONE, "Everyone who goes"),
        *((f"no-{stage.value}", _lacking(stage)) for stage in OF_TRAVELERS),
        (LIST, "The people ticked below"),
    ]


def _lacking(stage: Stage) -> str:
    return f"Who has: {stage.missing}"


def people_for(variant_id: int, audience: str) -> list[OnTrip]:
    """Whom an audience means now. Raises NotFound for one that does not exist."""
    if audience == EVERYONE:
        return travelers_on(variant_id)
    for stage in OF_TRAVELERS:
        if audience == f"no-{stage.value}":
            return [one.who for one in progress_of(variant_id) if stage not in one.reached]
    raise NotFound("There are no such readers.")


def messages_of(variant_id: int) -> list[MessageRow]:
    """The messages of a departure, the newest first."""
    rows = session().execute(
        _messages().where(TripMessage.variant_id == variant_id).order_by(TripMessage.id.desc())
    )
    return [MessageRow(*row) for row in rows]


def message_of(variant_id: int, message_id: int) -> MessageRow:
    """One of them. Raises NotFound."""
    one = TripMessage.id == message_id, TripMessage.variant_id == variant_id
    row = session().execute(_messages().where(*one)).one_or_none()
    if row is None:
        raise NotFound("There is no such message. The desk shows every message of this departure.")
    return MessageRow(*row)


def _messages() -> sa.Select:  # pyright: ignore[reportMissingTypeArgument]
    counts = [
        sa.select(sa.func.count())
        .where(TripMessageReader.message_id == TripMessage.id, *which)
        .correlate(TripMessage)
        .scalar_subquery()
        for which in (
            (),
            (TripMessageReader.written_at.is_not(None),),
            (TripMessageReader.is_unreachable.is_(True),),
        )
    ]
    names = ("id", "audience", "subject", "text", "send_at", "state")
    return sa.select(
        *(getattr(TripMessage, name) for name in names),
        sa.func.coalesce(Employee.name, "Laurel"),
        *counts,
    ).outerjoin(Employee, Employee.id == TripMessage.made_by_id)


def due_messages(at: datetime) -> list[int]:
    """Ids of messages whose time has come, and of those that are being sent."""
    planned = sa.and_(TripMessage.state == MessageState.PLANNED, TripMessage.send_at <= at)
    going = TripMessage.state == MessageState.SENDING
    return list(
        session().scalars(
            sa.select(TripMessage.id).where(sa.or_(planned, going)).order_by(TripMessage.id)
        )
    )


def unwritten(message_id: int) -> list[int]:
    """The readers of a message who have no letter yet, by traveler."""
    return list(
        session().scalars(
            sa.select(TripMessageReader.traveler_id)
            .where(
                TripMessageReader.message_id == message_id,
                TripMessageReader.written_at.is_(None),
                TripMessageReader.is_unreachable.is_(False),
            )
            .order_by(TripMessageReader.traveler_id)
        )
    )


@dataclass(frozen=True)
class Facts:
    """What the fields of a message are filled in from, for everyone on a departure."""

    trip: str
    place: str
    starts_on: date
    ends_on: date
    people: Mapping[int, OnTrip]
    rooms: Mapping[int, str]
    flights: Mapping[int, Sequence[TicketRow]]
    transfers: Mapping[int, str]

    def values(self, traveler_id: int) -> dict[str, str]:
        """Every field for one traveler."""
        who = self.people[traveler_id]
        return {
            "first name": who.called.split()[0] if who.name else who.called,
            "name": who.called,
            "trip": self.trip,
            "place": self.place,
            "first day": f"{self.starts_on:%-d %B %Y}",
            "last day": f"{self.ends_on:%-d %B %Y}",
            "booking": who.reference,
            "room": self.rooms.get(traveler_id, NOT_YET),
            "flight": self._flight(traveler_id, Direction.OUT),
            "flight home": self._flight(traveler_id, Direction.HOME),
            "transfer": self.transfers.get(traveler_id, NOT_YET),
        }

    def _flight(self, traveler_id: int, direction: Direction) -> str:
        legs = [row for row in self.flights.get(traveler_id, ()) if row.direction is direction]
        if not legs:
            return NOT_YET
        first = legs[0]
        hours = f"{first.departs_on:%-d %B} at {first.departs_at:%H:%M}"
        return f"{first.flight} from {first.from_airport} on {hours}"


def facts_of(variant_id: int) -> Facts:
    """What fields are filled in from, in a handful of statements whatever the number of people."""
    row = (
        session()
        .execute(
            sa.select(Reward.name, Departure.place, Departure.starts_on, Departure.ends_on)
            .join(Variant, Variant.reward_id == Reward.id)
            .join(Departure, Departure.variant_id == Variant.id)
            .where(Variant.id == variant_id)
        )
        .one()
    )
    flights: dict[int, list[TicketRow]] = {}
    for ticket in ticket_rows(variant_id):
        flights.setdefault(ticket.traveler_id, []).append(ticket)
    rides: dict[int, str] = {}
    for bus in transfers_on(variant_id, row.starts_on).transfers:
        hour = f" at {bus.starts_at:%H:%M}" if bus.starts_at else ""
        for who in bus.people:
            rides.setdefault(who.id, f"{bus.name}{hour}")
    people = {who.id: who for who in travelers_on(variant_id)}
    return Facts(
        trip=row.name,
        place=row.place,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        people=people,
        rooms=rooming_of(variant_id).label_of,
        flights=flights,
        transfers=rides,
    )
