"""Journeys as their person and the travel desk see them: what was asked, what was booked."""

import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from catalog.models import PriceVersion, Variant
from catalog.queries.offers import current_price_id
from marketplace.access.actor import Actor
from marketplace.kernel.db import session
from marketplace.kernel.errors import NotFound
from marketplace.kernel.json_rows import moment_in, rows_as_json, rows_in
from marketplace.people.models import Employee
from marketplace.web.filters import day
from redemption.fulfillment.models import FulfillmentTask
from redemption.fulfillment.states import VIEWS, TaskState, View, Work
from redemption.journeys.models import (
    Journey,
    JourneyBooking,
    JourneyDocument,
)
from redemption.journeys.states import JourneyState
from redemption.models import RedemptionLine
from redemption.states import GIVEN_BACK, LineState

LISTED = 200
_Cover = aliased(Employee)
_AskedBy = aliased(Employee)
_Before = aliased(RedemptionLine)
_AfterJourney = aliased(Journey)
_After = aliased(RedemptionLine)


@dataclass(frozen=True, slots=True)
class BookedRow:
    """What was booked, once. `note` says why it was changed."""

    seq: int
    starts_on: date
    ends_on: date
    operator: str
    confirmation: str
    parts: tuple[str, ...]
    note: str
    booked_at: datetime


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """One document, by its number; `seq` is that of the booking it came with."""

    id: int
    seq: int
    name: str
    size: int
    added_at: datetime

    @property
    def size_words(self) -> str:
        """`84 kB`, `1.2 MB`."""
        if self.size < 1_000_000:
            return f"{max(1, round(self.size / 1_000)):,} kB"
        return f"{self.size / 1_000_000:.1f} MB"


@dataclass(frozen=True, slots=True)
class JourneyFacts:
    """Dates that were asked for, and what became of them."""

    line_id: int
    variant_id: int
    reference: str
    name: str
    place: str
    line_state: LineState
    points: int
    first_on: date
    second_on: date | None
    nights: int
    travelers: int
    cover: str
    guaranteed_until: date
    state: JourneyState
    words: str
    asked_by: str
    answer_by: datetime | None
    instead_of: str
    replaced_by: str
    bookings: tuple[BookedRow, ...]  # the one that holds first
    documents: tuple[DocumentRow, ...]

    @property
    def ends_on(self) -> date:
        """The day they would come back."""
        return self.first_on + timedelta(days=self.nights)

    @property
    def booked(self) -> BookedRow | None:
        """What holds now."""
        return self.bookings[0] if self.bookings else None

    @property
    def differences(self) -> tuple[str, ...]:
        """What was booked otherwise than it was asked for first, in words."""
        if self.booked is None:
            return ()
        said, made = [], self.booked
        nights = (made.ends_on - made.starts_on).days
        if made.starts_on != self.first_on:
            second = ", your second choice" if made.starts_on == self.second_on else ""
            said.append(f"From {day(made.starts_on)}{second}, instead of {day(self.first_on)}")
        if nights != self.nights:
            said.append(f"{_nights(nights)} instead of {self.nights}")
        return tuple(said)

    def is_over(self, today: date) -> bool:
        """Whether the price is guaranteed no longer, before anything was booked."""
        is_open = self.state in {JourneyState.WISHED, JourneyState.DATES_ASKED}
        return is_open and today > self.guaranteed_until

    @property
    def may_choose(self) -> bool:
        """Whether the person is asked for something they can still do."""
        if self.state is JourneyState.DATES_ASKED:
            return self.line_state is LineState.PENDING_APPROVAL
        return self.state is JourneyState.PRICE_ASKED and self.line_state not in GIVEN_BACK


def _nights(number: int) -> str:
    return f"{number} night{'' if number == 1 else 's'}"


def has_dates() -> sa.ColumnElement[bool]:
    """Whether a line is a package whose dates were asked for."""
    return sa.exists().where(Journey.line_id == RedemptionLine.id)


def journey_facts(line_id: int) -> JourneyFacts | None:
    """The journey of a line; None where it is no package. Whose it is, the caller has found."""
    row = session().execute(_FACTS.where(Journey.line_id == line_id)).one_or_none()
    return _facts(row) if row else None


def own_journey(actor: Actor, line_id: int) -> JourneyFacts | None:
    """One's own journey; None for anyone else's."""
    own = _FACTS.where(Journey.line_id == line_id, Journey.employee_id == actor.employee_id)
    row = session().execute(own).one_or_none()
    return _facts(row) if row else None


def own_journey_named(actor: Actor, reference: str) -> JourneyFacts:
    """One's own journey by the name of its line. Raises NotFound for anyone else's."""
    own = (RedemptionLine.reference == reference, Journey.employee_id == actor.employee_id)
    row = session().execute(_FACTS.where(*own)).one_or_none()
    if row is None:
        raise NotFound("There is no such request, or it belongs to someone else.")
    return _facts(row)


def task_named(reference: str) -> int:
    """The task at the desk of a package that was asked for as `reference`. Raises NotFound."""
    task_id = session().scalar(
        sa.select(FulfillmentTask.id)
        .join(Journey, Journey.line_id == FulfillmentTask.line_id)
        .join(RedemptionLine, RedemptionLine.id == Journey.line_id)
        .where(RedemptionLine.reference == reference.upper(), FulfillmentTask.work == Work.BOOKING)
    )
    if task_id is None:
        raise NotFound("No travel package of such a request lies at the desk.")
    return task_id


def _facts(row: Any) -> JourneyFacts:
    journey, line = row.Journey, row.RedemptionLine
    return JourneyFacts(
        line_id=line.id,
        variant_id=line.variant_id,
        reference=line.reference,
        name=line.snapshot["name"],
        place=line.snapshot["departure"]["place"],
        line_state=line.state,
        points=line.points,
        first_on=journey.first_on,
        second_on=journey.second_on,
        nights=journey.nights,
        travelers=journey.travelers,
        cover=row.cover,
        guaranteed_until=journey.guaranteed_until,
        state=journey.state,
        words=journey.words,
        asked_by=row.asked_by or "",
        answer_by=journey.answer_by,
        instead_of=row.instead_of or "",
        replaced_by=row.replaced_by or "",
        bookings=tuple(_booked(*one) for one in sorted(rows_in(row.bookings), reverse=True)),
        documents=tuple(_document(*one) for one in sorted(rows_in(row.documents), reverse=True)),
    )


def _booked(seq: int, starts: str, ends: str, *told: Any) -> BookedRow:
    operator, confirmation, parts, note, at = told
    lines = parts if isinstance(parts, list) else json.loads(parts)
    days = date.fromisoformat
    return BookedRow(
        seq, days(starts), days(ends), operator, confirmation, tuple(lines), note, moment_in(at)
    )


def _document(seq: int, document_id: int, name: str, size: int, at: str) -> DocumentRow:
    return DocumentRow(document_id, seq, name, size, moment_in(at))


_BOOKINGS = rows_as_json(
    sa.select(
        JourneyBooking.seq,
        JourneyBooking.starts_on,
        JourneyBooking.ends_on,
        JourneyBooking.operator,
        JourneyBooking.confirmation,
        JourneyBooking.parts,
        JourneyBooking.note,
        JourneyBooking.booked_at,
    )
    .where(JourneyBooking.line_id == Journey.line_id)
    .correlate(Journey)
).label("bookings")
_DOCUMENTS = rows_as_json(
    sa.select(
        JourneyDocument.seq,
        JourneyDocument.id,
        JourneyDocument.name,
        JourneyDocument.size,
        JourneyDocument.added_at,
    )
    .where(JourneyDocument.line_id == Journey.line_id)
    .correlate(Journey)
).label("documents")
_FACTS = (
    sa.select(
        Journey,
        RedemptionLine,
        _Cover.name.label("cover"),
        _AskedBy.name.label("asked_by"),
        _Before.reference.label("instead_of"),
        _After.reference.label("replaced_by"),
        _BOOKINGS,
        _DOCUMENTS,
    )
    .join(RedemptionLine, RedemptionLine.id == Journey.line_id)
    .join(_Cover, _Cover.id == Journey.cover_id)
    .outerjoin(_AskedBy, _AskedBy.id == Journey.asked_by_id)
    .outerjoin(_Before, _Before.id == Journey.replaces_id)
    .outerjoin(_AfterJourney, _AfterJourney.replaces_id == Journey.line_id)
    .outerjoin(_After, _After.id == _AfterJourney.line_id)
)


@dataclass(frozen=True, slots=True)
class Prices:
    """What a package was promised for, and costs now, in points; none where it has no price."""

    promised: int
    today: int | None

    @property
    def more(self) -> int:
        """How much more it costs now; below 0: less."""
        return (self.today or self.promised) - self.promised


def prices_of(line_id: int, *, at: datetime) -> Prices:
    """What was promised for a line, and what it would cost the same person now."""
    line, asker = aliased(RedemptionLine), aliased(Employee)
    country = sa.select(asker.country).join(line, line.employee_id == asker.id)
    price = current_price_id(at, country.where(line.id == line_id).scalar_subquery())
    asked = (
        sa.select(RedemptionLine.quantity, RedemptionLine.unit_points, PriceVersion.points)
        .join(Variant, Variant.id == RedemptionLine.variant_id)
        .outerjoin(PriceVersion, PriceVersion.id == price)
        .where(RedemptionLine.id == line_id)
    )
    quantity, promised, today = session().execute(asked).one()
    return Prices(promised * quantity, None if today is None else today * quantity)


@dataclass(frozen=True, slots=True)
class DeskRow:
    """One package at the desk, and who acts next."""

    task_id: int
    reference: str
    name: str
    for_whom: str
    first_on: date
    nights: int
    guaranteed_until: date
    state: JourneyState
    task_state: TaskState
    owner: str

    def pile(self, today: date) -> str:
        """Where it lies, in words: `To book`, `Guarantee over`, `The person is asked`."""
        if self.state is JourneyState.BOOKED:
            return "Booked" if self.task_state is not TaskState.PROBLEM else "Problem"
        if self.state is JourneyState.PRICE_ASKED:
            return "The person is asked"
        if today > self.guaranteed_until:
            return "Guarantee over"
        return "Problem" if self.task_state is TaskState.PROBLEM else "To book"

    def who_acts(self, today: date) -> str:
        """Who has to do something next."""
        pile = self.pile(today)
        if pile == "The person is asked":
            return self.for_whom
        return "Nobody" if pile == "Booked" else self.owner or "The desk"


def at_the_desk() -> list[DeskRow]:
    """Packages that are to be booked or were, those whose price ends first on top."""
    person, owner = aliased(Employee), aliased(Employee)
    states = VIEWS[View.TO_DO] | VIEWS[View.PROBLEM] | {TaskState.BOOKED}
    rows = session().execute(
        sa.select(
            FulfillmentTask.id,
            RedemptionLine.reference,
            RedemptionLine.snapshot["name"].as_string(),
            person.name,
            Journey.first_on,
            Journey.nights,
            Journey.guaranteed_until,
            Journey.state,
            FulfillmentTask.state,
            sa.func.coalesce(owner.name, ""),
        )
        .join(Journey, Journey.line_id == FulfillmentTask.line_id)
        .join(RedemptionLine, RedemptionLine.id == Journey.line_id)
        .join(person, person.id == Journey.employee_id)
        .outerjoin(owner, owner.id == FulfillmentTask.owner_id)
        .where(FulfillmentTask.state.in_(states), FulfillmentTask.work == Work.BOOKING)
        .order_by(
            Journey.state == JourneyState.BOOKED, Journey.guaranteed_until, FulfillmentTask.id
        )
        .limit(LISTED)
    )
    return [DeskRow(*row) for row in rows]
