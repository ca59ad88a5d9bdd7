"""Forms of shared goals."""

from datetime import date
from itertools import pairwise

from wtforms import DateField, FieldList, FormField, SelectField, SelectMultipleField, StringField
from wtforms.validators import ValidationError

from marketplace.programs.forms import Choices, MeasureForm, ProgramForm, RuleForm
from marketplace.programs.goals.calendar import default_milestones
from marketplace.programs.goals.forms.rows import (
    Metrics,
    RowForm,
    all_of,
    is_empty,
    points_field,
)
from marketplace.programs.goals.states import Rhythm, Scope, Sharing
from marketplace.programs.goals.terms import GoalTerms, Milestone, Part
from marketplace.programs.words import minor_units
from marketplace.web.forms import Filled, Line, WholeNumberField, choices, within_reach

MOST_PARTS = 6
FEWEST_PARTS = 2
MOST_MILESTONES = 24
LARGEST_TARGET = 1_000_000_000


class PartForm(MeasureForm, RowForm):
    """What some departments are to reach together."""

    name = StringField(
        "Name of the part",
        description="As people know it: Sales.",
        validators=[Filled("Enter a name for this part."), Line(60)],
    )
    departments = SelectMultipleField(
        "Departments", description="Whose results count, and who shares. None means everyone."
    )
    target = WholeNumberField(
        "Target",
        low=1,
        high=LARGEST_TARGET,
        description="In whole units of the metric's currency, or in pieces.",
        validators=[Filled("Enter the target.")],
    )
    weight = WholeNumberField(
        "Weight in the whole", low=1, high=100, default=1, validators=[Filled("Enter a weight.")]
    )

    def is_blank(self) -> bool:
        """Without a name and a target it is not meant."""
        return is_empty(self.name) and is_empty(self.target)

    def part(self, key: int, metrics: Metrics) -> Part:
        """The part that was entered, once the form is valid."""
        measure = self.measure
        return Part(
            key=key,
            name=(self.name.data or "").strip(),
            departments=tuple(int(chosen) for chosen in self.departments.data or ()),
            measure=measure,
            target=(self.target.data or 1) * minor_units(measure, metrics),
            weight=self.weight.data or 1,
        )

    def show(self, part: Part, metrics: Metrics) -> None:
        """Start from the part that holds now."""
        self.name.data, self.weight.data = part.name, part.weight
        self.departments.data = [str(one) for one in part.departments]
        self.target.data = part.target // minor_units(part.measure, metrics)
        self.show_measure(part.measure)


class MilestoneForm(RowForm):
    """A milestone on the way."""

    on = DateField("By", validators=[Filled("Enter the day as YYYY-MM-DD."), within_reach])
    share = WholeNumberField(
        "Percent", low=1, high=99, validators=[Filled("Enter the percent, 1 to 99.")]
    )
    points = points_field(validators=[Filled("Enter the points; 0 for none.")])

    def is_blank(self) -> bool:
        """Nothing at all is written in it."""
        return all(is_empty(field) for field in (self.on, self.share, self.points))

    @property
    def milestone(self) -> Milestone:
        """What was entered, once the form is valid."""
        assert self.on.data is not None
        return Milestone(self.on.data, self.share.data or 1, self.points.data or 0)


class GoalFields(RuleForm):
    """The terms of a shared goal, in a new program and in a new version of its rule."""

    parts = FieldList(FormField(PartForm), min_entries=FEWEST_PARTS, max_entries=MOST_PARTS)
    rhythm = SelectField(
        "Milestones",
        choices=all_of(Rhythm),
        default=Rhythm.MONTHLY.value,
        description="Used while no milestone is written below; each day brings the same share.",
    )
    milestone_points = points_field("Points for each of those", default=0)
    milestones = FieldList(FormField(MilestoneForm), max_entries=MOST_MILESTONES)
    points = points_field(
        "Points at the goal", validators=[Filled("Enter the points; 0 for none.")]
    )
    scope = SelectField("Who reaches it", choices=all_of(Scope), default=Scope.WHOLE.value)
    sharing = SelectField("How it is paid", choices=all_of(Sharing), default=Sharing.EQUAL.value)
    most = WholeNumberField(
        "In the whole, a part counts for at most (percent)",
        low=100,
        high=300,
        default=100,
        description="100 means that no part can make up for another.",
        validators=[Filled("Enter 100 or more.")],
    )

    def offer(self, metrics: Metrics, departments: Choices) -> None:
        """Set the metrics and departments to choose from."""
        self.metrics = metrics
        for entry in self.parts.entries:
            entry.form.offer([(str(one.id), one.name) for one in metrics.values()])
            entry.form.departments.choices = choices(departments)

    def add_part(self, metrics: Metrics, departments: Choices) -> None:
        """One more row for a part, as long as there is room."""
        if len(self.parts.entries) < MOST_PARTS:
            self.parts.append_entry()
            self.offer(metrics, departments)

    def fill_milestones(self, first: date, last: date) -> None:
        """Write the usual milestones between two days into the rows, instead of what is there."""
        self._clear_milestones()
        points = self.milestone_points.data or 0
        rhythm = self.rhythm.data if self.rhythm.data in set(Rhythm) else Rhythm.NONE
        for on, share in default_milestones(first, last, Rhythm(rhythm))[:MOST_MILESTONES]:
            self.milestones.append_entry({"on": on, "share": share, "points": points})

    def _clear_milestones(self) -> None:
        while self.milestones.entries:
            self.milestones.pop_entry()

    def validate_parts(self, field: FieldList) -> None:
        """At least one part, each with a name of its own."""
        names = [(one.form.name.data or "").strip() for one in field if not one.form.is_blank()]
        if not names:
            raise ValidationError("Enter at least one part.")
        named = [name.lower() for name in names if name]
        if len(set(named)) < len(named):
            raise ValidationError("Two parts have the same name. Give each its own.")

    def validate_milestones(self, field: FieldList) -> None:
        """Later milestones ask for more."""
        rows = [one.form for one in field if not one.form.is_blank()]
        known = [(row.on.data, row.share.data) for row in rows if row.on.data and row.share.data]
        ordered = sorted(known)
        if any(a[0] == b[0] or a[1] >= b[1] for a, b in pairwise(ordered)):
            raise ValidationError("Each later milestone needs its own day and a higher percent.")

    def terms(self, first: date, last: date) -> GoalTerms:
        """What was entered, once the form is valid; without milestones the usual ones."""
        parts = [
            entry.form.part(key, self.metrics)
            for key, entry in enumerate(self.parts.entries, start=1)
            if not entry.form.is_blank()
        ]
        return GoalTerms(
            parts=tuple(parts),
            milestones=self._milestones(first, last),
            points=self.points.data or 0,
            sharing=Sharing(self.sharing.data),
            scope=Scope(self.scope.data),
            most=self.most.data or 100,
        )

    def _milestones(self, first: date, last: date) -> tuple[Milestone, ...]:
        rows = [one.form for one in self.milestones if not one.form.is_blank()]
        if rows:
            written = [row.milestone for row in rows]
            return tuple(sorted(written, key=lambda milestone: milestone.on))
        points = self.milestone_points.data or 0
        usual = default_milestones(first, last, Rhythm(self.rhythm.data))
        return tuple(Milestone(on, share, points) for on, share in usual)

    def show_terms(self, terms: GoalTerms, departments: Choices) -> None:
        """Start from the terms that hold now; a part keeps its row for good."""
        while len(self.parts.entries) < terms.parts[-1].key:
            self.parts.append_entry()
        self.offer(self.metrics, departments)
        for part in terms.parts:
            self.parts.entries[part.key - 1].form.show(part, self.metrics)
        self._clear_milestones()
        for one in terms.milestones:
            self.milestones.append_entry({"on": one.on, "share": one.share, "points": one.points})
        self.rhythm.data = Rhythm.NONE.value
        self.points.data, self.most.data = terms.points, terms.most
        self.scope.data, self.sharing.data = terms.scope.value, terms.sharing.value


class GoalProgramForm(ProgramForm, GoalFields):
    """A new shared goal. Whom it is for is what its parts say."""

    def __init__(self, metrics: Metrics, departments: Choices, budgets: Choices) -> None:
        super().__init__(budgets=budgets, departments=departments)
        self.offer(metrics, departments)

    def validate_milestones(self, field: FieldList) -> None:
        """In the program's days, too."""
        super().validate_milestones(field)
        _refuse_outside(field, self.starts_on.data, self.ends_on.data)


class GoalRuleForm(GoalFields):
    """A new version of a shared goal's rule."""

    def __init__(self, metrics: Metrics, departments: Choices, days: tuple[date, date]) -> None:
        super().__init__()
        self.days = days
        self.offer(metrics, departments)

    def validate_milestones(self, field: FieldList) -> None:
        """In the program's days, too."""
        super().validate_milestones(field)
        _refuse_outside(field, *self.days)


def _refuse_outside(field: FieldList, first: date | None, last: date | None) -> None:
    days = [one.form.on.data for one in field if one.form.on.data]
    if first and last and any(not first <= on < last for on in days):
        raise ValidationError("A milestone has to lie between the first day and the last.")
