"""A rule that people may rely on is changed with a reason, which stays with its version."""

import re

import pytest
import sqlalchemy as sa

from marketplace.kernel.db import session, transaction
from marketplace.kernel.errors import BadInput
from marketplace.people.queries import actor_of
from marketplace.programs.models import Program, ProgramRule
from marketplace.programs.operations.programs import move_program, set_rule
from marketplace.programs.orders.terms import OrderTerms
from marketplace.programs.states import ProgramState
from tests.support.browsing import send, words_on
from tests.support.page_lint import lint_page
from tests.support.people import employ_priya
from tests.support.programs import run_program

DESK = "/manage/programs/spring-orders"
RULE = f"{DESK}/order-rule"
TERMS = {"points": "3", "per_whole": "100", "claw_back": "always", "only": ""}


@pytest.fixture
def priya_id(at):
    return employ_priya()


def reasons(program_id):
    session().close()
    kept = sa.select(ProgramRule.reason).where(ProgramRule.program_id == program_id)
    return session().scalars(kept.order_by(ProgramRule.version)).all()


@pytest.mark.parametrize("state", [ProgramState.SCHEDULED, ProgramState.RUNNING])
def test_priya_says_why_once_it_is_scheduled_or_runs(sign_in, priya_id, state, at):
    program_id, priya = run_program(is_launched=False), sign_in(priya_id)
    with transaction():
        move_program(actor_of(priya_id), program_id, state, at=at)
    page = priya.get(RULE).text
    assert "Why is it changed?" in page
    assert lint_page(page) == []
    for nothing in ("", "   "):
        refused = send(priya, RULE, **TERMS, reason=nothing)
        assert refused.status_code == 422
        assert "Say in a few words why the rule is changed." in refused.text
        assert 'value="3"' in refused.text
        assert lint_page(refused.text) == []
    assert reasons(program_id) == [""]
    assert send(priya, RULE, **TERMS, reason=" One point was too little ").status_code == 303
    assert reasons(program_id) == ["", "One point was too little"]
    desk = words_on(priya.get(DESK).text)
    assert re.search(r"Rule 2: 3 points .{0,200}? One point was too little", desk)


def test_a_reason_that_is_too_long_is_said_beside_the_field(sign_in, priya_id):
    program_id, priya = run_program(), sign_in(priya_id)
    refused = send(priya, RULE, **TERMS, reason="why " * 60)
    assert refused.status_code == 422
    assert reasons(program_id) == [""]


def test_a_draft_is_changed_without_a_reason(sign_in, priya_id):
    program_id, priya = run_program(is_launched=False), sign_in(priya_id)
    assert "Why is it changed?" not in priya.get(RULE).text
    assert send(priya, RULE, **TERMS).status_code == 303
    assert reasons(program_id) == ["", ""]


def test_no_other_way_sets_a_rule_without_a_reason(priya_id, at):
    program_id = run_program()
    terms = OrderTerms(1, 3, 10_000)
    with pytest.raises(BadInput, match="Nothing was changed"), transaction():
        set_rule(actor_of(priya_id), program_id, terms, reason=" ", at=at)
    assert reasons(program_id) == [""]
    assert session().get_one(Program, program_id).state is ProgramState.RUNNING
