"""Forms of milestone paths."""

from collections.abc import Sequence
from typing import Any

from wtforms import DateField, FieldList, FormField, SelectField, StringField
from wtforms.validators import ValidationError

from marketplace.programs.forms import MeasureForm, ProgramForm, RuleForm
from marketplace.programs.goals.forms.rows import (
    Metrics,
    RowForm,
    all_of,
    is_empty,
    points_field,
)
from marketplace.programs.goals.states import Period
from marketplace.programs.goals.terms import PathTerms, Step
from marketplace.programs.measures import Counting
from marketplace.web.forms import Filled, Line, WholeNumberField, choices, within_reach

MOST_STEPS = 12


class StepForm(RowForm):
    """A step with a name of its own."""

    name = StringField("Step", validators=[Filled("Enter a name."), Line(60)])
    starts_on = DateField("First day", validators=[Filled("Enter the first day."), within_reach])
    ends_on = DateField("Last day", validators=[Filled("Enter the last day."), within_reach])
    points = points_field(validators=[Filled("Enter the points.")])

    def is_blank(self) -> bool:
        """Nothing at all is written in it."""
        return all(is_empty(field) for field in self)

    @property
    def step(self) -> Step:
        """What was entered, once the form is valid."""
        assert self.starts_on.data is not None
        assert self.ends_on.data is not None
        name = (self.name.data or "").strip()
        return Step(name, self.starts_on.data, self.ends_on.data, self.points.data or 0)

    def validate_ends_on(self, field: DateField) -> None:
        """Not before the first."""
        if field.data and self.starts_on.data and field.data < self.starts_on.data:
            raise ValidationError("Enter a last day that is not before the first.")


class PathFields(RuleForm):
    """The terms of a milestone path."""

    counted = FormField(MeasureForm, "What counts")
    target_metric = SelectField(
        "The targets are those of",
        description="The metric that the target files were imported for.",
    )
    period = SelectField("A step is", choices=all_of(Period), default=Period.MONTH.value)
    points = points_field("Points for each step", default=0)
    goal_points = points_field(
        "Points for the sum of all targets",
        default=0,
        description="For the goal at the end of the path; 0 for none.",
    )
    steps = FieldList(FormField(StepForm), min_entries=3, max_entries=MOST_STEPS)

    def offer(self, metrics: Metrics) -> None:
        """Set the metrics to choose from."""
        self.metrics = metrics
        pairs = [(str(one.id), one.name) for one in metrics.values()]
        self.counted.form.offer(pairs)
        self.target_metric.choices = choices(pairs)

    def add_step(self) -> None:
        """One more row for a step, as long as there is room."""
        if len(self.steps.entries) < MOST_STEPS:
            self.steps.append_entry()

    def validate_points(self, field: WholeNumberField) -> None:
        """Needed for months and quarters."""
        if not field.data and not field.errors and self.period.data != Period.NAMED:
            raise ValidationError("Enter the points that each step brings, for example 500.")

    def validate_target_metric(self, field: SelectField) -> None:
        """Only like is set against like."""
        counted, known = self.counted.form, {str(one): self.metrics[one] for one in self.metrics}
        wanted, measured = known.get(field.data or ""), known.get(counted.metric.data or "")
        if wanted is None or measured is None or counted.counting.data not in set(Counting):
            return  # each of those is named at its own field
        unit = measured.currency if Counting(counted.counting.data).is_money else None
        if wanted.currency != unit:
            raise ValidationError(
                f"Those targets are in {wanted.currency or 'pieces'}, and what counts is in "
                f"{unit or 'pieces'}. Choose a metric in {unit or 'pieces'}."
            )

    def validate_steps(self, field: FieldList) -> None:
        """Steps of one's own need at least one, each with days of its own."""
        if self.period.data != Period.NAMED:
            return
        days = [(row.starts_on.data, row.ends_on.data) for row in self._rows(field)]
        if not days:
            raise ValidationError("Enter at least one step, or choose months or quarters.")
        if len(set(days)) < len(days):
            raise ValidationError("Two steps have the same days. Give each its own.")

    def _rows(self, field: FieldList) -> Sequence[StepForm]:
        return [one.form for one in field if not one.form.is_blank()]

    @property
    def terms(self) -> PathTerms:
        """What was entered, once the form is valid."""
        period = Period(self.period.data)
        named = [row.step for row in self._rows(self.steps)]
        return PathTerms(
            measure=self.counted.form.measure,
            target_metric_id=int(self.target_metric.data),
            period=period,
            points=0 if period is Period.NAMED else self.points.data or 0,
            goal_points=self.goal_points.data or 0,
            steps=tuple(sorted(named, key=lambda s: s.starts_on)) if period is Period.NAMED else (),
        )

    def show_terms(self, terms: PathTerms) -> None:
        """Start from the terms that hold now."""
        self.counted.form.show_measure(terms.measure)
        self.target_metric.data, self.period.data = str(terms.target_metric_id), terms.period.value
        self.points.data, self.goal_points.data = terms.points, terms.goal_points
        while terms.steps and self.steps.entries:
            self.steps.pop_entry()
        for step in terms.steps:
            self.steps.append_entry(
                {
                    "name": step.name,
                    "starts_on": step.starts_on,
                    "ends_on": step.ends_on,
                    "points": step.points,
                }
            )


class PathProgramForm(ProgramForm, PathFields):
    """A new milestone path."""

    def __init__(self, metrics: Metrics, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.offer(metrics)


class PathRuleForm(PathFields):
    """A new version of a path's rule."""

    def __init__(self, metrics: Metrics) -> None:
        super().__init__()
        self.offer(metrics)
