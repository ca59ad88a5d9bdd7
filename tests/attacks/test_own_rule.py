"""Priya, who runs programs, sets no rule by which she herself has more."""

import pytest

from marketplace.access.roles import Role
from marketplace.kernel.db import session
from marketplace.ledger.check import ledger_violations
from marketplace.ledger.queries import points_of
from marketplace.programs.claims.terms import ClaimTerms
from marketplace.programs.models import ProgramRule
from tests.support.browsing import send
from tests.support.claims import claim, decide, run_claims
from tests.support.people import employ, employ_maya, employ_priya

RULE = "/manage/programs/receipts/claim-rule"
TERMS = {
    "amount_name": "Amount",
    "reference_name": "Receipt number",
    "evidence": "optional",
    "reason": "More for everyone",
}


@pytest.fixture
def ines(at):
    return employ("Ines Carvalho", department="People", roles=(Role.PROGRAM_MANAGER,))


def has(employee_id, at):
    session().close()
    return points_of(employee_id, at=at).available


def versions():
    session().close()
    return session().query(ProgramRule).count()


@pytest.mark.parametrize("points", [500, 100_000])  # 100,000 is more than the budget has
def test_a_rule_that_pays_who_sets_it_is_for_somebody_else_to_set(sign_in, ines, at, points):
    program, priya, maya = run_claims(ClaimTerms(points=50)), employ_priya(), employ_maya()
    for who, name in ((priya, "R-1"), (maya, "R-2")):
        decide(ines, "approve_claim", claim(who, program, name))
    refused = send(sign_in(priya), RULE, points=str(points), **TERMS)
    assert refused.status_code == 403
    assert f"{points - 50:,} points more" in refused.text
    assert (has(priya, at), has(maya, at), versions()) == (50, 50, 1)
    assert send(sign_in(priya), RULE, points="40", **TERMS).status_code == 303
    assert send(sign_in(ines), RULE, points="60", **TERMS).status_code == 303
    assert (has(priya, at), has(maya, at), versions()) == (60, 60, 3)
    assert ledger_violations() == []
