"""Claims as the claimant and those who decide see them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from marketplace.access.actor import Actor
from marketplace.access.roles import Permission
from marketplace.awards.models import Award
from marketplace.kernel.db import session
from marketplace.kernel.errors import NotFound
from marketplace.people.models import Department, Employee
from marketplace.programs.claims.earning import subject_of
from marketplace.programs.claims.models import Claim, ClaimEvent
from marketplace.programs.claims.states import ClaimState, EventKind
from marketplace.programs.claims.terms import ClaimTerms
from marketplace.programs.models import Program
from marketplace.programs.queries.evidence import EvidenceRow, evidence_of
from marketplace.programs.queries.pages import is_for
from marketplace.programs.queries.rules import current_rule
from marketplace.programs.states import ProgramKind, ProgramState

SHOWN_MINE = 20
IN_QUEUE = 50


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
    """Everything about one claim. `points` is what it brought so far, `worth` what it may bring."""

    claim: Claim
    program: Program
    terms: ClaimTerms
    who: str
    department: str
    events: Sequence[ClaimMoment]
    evidence: Sequence[EvidenceRow]
    points: int

    @property
    def worth(self) -> int:
        """What the claim brings once it is approved."""
        return self.terms.points_for(self.claim.amount)

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


def claim_of(actor: Actor, reference: str) -> Claim:
    """A claim that is one's own or that one may decide on. Raises NotFound."""
    claim = session().scalar(sa.select(Claim).where(Claim.reference == reference))
    if claim is None or (
        claim.employee_id != actor.employee_id and not actor.may(Permission.PROGRAMS_MANAGE)
    ):
        raise NotFound("There is no such claim here.")
    return claim


def claim_page(actor: Actor, reference: str, *, slug: str | None = None) -> ClaimPage:
    """Everything about a claim, of the program `slug` where that is asked. Raises NotFound."""
    claim = claim_of(actor, reference)
    program, who, department = (
        session()
        .execute(
            sa.select(Program, Employee.name, sa.func.coalesce(Department.name, ""))
            .join(Employee, Employee.id == claim.employee_id)
            .outerjoin(Department, Department.id == Employee.department_id)
            .where(Program.id == claim.program_id)
        )
        .one()
    )
    if slug is not None and program.slug != slug:
        raise NotFound("There is no such claim here.")
    events, points = _story(claim)
    return ClaimPage(
        claim=claim,
        program=program,
        terms=current_rule(program).terms,
        who=who,
        department=department,
        events=events,
        evidence=evidence_of(subject_of(reference)),
        points=points,
    )


def _story(claim: Claim) -> tuple[list[ClaimMoment], int]:
    """What happened to a claim, and the points it has brought."""
    by = aliased(Employee)
    brought = sa.select(sa.func.coalesce(sa.func.sum(Award.points), 0)).where(
        Award.program_id == claim.program_id, Award.subject == subject_of(claim.reference)
    )
    rows = (
        session()
        .execute(
            sa.select(
                ClaimEvent.kind,
                sa.func.coalesce(by.name, "Laurel"),
                ClaimEvent.text,
                ClaimEvent.at,
                brought.scalar_subquery(),
            )
            .outerjoin(by, by.id == ClaimEvent.actor_id)
            .where(ClaimEvent.claim_id == claim.id)
            .order_by(ClaimEvent.id)
        )
        .all()
    )
    return [ClaimMoment(*row[:-1]) for row in rows], int(rows[0][-1]) if rows else 0
