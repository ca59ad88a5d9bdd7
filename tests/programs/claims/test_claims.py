"""Maya claims, Priya decides, and points follow or go back."""

import pytest
import sqlalchemy as sa

from marketplace.access.roles import Role
from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.kernel.errors import BadInput, DomainError, NotAllowed, NotFound
from marketplace.kernel.mail import Letter
from marketplace.ledger.queries import points_of
from marketplace.people.queries import actor_of
from marketplace.programs.claims.models import Claim, ClaimEvent
from marketplace.programs.claims.operations.claiming import (
    LimitReached,
    ReferenceTaken,
    answer_question,
    withdraw_claim,
)
from marketplace.programs.claims.states import ClaimState, Evidence
from marketplace.programs.claims.terms import ClaimTerms
from marketplace.programs.operations.programs import move_program
from marketplace.programs.operations.settlement import release_waiting, settle_for_good
from marketplace.programs.states import ProgramState
from tests.support.claims import claim, claim_row, decide, run_claims
from tests.support.people import employ, employ_leo, employ_maya, employ_priya
from tests.support.programs import refill


@pytest.fixture
def maya(at):
    return employ_maya()


@pytest.fixture
def priya(at):
    return employ_priya()


def points(who):
    session().close()
    return points_of(who, at=clock.now()).available


def count(model):
    session().close()
    return session().scalar(sa.select(sa.func.count()).select_from(model))


def test_an_approved_claim_brings_its_points_once(maya, priya):
    reference = claim(maya, run_claims(), "R-1")
    assert points(maya) == 0
    state, report = decide(priya, "approve_claim", reference)
    assert (state, report.points_given, points(maya)) == (ClaimState.APPROVED, 100, 100)
    with pytest.raises(DomainError, match="Somebody was faster"):
        decide(priya, "approve_claim", reference)
    assert points(maya) == 100


def test_one_receipt_is_claimed_once_however_it_is_written(maya, priya):
    program_id = run_claims()
    mine = claim(maya, program_id, "R-0042")
    with pytest.raises(ReferenceTaken, match=f"see claim {mine}"):
        claim(maya, program_id, "r 42")
    with pytest.raises(ReferenceTaken, match="claimed by someone else"):
        claim(employ_leo(), program_id, "Ｒ－42")
    assert count(Claim) == 1
    claim(maya, run_claims(slug="other-receipts"), "R-42")  # another program, another world


def test_a_declined_receipt_can_be_claimed_again(maya, priya):
    program_id = run_claims()
    decide(priya, "decline_claim", claim(maya, program_id, "R-1"), "It is someone else's")
    again = claim(employ_leo(), program_id, "R-1")
    assert claim_row(again).state is ClaimState.WAITING


def test_nobody_decides_on_their_own_claim(maya, priya):
    reference = claim(priya, run_claims(), "R-1")
    for deed, words in (
        ("approve_claim", ()),
        ("decline_claim", ("No",)),
        ("ask_claimant", ("?",)),
    ):
        with pytest.raises(NotAllowed, match="This is yours"):
            decide(priya, deed, reference, *words)
    with pytest.raises(NotAllowed, match="those who manage programs"):
        decide(maya, "approve_claim", reference)
    with pytest.raises(sa.exc.IntegrityError), transaction():
        session().execute(sa.update(Claim).values(decided_by_id=priya))
    session().rollback()


def test_a_large_claim_needs_two_people(maya, priya):
    noor = employ("Noor Khan", department="People", roles=(Role.PROGRAM_MANAGER,))
    terms = ClaimTerms(points=1, per_amount=100, currency="EUR", second_look_from=500)
    program_id = run_claims(terms)
    small = claim(maya, program_id, "R-1", amount=49_900)
    large = claim(maya, program_id, "R-2", amount=50_000)
    assert decide(priya, "approve_claim", small)[0] is ClaimState.APPROVED
    assert decide(priya, "approve_claim", large)[0] is ClaimState.SECOND_LOOK
    assert points(maya) == 499
    with pytest.raises(NotAllowed, match="second yes has to come from another"):
        decide(priya, "approve_claim", large)
    assert decide(noor, "approve_claim", large)[0] is ClaimState.APPROVED
    assert points(maya) == 999


def test_a_question_is_answered_and_the_claim_waits_again(maya, priya, queue):
    reference = claim(maya, run_claims(), "R-1")
    decide(priya, "ask_claimant", reference, "Which client was it?")
    with pytest.raises(DomainError, match="Somebody was faster"):
        decide(priya, "approve_claim", reference)
    with transaction():
        answer_question(actor_of(maya), reference, "Harbor Mills", (), at=clock.now())
    decide(priya, "approve_claim", reference)
    queue.run_due()
    queue.run_due()
    letters = session().execute(sa.select(Letter.employee_id, Letter.subject).order_by(Letter.id))
    assert [tuple(letter) for letter in letters] == [
        (priya, "A claim waits for you"),
        (maya, "A question about your claim"),
        (priya, "A claim was answered"),
        (maya, "Your claim is approved"),
    ]


def test_limits_hold_per_person_and_in_all(maya, priya):
    terms = ClaimTerms(points=10, most_per_person=2, most_in_total=3)
    program_id, leo = run_claims(terms), employ_leo()
    first = claim(maya, program_id, "R-1")
    claim(maya, program_id, "R-2")
    with pytest.raises(LimitReached, match="2 of 2 claims"):
        claim(maya, program_id, "R-3")
    claim(leo, program_id, "R-4")
    with pytest.raises(LimitReached, match="All 3 claims"):
        claim(leo, program_id, "R-5")
    decide(priya, "decline_claim", first, "Not this one")
    claim(maya, program_id, "R-6")


@pytest.mark.parametrize(("days", "left"), [(None, 0), (30, 0), (10, 100), (0, 100)])
def test_a_claim_taken_back_later_takes_its_points_within_the_terms(maya, priya, time, days, left):
    program_id = run_claims(claw_back_days=days)
    reference = claim(maya, program_id, "R-1")
    decide(priya, "approve_claim", reference)
    time.forward(days=20)
    decide(priya, "take_back_claim", reference, "The goods came back")
    assert points(maya) == left
    leo = employ_leo()
    if left:  # still paid for, so nobody may claim it a second time
        with pytest.raises(ReferenceTaken):
            claim(leo, program_id, "R-1")
    else:
        claim(leo, program_id, "R-1")


def test_maya_withdraws_her_own_claim_and_only_hers(maya, priya):
    program_id = run_claims()
    mine, leos = claim(maya, program_id, "R-1"), claim(employ_leo(), program_id, "R-2")
    decide(priya, "approve_claim", mine)
    with transaction():
        withdraw_claim(actor_of(maya), mine, at=clock.now())
    assert (points(maya), claim_row(mine).state) == (0, ClaimState.WITHDRAWN)
    with pytest.raises(NotFound), transaction():
        withdraw_claim(actor_of(maya), leos, at=clock.now())


def test_bad_claims_change_nothing(maya, priya, at):
    terms = ClaimTerms(points=1, per_amount=1_000, currency="EUR", evidence=Evidence.REQUIRED)
    program_id = run_claims(terms)
    for facts, said in (
        ({"amount": 999}, "less than €10"),
        ({"amount": 5_000, "on_day": at.date().replace(day=30)}, "Enter a day from 1 Oct 2026"),
        ({"amount": 5_000}, "needs evidence"),
    ):
        with pytest.raises(BadInput, match=said):
            claim(maya, program_id, "R-1", **facts)
    with pytest.raises(BadInput, match="with a letter or a digit"):
        claim(maya, run_claims(slug="others"), "---")
    assert (count(Claim), count(ClaimEvent)) == (0, 0)


def test_what_the_budget_lacks_waits_and_is_given_after_a_refill(maya, priya):
    program_id = run_claims(budget_points=50)
    reference = claim(maya, program_id, "R-1")
    _state, report = decide(priya, "approve_claim", reference)
    assert (report.waiting, points(maya)) == (100, 0)
    refill(program_id, 100)
    with transaction():
        release_waiting(program_id, actor=actor_of(priya), at=clock.now())
    assert points(maya) == 100


def test_a_program_is_not_settled_while_a_claim_waits(maya, priya):
    program_id = run_claims()
    reference, actor = claim(maya, program_id, "R-1"), actor_of(priya)
    with transaction():
        move_program(actor, program_id, ProgramState.CLOSED, at=clock.now())
    with pytest.raises(DomainError, match="1 claim has no answer yet"), transaction():
        settle_for_good(program_id, actor=actor, at=clock.now())
    decide(priya, "approve_claim", reference)
    with transaction():
        settle_for_good(program_id, actor=actor, at=clock.now())
    assert points(maya) == 100
    with pytest.raises(NotAllowed, match="settled"):
        decide(priya, "take_back_claim", reference, "Too late")
