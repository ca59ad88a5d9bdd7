"""Priya corrects what a program is called and when it runs; what people rely on stays."""

from datetime import date, timedelta

import pytest

from marketplace.kernel.db import session, transaction
from marketplace.people.queries import actor_of
from marketplace.programs.bonuses.terms import BonusTerms
from marketplace.programs.models import Program, ProgramDepartment
from marketplace.programs.operations.framing import FrameIsFixed, Span, change_frame
from marketplace.programs.operations.programs import NewProgram, create_program, move_program
from marketplace.programs.states import ProgramKind, ProgramState
from tests.support.browsing import send
from tests.support.ledger import open_funded_budget
from tests.support.page_lint import lint_page
from tests.support.people import employ_maya, employ_priya

DESK = "/manage/programs/winter"
FRAME = f"{DESK}/frame"


@pytest.fixture
def priya_id(at):
    return employ_priya()


@pytest.fixture
def winter(priya_id, at):
    first = at.date() + timedelta(days=10)
    new = NewProgram("winter", "Wintr", "By hand.", ProgramKind.BONUS, first,
                     first + timedelta(days=9), open_funded_budget(1_000, slug="winter"),
                     BonusTerms(600))  # fmt: skip
    with transaction():
        return create_program(actor_of(priya_id), new, at=at)


def move(priya_id, program_id, *states, at):
    for state in states:
        with transaction():
            move_program(actor_of(priya_id), program_id, state, at=at)


def kept(program_id):
    session().close()
    return session().get_one(Program, program_id)


def fields(program, **changes):
    return {
        "name": program.name,
        "summary": program.summary,
        "starts_on": program.starts_on.isoformat(),
        "ends_on": program.ends_on.isoformat(),
        "budget": str(program.budget_id),
    } | changes


def test_priya_is_offered_to_schedule_what_is_ahead(sign_in, priya_id, winter):
    desk = sign_in(priya_id).get(DESK).text
    assert "Schedule" in desk
    assert "Start now" in desk
    assert "Launch</" not in desk
    assert lint_page(desk) == []


def test_priya_corrects_a_draft_and_its_rule_stays(sign_in, priya_id, winter, at):
    maya = employ_maya()
    department = actor_of(maya).department_id
    priya, program = sign_in(priya_id), kept(winter)
    page = priya.get(FRAME).text
    assert 'value="Wintr"' in page
    assert lint_page(page) == []
    last = program.ends_on + timedelta(days=5)
    changed = fields(program, name="Winter", ends_on=last.isoformat(), departments=[department])
    assert send(priya, FRAME, **changed).status_code == 303
    program = kept(winter)
    assert (program.name, program.ends_on, program.slug) == ("Winter", last, "winter")
    assert session().query(ProgramDepartment.department_id).all() == [(department,)]
    assert "Rule 2" not in priya.get(DESK).text


def test_days_in_the_wrong_order_are_refused_beside_the_field(sign_in, priya_id, winter):
    priya, program = sign_in(priya_id), kept(winter)
    answer = send(priya, FRAME, **fields(program, name="Winter", ends_on="2026-01-01"))
    assert answer.status_code == 422
    assert "not before the first" in answer.text
    assert 'value="Winter"' in answer.text
    assert kept(winter).name == "Wintr"


def test_from_the_start_only_the_words_can_change(sign_in, priya_id, winter, at):
    move(priya_id, winter, ProgramState.RUNNING, at=at)
    priya, program = sign_in(priya_id), kept(winter)
    first, last = program.starts_on, program.ends_on
    assert 'name="starts_on"' not in priya.get(FRAME).text
    sent = {"name": "Winter", "summary": "By hand.", "starts_on": "2026-01-01"}
    assert send(priya, FRAME, **sent).status_code == 303
    program = kept(winter)
    assert (program.name, program.starts_on, program.ends_on) == ("Winter", first, last)


def test_a_span_that_comes_after_the_start_changes_nothing(priya_id, winter, at):
    move(priya_id, winter, ProgramState.RUNNING, at=at)
    span = Span(date(2026, 1, 1), date(2026, 1, 2), kept(winter).budget_id, ())
    with pytest.raises(FrameIsFixed, match="has started in the meantime"), transaction():
        change_frame(actor_of(priya_id), winter, name="Late", summary="Late", span=span, at=at)
    assert kept(winter).name == "Wintr"


def test_what_is_settled_keeps_its_name(priya_id, winter, at):
    states = (ProgramState.RUNNING, ProgramState.CLOSED, ProgramState.SETTLED)
    move(priya_id, winter, *states, at=at)
    with pytest.raises(FrameIsFixed, match="is settled"), transaction():
        change_frame(actor_of(priya_id), winter, name="Late", summary="", span=None, at=at)
    assert kept(winter).name == "Wintr"


@pytest.mark.parametrize("years", [("0001", "2026"), ("2026", "9999")])
def test_days_out_of_reach_are_a_slip_of_the_keyboard(sign_in, winter, priya_id, years):
    """Months could not be counted from them: the page of a path with such a day broke."""
    days = dict(zip(("starts_on", "ends_on"), (f"{year}-12-31" for year in years), strict=True))
    refused = send(sign_in(priya_id), FRAME, **days)
    assert refused.status_code == 422
    assert "Enter a day between the years 2000 and 2199." in refused.text
