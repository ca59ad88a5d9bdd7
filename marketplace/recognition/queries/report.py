"""Who thanks whom: for those who run programs. Numbers only, never a message."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from marketplace.kernel.clock import midnight
from marketplace.kernel.db import session
from marketplace.people.models import Department, Employee
from marketplace.people.states import EmployeeStatus
from marketplace.programs.models import Program
from marketplace.recognition.models import GivingNote, Recognition, RecognitionRecipient
from marketplace.recognition.states import RecognitionState, Watched

NO_DEPARTMENT = "No department"
_SUMS = ("gave", "gave_points", "gave_to", "got", "got_points", "got_from")


@dataclass(frozen=True, slots=True)
class Asked:
    """The days of a report (both count), and the program it is about: "" for all there is."""

    first: date
    last: date
    program: str = ""


@dataclass(frozen=True, slots=True)
class Edge:
    """What went from one person to another: how often, and points in all."""

    giver_id: int
    recipient_id: int
    times: int
    points: int


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One person in the report: what they gave and got, to and from how many people."""

    id: int
    external_id: str
    name: str
    department: str
    is_active: bool
    gave: int = 0
    gave_points: int = 0
    gave_to: int = 0
    got: int = 0
    got_points: int = 0
    got_from: int = 0


@dataclass(frozen=True, slots=True)
class Ring:
    """Two or three people whose thanks go around; `share` is the percent of what they gave."""

    names: tuple[str, ...]
    times: int
    points: int
    share: int

    @property
    def who(self) -> str:
        """The ring in words."""
        return f"{' → '.join(self.names)} → {self.names[0]}"


@dataclass(frozen=True, slots=True)
class Between:
    """Thanks between two departments, both ways; the same twice is within one."""

    one: str
    other: str
    there: int
    back: int
    share: float

    @property
    def times(self) -> int:
        """Both ways together."""
        return self.there + self.back


@dataclass(frozen=True, slots=True)
class NoticedRow:
    """How often a rule of giving noticed something."""

    watched: Watched
    times: int


@dataclass(frozen=True, slots=True)
class RecognitionReport:
    """Who gives, who never gets any, who goes in rings, and how much crosses departments.

    A recognition of three people counts as three thanks. Shares are in percent of all thanks.
    """

    asked: Asked
    people: Sequence[PersonRow]
    rings: Sequence[Ring]
    between: Sequence[Between]
    noticed: Sequence[NoticedRow]

    @property
    def times(self) -> int:
        """All thanks."""
        return sum(row.gave for row in self.people)

    @property
    def points(self) -> int:
        """All points given."""
        return sum(row.gave_points for row in self.people)

    @property
    def givers(self) -> Sequence[PersonRow]:
        """Those who gave, who gave most first."""
        gave = (row for row in self.people if row.gave)
        return sorted(gave, key=lambda row: (-row.gave, -row.gave_points, row.name))

    @property
    def never_got(self) -> Sequence[PersonRow]:
        """People at work whom nobody thanked."""
        return [row for row in self.people if row.is_active and not row.got]

    @property
    def at_work(self) -> int:
        """How many people work here."""
        return sum(row.is_active for row in self.people)

    @property
    def crossing(self) -> float | None:
        """The percent of thanks that went to another department; None without any."""
        if not self.times:
            return None
        across = sum(pair.times for pair in self.between if pair.one != pair.other)
        return round(100 * across / self.times, 1)

    @property
    def crossings(self) -> Sequence[Between]:
        """The pairs of departments, without those that are one."""
        return [pair for pair in self.between if pair.one != pair.other]


def recognition_report(asked: Asked) -> RecognitionReport:
    """The report for some days. Two statements, whatever the size of the company."""
    rows = _people_and_edges(asked)
    edges = [
        Edge(row.giver_id, row.id, row.times, row.points)
        for row in rows
        if row.giver_id is not None
    ]
    people = _people(rows, edges)
    return RecognitionReport(
        asked,
        list(people.values()),
        _rings(people, edges),
        _between(people, edges),
        _noticed(asked),
    )


def _edges(asked: Asked) -> sa.Subquery:
    return (
        sa.select(
            RecognitionRecipient.giver_id,
            RecognitionRecipient.employee_id.label("recipient_id"),
            sa.func.count().label("times"),
            sa.cast(sa.func.sum(Recognition.points), sa.BigInteger).label("points"),
        )
        .join(Recognition, Recognition.id == RecognitionRecipient.recognition_id)
        .where(RecognitionRecipient.giver_id.is_not(None), *_within(asked))
        .group_by(RecognitionRecipient.giver_id, RecognitionRecipient.employee_id)
        .subquery()
    )


def _within(asked: Asked) -> list[sa.ColumnElement[bool]]:
    conditions = [
        Recognition.state == RecognitionState.STANDING,
        Recognition.created_at >= midnight(asked.first),
        Recognition.created_at < midnight(asked.last + timedelta(days=1)),
    ]
    if asked.program:
        named = sa.select(Program.id).where(Program.slug == asked.program)
        conditions.append(Recognition.program_id.in_(named))
    return conditions


def _people_and_edges(asked: Asked) -> Sequence[Any]:
    """Everybody, once for each person who thanked them, or once with nobody."""
    edges = _edges(asked)
    return (
        session()
        .execute(
            sa.select(
                Employee.id,
                Employee.external_id,
                Employee.name,
                sa.func.coalesce(Department.name, NO_DEPARTMENT).label("department"),
                (Employee.status == EmployeeStatus.ACTIVE).label("is_active"),
                edges.c.giver_id,
                edges.c.times,
                edges.c.points,
            )
            .outerjoin(Department, Department.id == Employee.department_id)
            .outerjoin(edges, edges.c.recipient_id == Employee.id)
            .order_by(Employee.name, Employee.id, edges.c.giver_id)
        )
        .all()
    )


def _people(rows: Sequence[Any], edges: Sequence[Edge]) -> dict[int, PersonRow]:
    sums: dict[str, Counter[int]] = {name: Counter() for name in _SUMS}
    for edge in edges:
        for who, way in ((edge.giver_id, "gave"), (edge.recipient_id, "got")):
            sums[way][who] += edge.times
            sums[f"{way}_points"][who] += edge.points
        sums["gave_to"][edge.giver_id] += 1
        sums["got_from"][edge.recipient_id] += 1
    return {
        row.id: PersonRow(
            row.id,
            row.external_id,
            row.name,
            row.department,
            bool(row.is_active),
            **{name: counted[row.id] for name, counted in sums.items()},
        )
        for row in rows
    }


def _rings(people: dict[int, PersonRow], edges: Sequence[Edge]) -> list[Ring]:
    """Every ring of two and of three, where most points go around first."""
    way = {(edge.giver_id, edge.recipient_id): edge for edge in edges}
    to: dict[int, list[int]] = {}
    for edge in edges:
        to.setdefault(edge.giver_id, []).append(edge.recipient_id)
    rings = [_ring(people, way, ids) for ids in _cycles(to, way)]
    return sorted(rings, key=lambda ring: (-ring.points, -ring.share, -ring.times, ring.names))


def _cycles(
    to: dict[int, list[int]], way: dict[tuple[int, int], Edge]
) -> Iterator[tuple[int, ...]]:
    """Each cycle once, beginning with its lowest id."""
    for first, others in to.items():
        for second in others:
            if second < first:
                continue
            if (second, first) in way:
                yield first, second
            for third in to.get(second, ()):
                if third > first and (third, first) in way:
                    yield first, second, third


def _ring(
    people: dict[int, PersonRow], way: dict[tuple[int, int], Edge], ids: tuple[int, ...]
) -> Ring:
    around = [way[ids[place], ids[(place + 1) % len(ids)]] for place in range(len(ids))]
    times = sum(edge.times for edge in around)
    gave = sum(people[one].gave for one in ids)
    names = tuple(people[one].name for one in ids)
    return Ring(names, times, sum(edge.points for edge in around), round(100 * times / gave))


def _between(people: dict[int, PersonRow], edges: Sequence[Edge]) -> list[Between]:
    counted: Counter[tuple[str, str]] = Counter()
    for edge in edges:
        pair = people[edge.giver_id].department, people[edge.recipient_id].department
        counted[pair] += edge.times
    total = counted.total()
    pairs = sorted({tuple(sorted(pair)) for pair in counted})
    found = [
        Between(
            one,
            other,
            counted[one, other],
            back := 0 if one == other else counted[other, one],
            round(100 * (counted[one, other] + back) / total, 1),
        )
        for one, other in pairs
    ]
    return sorted(found, key=lambda pair: (-pair.times, pair.one, pair.other))


def _noticed(asked: Asked) -> list[NoticedRow]:
    rows = session().execute(
        sa.select(GivingNote.watched, sa.func.count())
        .join(Recognition, Recognition.id == GivingNote.recognition_id)
        .where(*_within(asked))
        .group_by(GivingNote.watched)
        .order_by(sa.func.count().desc(), GivingNote.watched)
    )
    return [NoticedRow(*row) for row in rows]


PEOPLE_COLUMNS = ("external_id", "name", "department", *_SUMS)
RING_COLUMNS = ("who", "times", "points", "share_percent")
DEPARTMENT_COLUMNS = ("one", "other", "there", "back", "share_percent")
TABLES = ("people", "rings", "departments")


def report_table(
    report: RecognitionReport, table: str
) -> tuple[Sequence[str], Sequence[Sequence[Any]]]:
    """One table of the report with its headings, as a file has it."""
    if table == "rings":
        rings = [(ring.who, ring.times, ring.points, ring.share) for ring in report.rings]
        return RING_COLUMNS, rings
    if table == "departments":
        pairs = [
            (pair.one, pair.other, pair.there, pair.back, str(pair.share))
            for pair in report.between
        ]
        return DEPARTMENT_COLUMNS, pairs
    people = [[getattr(row, name) for name in PEOPLE_COLUMNS] for row in report.people]
    return PEOPLE_COLUMNS, people
