"""What a claimant does: send a claim, answer a question, withdraw."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

import sqlalchemy as sa

from marketplace.access.actor import Actor
from marketplace.awards.operations import lock_programs
from marketplace.kernel import audit
from marketplace.kernel.db import insert_or_skip, session
from marketplace.kernel.errors import BadInput, DomainError, NotFound
from marketplace.kernel.evidence import CleanFile
from marketplace.programs.claimed.operations import locked_claim
from marketplace.programs.claims.earning import subject_of
from marketplace.programs.claims.models import Claim, ClaimedReference
from marketplace.programs.claims.normal import normal_reference
from marketplace.programs.claims.operations.moving import move, note, settle
from marketplace.programs.claims.states import (
    COUNTED,
    NO_EVIDENCE,
    OPEN,
    ClaimState,
    EventKind,
    Evidence,
)
from marketplace.programs.claims.terms import ClaimTerms
from marketplace.programs.models import Program
from marketplace.programs.operations.evidence import keep_evidence
from marketplace.programs.queries.pages import is_for
from marketplace.programs.queries.rules import current_rule
from marketplace.programs.references import reference_from
from marketplace.programs.states import ProgramState
from marketplace.web.filters import day


@dataclass(frozen=True, slots=True)
class NewClaim:
    """What somebody claims: the reference as they wrote it, when it was, how much, and the rest."""

    claimed: str
    on_day: date
    amount: int | None = None
    answers: dict[str, str] = field(default_factory=dict)
    note: str = ""
    evidence: Sequence[CleanFile] = ()


class ReferenceTaken(BadInput):
    """Somebody holds this reference already. `mine` is the claim when it is one's own."""

    code = "reference_taken"


class LimitReached(DomainError):
    """A person or the program has as many claims as it may."""

    code = "claim_limit"


def submit_claim(
    actor: Actor, program_id: int, new: NewClaim, *, request_key: str, at: datetime
) -> str:
    """Send a claim and answer its reference. Raises BadInput, ReferenceTaken, LimitReached."""
    program, terms = _open_program(actor, program_id, at)
    _refuse_unfit(program, terms, new, at)
    _refuse_beyond_limits(program_id, terms, employee_id=actor.id)
    claim = Claim(
        reference=reference_from("C", f"{actor.id}:{request_key}"),
        program_id=program_id,
        employee_id=actor.id,
        state=ClaimState.WAITING,
        claimed=new.claimed.strip(),
        on_day=new.on_day,
        amount=new.amount,
        answers=dict(new.answers),
        note=new.note.strip(),
        submitted_at=at,
    )
    session().add(claim)
    session().flush()
    hold_reference(claim, terms)
    keep_evidence(subject_of(claim.reference), new.evidence, employee_id=actor.id, at=at)
    note(claim, EventKind.SUBMITTED, actor, at=at)
    audit.record(actor.id, "claims.submit", subject_of(claim.reference), at=at)
    settle(claim, actor=actor, at=at)
    return claim.reference


def _open_program(actor: Actor, program_id: int, at: datetime) -> tuple[Program, ClaimTerms]:
    lock_programs([program_id], at=at)
    found = sa.select(Program).where(Program.id == program_id, is_for(actor))
    program = session().scalar(found.execution_options(populate_existing=True))
    if program is None:
        raise NotFound("There is no such program, or it is for other people.")
    if program.state is not ProgramState.RUNNING:
        raise BadInput("This program takes no claims now. Nothing was sent.")
    return program, current_rule(program).terms


def _refuse_unfit(program: Program, terms: ClaimTerms, new: NewClaim, at: datetime) -> None:
    if not program.starts_on <= new.on_day <= min(program.ends_on, at.date()):
        last = day(min(program.ends_on, at.date()))
        raise BadInput(f"Enter a day from {day(program.starts_on)} to {last}.")
    if terms.points_for(new.amount) == 0:
        least = terms.in_words(terms.per_amount or 1)
        raise BadInput(f"This is less than {least}, so it brings no points. Nothing was sent.")
    if terms.evidence is Evidence.REQUIRED and not new.evidence:
        raise BadInput(NO_EVIDENCE)


def _refuse_beyond_limits(program_id: int, terms: ClaimTerms, *, employee_id: int) -> None:
    counted = sa.select(sa.func.count()).where(
        Claim.program_id == program_id, Claim.state.in_(COUNTED)
    )
    if terms.most_per_person is not None:
        mine = session().scalar(counted.where(Claim.employee_id == employee_id)) or 0
        if mine >= terms.most_per_person:
            raise LimitReached(
                f"You have {mine:,} of {terms.most_per_person:,} claims in this program, so it "
                "takes no more of yours. Nothing was sent."
            )
    if terms.most_in_total is not None and (
        (session().scalar(counted) or 0) >= terms.most_in_total
    ):
        raise LimitReached(
            f"All {terms.most_in_total:,} claims of this program are taken. Nothing was sent."
        )


def hold_reference(claim: Claim, terms: ClaimTerms) -> None:
    """Let nobody else claim the same: the key of the table decides, whoever comes first."""
    normal = normal_reference(claim.claimed)
    if not normal:
        raise BadInput(f"Enter the {terms.reference_name.lower()}, with a letter or a digit in it.")
    held = session().scalar(
        insert_or_skip(ClaimedReference)
        .values(program_id=claim.program_id, normal=normal, claim_id=claim.id)
        .on_conflict_do_nothing()
        .returning(ClaimedReference.claim_id)
    )
    if held is None:
        _refuse_taken(claim, normal, terms)


def _refuse_taken(claim: Claim, normal: str, terms: ClaimTerms) -> None:
    holder = session().execute(
        sa.select(Claim.reference, Claim.claimed, Claim.employee_id)
        .join(ClaimedReference, ClaimedReference.claim_id == Claim.id)
        .where(ClaimedReference.program_id == claim.program_id, ClaimedReference.normal == normal)
    )
    row = holder.one()
    name = terms.reference_name
    if row.employee_id == claim.employee_id:
        raise ReferenceTaken(
            f"You claimed this already as {row.claimed}: see claim {row.reference}.",
            mine=row.reference,
        )
    raise ReferenceTaken(
        f"{name} “{claim.claimed}” was claimed by someone else. Check it; if it is yours, "
        "ask the people who run the program."
    )


def answer_question(
    actor: Actor, reference: str, text: str, evidence: Sequence[CleanFile], *, at: datetime
) -> None:
    """Answer what was asked, with more evidence or without; the claim waits again."""
    claim = _mine(actor, reference, at)
    move(claim, ClaimState.WAITING, among={ClaimState.ASKED})
    keep_evidence(subject_of(reference), evidence, employee_id=actor.id, at=at)
    note(claim, EventKind.ANSWERED, actor, text, at=at)
    settle(claim, actor=actor, at=at)


def withdraw_claim(actor: Actor, reference: str, *, at: datetime) -> None:
    """Take one's own claim back; points that it brought go back within the rule's terms."""
    claim = _mine(actor, reference, at)
    move(claim, ClaimState.WITHDRAWN, among=OPEN | {ClaimState.APPROVED})
    note(claim, EventKind.WITHDRAWN, actor, at=at)
    settle(claim, actor=actor, at=at)


def _mine(actor: Actor, reference: str, at: datetime) -> Claim:
    claim, program = locked_claim(Claim, reference, at=at)
    if claim.employee_id != actor.employee_id:
        raise NotFound("There is no such claim of yours.")
    if program.state is ProgramState.SETTLED:
        raise BadInput("The program is settled, so its claims stay as they are.")
    return claim
