"""Priya starts no program that pays herself for results that stand already."""

from datetime import date, timedelta

import pytest

from marketplace.access.roles import Role
from marketplace.kernel.db import session, transaction
from marketplace.kernel.errors import NotAllowed
from marketplace.ledger.check import ledger_violations
from marketplace.ledger.queries import points_of
from marketplace.people.models import Employee
from marketplace.people.queries import actor_of
from marketplace.programs.jobs import turn_programs
from marketplace.programs.models import Program
from marketplace.programs.operations import settlement
from marketplace.programs.operations.framing import Span, change_frame
from marketplace.programs.operations.programs import set_rule
from marketplace.programs.operations.settlement import launch_program, settle_new_rule
from marketplace.programs.orders.terms import OrderTerms
from marketplace.programs.queries.rules import current_rule
from marketplace.programs.states import ProgramState
from tests.support.anniversaries import celebrate_on, run_anniversaries
from tests.support.browsing import send
from tests.support.people import employ, employ_maya, employ_priya
from tests.support.programs import report_sales, run_program, sold

DESK = "/manage/programs/spring-orders"
AHEAD = (date(2026, 12, 1), date(2026, 12, 31))


@pytest.fixture
def ines(at):
    return employ("Ines Carvalho", department="People", roles=(Role.PROGRAM_MANAGER,))


@pytest.fixture
def stands(at):
    """Priya and Maya sold for 900 dollars each, and no program has paid it yet."""
    run_program(slug="long-ago", days=(date(2025, 1, 1), date(2025, 1, 2)))
    report_sales(sold(employ_priya(), "SO1", "900"), sold(employ_maya(), "SO2", "900"))


def has(employee_id, at):
    session().close()
    return points_of(employee_id, at=at).available


def state_of(program_id):
    session().close()
    return session().get_one(Program, program_id).state


def test_a_launch_that_pays_who_launches_is_for_somebody_else(sign_in, stands, ines, at):
    program, priya, maya = run_program(is_launched=False), employ_priya(), employ_maya()
    browser = sign_in(priya)
    assert send(browser, DESK, f"{DESK}/running").status_code == 303
    said = browser.get(DESK).text
    assert "It would pay you 9 points for what stands already" in said
    assert "Ines Carvalho can start it." in said
    assert (has(priya, at), has(maya, at)) == (0, 0)
    assert state_of(program) is ProgramState.DRAFT
    assert send(sign_in(ines), DESK, f"{DESK}/running").status_code == 303
    assert (has(priya, at), has(maya, at)) == (9, 9)
    assert ledger_violations() == []


def test_who_earned_nothing_yet_may_launch_and_earn_later(sign_in, ines, at):
    priya, maya = employ_priya(), employ_maya()
    program = run_program(is_launched=False)
    report_sales(sold(maya, "SO2", "900"))
    assert send(sign_in(priya), DESK, f"{DESK}/running").status_code == 303
    report_sales(sold(priya, "SO3", "500"))
    assert state_of(program) is ProgramState.RUNNING
    assert (has(priya, at), has(maya, at)) == (5, 9)


def test_days_of_the_last_week_that_nothing_celebrated_yet_stand_already(ines, at):
    """The daily job makes up for them, so a start would pay them as well."""
    priya = employ_priya()
    with transaction():
        session().get_one(Employee, priya).hired_on = at.date().replace(year=2021) - timedelta(3)
    program = run_anniversaries(is_launched=False)
    session().close()
    with pytest.raises(NotAllowed, match="It would pay you 500 points"), transaction():
        launch_program(actor_of(priya), program, ProgramState.RUNNING, at=at)
    with transaction():
        launch_program(actor_of(ines), program, ProgramState.RUNNING, at=at)
    assert celebrate_on(at.date()) == 1
    again = run_anniversaries(slug="jubilees", is_launched=False)
    with transaction():  # what another program celebrated stands in nobody's way
        launch_program(actor_of(priya), again, ProgramState.RUNNING, at=at)


def test_a_schedule_does_not_lead_around_it(stands, ines, at):
    """A program of days ahead is scheduled, and its days are moved to where the results stand."""
    priya = actor_of(employ_priya())
    program = run_program(is_launched=False, days=AHEAD)
    session().close()
    with transaction():
        launch_program(priya, program, ProgramState.SCHEDULED, at=at)
    budget_id = session().get_one(Program, program).budget_id
    session().close()
    back = Span(date(2026, 10, 1), date(2026, 12, 31), budget_id)
    with pytest.raises(NotAllowed, match="nobody awards himself"), transaction():
        change_frame(priya, program, name="Spring", summary="", span=back, at=at)
    turn_programs()
    assert state_of(program) is ProgramState.SCHEDULED
    assert has(priya.id, at) == 0
    with transaction():
        change_frame(actor_of(ines), program, name="Spring", summary="", span=back, at=at)
    turn_programs()
    assert (state_of(program), has(priya.id, at)) == (ProgramState.RUNNING, 9)


def test_nor_does_a_new_rule_while_it_is_scheduled(stands, at):
    priya, day = actor_of(employ_priya()), timedelta(days=1)
    program = run_program(is_launched=False, points=1, per_amount=100_000)  # 900 bring nothing
    with transaction():
        launch_program(priya, program, ProgramState.SCHEDULED, at=at)
    rule = current_rule(session().get_one(Program, program)).terms
    better = OrderTerms(rule.metric_id, 1, 10_000)
    session().close()
    with pytest.raises(NotAllowed, match="pay you 9 points"), transaction():
        set_rule(priya, program, better, reason="Better terms", at=at + day)
        settle_new_rule(program, actor=priya, at=at + day)


def test_control_without_the_look_before_the_start_priya_pays_herself(stands, at, monkeypatch):
    priya, program = actor_of(employ_priya()), run_program(is_launched=False)
    monkeypatch.setattr(settlement, "refuse_own_start", lambda *_args, **_values: None)
    with transaction():
        launch_program(priya, program, ProgramState.RUNNING, at=at)
    assert has(priya.id, at) == 9
