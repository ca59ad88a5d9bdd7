"""Files of the agency and of the hotel: tickets of travelers, and confirmed bookings."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from typing import Any, TypeVar

from catalog.operations.deeds import locked_variant
from catalog.trips.queries.planner import departure_address, departure_choices
from marketplace.access.actor import Actor
from marketplace.access.roles import Permission
from marketplace.imports.registry import (
    Example,
    Files,
    Found,
    Option,
    Run,
    only_for,
    register,
)
from marketplace.imports.small import Line, Outcome, lines_of, tried
from marketplace.kernel.errors import NotAllowed
from marketplace.kernel.parsing import CannotRead, read_clock
from marketplace.kernel.tabular import RowError
from marketplace.kernel.tabular.problems import row_error
from marketplace.people.queries import actor_of
from redemption.travel.desk.queries import travelers_on
from redemption.travel.desk.tickets import operations
from redemption.travel.desk.tickets.policies import (
    Flight,
    Matcher,
    arrival_day,
    flight_day,
    read_airport,
    read_direction,
    read_flight,
    read_leg,
)
from redemption.travel.invitations.queries.standing import departure_of, departure_with

T = TypeVar("T")

DEPARTURE, COMPLETE = "departure", "complete"


def _departure(endpoint: str) -> Option:
    """Whose travelers a file is about, and the page where they stand afterwards."""
    return Option(
        DEPARTURE,
        "Departure",
        "Whose travelers it is about.",
        departure_choices,
        is_needed=True,
        page=lambda sku: (endpoint, departure_address(sku)),
    )


def _variant_of(run: Run) -> int:
    return departure_with(str(run.options[DEPARTURE]))


def _may(actor: Actor) -> None:
    if actor.employee_id and not actor_of(actor.employee_id).may(Permission.CATALOG_MANAGE):
        raise NotAllowed("Only who plans trips can import this.")


class TicketsImporter:
    """Flights of travelers, one row for each flight of each person."""

    kind = "tickets"
    title = "Tickets of a trip"
    lead = (
        "Flights of the travelers of one departure, one row for each flight of each person. "
        "The same file twice changes nothing, a corrected one corrects."
    )
    count_labels = {  # noqa: RUF012  read only
        "new": "new flights",
        "changed": "changed",
        "unchanged": "unchanged",
        "gone": "missing from the file, taken out",
    }
    options: Sequence[Option] = (
        _departure("tickets.show"),
        Option(
            COMPLETE,
            "The file holds every flight of the departure",
            "Flights that are missing from it are taken out.",
        ),
    )
    example = Example(
        file_name="tickets-example.csv",
        file="""\
Traveler,Way,Flight,From,To,Date,Departs,Arrives,Locator,Name on ticket,Ticket
B-7KQ2MX/1,out,LH1170,FRA,LIS,2027-05-13,09:10,11:05,K7QX2M,LINDQVIST/NORA MRS,220-1234567890
B-7KQ2MX/1,home,LH1173,LIS,FRA,2027-05-16,18:20,22:15,K7QX2M,LINDQVIST/NORA MRS,220-1234567890
""",
        profile="""\
kind = "tickets"

[columns]                    # on the left Laurel's word, on the right your heading
traveler = "Traveler"        # the number at the desk; or name = "…" where names are enough
direction = "Way"            # out or home
# leg = "Leg"                # 1, 2, … where somebody changes planes
flight = "Flight"
from_airport = "From"
to_airport = "To"
departs_on = "Date"
departs_at = "Departs"       # by the time there
arrives_at = "Arrives"
# arrives_on = "Arrives on"  # where it is another day
locator = "Locator"
ticket_name = "Name on ticket"
ticket_number = "Ticket"
""",
    )

    def rows(self, run: Run, files: Files) -> Iterator[Line | RowError]:
        """The rows of the file as text; what they mean is found out by `check`."""
        return lines_of(run, files)

    def stage(self, run: Run, rows: Sequence[Line]) -> None:
        """Keep a batch of rows."""
        operations.stage_tickets(run.id, [(row.line, row.values) for row in rows])

    def check(self, run: Run, *, at: datetime) -> Found:
        """Say what would happen; nothing stays."""
        return tried(lambda: self._take(run, at))

    def apply(self, run: Run, *, actor: Actor, at: datetime) -> Found:
        """Take the flights in. Raises NotAllowed for who does not plan trips."""
        _may(actor)
        locked_variant(_variant_of(run))  # two files at once: the second sees what the first wrote
        outcome, about = self._take(run, at), _variant_of(run)
        operations.note_import(actor, "tickets.import", about, run.id, outcome.taken, at=at)
        return outcome.found

    def _take(self, run: Run, at: datetime) -> Outcome:
        variant_id = _variant_of(run)
        matcher, starts_on = Matcher(travelers_on(variant_id)), departure_of(variant_id).starts_on
        wanted: dict[tuple[Any, ...], tuple[int, Flight]] = {}
        problems: list[RowError] = []
        for line, values in operations.staged_tickets(run.id):
            found = _read(line, values, matcher, starts_on)
            if isinstance(found, RowError):
                problems.append(found)
                continue
            key = (found[0], found[1].direction, found[1].leg)
            if key in wanted:
                problems.append(_twice(line, values))
            wanted.setdefault(key, found)
        is_complete = bool(run.options.get(COMPLETE)) and not problems
        taken = operations.take_tickets(variant_id, wanted.values(), is_complete=is_complete, at=at)
        return Outcome(taken, problems)

    def forget(self, run_id: int) -> None:
        """Delete the kept rows of a run."""
        operations.forget_tickets(run_id)


def _twice(line: int, values: dict[str, str]) -> RowError:
    return row_error(
        line,
        "leg",
        values.get("leg", ""),
        "Another row has a flight of the same person, way and number.",
        "A number for each flight of the way: 1, 2, …",
    )


def _read(
    line: int, values: dict[str, str], matcher: Matcher, starts_on: date
) -> tuple[int, Flight] | RowError:
    try:
        who = _cell(values, "traveler", lambda no: matcher.find(no, values.get("name", "")))
        return who.id, _flight(values, starts_on)
    except _Unreadable as why:
        shown = values.get(why.field, "") or values.get("name", "")
        return row_error(line, why.field, shown, why.problem.problem, why.problem.enter)


def _flight(values: dict[str, str], starts_on: date) -> Flight:
    departs_on = _cell(
        values, "departs_on", lambda text: flight_day(date.fromisoformat(text), starts_on)
    )
    named = values.get("arrives_on")
    arrives_on = date.fromisoformat(named) if named else None
    leaves = _cell(values, "from_airport", read_airport)
    return Flight(
        direction=_cell(values, "direction", read_direction),
        leg=_cell(values, "leg", read_leg),
        carrier=values.get("carrier", ""),
        flight=_cell(values, "flight", read_flight),
        from_airport=leaves,
        to_airport=_cell(values, "to_airport", lambda text: read_airport(text, but=leaves)),
        departs_on=departs_on,
        departs_at=_cell(values, "departs_at", read_clock),
        arrives_on=_cell(values, "arrives_on", lambda _: arrival_day(departs_on, arrives_on)),
        arrives_at=_cell(values, "arrives_at", read_clock),
        locator=values.get("locator", ""),
        ticket_name=values.get("ticket_name", ""),
        number=values.get("ticket_number", ""),
    )


def _cell(values: dict[str, str], name: str, read: Callable[[str], T]) -> T:
    try:
        return read(values.get(name, ""))
    except CannotRead as why:
        raise _Unreadable(name, why) from why


class _Unreadable(Exception):
    """One cell can't be read."""

    def __init__(self, field: str, problem: CannotRead) -> None:
        super().__init__(field)
        self.field, self.problem = field, problem


class ConfirmationsImporter:
    """Numbers under which the hotel keeps the rooms of bookings."""

    kind = "confirmations"
    title = "Hotel confirmations of a trip"
    lead = (
        "The number of the hotel for each booking of one departure. A booking that has one is "
        "confirmed; another number takes the place of the first."
    )
    count_labels = {  # noqa: RUF012  read only
        "new": "confirmed",
        "changed": "with another number",
        "unchanged": "unchanged",
    }
    options: Sequence[Option] = (_departure("desk.show"),)
    example = Example(
        file_name="confirmations-example.csv",
        file="Booking,Confirmation\nB-7KQ2MX,HTL-99120\n",
        profile="""\
kind = "confirmations"

[columns]                    # on the left Laurel's word, on the right your heading
booking = "Booking"
confirmation = "Confirmation"
""",
    )

    def rows(self, run: Run, files: Files) -> Iterator[Line | RowError]:
        """The rows of the file."""
        return lines_of(run, files)

    def stage(self, run: Run, rows: Sequence[Line]) -> None:
        """Keep a batch of rows."""
        operations.stage_confirmations(
            run.id,
            [(row.line, row.values["booking"].upper(), row.values["confirmation"]) for row in rows],
        )

    def check(self, run: Run, *, at: datetime) -> Found:
        """Say what would happen; nothing stays."""
        return tried(lambda: self._take(run, Actor.system(), at))

    def apply(self, run: Run, *, actor: Actor, at: datetime) -> Found:
        """Confirm the bookings. Raises NotAllowed for who does not plan trips."""
        _may(actor)
        outcome, about = self._take(run, actor, at), _variant_of(run)
        operations.note_import(actor, "confirmations.import", about, run.id, outcome.taken, at=at)
        return outcome.found

    def _take(self, run: Run, actor: Actor, at: datetime) -> Outcome:
        variant_id = _variant_of(run)
        known, numbers = operations.bookings_on(variant_id), {}
        problems: list[RowError] = []
        for line, booking, number in operations.staged_confirmations(run.id):
            if booking not in known:
                fact, enter = "This departure has no such booking.", "A booking, as B-7KQ2MX."
                problems.append(row_error(line, "booking", booking, fact, enter))
            elif known[booking] not in {None, number}:
                fact, enter = "They have traveled, so their number stays.", "No row for them."
                problems.append(row_error(line, "confirmation", number, fact, enter))
            elif numbers.setdefault(booking, number) != number:
                fact, enter = "Another row has another number for it.", "One number a booking."
                problems.append(row_error(line, "confirmation", number, fact, enter))
        taken = operations.take_confirmations(variant_id, numbers, actor=actor, at=at)
        return Outcome(taken, problems)

    def forget(self, run_id: int) -> None:
        """Delete the kept rows of a run."""
        operations.forget_confirmations(run_id)


for _importer in (TicketsImporter(), ConfirmationsImporter()):
    register(_importer)
    only_for(_importer.kind, Permission.CATALOG_MANAGE)
