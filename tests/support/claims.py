"""Claims for the tests: Priya's receipts program, and pictures of receipts."""

from datetime import date
from typing import Any

from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.people.queries import actor_of
from marketplace.programs.claims.models import Claim
from marketplace.programs.claims.operations import deciding
from marketplace.programs.claims.operations.claiming import NewClaim, submit_claim
from marketplace.programs.claims.terms import ClaimTerms
from marketplace.programs.states import ProgramKind
from tests.support.programs import run_kind
from tests.support.redemption import new_key

NOVEMBER = date(2026, 11, 20)


def run_claims(terms: ClaimTerms | None = None, **options: Any) -> int:
    """Priya's running program of receipts: 100 points a claim unless `terms` say otherwise."""
    wanted = terms or ClaimTerms(points=100, reference_name="Receipt number")
    return run_kind(ProgramKind.CLAIM, wanted, slug=options.pop("slug", "receipts"), **options)


def claim(employee_id: int, program_id: int, claimed: str, **facts: Any) -> str:
    """Somebody claims; answers the claim's reference."""
    new = NewClaim(claimed, facts.pop("on_day", NOVEMBER), **facts)
    actor, at = actor_of(employee_id), clock.now()
    session().close()
    with transaction():
        return submit_claim(actor, program_id, new, request_key=new_key(), at=at)


def claim_row(reference: str) -> Claim:
    """The claim as it is in the database."""
    session().close()
    return session().query(Claim).filter_by(reference=reference).one()


def decide(employee_id: int, deed: str, reference: str, *words: str, version: int = 0) -> Any:
    """Somebody approves, asks, declines or takes back; by default what they see is up to date."""
    actor, seen = actor_of(employee_id), version or claim_row(reference).version
    session().close()
    with transaction():
        work = getattr(deciding, deed)
        return work(actor, reference, *words, version=seen, at=clock.now())
