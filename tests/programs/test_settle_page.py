"""Priya sees what ends before she settles a program for good."""

from marketplace.kernel.db import session, transaction
from marketplace.people.queries import actor_of
from marketplace.programs.models import Program
from marketplace.programs.operations.programs import move_program
from marketplace.programs.states import ProgramState
from tests.support.browsing import send
from tests.support.page_lint import lint_page
from tests.support.people import employ_maya, employ_priya
from tests.support.programs import report_sales, run_program, sold

DESK = "/manage/programs/spring-orders"


def close(program_id, at):
    with transaction():
        move_program(actor_of(employ_priya()), program_id, ProgramState.CLOSED, at=at)


def state_of(program_id):
    session().close()
    return session().get_one(Program, program_id).state


def test_what_ends_is_said_before_a_program_is_settled(sign_in, at):
    program_id = run_program()
    report_sales(sold(employ_maya(), "SO1", "500"))
    priya = sign_in(employ_priya())
    early = priya.get(f"{DESK}/settled").text
    assert "It is not closed yet" in early
    assert ">Settle for good<" not in early
    close(program_id, at)
    assert f'href="{DESK}/settled"' in priya.get(DESK).text
    page = priya.get(f"{DESK}/settled")
    assert "From then on nothing changes" in page.text
    assert "31 Dec 2026, is not over" in page.text
    assert lint_page(page.text) == []
    assert send(priya, f"{DESK}/settled").headers["Location"] == DESK
    assert "It is settled. Its points stay as they are." in priya.get(f"{DESK}/settled").text
    assert state_of(program_id) is ProgramState.SETTLED


def test_without_its_key_the_page_that_settles_settles_nothing(sign_in, at):
    program_id = run_program()
    close(program_id, at)
    priya = sign_in(employ_priya())
    refused = send(priya, f"{DESK}/settled", request_key="short")
    assert refused.status_code == 422
    assert state_of(program_id) is ProgramState.CLOSED
