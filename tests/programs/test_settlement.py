"""Orders earn by the rule, corrections take back, and the same file again changes nothing."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from marketplace.awards.models import WaitingSettlement
from marketplace.budgets.queries import budget_entries
from marketplace.budgets.states import EntryKind
from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.kernel.errors import BadInput, IllegalMove, NotFound
from marketplace.ledger.operations import expire_points
from marketplace.ledger.queries import points_of
from marketplace.people.models import Employee
from marketplace.people.operations.employment import department_named
from marketplace.people.queries import actor_of
from marketplace.programs.contests.terms import Prize
from marketplace.programs.measures import Filter
from marketplace.programs.models import Program, ProgramProgress, Result, ResultChange
from marketplace.programs.operations.programs import move_program, set_rule
from marketplace.programs.operations.settlement import (
    release_waiting,
    settle_for_good,
    settle_program,
)
from marketplace.programs.orders.terms import OrderTerms
from marketplace.programs.queries import metric_named, points_report
from marketplace.programs.queries.desk import program_rows
from marketplace.programs.states import ProgramState
from tests.support.catalog import stock_lisbon_trip
from tests.support.contests import report, run_contest, sell
from tests.support.people import employ, employ_maya, employ_omar, employ_priya
from tests.support.programs import refill, report_sales, run_program, sold


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


def test_a_budget_that_does_not_suffice_grants_nothing_and_lets_it_all_wait(maya, at):
    program_id = run_program(budget_points=6)
    _report, settled = report_sales(sold(maya, "SO1", "500"), sold(maya, "SO2", "250"))
    assert settled["spring-orders"].waiting == 7
    assert available(maya, at) == 0
    assert session().query(Result).count() == 2
    assert session().query(WaitingSettlement).one().left_then == 6
    refill(program_id, 1)
    with transaction():
        report = release_waiting(program_id, actor=actor_of(employ_priya()), at=at)
    assert (report.points_given, report.waiting) == (7, 0)
    assert available(maya, at) == 7
    assert session().query(WaitingSettlement).count() == 0


def test_while_orders_wait_a_new_one_does_not_overtake_them(maya, at):
    program_id = run_program(budget_points=6)
    report_sales(sold(maya, "SO1", "700"))
    _report, settled = report_sales(sold(maya, "SO2", "200"))
    assert settled["spring-orders"].waiting == 9
    refill(program_id, 3)
    _report, settled = report_sales(sold(maya, "SO3", "50"))
    assert settled["spring-orders"].points_given == 9
    assert available(maya, at) == 9


def test_nothing_waits_that_was_released_already(maya, at):
    program_id = run_program()
    with pytest.raises(NotFound, match="Its points were granted"), transaction():
        release_waiting(program_id, actor=actor_of(employ_priya()), at=at)


@pytest.mark.parametrize(("days", "left"), [(None, 2), (0, 5), (10, 2)])
def test_a_correction_takes_back_only_inside_the_terms_of_the_rule(maya, at, days, left):
    run_program(claw_back_days=days)
    report_sales(sold(maya, "SO1", "500"))
    _report, settled = report_sales(sold(maya, "SO1", "200"))
    assert settled["spring-orders"].kept == (1 if days == 0 else 0)
    assert available(maya, at) == left


def test_after_the_days_of_the_rule_nothing_is_taken_back(maya, at, monkeypatch):
    run_program(claw_back_days=10)
    report_sales(sold(maya, "SO1", "500"))
    later = at + timedelta(days=10, seconds=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    report_sales(sold(maya, "SO1", "200"))
    assert available(maya, later) == 5


@pytest.mark.parametrize(("promised", "since", "left"), [(0, None, 5), (None, 0, 0), (30, 0, 0)])
def test_a_new_rule_takes_back_by_the_terms_points_were_given_under(
    maya, at, promised, since, left
):
    program_id = run_program(claw_back_days=promised)
    report_sales(sold(maya, "SO1", "500"))
    with transaction():
        terms = OrderTerms(metric_named("revenue").id, points=1, per_amount=10_000)
        set_rule(
            actor_of(employ_priya()),
            program_id,
            terms,
            claw_back_days=since,
            reason="Too low",
            at=at,
        )
    report_sales(sold(maya, "SO1", "0.50"))
    assert available(maya, at) == left


def test_each_part_of_an_award_stays_from_its_own_day_on(maya, time):
    run_program(claw_back_days=10)
    report_sales(sold(maya, "SO1", "500"))
    time.forward(days=8)
    report_sales(sold(maya, "SO1", "700"))
    time.forward(days=4)
    _report, settled = report_sales(sold(maya, "SO1", "100"))
    assert (settled["spring-orders"].points_taken_back, settled["spring-orders"].kept) == (2, 1)
    assert available(maya, time.at) == 5
    report_sales(sold(maya, "SO1", "600"))
    time.forward(days=1)
    report_sales(sold(maya, "SO1", "100"))
    assert available(maya, time.at) == 5


def test_points_of_a_rule_with_an_end_expire_after_its_last_day(maya, at):
    run_program(valid_days=10)
    report_sales(sold(maya, "SO1", "500"))
    session().close()
    soon = points_of(maya, at=at)
    assert (soon.expiring_soon, soon.expiring_on) == (5, at.date() + timedelta(days=10))
    last = datetime.combine(at.date() + timedelta(days=11), time(), UTC)
    assert points_of(maya, at=last - timedelta(seconds=1)).available == 5
    with transaction():
        expire_points(at=last)
    assert points_of(maya, at=last).available == 0


def test_only_what_passes_the_filters_counts(maya, at):
    core = (Filter("product", ("Core", "Core Plus")),)
    run_program(only=core)
    run_program(slug="any-region", only=(Filter("region"),))
    fact = sold(maya, "SO1", "500")
    report_sales(
        replace(fact, dimensions={"product": "Core"}),
        replace(sold(maya, "SO2", "900"), dimensions={"product": "Insight", "region": "Iberia"}),
    )
    assert available(maya, at) == 5 + 9


def test_a_program_for_sales_pays_no_marketer(maya, at):
    leo = employ("Leo Martins", department="Sales")
    run_program(departments=("Sales",))
    report_sales(sold(maya, "SO1", "500"), sold(leo, "SO2", "300"))
    assert (available(maya, at), available(leo, at)) == (0, 3)


def test_who_changes_departments_keeps_what_they_earned(maya, at):
    leo = employ("Leo Martins", department="Sales")
    program_id = run_program(departments=("Sales",))
    report_sales(sold(leo, "SO2", "300"))
    with transaction():
        session().get_one(Employee, leo).department_id = department_named("Finance")
        settle_program(program_id, actor=actor_of(employ_priya()), at=at)
    assert available(leo, at) == 3


def test_how_far_everyone_is_follows_every_correction(maya, at):
    program_id = run_program()
    report_sales(sold(maya, "SO1", "500"), sold(maya, "SO2", "250"))
    progress = session().get_one(ProgramProgress, (program_id, maya))
    assert (progress.done, progress.sentence) == (75_000, "$750 from 2 orders.")
    omar = employ_omar()
    report_sales(sold(omar, "SO1", "500"), sold(omar, "SO2", "250"))
    session().close()
    assert session().get(ProgramProgress, (program_id, maya)) is None
    assert session().get_one(ProgramProgress, (program_id, omar)).done == 75_000


def test_a_new_version_of_the_rule_settles_the_difference(maya, at):
    program_id = run_program()
    report_sales(sold(maya, "SO1", "500"))
    priya = actor_of(employ_priya())
    with transaction():
        terms = OrderTerms(metric_named("revenue").id, points=3, per_amount=10_000)
        assert set_rule(priya, program_id, terms, reason="Too low", at=at) == 2
        settle_program(program_id, actor=priya, at=at)
    assert available(maya, at) == 15


def test_a_settled_program_pays_no_more(maya, at):
    program_id = run_program()
    priya = actor_of(employ_priya())
    with transaction():
        move_program(priya, program_id, ProgramState.CLOSED, at=at)
        settle_for_good(program_id, actor=priya, at=at)
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


def test_equal_points_share_a_rank_per_rule_and_in_total(maya, at):
    leo, omar = employ("Leo Martins", department="Sales"), employ_omar()
    run_program()
    run_program(slug="double-points", points=2)
    report_sales(sold(maya, "SO1", "500"), sold(leo, "SO2", "500"), sold(omar, "SO3", "300"))
    rows = points_report(date(2026, 11, 1), date(2026, 11, 30))
    ranks = {(row.name, row.points): (row.rank, row.total, row.total_rank) for row in rows}
    assert ranks[("Maya Chen", 5)] == ranks[("Leo Martins", 5)] == (1, 15, 1)
    assert ranks[("Omar Haddad", 3)] == ranks[("Omar Haddad", 6)] == (3, 9, 3)


def test_the_budget_says_which_program_drew_on_it(maya, at):
    program_id = run_program()
    report_sales(sold(maya, "SO1", "500"))
    report_sales(sold(maya, "SO1", "200"))
    budget_id = session().get_one(Program, program_id).budget_id
    drawn = [(entry.kind, entry.points, entry.reason) for entry in budget_entries(budget_id)[:2]]
    assert drawn == [
        (EntryKind.GIVE_BACK, 3, "Spring orders"),
        (EntryKind.SPEND, 5, "Spring orders"),
    ]


def test_who_won_a_reward_was_reached_as_well(maya, at):
    trip = stock_lisbon_trip()
    contest = run_contest(places=1, prizes=(Prize(1, 1, 0, trip.variant_id, "Lisbon"),))
    report(sell(maya, 900))
    contest.end()
    assert [(row.slug, row.people) for row in program_rows()] == [(contest.slug, 1)]
