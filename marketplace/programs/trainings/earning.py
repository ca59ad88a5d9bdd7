"""Evaluating a training: what each completed course and each whole path deserves."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date

import sqlalchemy as sa

from marketplace.kernel.db import session
from marketplace.people.models import Department, Employee
from marketplace.people.states import EmployeeStatus
from marketplace.programs.earning import (
    Deserved,
    Earner,
    Evaluated,
    KindFacts,
    Progress,
    Rule,
    Run,
    register,
)
from marketplace.programs.models import Program
from marketplace.programs.states import ProgramKind
from marketplace.programs.trainings.models import Completion, Course
from marketplace.programs.trainings.operations.badges import keep_badges
from marketplace.programs.trainings.queries.overlaps import overlap_obstacle
from marketplace.programs.trainings.terms import TrainingTerms
from marketplace.web.filters import day, points_word

Done = Mapping[int, date]  # the first day each course was completed, by course

PATH = "path"


class TrainingEarner(Earner):
    """Points for courses, a bonus and a badge for a whole path, each once."""

    facts = KindFacts(
        kind=ProgramKind.TRAINING,
        label="Training",
        note="A path of courses, made for one department or for the other: points and a badge.",
        icon="graduation-cap",
        terms=TrainingTerms,
        new_endpoint="trainings_manage.new",
        rule_endpoint="trainings_manage.change_rule",
    )

    def sentences(self, rule: Rule) -> Sequence[str]:
        """What a course and the whole path bring."""
        return rule.terms.sentences()

    def launch_obstacle(self, program: Program, rule: Rule) -> str | None:
        """A course may bring points in one program at a time."""
        return overlap_obstacle(program, rule.terms.course_ids)

    def evaluate(self, run: Run) -> Evaluated:
        """What everyone deserves for the courses they completed within the program's days."""
        courses, done = _courses(run), _completed(run)
        deserved = [
            one
            for employee_id, days in sorted(done.items())
            for one in _deserved(run, employee_id, days, courses)
        ]
        keep_badges(run.program.id, _badges(run, done))
        return Evaluated(deserved, _progress(run, done, courses))


def _courses(run: Run) -> dict[int, Course]:
    terms: TrainingTerms = run.rule.terms
    found = session().scalars(sa.select(Course).where(Course.id.in_(terms.course_ids)))
    return {course.id: course for course in found}


def _completed(run: Run) -> dict[int, dict[int, date]]:
    """The first day ever on which each person completed each course of the path."""
    terms: TrainingTerms = run.rule.terms
    rows = session().execute(
        sa.select(Completion.employee_id, Completion.course_id, sa.func.min(Completion.on_day))
        .where(Completion.course_id.in_(terms.course_ids), Completion.stands)
        .group_by(Completion.employee_id, Completion.course_id)
    )
    done: dict[int, dict[int, date]] = defaultdict(dict)
    for employee_id, course_id, first in rows:
        if run.is_for(employee_id):
            done[employee_id][course_id] = first
    return done


def _within(run: Run, on_day: date) -> bool:
    return run.program.starts_on <= on_day <= run.program.ends_on


def _deserved(
    run: Run, employee_id: int, days: Done, courses: Mapping[int, Course]
) -> list[Deserved]:
    terms: TrainingTerms = run.rule.terms
    found = [
        _award(
            employee_id,
            f"course:{courses[step.course_id].slug}",
            step.points,
            days[step.course_id],
            reason=f"{run.program.name}: {courses[step.course_id].name}",
            event=f"Completed “{courses[step.course_id].name}” on {day(days[step.course_id])}",
            formula=f"This course is {points_word(step.points)}",
        )
        for step in terms.path
        if step.course_id in days and _within(run, days[step.course_id])
    ]
    if terms.bonus and (ended := _path_done_on(run, days)):
        found.append(
            _award(
                employee_id,
                PATH,
                terms.bonus,
                ended,
                reason=f"{run.program.name}: the whole path",
                event=f"Completed all {len(terms.path)} courses on {day(ended)}",
                formula=f"The whole path is {points_word(terms.bonus)} more",
            )
        )
    return found


def _award(employee_id: int, subject: str, points: int, on_day: date, **words: str) -> Deserved:
    return Deserved(
        employee_id=employee_id,
        subject=subject,
        points=points,
        occurred_on=on_day,
        reason=words["reason"],
        explanation={"event": words["event"], "formula": words["formula"]},
    )


def _path_done_on(run: Run, days: Done) -> date | None:
    """When the last course of the path was completed, where that is within the program's days."""
    terms: TrainingTerms = run.rule.terms
    if not set(terms.course_ids) <= days.keys():
        return None
    last = max(days[course_id] for course_id in terms.course_ids)
    return last if _within(run, last) else None


def _badges(run: Run, done: Mapping[int, Done]) -> dict[int, date]:
    found = {employee_id: _path_done_on(run, days) for employee_id, days in done.items()}
    return {employee_id: ended for employee_id, ended in found.items() if ended}


def _progress(run: Run, done: Mapping[int, Done], courses: Mapping[int, Course]) -> list[Progress]:
    """How far everyone is who began, or whom a course of the path is made for."""
    made_for = _made_for(run, courses)
    return [
        _step(run, employee_id, done.get(employee_id, {}), courses, made_for.get(employee_id, ""))
        for employee_id in sorted(done.keys() | made_for.keys())
    ]


def _made_for(run: Run, courses: Mapping[int, Course]) -> dict[int, str]:
    """The people cross-functional courses of the path are made for, with their department."""
    departments = {
        course.made_for_id
        for course in courses.values()
        if course.made_for_id and course.about_id and course.about_id != course.made_for_id
    }
    rows = session().execute(
        sa.select(Employee.id, Department.name)
        .join(Department, Department.id == Employee.department_id)
        .where(Department.id.in_(departments), Employee.status == EmployeeStatus.ACTIVE)
    )
    return {employee_id: name for employee_id, name in rows if run.is_for(employee_id)}


def _step(
    run: Run, employee_id: int, days: Done, courses: Mapping[int, Course], made_for: str
) -> Progress:
    path = run.rule.terms.course_ids
    count = sum(course_id in days for course_id in path)
    ahead = next((courses[one].name for one in path if one not in days), None)
    said = f"{count:,} of {len(path):,} course{'' if len(path) == 1 else 's'}"
    if ahead is None:
        return Progress(employee_id, count, len(path), f"{said}: the whole path.")
    if count:
        return Progress(employee_id, count, len(path), f"{said}. Next: {ahead}.")
    mark = f"Made for {made_for}. " if made_for else ""
    return Progress(employee_id, count, len(path), f"{mark}{said}. Begin with {ahead}.")


register(TrainingEarner())
