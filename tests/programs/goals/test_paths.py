"""Leo's path: points for each month at or over his own target, and none without one."""

from datetime import date

import pytest

from marketplace.kernel.db import session, transaction
from marketplace.kernel.errors import DomainError
from marketplace.ledger.queries import points_of
from marketplace.people.queries import actor_of
from marketplace.programs.goals.queries import path_of, paths_so_far
from marketplace.programs.goals.states import Period, StepState
from marketplace.programs.goals.terms import Step
from marketplace.programs.measures import Measure
from marketplace.programs.models import ProgramProgress, TargetChange
from marketplace.programs.operations.settlement import settle_program
from marketplace.programs.states import ProgramKind
from tests.support.goals import aim, make_metrics, path_terms, report, run_goal
from tests.support.people import employ_leo, employ_maya, employ_priya


@pytest.fixture
def leo(at):
    make_metrics()
    leo_id = employ_leo()
    aim(leo_id, 50_000, 10)
    return leo_id


def has(employee_id, at):
    session().close()
    return points_of(employee_id, at=at).available


def settle(program_id, at):
    with transaction():
        return settle_program(program_id, actor=actor_of(employ_priya()), at=at)


def states(program_id, employee_id):
    session().close()
    return [step.state for step in path_of(program_id, employee_id).steps]


def test_a_month_at_its_target_brings_the_points_once(leo, at):
    program = run_goal(ProgramKind.MILESTONES, path_terms())
    assert report("revenue", leo, 49_999).points_given == 0
    assert report("revenue", leo, 1, ref="R2").points_given == 500
    assert settle(program, at).points_given == 0
    assert report("revenue", leo, 1, ref="R2").points_given == 0


def test_no_target_is_no_target_and_never_0(leo, at):
    maya = employ_maya()
    program = run_goal(ProgramKind.MILESTONES, path_terms())
    report("revenue", maya, 900_000)
    report("revenue", leo, 900_000, on_day=date(2026, 11, 3))
    assert (has(maya, at), has(leo, at)) == (0, 0)
    assert path_of(program, maya) is None
    assert states(program, leo) == [StepState.MISSED, StepState.NO_TARGET, StepState.NO_TARGET]


def test_a_target_of_0_is_nothing_to_reach(leo, at):
    aim(leo, 0, 11)
    program = run_goal(ProgramKind.MILESTONES, path_terms())
    settle(program, at)
    assert has(leo, at) == 0


def test_a_corrected_target_gives_and_takes_back_and_is_noted(leo, at):
    run_goal(ProgramKind.MILESTONES, path_terms())
    report("revenue", leo, 40_000)
    assert has(leo, at) == 0
    assert aim(leo, 40_000, 10).changed == 1
    assert has(leo, at) == 500
    assert aim(leo, 40_000, 10).unchanged == 1
    aim(leo, 40_001, 10, reason="The figure was agreed anew")
    assert has(leo, at) == 0
    assert [(c.before, c.after) for c in session().query(TargetChange).order_by("id")] == [
        (50_000, 40_000),
        (40_000, 40_001),
    ]


def test_a_corrected_result_takes_back_its_month_alone(leo, at):
    aim(leo, 10_000, 11)
    run_goal(ProgramKind.MILESTONES, path_terms())
    report("revenue", leo, 60_000)
    report("revenue", leo, 10_000, ref="N1", on_day=date(2026, 11, 5))
    assert has(leo, at) == 1_000
    report("revenue", leo, 30_000)
    assert has(leo, at) == 500


def test_the_sum_of_all_targets_is_the_goal_at_the_end(leo, at):
    aim(leo, 10_000, 11)
    program = run_goal(ProgramKind.MILESTONES, path_terms(goal_points=2_000))
    report("revenue", leo, 59_999)
    assert has(leo, at) == 500
    report("revenue", leo, 1, ref="N1", on_day=date(2026, 11, 5))
    assert has(leo, at) == 2_500
    assert path_of(program, leo).goal.target_words == "$600"


def test_a_quarter_takes_its_own_target_or_the_sum_of_its_months(leo, at):
    aim(leo, 10_000, 11)
    run_goal(ProgramKind.MILESTONES, path_terms(period=Period.QUARTER))
    report("revenue", leo, 59_999)
    assert has(leo, at) == 0
    report("revenue", leo, 60_000)
    assert has(leo, at) == 500


def test_steps_with_names_have_their_own_days_and_points(leo, at):
    aim(leo, 10_000, 11)
    steps = (
        Step("Warm up", date(2026, 10, 1), date(2026, 10, 31), 100),
        Step("Launch", date(2026, 11, 1), date(2026, 11, 30), 300),
    )
    program = run_goal(ProgramKind.MILESTONES, path_terms(period=Period.NAMED, steps=steps))
    report("revenue", leo, 10_000, on_day=date(2026, 11, 5))
    assert has(leo, at) == 300
    assert states(program, leo) == [StepState.MISSED, StepState.DONE]


def test_the_path_says_done_now_next_and_how_far(leo, at):
    aim(leo, 10_000, 11)
    aim(leo, 10_000, 12)
    program = run_goal(ProgramKind.MILESTONES, path_terms())
    report("revenue", leo, 60_000)
    report("revenue", leo, 4_000, ref="N1", on_day=date(2026, 11, 5))
    assert states(program, leo) == [StepState.DONE, StepState.NOW, StepState.NEXT]
    (progress,) = session().query(ProgramProgress)
    assert (progress.done, progress.target) == (4_000, 10_000)
    assert progress.sentence == "Nov 2026: $40 of $100. 1 of 3 steps reached."
    counts, _ = paths_so_far(program)
    assert [(step.name, step.aims, step.reached) for step in counts.steps] == [
        ("Oct 2026", 1, 1),
        ("Nov 2026", 1, 0),
        ("Dec 2026", 1, 0),
    ]


def test_less_is_better_needs_a_result_and_the_end_of_the_month(leo, at):
    complaints = make_metrics()["complaints"]
    aim(leo, 3, 10, metric="complaints")
    aim(leo, 3, 11, metric="complaints")
    terms = path_terms(measure=Measure(complaints), target_metric_id=complaints)
    program = run_goal(ProgramKind.MILESTONES, terms)
    settle(program, at)
    assert states(program, leo)[0] is StepState.WAITING
    report("complaints", leo, 3)
    report("complaints", leo, 1, ref="N1", on_day=date(2026, 11, 5))
    assert has(leo, at) == 500
    assert states(program, leo)[:2] == [StepState.DONE, StepState.NOW]
    settle(program, at.replace(month=12, day=2))
    assert has(leo, at) == 1_000


@pytest.mark.parametrize(
    ("days", "words"),
    [
        ((date(2026, 10, 15), date(2026, 12, 31)), "begin and end with a whole month"),
        ((date(2027, 1, 1), date(2027, 3, 31)), "Import the targets first"),
    ],
)
def test_days_that_are_no_whole_months_or_have_no_targets_cannot_launch(leo, days, words):
    with pytest.raises(DomainError, match=words):
        run_goal(ProgramKind.MILESTONES, path_terms(), days=days)
