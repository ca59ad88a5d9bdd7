"""Looking a list of bonuses over before anything is given, and what was given so far."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from marketplace.access.actor import Actor
from marketplace.budgets.queries import budget_left
from marketplace.kernel.db import LARGEST_AMOUNT, session
from marketplace.kernel.errors import BadInput
from marketplace.kernel.idempotency import fingerprint
from marketplace.kernel.parsing import CannotRead, parse_whole_number
from marketplace.people.models import Employee
from marketplace.people.queries import employee_ids_by_key, people_by_id
from marketplace.programs.bonuses.models import Bonus
from marketplace.programs.bonuses.policies import Candidate, bonus_obstacle
from marketplace.programs.models import Program
from marketplace.programs.queries.rules import current_rule
from marketplace.programs.queries.runs import members_of

MOST_LINES = 2_000
LONGEST_REASON = 200
LAST = 50


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the list as it was typed and understood; `problem` says what to correct."""

    number: int
    text: str
    employee_id: int | None
    name: str
    points: int
    reason: str
    problem: str


@dataclass(frozen=True, slots=True)
class Preflight:
    """What giving a list would do: its lines, and what the budget has left for it."""

    lines: Sequence[Line]
    budget: str
    left: int

    @property
    def good(self) -> list[Line]:
        """The lines that can be given."""
        return [line for line in self.lines if not line.problem]

    @property
    def bad(self) -> list[Line]:
        """The lines that have to be corrected first."""
        return [line for line in self.lines if line.problem]

    @property
    def points(self) -> int:
        """What the good lines come to."""
        return sum(line.points for line in self.good)

    @property
    def missing(self) -> int:
        """Points the budget lacks for it; 0 when it has enough."""
        return max(self.points - self.left, 0)

    @property
    def seal(self) -> str:
        """A digest of who gets what and why, and of whether the budget has enough for it."""
        told = [(line.employee_id, line.points, line.reason) for line in self.lines]
        return fingerprint(lines=told, has_enough=not self.missing)


def preflight(actor: Actor, program: Program, text: str) -> Preflight:
    """Look a list over: `e-mail or staff number; points; reason`, one a line.

    Cells copied out of a spreadsheet come with tabs between them and are read as well.
    Raises BadInput for more lines than fit into one list.
    """
    budget = budget_left(program.budget_id)
    terms = current_rule(program).terms
    ids = {**employee_ids_by_key(), **employee_ids_by_key("email")}
    members = members_of(program.id)
    typed = [line.strip() for line in text.splitlines()]
    kept = [(number, line) for number, line in enumerate(typed, start=1) if line]
    if len(kept) > MOST_LINES:
        raise BadInput(
            f"This list has {len(kept):,} lines, and {MOST_LINES:,} fit into one. "
            "Give it in parts. Nothing was given."
        )
    found = [_split(line, ids) for _number, line in kept]
    people = people_by_id({who for who, _points, _reason in found if who is not None})
    seen: set[tuple[int | None, str]] = set()
    lines = []
    for (number, line), (who, points, reason) in zip(kept, found, strict=True):
        person = people.get(who) if who is not None else None
        candidate = Candidate(
            employee_id=who,
            is_active=bool(person and person.is_active),
            is_member=members is None or who in members,
        )
        problem = (
            _mark_problem(line)
            or bonus_obstacle(actor, terms, candidate, points)
            or _reason_problem(reason)
        )
        if not problem and (who, reason) in seen:
            problem = "This person stands twice with the same reason. Take one out."
        seen.add((who, reason))
        name = person.name if person else ""
        lines.append(Line(number, line[:120], who, name, points or 0, reason, problem or ""))
    return Preflight(lines, budget.name, budget.left)


def _split(line: str, ids: dict[str, int]) -> tuple[int | None, int | None, str]:
    mark = ";" if ";" in line else "\t"
    who, _, rest = line.partition(mark)
    points, _, reason = rest.partition(mark)
    key = who.strip()
    found = ids.get(key.lower() if "@" in key else key)
    try:
        return found, parse_whole_number(points, low=1, high=LARGEST_AMOUNT), reason.strip()
    except CannotRead:
        return found, None, reason.strip()


def _mark_problem(line: str) -> str:
    if ";" in line or "\t" in line:
        return ""
    return "Put semicolons between person, points and reason: ana@example.com; 500; Ran the fair"


def _reason_problem(reason: str) -> str:
    if not reason:
        return "Write a reason after the points: ana@example.com; 500; Ran the fair"
    if len(reason) > LONGEST_REASON:
        return f"Keep the reason under {LONGEST_REASON} characters."
    return ""


def is_given(program_id: int, batch: str) -> bool:
    """Whether a list of this name was given before."""
    found = sa.select(Bonus.id).where(Bonus.program_id == program_id, Bonus.batch == batch)
    return session().scalar(found.limit(1)) is not None


@dataclass(frozen=True, slots=True)
class GivenBonus:
    """A bonus as the desk lists it."""

    id: int
    name: str
    points: int
    reason: str
    given_by: str
    given_at: datetime
    withdrawn_because: str


def bonuses_given(program_id: int) -> list[GivenBonus]:
    """The last bonuses of a program, the newest first."""
    giver = aliased(Employee)
    rows = session().execute(
        sa.select(
            Bonus.id,
            Employee.name,
            Bonus.points,
            Bonus.reason,
            sa.func.coalesce(giver.name, "Laurel"),
            Bonus.given_at,
            Bonus.withdrawn_because,
        )
        .join(Employee, Employee.id == Bonus.employee_id)
        .outerjoin(giver, giver.id == Bonus.given_by_id)
        .where(Bonus.program_id == program_id)
        .order_by(Bonus.id.desc())
        .limit(LAST)
    )
    return [GivenBonus(*row) for row in rows]
