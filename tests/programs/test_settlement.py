"""Orders earn by the rule, corrections take back, and the same file again changes nothing."""

from datetime import date

import pytest

from marketplace.budgets.errors import BudgetExceeded
from marketplace.kernel.db import session, transaction
from marketplace.kernel.errors import BadInput, IllegalMove
from marketplace.ledger.queries import points_of
from marketplace.people.queries import actor_of
from marketplace.programs.models import Result, ResultChange
from marketplace.programs.operations.programs import move_program, set_rule
from marketplace.programs.operations.settlement import settle_program
from marketplace.programs.queries import metric_named, points_report
from marketplace.programs.states import ProgramState
from tests.support.people import employ_maya, employ_omar, employ_priya
from tests.support.programs import report_sales, run_program, sold


@pytest.fixture
def maya(at):
    return employ_maya()


def available(employee_id, at):
    session().close()
    return points_of(employee_id, at=at).available


def test_points_are_rounded_down_per_order_and_not_per_line(maya, at):
    run_program()
    report_sales(
        sold(maya, "SO1", "149.90"), sold(maya, "SO1", "149.90", line=2), sold(maya, "SO2", "99.99")
    )
    assert available(maya, at) == 2


def test_the_same_file_again_gives_nothing(maya, at):
    run_program()
    facts = [sold(maya, "SO1", "500"), sold(maya, "SO2", "250")]
    report_sales(*facts)
    report, settled = report_sales(*facts)
    assert (report.new, report.changed, report.unchanged) == (0, 0, 2)
    assert sum(award.points_given for award in settled.values()) == 0
    assert available(maya, at) == 7


def test_a_corrected_order_takes_back_the_difference_and_remembers_both(maya, at):
    run_program()
    report_sales(sold(maya, "SO1", "500"))
    report, _settled = report_sales(sold(maya, "SO1", "200"))
    assert report.changed == 1
    assert available(maya, at) == 2
    (change,) = session().query(ResultChange)
    assert (change.before["amount"], change.after["amount"]) == (50_000, 20_000)


def test_an_order_that_belongs_to_someone_else_moves_its_points(maya, at):
    run_program()
    omar = employ_omar()
    report_sales(sold(maya, "SO1", "500"))
    report_sales(sold(omar, "SO1", "500"))
    assert (available(maya, at), available(omar, at)) == (0, 5)


def test_a_return_larger_than_the_order_leaves_nothing_and_no_debt_of_its_own(maya, at):
    run_program()
    report_sales(sold(maya, "SO1", "300"))
    credit = sold(maya, "SO1", "0", line=2)
    report_sales(type(credit)(maya, credit.on_day, -40_000, "SO1", "SO1/2", {}))
    assert available(maya, at) == 0


def test_orders_outside_the_days_of_the_program_earn_nothing(maya, at):
    run_program(days=(date(2026, 11, 1), date(2026, 11, 30)))
    report_sales(
        sold(maya, "SO1", "500", on_day=date(2026, 10, 31)),
        sold(maya, "SO2", "500", on_day=date(2026, 11, 30)),
    )
    assert available(maya, at) == 5


def test_a_budget_that_does_not_suffice_refuses_the_whole_file(maya, at):
    run_program(budget_points=6)
    with pytest.raises(BudgetExceeded):
        report_sales(sold(maya, "SO1", "500"), sold(maya, "SO2", "250"))
    assert available(maya, at) == 0
    assert session().query(Result).count() == 0


def test_a_new_version_of_the_rule_settles_the_difference(maya, at):
    program_id = run_program()
    report_sales(sold(maya, "SO1", "500"))
    priya = actor_of(employ_priya())
    with transaction():
        metric_id = metric_named("revenue").id
        assert set_rule(priya, program_id, metric_id, points=3, per_amount=10_000, at=at) == 2
        settle_program(program_id, actor=priya, at=at)
    assert available(maya, at) == 15


def test_a_settled_program_pays_no_more(maya, at):
    program_id = run_program()
    priya = actor_of(employ_priya())
    for state in (ProgramState.CLOSED, ProgramState.SETTLED):
        with transaction():
            move_program(priya, program_id, state, at=at)
    report_sales(sold(maya, "SO1", "500"))
    assert available(maya, at) == 0
    with pytest.raises(IllegalMove), transaction():
        move_program(priya, program_id, ProgramState.RUNNING, at=at)


def test_two_programs_on_one_metric_both_pay(maya, at):
    run_program()
    run_program(slug="double-points", points=2)
    report_sales(sold(maya, "SO1", "500"))
    assert available(maya, at) == 15


def test_an_unknown_metric_is_answered_with_the_known_ones(maya):
    run_program()
    with pytest.raises(BadInput, match="Known: revenue"):
        metric_named("turnover")


def test_the_report_names_person_program_and_points(maya, at):
    run_program()
    report_sales(sold(maya, "SO1", "500"), sold(maya, "SO2", "1000"))
    (row,) = points_report(date(2026, 11, 1), date(2026, 11, 30))
    assert (row.name, row.program, row.awards, row.points) == ("Maya Chen", "Spring orders", 2, 15)
    assert points_report(date(2026, 12, 1), date(2026, 12, 31)) == []


def test_an_order_that_moved_to_another_month_is_reported_there_alone(maya, at):
    run_program()
    november, december = (date(2026, month, 1) for month in (11, 12))
    report_sales(sold(maya, "SO1", "500", on_day=november), sold(maya, "SO2", "100"))
    report_sales(sold(maya, "SO1", "300", on_day=december))
    (row,) = points_report(november, date(2026, 11, 30))
    assert (row.awards, row.points) == (1, 1)
    (row,) = points_report(december, date(2026, 12, 31))
    assert (row.awards, row.points) == (1, 3)
