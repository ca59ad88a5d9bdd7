"""Claims as the claimant and those who decide see them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from marketplace.access.actor import Actor
from marketplace.access.roles import Permission
from marketplace.awards.models import Award
from marketplace.budgets.models import Budget, BudgetBalance
from marketplace.kernel.db import session
from marketplace.kernel.errors import NotFound
from marketplace.people.deciders import Deciders
from marketplace.people.models import Department, Employee
from marketplace.programs.claimed.queries import IN_QUEUE, Decidable, Waiting
from marketplace.programs.claims.earning import subject_of
from marketplace.programs.claims.models import Claim, ClaimEvent
from marketplace.programs.claims.states import FOR_MANAGERS, ClaimState, EventKind
from marketplace.programs.claims.terms import ClaimTerms
from marketplace.programs.models import Program, ProgramRule
from marketplace.programs.queries.evidence import EvidenceRow, evidence_of
from marketplace.programs.queries.pages import is_for
from marketplace.programs.queries.rules import current_rule, latest_version
from marketplace.programs.states import ProgramKind, ProgramState
from marketplace.programs.terms import terms_from_json

SHOWN_MINE = 20
CLAIMS = Decidable(Claim, FOR_MANAGERS, said_yes=("first_yes_id",))


@dataclass(frozen=True, slots=True)
class ClaimRow:
    """A claim as a line of a list."""

    id: int
    reference: str
    claimed: str
    on_day: date
    amount: int | None
    state: ClaimState
    submitted_at: datetime
    who: str
    department: str


@dataclass(frozen=True, slots=True)
class ClaimMoment:
    """One entry of a claim's timeline."""

    kind: EventKind
    by: str
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ClaimPage:
    """Everything about one claim. `points` is what it brought so far, `worth` what it may bring.

    `budget` pays for it and has `left`; `others` of the claimant's are approved in the program.
    `deciders` can say yes while it waits.
    """

    claim: Claim
    program: Program
    terms: ClaimTerms
    who: str
    department: str
    events: Sequence[ClaimMoment]
    evidence: Sequence[EvidenceRow]
    points: int
    others: int
    budget: str
    left: int
    deciders: Deciders

    @property
    def worth(self) -> int:
        """What the claim brings once it is approved."""
        return self.terms.points_for(self.claim.amount)

    @property
    def is_stuck(self) -> bool:
        """Whether it waits, and the yes it still needs is nobody's to give."""
        needed = 2 if self._needs_two else 1
        return self.claim.state in FOR_MANAGERS and len(self.deciders.names) < needed

    @property
    def next_answer(self) -> str:
        """Who can give the answer it waits for, in a sentence."""
        if self.claim.state is ClaimState.SECOND_LOOK:
            return self.deciders.can("give the second yes")
        if self.is_stuck and self.deciders.names:
            only = self.deciders.names[0]
            return f"Only {only} can give the first yes, and nobody the second. " + (
                self.deciders.remedy
            )
        return self.deciders.can("decide")

    @property
    def _needs_two(self) -> bool:
        is_new = self.claim.state is ClaimState.WAITING
        return is_new and self.terms.needs_second_look(self.claim.amount)

    @property
    def question(self) -> str:
        """The question that is open now."""
        asked = [event.text for event in self.events if event.kind is EventKind.ASKED]
        return asked[-1] if asked and self.claim.state is ClaimState.ASKED else ""

    @property
    def waits_for_budget(self) -> bool:
        """Whether it is approved and its points could not be given yet."""
        return self.claim.state is ClaimState.APPROVED and self.points < self.worth


_ROW = (
    sa.select(
        Claim.id,
        Claim.reference,
        Claim.claimed,
        Claim.on_day,
        Claim.amount,
        Claim.state,
        Claim.submitted_at,
        Employee.name,
        sa.func.coalesce(Department.name, ""),
    )
    .join(Employee, Employee.id == Claim.employee_id)
    .outerjoin(Department, Department.id == Employee.department_id)
)


def my_claims(actor: Actor, program_id: int) -> Sequence[ClaimRow]:
    """One's own last claims in a program, the newest first."""
    mine = _ROW.where(Claim.program_id == program_id, Claim.employee_id == actor.id)
    rows = session().execute(mine.order_by(Claim.id.desc()).limit(SHOWN_MINE))
    return [ClaimRow(*row) for row in rows]


def claims_of(
    program_id: int, states: Sequence[ClaimState] = (), *, after_id: int = 0
) -> Sequence[ClaimRow]:
    """Claims of a program in some states, or all, the oldest first; one more than a page holds."""
    query = _ROW.where(Claim.program_id == program_id, Claim.id > after_id)
    if states:
        query = query.where(Claim.state.in_(states))
    rows = session().execute(query.order_by(Claim.id).limit(IN_QUEUE + 1))
    return [ClaimRow(*row) for row in rows]


def claims_to_decide(actor: Actor) -> Sequence[tuple[ClaimRow, ClaimTerms, Waiting]]:
    """The oldest claims that wait for this person or for nobody, with the terms that hold."""
    return [
        (ClaimRow(*one.row), terms_from_json(ClaimTerms, one.terms), one)
        for one in CLAIMS.listed(_ROW, actor)
    ]


def claim_counts(program_id: int) -> dict[ClaimState, int]:
    """How many claims of a program are in each state."""
    rows = session().execute(
        sa.select(Claim.state, sa.func.count())
        .where(Claim.program_id == program_id)
        .group_by(Claim.state)
    )
    return {ClaimState(state): count for state, count in rows}


def programs_taking_claims(actor: Actor) -> Sequence[Program]:
    """The running programs in which this person may claim."""
    running = sa.select(Program).where(
        Program.kind == ProgramKind.CLAIM, Program.state == ProgramState.RUNNING, is_for(actor)
    )
    return session().scalars(running.order_by(Program.name)).all()


def program_taking_claims(actor: Actor, slug: str) -> tuple[Program, ClaimTerms]:
    """One of them with its terms. Raises NotFound."""
    for program in programs_taking_claims(actor):
        if program.slug == slug:
            return program, current_rule(program).terms
    raise NotFound("There is no such program that takes claims from you now.")


def claim_of(actor: Actor, reference: str, *, only_mine: bool = False) -> Claim:
    """A claim that is one's own or that one may decide on. Raises NotFound."""
    claim = session().scalar(sa.select(Claim).where(Claim.reference == reference))
    if claim is None or not _may_see(actor, claim, only_mine):
        raise NotFound("There is no such claim here.")
    return claim


def claim_page(
    actor: Actor, reference: str, *, slug: str | None = None, only_mine: bool = False
) -> ClaimPage:
    """Everything about a claim, of the program `slug` where that is asked. Raises NotFound."""
    rows: Sequence[Any] = session().execute(_told(reference)).all()
    if not rows or not _may_see(actor, rows[0][0], only_mine):
        raise NotFound("There is no such claim here.")
    claim, program, kept, who, department, points, others, budget, left = rows[0][:9]
    if slug not in {None, program.slug}:
        raise NotFound("There is no such claim in this program.")
    return ClaimPage(
        claim=claim,
        program=program,
        terms=terms_from_json(ClaimTerms, kept),
        who=who,
        department=department,
        events=[ClaimMoment(*row[9:]) for row in rows],
        evidence=evidence_of(subject_of(reference)),
        points=int(points),
        others=int(others),
        budget=budget,
        left=int(left),
        deciders=CLAIMS.deciders(claim),
    )


def _told(reference: str) -> Any:
    """A claim with its program, its claimant and what it brought, once for each event."""
    by = aliased(Employee)
    return (
        sa.select(
            Claim,
            Program,
            ProgramRule.terms,
            Employee.name,
            sa.func.coalesce(Department.name, ""),
            _points_brought(),
            _others_approved(),
            Budget.name,
            BudgetBalance.left,
            ClaimEvent.kind,
            sa.func.coalesce(by.name, "Laurel"),
            ClaimEvent.text,
            ClaimEvent.at,
        )
        .join(Program, Program.id == Claim.program_id)
        .join(ProgramRule, ProgramRule.program_id == Program.id)
        .join(Budget, Budget.id == Program.budget_id)
        .join(BudgetBalance, BudgetBalance.budget_id == Budget.id)
        .join(Employee, Employee.id == Claim.employee_id)
        .outerjoin(Department, Department.id == Employee.department_id)
        .join(ClaimEvent, ClaimEvent.claim_id == Claim.id)
        .outerjoin(by, by.id == ClaimEvent.actor_id)
        .where(Claim.reference == reference, latest_version())
        .order_by(ClaimEvent.id)
    )


def _points_brought() -> sa.ScalarSelect[int]:
    """What the claim of the row has brought so far."""
    brought = sa.select(sa.func.coalesce(sa.func.sum(Award.points), 0)).where(
        Award.program_id == Claim.program_id,
        Award.subject == sa.literal(subject_of("")) + Claim.reference,
    )
    return brought.correlate(Claim).scalar_subquery()


def _others_approved() -> sa.ScalarSelect[int]:
    """How many other claims of the claimant are approved in the program of the row."""
    other = aliased(Claim)
    approved = sa.select(sa.func.count(other.id)).where(
        other.program_id == Claim.program_id,
        other.employee_id == Claim.employee_id,
        other.state == ClaimState.APPROVED,
        other.id != Claim.id,
    )
    return approved.correlate(Claim).scalar_subquery()


def _may_see(actor: Actor, claim: Claim, only_mine: bool) -> bool:
    if claim.employee_id == actor.employee_id:
        return True
    return not only_mine and actor.may(Permission.PROGRAMS_MANAGE)
