"""Each form of contest ranks by exact figures, and those without one rank nowhere."""

from dataclasses import replace
from datetime import date

import pytest

from marketplace.kernel.db import session
from marketplace.people.operations.employment import department_named
from marketplace.programs.contests.states import Between, Board, ContestForm
from marketplace.programs.contests.terms import OwnMeasure, Part
from marketplace.programs.measures import Counting, Measure
from marketplace.programs.models import ProgramProgress
from tests.support.contests import (
    SUMMER,
    aim,
    make_contest,
    metric,
    report,
    revenue,
    run_contest,
    sell,
)
from tests.support.people import employ
from tests.support.transactions import in_transaction

JULY = date(2026, 7, 10)
GROWTH = {"baseline_from": SUMMER[0], "baseline_to": SUMMER[1]}


def test_the_most_wins_and_who_ties_shares_a_rank(maya, omar, leo):
    contest = run_contest()
    report(sell(maya, 500), sell(omar, 500), sell(leo, 400))
    ranks = contest.ranks()
    assert {(name, rank) for name, rank, _ in ranks[:2]} == {("Maya Chen", 1), ("Omar Haddad", 1)}
    assert ranks[2] == ("Leo Martins", 3, 40_000)


def test_a_correction_moves_people_on_the_board(maya, omar):
    contest = run_contest()
    report(sell(maya, 500, order="A"), sell(omar, 400, order="B"))
    report(sell(maya, 300, order="A"))
    assert contest.ranks() == [("Omar Haddad", 1, 40_000), ("Maya Chen", 2, 30_000)]


def test_where_less_is_better_the_least_wins(maya, omar):
    days = Measure(metric("answering", lower=True, money=False))
    contest = run_contest(measure=days)
    report(replace(sell(maya, 1), amount=9), replace(sell(omar, 1), amount=4), slug="answering")
    assert contest.ranks() == [("Omar Haddad", 1, 4), ("Maya Chen", 2, 9)]


def test_growth_is_exact_and_without_a_baseline_there_is_no_figure(maya, omar, leo):
    contest = run_contest(ContestForm.GROWTH, **GROWTH)
    report(
        sell(maya, 300, on_day=JULY),
        sell(maya, 400),
        sell(omar, 300, on_day=JULY),
        sell(omar, 100),
        sell(leo, 9_000),
    )
    assert contest.ranks() == [
        ("Maya Chen", 1, 3_333),
        ("Omar Haddad", 2, -6_667),
        ("Leo Martins", None, None),
    ]
    session().close()
    sentence = session().get_one(ProgramProgress, (contest.id, leo)).sentence
    assert sentence == "No figure, because there is nothing to compare with."


def test_a_third_of_a_third_does_not_overtake_by_rounding(maya, omar):
    contest = run_contest(ContestForm.GROWTH, **GROWTH)
    report(
        sell(maya, 30_000, on_day=JULY),
        sell(maya, 40_000),
        replace(sell(omar, 30_000, on_day=JULY), amount=2_999_999),
        sell(omar, 40_000),
    )
    assert contest.ranks() == [("Omar Haddad", 1, 3_333), ("Maya Chen", 2, 3_333)]


def test_percent_of_ones_own_target_lets_the_small_beat_the_large(maya, omar, leo):
    contest = run_contest(ContestForm.TARGET)
    aim(maya, 100)
    aim(omar, 1_000)
    report(sell(maya, 120), sell(omar, 900), sell(leo, 5_000))
    assert contest.ranks() == [
        ("Maya Chen", 1, 12_000),
        ("Omar Haddad", 2, 9_000),
        ("Leo Martins", None, None),
    ]


def test_the_months_count_and_not_the_year_that_covers_them(maya):
    contest = run_contest(ContestForm.TARGET)
    aim(maya, 900)
    aim(maya, 100, (date(2026, 10, 1), date(2026, 10, 31)))
    aim(maya, 100, (date(2026, 11, 1), date(2026, 11, 30)))
    report(sell(maya, 100))
    assert contest.ranks() == [("Maya Chen", 1, 5_000)]


def test_a_score_adds_up_what_several_measures_bring(maya, omar):
    orders = revenue(Counting.ORDERS)
    contest = run_contest(ContestForm.SCORE, parts=(Part(revenue(), 10_000, 2), Part(orders, 1, 5)))
    report(sell(maya, 350), sell(maya, 20, order="X"), sell(omar, 400))
    assert contest.ranks() == [("Maya Chen", 1, 16), ("Omar Haddad", 2, 13)]


def test_a_later_step_counts_only_after_the_earlier_ones(maya, omar):
    meetings = Measure(metric("meetings", money=False))
    contest = run_contest(
        ContestForm.CHAIN, parts=(Part(meetings, 2), Part(revenue(), 10_000), Part(meetings, 5))
    )
    report(replace(sell(maya, 1), amount=2), slug="meetings")
    report(sell(maya, 100), sell(omar, 9_000))
    assert contest.ranks() == [("Maya Chen", 1, 6_667), ("Omar Haddad", 2, 0)]


def test_everyone_who_reaches_the_number_wins(maya, omar, leo):
    contest = run_contest(ContestForm.THRESHOLD, threshold=30_000)
    report(sell(maya, 300), sell(omar, 299), sell(leo, 700))
    assert {row.name: row.place for row in contest.board()} == {
        "Leo Martins": 1,
        "Maya Chen": 2,
        "Omar Haddad": None,
    }


def test_the_first_to_reach_it_win_by_the_day_from_which_it_stayed_reached(maya, omar, leo):
    contest = run_contest(ContestForm.THRESHOLD, threshold=30_000, first_to_reach=1, prizes=())
    back = replace(sell(maya, 1, order="R", on_day=date(2026, 10, 6)), amount=-20_000)
    report(
        sell(maya, 400, on_day=date(2026, 10, 5)),
        back,
        sell(maya, 150, order="N", on_day=date(2026, 10, 20)),
        sell(omar, 300, on_day=date(2026, 10, 9)),
        sell(leo, 200, on_day=date(2026, 10, 2)),
    )
    assert [(row.name, row.place, row.reached_on) for row in contest.board()] == [
        ("Omar Haddad", 1, date(2026, 10, 9)),
        ("Maya Chen", 2, date(2026, 10, 20)),
        ("Leo Martins", None, None),
    ]


def test_only_who_reaches_the_least_of_their_target_has_a_place(maya, omar, leo):
    contest = run_contest(least_attainment=8_000)
    aim(maya, 10_000)
    aim(omar, 500)
    report(sell(maya, 7_999), sell(omar, 400), sell(leo, 50_000))
    assert [(row.name, row.rank, row.place) for row in contest.board()] == [
        ("Leo Martins", 1, None),
        ("Maya Chen", 2, None),
        ("Omar Haddad", 3, 1),
    ]


def test_departments_each_by_a_measure_of_their_own(maya, leo):
    clients = revenue(Counting.NEW_CLIENTS, client="customer")
    sales, marketing = (
        in_transaction(lambda name=name: department_named(name)) for name in ("Sales", "Marketing")
    )
    contest = run_contest(
        ContestForm.GROWTH,
        between=Between.DEPARTMENTS,
        own_measures=(
            OwnMeasure(sales, "Sales", revenue()),
            OwnMeasure(marketing, "Marketing", clients, is_everyones=True),
        ),
        **GROWTH,
    )
    sold = [("Old Mill", JULY), ("New Inn", date(2026, 10, 2)), ("Far Sea", date(2026, 10, 3))]
    report(
        *(
            sell(leo, 100, order=name, on_day=day, dimensions={"customer": name})
            for name, day in sold
        )
    )
    assert {(name, figure) for name, _, figure in contest.ranks()} == {
        ("Sales", 10_000),
        ("Marketing", 10_000),
    }


def test_regions_are_values_of_a_dimension_and_stand_with_those_who_sold_there(maya, leo):
    contest = run_contest(between=Between.REGIONS, dimension="region")
    report(
        sell(maya, 100, order="1", dimensions={"region": "North"}),
        sell(leo, 300, order="2", dimensions={"region": "Iberia"}),
        sell(leo, 50, order="3", dimensions={"region": "North"}),
        sell(leo, 999, order="4"),
    )
    board = contest.board()
    assert [(row.name, row.rank, row.figure, row.members) for row in board] == [
        ("Iberia", 1, 30_000, 1),
        ("North", 2, 15_000, 2),
    ]


def test_who_has_left_and_who_it_is_not_for_does_not_compete(maya, leo, at):
    contest = run_contest(departments=("Marketing",))
    report(sell(maya, 100), sell(leo, 500))
    assert contest.ranks() == [("Maya Chen", 1, 10_000)]
    gone = employ("Rosa Vidal")
    report(sell(gone, 900))
    in_transaction(lambda: _leave(gone))
    contest.settle()
    assert contest.ranks() == [("Maya Chen", 1, 10_000)]


def _leave(employee_id):
    from marketplace.people.models import Employee
    from marketplace.people.states import EmployeeStatus

    person = session().get_one(Employee, employee_id)
    person.status, person.left_on = EmployeeStatus.LEFT, date(2026, 11, 20)


@pytest.mark.parametrize("board", [Board.LIVE, Board.FROZEN])
def test_a_draft_has_no_standings(maya, board):
    assert make_contest().ranks(board) == []
