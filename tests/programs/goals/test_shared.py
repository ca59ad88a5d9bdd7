"""Leo's sales and Maya's marketing reach a goal together; corrections follow."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from marketplace.kernel.db import session, transaction
from marketplace.kernel.errors import DomainError
from marketplace.ledger.queries import points_of
from marketplace.people.operations.employment import department_named, mark_left
from marketplace.people.queries import actor_of
from marketplace.programs.goals.queries import goal_so_far
from marketplace.programs.goals.states import MarkState, Scope, Sharing
from marketplace.programs.goals.terms import Milestone, Part
from marketplace.programs.measures import Measure
from marketplace.programs.operations.programs import move_program
from marketplace.programs.operations.settlement import settle_for_good, settle_program
from marketplace.programs.states import ProgramKind, ProgramState
from tests.support.goals import goal_terms, make_metrics, report, run_goal
from tests.support.people import employ, employ_leo, employ_maya, employ_omar, employ_priya

BOTH = ("Sales", "Marketing")


@pytest.fixture
def leo(at):
    return employ_leo()  # and Nora, head of sales


@pytest.fixture
def maya(at):
    return employ_maya()  # and Omar, head of marketing


def has(employee_id, at):
    session().close()
    return points_of(employee_id, at=at).available


def settle(program_id, at):
    with transaction():
        return settle_program(program_id, actor=actor_of(employ_priya()), at=at)


def bars(program_id):
    session().close()
    so_far, _ = goal_so_far(program_id)
    return so_far


def test_half_of_both_parts_brings_the_milestone_to_all_four_once(leo, maya, at):
    program = run_goal(ProgramKind.GOAL, goal_terms(), departments=BOTH)
    assert report("revenue", leo, 50_000).points_given == 0
    assert report("clients", maya, 5).points_given == 100
    assert [has(who, at) for who in (leo, maya, employ_omar())] == [25, 25, 25]
    assert settle(program, at).points_given == 0
    whole = bars(program).whole
    assert whole.in_percent == "50%"
    assert [mark.state for mark in whole.marks] == [MarkState.REACHED, MarkState.OPEN]


def test_no_part_carries_the_other_beyond_what_the_rule_allows(leo, maya, at):
    program = run_goal(ProgramKind.GOAL, goal_terms(), departments=BOTH)
    report("revenue", leo, 90_000)
    assert has(leo, at) == 0  # 45%: a part counts for 100% of its target at most
    report("revenue", leo, 300_000)
    assert has(leo, at) == 25
    assert bars(program).whole.in_percent == "50%"
    assert bars(program).parts[0].in_percent == "300%"


def test_weights_say_what_a_part_is_worth_in_the_whole(leo, maya, at):
    terms = goal_terms()
    sales, marketing = terms.parts
    program = run_goal(
        ProgramKind.GOAL, replace(terms, parts=(replace(sales, weight=3), marketing)),
        departments=BOTH,
    )  # fmt: skip
    report("revenue", leo, 50_000)
    assert bars(program).whole.in_percent == "37.50%"
    report("revenue", leo, 70_000)
    assert has(maya, at) == 25


def test_each_part_can_be_paid_for_itself(leo, maya, at):
    run_goal(ProgramKind.GOAL, replace(goal_terms(), scope=Scope.PART), departments=BOTH)
    report("clients", maya, 5)
    assert (has(maya, at), has(leo, at)) == (50, 0)


def test_what_cannot_be_divided_stays_in_the_budget_and_the_rule_says_so(leo, maya, at):
    employ("Tom Reed", department="Marketing")
    terms = replace(goal_terms(), scope=Scope.PART)
    run_goal(ProgramKind.GOAL, terms, departments=BOTH)
    assert report("clients", maya, 5).points_given == 99
    assert has(maya, at) == 33
    assert "what can't be divided stays in the budget" in terms.sentences(_words())[2]


def _words():
    from marketplace.programs.queries.rules import metric_words

    return metric_words()


def test_in_full_to_each(leo, maya, at):
    terms = replace(goal_terms(), sharing=Sharing.FULL)
    run_goal(ProgramKind.GOAL, terms, departments=BOTH)
    report("revenue", leo, 100_000)
    report("clients", maya, 10)
    assert [has(who, at) for who in (leo, maya)] == [1_100, 1_100]


def test_a_correction_takes_back_what_is_no_longer_reached(leo, maya, at):
    run_goal(ProgramKind.GOAL, goal_terms(), departments=BOTH)
    report("revenue", leo, 100_000)
    report("clients", maya, 10)
    assert has(leo, at) == 25 + 250
    assert report("clients", maya, 6).points_taken_back == 1_000
    assert has(leo, at) == 25
    report("clients", maya, 10)
    assert has(leo, at) == 275


def test_a_rule_that_never_takes_back_keeps_its_word(leo, maya, at):
    run_goal(ProgramKind.GOAL, goal_terms(), departments=BOTH, claw_back_days=0)
    report("revenue", leo, 50_000)
    report("clients", maya, 5)
    assert report("clients", maya, 1).points_taken_back == 0
    assert has(maya, at) == 25


def test_who_joins_later_shares_the_next_milestone_and_who_left_keeps_theirs(leo, maya, at):
    program = run_goal(ProgramKind.GOAL, goal_terms(), departments=BOTH)
    report("revenue", leo, 50_000)
    report("clients", maya, 5)
    tom = employ("Tom Reed", department="Marketing")
    with transaction():
        mark_left(maya, on=date(2026, 10, 20), actor=actor_of(employ_priya()), at=at)
    settle(program, at)
    assert (has(tom, at), has(maya, at)) == (0, 25)
    report("revenue", leo, 100_000)
    report("clients", employ_omar(), 5, ref="R2")
    assert (has(tom, at), has(maya, at)) == (250, 25)


def test_a_milestone_missed_by_its_day_is_missed_though_the_goal_may_be_reached(leo, maya, at):
    program = run_goal(ProgramKind.GOAL, goal_terms(), departments=BOTH)
    november = date(2026, 11, 3)
    report("revenue", leo, 100_000, on_day=november)
    report("clients", maya, 10, on_day=november)
    settle(program, at + timedelta(days=60))
    assert [mark.state for mark in bars(program).whole.marks] == [
        MarkState.MISSED,
        MarkState.REACHED,
    ]
    assert has(leo, at) == 250


def test_less_is_better_counts_when_the_day_is_over_and_results_are_there(leo, maya, at):
    november = (Milestone(date(2026, 11, 30), 50, 100),)
    terms = replace(_with_complaints(), milestones=november)
    program = run_goal(ProgramKind.GOAL, terms, departments=BOTH)
    december = at.replace(month=12, day=5)
    assert settle(program, december).points_given == 0  # no figure is no achievement
    report("complaints", maya, 4)
    assert has(maya, at) == 0  # November is not over
    assert settle(program, december).points_given == 100
    assert bars(program).parts[0].text == "4 of at most 10"
    report("complaints", maya, 6)
    assert settle(program, december).points_taken_back == 0  # the report took it back already
    assert has(maya, at) == 0


def _with_complaints():
    metric = make_metrics()["complaints"]
    with transaction():
        marketing = department_named("Marketing")
    part = Part(1, "Marketing", (marketing,), Measure(metric), 10)
    return replace(goal_terms(), parts=(part,), scope=Scope.PART)


def test_when_it_is_settled_for_good_no_complaint_means_none(leo, maya, at):
    program = run_goal(ProgramKind.GOAL, _with_complaints(), departments=BOTH)
    priya, later = actor_of(employ_priya()), at.replace(year=2027, month=1, day=10)
    with transaction():
        move_program(priya, program, ProgramState.CLOSED, at=later)
        given = settle_for_good(program, actor=priya, at=later)
    assert given.points_given == 100 + 1_000


def test_a_milestone_outside_the_days_and_a_part_without_people_cannot_launch(leo, maya, at):
    late = replace(goal_terms(), milestones=(Milestone(date(2027, 2, 1), 50, 10),))
    with pytest.raises(DomainError, match=r"outside the program's days: 1 Feb 2027"):
        run_goal(ProgramKind.GOAL, late)
    session().rollback()
    with transaction():
        empty = department_named("Space travel")
    terms = goal_terms()
    nobody = replace(terms, parts=(replace(terms.parts[0], departments=(empty,)),))
    with pytest.raises(DomainError, match="Nobody works in Space travel"):
        run_goal(ProgramKind.GOAL, nobody, slug="nobody")


def test_more_than_the_budget_has_waits_and_nobody_gets_any(leo, maya, at):
    run_goal(ProgramKind.GOAL, goal_terms(), departments=BOTH, budget_points=50)
    report("revenue", leo, 50_000)
    assert report("clients", maya, 5).waiting == 100
    assert has(leo, at) == 0
