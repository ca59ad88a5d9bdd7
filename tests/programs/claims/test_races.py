"""Two people at once: one receipt, one decision."""

import pytest
import sqlalchemy as sa

from marketplace.access.roles import Role
from marketplace.kernel import clock
from marketplace.kernel.db import session
from marketplace.kernel.errors import DomainError
from marketplace.ledger.queries import points_of
from marketplace.programs.claimed import operations
from marketplace.programs.claims.models import Claim, ClaimEvent
from marketplace.programs.claims.operations import claiming
from marketplace.programs.claims.states import EventKind
from tests.support.claims import claim, decide, run_claims
from tests.support.people import employ, employ_leo, employ_maya, employ_priya
from tests.support.racing import all_at_once

pytestmark = pytest.mark.race


def _answers(kind: EventKind) -> int:
    session().close()
    return session().scalar(sa.select(sa.func.count()).where(ClaimEvent.kind == kind)) or 0


def _two_approve(app) -> list:
    maya, priya = employ_maya(), employ_priya()
    noor = employ("Noor Khan", department="People", roles=(Role.PROGRAM_MANAGER,))
    reference = claim(maya, run_claims(), "R-1")
    session().close()
    both = (priya, noor)
    return all_at_once(
        app, 2, lambda number: decide(both[number], "approve_claim", reference, version=1)
    )


def test_two_approvers_at_once_give_one_answer(app, at):
    results = _two_approve(app)
    assert sorted(isinstance(result, DomainError) for result in results) == [False, True], results
    assert _answers(EventKind.APPROVED) == 1
    assert points_of(employ_maya(), at=clock.now()).available == 100


def test_control_without_the_guard_both_approve(app, at, monkeypatch):
    monkeypatch.setattr(operations, "guards", lambda claim, _among, _seen: [Claim.id == claim.id])
    _two_approve(app)
    assert _answers(EventKind.APPROVED) == 2


def _both_claim(app) -> list:
    people, program_id = (employ_maya(), employ_leo()), run_claims()
    session().close()
    written = ("INV-0042", "inv 42")
    return all_at_once(app, 2, lambda number: claim(people[number], program_id, written[number]))


def test_one_receipt_claimed_by_two_at_once_is_claimed_once(app, at):
    results = _both_claim(app)
    assert sorted(isinstance(r, claiming.ReferenceTaken) for r in results) == [False, True], results
    session().close()
    assert session().scalar(sa.select(sa.func.count()).select_from(Claim)) == 1


def test_control_without_the_held_reference_both_get_in(app, at, monkeypatch):
    monkeypatch.setattr(claiming, "hold_reference", lambda _claim, _terms: None)
    results = _both_claim(app)
    assert [isinstance(result, str) for result in results] == [True, True], results
