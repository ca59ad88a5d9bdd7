"""Forms of trainings: syntax only."""

from collections.abc import Sequence
from typing import Any

from wtforms import DateField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired

from marketplace.programs.forms import ProgramForm, RuleForm
from marketplace.programs.trainings.queries.courses import CourseRow
from marketplace.programs.trainings.terms import PathCourse, TrainingTerms
from marketplace.web.forms import (
    Addressed,
    Filled,
    Line,
    Lines,
    PageForm,
    WholeNumberField,
    address_field,
    choices,
)
from marketplace.web.uploads import EvidenceField

MOST_COURSES = 12
NO_COURSE = ""


class PathMixin:
    """The path: up to twelve courses in their order, each with its points, and the bonus."""

    rows: Sequence[tuple[str, str]] = ()

    def chosen(self: Any) -> tuple[PathCourse, ...]:
        """The path, once `read_path` found nothing wrong."""
        picked = [(self[course].data, self[points].data) for course, points in self.rows]
        return tuple(PathCourse(int(one), points or 0) for one, points in picked if one)

    def read_path(self: Any) -> bool:
        """Look whether the rows make a path; says what is wrong at its field."""
        seen: set[str] = set()
        for course, points in self.rows:
            picked = self[course].data
            if picked and picked in seen:
                self[course].errors = ["This course stands twice. Choose each once."]
            elif picked and self[points].data is None and not self[points].errors:
                self[points].errors = ["Enter what the course brings, 0 for nothing."]
            seen.add(picked)
        if not seen - {NO_COURSE}:
            self[self.rows[0][0]].errors = ["Choose at least one course."]
        return not self.errors

    def show_path(self: Any, terms: TrainingTerms) -> None:
        """Start from the path that holds now."""
        for (course, points), step in zip(self.rows, terms.path, strict=False):
            self[course].data, self[points].data = str(step.course_id), step.points
        self.bonus.data = terms.bonus

    def terms(self: Any) -> TrainingTerms:
        """The terms of a form that is in order."""
        return TrainingTerms(self.chosen(), self.bonus.data or 0)


class TrainingRuleForm(PathMixin, RuleForm):
    """A new version of a path."""

    bonus = WholeNumberField("For the whole path", low=0, high=100_000)


class TrainingProgramForm(PathMixin, ProgramForm):
    """A new training."""

    bonus = WholeNumberField("For the whole path", low=0, high=100_000)


def with_path(form: type[Any], courses: Sequence[CourseRow], **options: Any) -> Any:
    """A form with its rows of courses; `options` are the form's own."""
    offered = [(NO_COURSE, "No course")]
    offered += [(str(one.id), f"{one.name} ({one.mark})") for one in courses]
    rows = [(f"course_{n}", f"points_{n}") for n in range(1, MOST_COURSES + 1)]
    fields: dict[str, Any] = {"rows": rows}
    for number, (course, points) in enumerate(rows, 1):
        fields[course] = SelectField(
            f"Course {number}", default=NO_COURSE, choices=choices(offered)
        )
        fields[points] = WholeNumberField(f"Points for course {number}", low=0, high=100_000)
    return type(form.__name__, (form,), fields)(**options)


class CourseForm(Addressed, PageForm):
    """A course."""

    thing = "course"

    name = StringField("Name", validators=[Filled("Enter the name."), Line(80)])
    slug = address_field("Short name", "As in files of completions: reading-a-campaign. It stays.")
    made_for = SelectField("Made for")
    about = SelectField(
        "Teaches the work of",
        description="When this is another department, people of the first see it suggested.",
    )
    minutes = WholeNumberField(
        "Minutes", low=1, high=100_000, validators=[Filled("Enter how long it takes.")]
    )
    link = StringField(
        "Where it is given",
        description="An address or a place. It is shown as text.",
        validators=[Line(300)],
    )

    def __init__(self, departments: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        offered = choices([("", "Everyone"), *departments])
        self.made_for.choices = offered
        self.about.choices = choices([("", "No department"), *departments])


class CourseClaimForm(PageForm):
    """Somebody completed a course and shows it."""

    on_day = DateField("Completed on", validators=[InputRequired("Enter the day.")])
    note = TextAreaField("Anything to add", validators=[Lines(1_000)])
    evidence = EvidenceField("What shows it")


class CourseDecisionForm(PageForm):
    """Yes, or no with its reason."""

    reason = TextAreaField(
        "Reason",
        description="Needed for a no. The person reads it.",
        validators=[Lines(1_000)],
    )
