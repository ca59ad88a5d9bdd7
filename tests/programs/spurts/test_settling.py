"""Leo sells and Maya finds new clients for two weeks; caps end it, and corrections move it."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from marketplace.awards.models import Award
from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.ledger.queries import points_of
from marketplace.people.models import Employee
from marketplace.people.operations.employment import department_named
from marketplace.people.queries import actor_of
from marketplace.programs.measures import Counting, Filter
from marketplace.programs.models import ProgramProgress
from marketplace.programs.operations.programs import RuleIsFixed, move_program
from marketplace.programs.operations.settlement import settle_for_good, settle_program
from marketplace.programs.spurts.terms import Per
from marketplace.programs.states import ProgramState
from tests.support.people import employ, employ_maya, employ_priya
from tests.support.programs import report_sales
from tests.support.spurts import brought, leg, new_clients, new_rule, run_spurt

SECOND, THIRD = date(2026, 11, 2), date(2026, 11, 3)


@pytest.fixture
def maya(at):
    return employ_maya()


@pytest.fixture
def leo(at):
    return employ("Leo Martins", department="Sales")


def available(employee_id, at):
    session().close()
    return points_of(employee_id, at=at).available


def formula_of(employee_id):
    """The sum behind what was granted last."""
    last = sa.select(Award.explanation).where(Award.employee_id == employee_id)
    return session().scalars(last.order_by(Award.id.desc()).limit(1)).one()["formula"]


def test_sales_earns_by_revenue_and_marketing_by_new_clients(maya, leo, at):
    run_spurt(leg(departments=("Sales",)), new_clients(departments=("Marketing",)))
    report_sales(
        brought(leo, "SO1", 1_250, client="Harbor Mills"),
        brought(maya, "SO2", 90, client="Odense Foods"),
        brought(maya, "SO3", 900, client="Odense Foods", on_day=THIRD),
    )
    assert (available(leo, at), available(maya, at)) == (12, 250)
    assert formula_of(leo) == "$1,250 ÷ $100, rounded down, is 12; 12 × 1 is 12 points"
    assert formula_of(maya) == "1 × 250 is 250 points"


def test_a_client_who_bought_before_is_not_new(maya, at):
    run_spurt(new_clients(1))
    report_sales(
        brought(maya, "SO0", 10, client="Harbor Mills", on_day=date(2026, 10, 30)),
        brought(maya, "SO1", 500, client="Harbor Mills"),
    )
    assert available(maya, at) == 0


def test_the_value_of_new_clients_counts_their_first_order_alone(maya, at):
    value = {"counting": Counting.NEW_CLIENT_VALUE, "per_amount": 50_000}
    run_spurt(leg(points=10, **value))
    report_sales(
        brought(maya, "SO1", 1_600, client="Harbor Mills"),
        brought(maya, "SO2", 9_000, client="Harbor Mills", on_day=THIRD),
    )
    assert available(maya, at) == 30


def test_only_the_product_of_the_launch_counts(leo, at):
    run_spurt(leg(only=(Filter("product", ("Insight",)),)))
    report_sales(
        brought(leo, "SO1", 500, product="Insight"),
        brought(leo, "SO1", 700, product="Core", line=2),
    )
    assert available(leo, at) == 5


@pytest.mark.parametrize(("per", "points"), [(Per.RESULT, 2), (Per.ORDER, 3), (Per.WINDOW, 4)])
def test_full_amounts_are_counted_per_line_or_per_order_or_over_the_window(leo, at, per, points):
    run_spurt(leg(per=per))
    report_sales(
        brought(leo, "SO1", 150), brought(leo, "SO1", 160, line=2), brought(leo, "SO2", 90)
    )
    assert available(leo, at) == points


def test_every_fifth_order_is_counted_over_the_window(leo, at):
    orders = {"counting": Counting.ORDERS, "per_amount": 2, "per": Per.WINDOW}
    run_spurt(leg(points=100, **orders))
    lines = [brought(leo, f"SO{number}", 10) for number in range(5)]
    report_sales(*lines, brought(leo, "SO1", 10, line=2))
    assert available(leo, at) == 200


def test_nobody_gets_more_than_the_cap_for_each_person(leo, at):
    run_spurt(leg(points=250, cap=2_000))
    report_sales(brought(leo, "SO1", 1_200))
    assert available(leo, at) == 2_000
    capped = "12 × 250, capped at 2,000: no more was left of 2,000 points for each person"
    assert formula_of(leo).endswith(capped)


def test_the_cap_of_the_spurt_goes_to_who_comes_first(maya, leo, at):
    program_id = run_spurt(leg(points=10), cap=100)
    report_sales(
        brought(maya, "SO10", 800, on_day=THIRD),
        brought(leo, "SO9", 700, on_day=THIRD),
    )
    assert (available(leo, at), available(maya, at)) == (70, 30)
    assert "no more was left of 100 points for the whole spurt" in formula_of(maya)
    sentence = session().get_one(ProgramProgress, (program_id, maya)).sentence
    assert sentence == "30 points from 1 order."


def test_a_correction_moves_the_cap_to_whoever_comes_next(maya, leo, at):
    program_id = run_spurt(leg(points=10), cap=100)
    report_sales(brought(leo, "SO1", 800, on_day=SECOND), brought(maya, "SO2", 800, on_day=THIRD))
    assert (available(leo, at), available(maya, at)) == (80, 20)
    report_sales(brought(leo, "SO1", 300, on_day=SECOND))
    assert (available(leo, at), available(maya, at)) == (30, 70)
    with transaction():
        again = settle_program(program_id, actor=actor_of(employ_priya()), at=at)
    assert (again.given, again.taken_back) == (0, 0)


def test_a_return_takes_the_last_full_amounts_back_and_leaves_the_first_in_their_place(
    maya, leo, at
):
    run_spurt(leg(points=10, per=Per.WINDOW), cap=50)
    report_sales(
        brought(leo, "SO1", 300, on_day=SECOND),
        brought(maya, "SO2", 900, on_day=THIRD),
        brought(leo, "SO3", 400, on_day=date(2026, 11, 4)),
    )
    assert (available(leo, at), available(maya, at)) == (30, 20)
    report_sales(brought(leo, "SO4", -500, on_day=date(2026, 11, 5)))
    assert (available(leo, at), available(maya, at)) == (20, 30)


@pytest.mark.parametrize("claw_back_days", [0, 10])
def test_what_the_terms_let_people_keep_uses_up_the_cap(maya, leo, at, monkeypatch, claw_back_days):
    run_spurt(leg(points=10), cap=100, claw_back_days=claw_back_days)
    report_sales(brought(leo, "SO1", 800, on_day=SECOND))
    later = at + timedelta(days=11)
    monkeypatch.setattr(clock, "now", lambda: later)
    report_sales(brought(leo, "SO1", 300, on_day=SECOND), brought(maya, "SO2", 900, on_day=THIRD))
    assert (available(leo, later), available(maya, later)) == (80, 20)


def test_the_same_file_again_changes_nothing(maya, leo, at):
    run_spurt(leg(), new_clients())
    facts = [brought(leo, "SO1", 500, client="Harbor Mills"), brought(maya, "SO2", 60, client="X")]
    report_sales(*facts)
    _report, settled = report_sales(*facts)
    assert settled["november-push"].given == 0
    assert (available(leo, at), available(maya, at)) == (255, 250)


def test_orders_outside_the_window_and_of_other_departments_earn_nothing(maya, leo, at):
    run_spurt(leg(departments=("Sales",)))
    report_sales(
        brought(leo, "SO1", 500, on_day=date(2026, 11, 15)),
        brought(leo, "SO2", 200, on_day=date(2026, 11, 14)),
        brought(maya, "SO3", 900),
    )
    assert (available(leo, at), available(maya, at)) == (2, 0)


def test_who_changes_departments_keeps_the_leg_they_earned_in(leo, at):
    program_id = run_spurt(leg(departments=("Sales",)), new_clients(departments=("Marketing",)))
    report_sales(brought(leo, "SO1", 500, client="Harbor Mills"))
    with transaction():
        session().get_one(Employee, leo).department_id = department_named("Finance")
        settle_program(program_id, actor=actor_of(employ_priya()), at=at)
    assert available(leo, at) == 5


def test_a_new_rule_settles_the_difference_and_lets_in_whom_it_is_for(maya, leo, at):
    program_id = run_spurt(leg(departments=("Sales",)))
    report_sales(brought(leo, "SO1", 500), brought(maya, "SO2", 300, client="Odense Foods"))
    report = new_rule(
        program_id, leg(points=2, departments=("Sales",)), new_clients(departments=("Marketing",))
    )
    assert (report.points_given, report.points_taken_back) == (255, 0)
    assert (available(leo, at), available(maya, at)) == (10, 250)
    assert new_rule(program_id, new_clients(departments=("Marketing",))).points_taken_back == 10


def test_a_budget_that_falls_short_lets_all_of_it_wait(leo, at):
    run_spurt(leg(points=10), budget_points=30)
    _report, settled = report_sales(brought(leo, "SO1", 500))
    assert (settled["november-push"].waiting, available(leo, at)) == (50, 0)


def test_settled_for_good_it_pays_no_more(leo, at):
    program_id = run_spurt(leg())
    report_sales(brought(leo, "SO1", 500))
    priya = actor_of(employ_priya())
    with transaction():
        move_program(priya, program_id, ProgramState.CLOSED, at=at)
        settle_for_good(program_id, actor=priya, at=at)
    report_sales(brought(leo, "SO2", 500))
    with pytest.raises(RuleIsFixed, match="Nothing was changed"):
        new_rule(program_id, leg(points=9))
    assert available(leo, at) == 5


def test_a_client_with_an_endless_name_is_paid_like_any_other(maya, at):
    run_spurt(new_clients(1))
    report_sales(brought(maya, "SO1", 500, client="Harbor " * 2_000))
    assert available(maya, at) == 250


def test_a_person_sees_their_progress_against_their_caps(leo, at):
    program_id = run_spurt(leg(cap=20), new_clients(cap=1_000))
    report_sales(
        brought(leo, "SO1", 1_500, client="Harbor Mills"),
        brought(leo, "SO2", 900, client="Harbor Mills", on_day=THIRD),
    )
    kept = session().get_one(ProgramProgress, (program_id, leo))
    assert (kept.done, kept.target) == (270, 1_020)
    assert kept.sentence == "270 of at most 1,020 points from 1 new client and 2 orders."
