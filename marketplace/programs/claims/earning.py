"""Evaluating claims: what each approved one deserves."""

from collections.abc import Sequence

import sqlalchemy as sa

from marketplace.access.roles import Permission
from marketplace.kernel.db import session
from marketplace.kernel.errors import DomainError
from marketplace.people.deciders import those_who_may
from marketplace.programs.claims.models import Claim
from marketplace.programs.claims.policies import missing_deciders
from marketplace.programs.claims.states import FOR_MANAGERS, OPEN, ClaimState
from marketplace.programs.claims.terms import ClaimTerms
from marketplace.programs.earning import (
    Deserved,
    Earner,
    Evaluated,
    KindFacts,
    Progress,
    Rule,
    Run,
    register,
)
from marketplace.programs.states import ProgramKind

_QUESTIONS = ("One has a question for you.", "{} have questions for you.")


class ClaimsWait(DomainError):
    """A program can't be settled while claims have no answer."""

    code = "claims_wait"


class ClaimEarner(Earner):
    """Points for what people claim and others approve."""

    facts = KindFacts(
        kind=ProgramKind.CLAIM,
        label="Claims",
        note="People send what they did with evidence; someone looks at it, and points follow.",
        icon="file-check",
        terms=ClaimTerms,
        new_endpoint="claims_manage.new",
        rule_endpoint="claims_manage.change_rule",
    )

    def sentences(self, rule: Rule) -> Sequence[str]:
        """What a claim brings, how often, and who looks."""
        return rule.terms.sentences()

    def people_obstacle(self, terms: ClaimTerms) -> str | None:
        """Somebody has to be there to decide, and two people where two have to say yes."""
        return missing_deciders(terms, those_who_may(Permission.PROGRAMS_MANAGE))

    def evaluate(self, run: Run) -> Evaluated:
        """What each approved claim deserves. Raises ClaimsWait while some have no answer."""
        if run.is_final:
            _refuse_with_open_claims(run.program.id)
        approved = sa.select(Claim).where(
            Claim.program_id == run.program.id, Claim.state == ClaimState.APPROVED
        )
        subjects = None
        if run.groups is not None:
            approved = approved.where(Claim.reference.in_(run.groups))
            subjects = {subject_of(reference) for reference in run.groups}
        deserved = [_deserved(run, claim) for claim in session().scalars(approved)]
        return Evaluated(deserved, _progress(run), subjects)


def subject_of(reference: str) -> str:
    """The subject of a claim's award and evidence."""
    return f"claim:{reference}"


def _refuse_with_open_claims(program_id: int) -> None:
    waiting = session().scalar(
        sa.select(sa.func.count()).where(Claim.program_id == program_id, Claim.state.in_(OPEN))
    )
    if waiting:
        claims = "1 claim has" if waiting == 1 else f"{waiting:,} claims have"
        raise ClaimsWait(
            f"{claims} no answer yet. Approve or decline them first. Nothing was changed.",
            waiting=waiting,
        )


def _deserved(run: Run, claim: Claim) -> Deserved:
    terms: ClaimTerms = run.rule.terms
    of = f" of {terms.in_words(claim.amount)}" if claim.amount is not None else ""
    return Deserved(
        employee_id=claim.employee_id,
        subject=subject_of(claim.reference),
        points=terms.points_for(claim.amount),
        occurred_on=claim.on_day,
        reason=f"{run.program.name}: {terms.reference_name.lower()} {claim.claimed}",
        explanation={
            "event": f"Claim {claim.reference}{of}, {terms.reference_name.lower()} {claim.claimed}",
            "formula": terms.formula(claim.amount),
            "on_day": claim.on_day.isoformat(),
        },
    )


def _progress(run: Run) -> list[Progress]:
    rows = session().execute(
        sa.select(
            Claim.employee_id,
            sa.func.sum(sa.case((Claim.state == ClaimState.APPROVED, 1), else_=0)),
            sa.func.sum(sa.case((Claim.state.in_(FOR_MANAGERS), 1), else_=0)),
            sa.func.sum(sa.case((Claim.state == ClaimState.ASKED, 1), else_=0)),
        )
        .where(Claim.program_id == run.program.id)
        .group_by(Claim.employee_id)
    )
    most = run.rule.terms.most_per_person
    return [
        Progress(employee_id, int(approved), None, _sentence(int(approved), waiting, asked, most))
        for employee_id, approved, waiting, asked in rows
        if approved or waiting or asked
    ]


def _sentence(approved: int, waiting: int, asked: int, most: int | None) -> str:
    of = f" of {most:,}" if most else ""
    claims = "claim" if (most or approved) == 1 else "claims"
    said = f"{approved:,}{of} {claims} approved"
    said += f", {waiting:,} waiting" if waiting else ""
    return f"{said}. {_QUESTIONS[asked > 1].format(asked)}" if asked else f"{said}."


register(ClaimEarner())
