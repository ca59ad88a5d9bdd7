"""Forms of programs: syntax only. Kinds of programs build on `ProgramForm` and `RuleForm`."""

from collections.abc import Sequence
from typing import Any

from wtforms import (
    DateField,
    Form,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, ValidationError

from marketplace.programs.earning import Rule
from marketplace.programs.measures import Counting, Filter, Measure
from marketplace.programs.models import Program
from marketplace.programs.states import ProgramState
from marketplace.web.forms import (
    Addressed,
    Filled,
    Line,
    Lines,
    NotBefore,
    PageForm,
    WholeNumberField,
    choices,
    within_reach,
)

Choices = Sequence[tuple[str, str]]
LONGEST_FILTER = 200
ALWAYS = "always"
WITHIN = "within"
NEVER = "never"


class FilterField(TextAreaField):
    """Filters, one a line: `product: Core, Core Plus`; a name alone means any value at all."""

    def __init__(self, label: str = "Only where", **kwargs: Any) -> None:
        kwargs.setdefault(
            "description",
            "One a line, as the results were imported: product: Core, Core Plus. "
            "A name alone means that there is one at all. Empty counts everything.",
        )
        super().__init__(label, validators=[Lines(2_000)], **kwargs)
        self.chosen: tuple[Filter, ...] = ()

    def pre_validate(self, form: object) -> None:  # noqa: ARG002  WTForms passes it
        """Read the lines. Raises ValidationError naming the line that can't be read."""
        self.chosen = tuple(
            _filter(line) for line in (self.data or "").splitlines() if line.strip()
        )
        names = [wanted.dimension for wanted in self.chosen]
        for name in names:
            if names.count(name) > 1:
                raise ValidationError(f"“{name}” stands twice. Put its values on one line.")


def _filter(line: str) -> Filter:
    name, _, rest = line.partition(":")
    values = tuple(dict.fromkeys(part.strip() for part in rest.split(",") if part.strip()))
    if not name.strip() or len(line) > LONGEST_FILTER:
        raise ValidationError(
            f"“{line.strip()[:40]}” can't be read. Write a name, a colon and values: "
            "region: Iberia, North"
        )
    return Filter(name.strip(), values)


def filters_as_text(filters: Sequence[Filter]) -> str:
    """Filters as they are written in a FilterField."""
    return "\n".join(
        f"{wanted.dimension}: {', '.join(wanted.values)}" if wanted.values else wanted.dimension
        for wanted in filters
    )


class MeasureForm(Form):
    """What is counted: for a `FormField`, or the entries of a `FieldList`."""

    metric = SelectField("Metric")
    counting = SelectField(
        "What counts", choices=choices([(one.value, one.label) for one in Counting])
    )
    client = StringField(
        "What names a client",
        description="For new clients: the name under which results were imported, as customer.",
        validators=[Line(60)],
    )
    only = FilterField()

    def offer(self, metrics: Choices) -> None:
        """Set the metrics to choose from."""
        self.metric.choices = choices(metrics)

    def validate_client(self, field: StringField) -> None:
        """New clients can only be told apart by a dimension."""
        of_clients = {Counting.NEW_CLIENTS.value, Counting.NEW_CLIENT_VALUE.value}
        if self.counting.data in of_clients and not (field.data or "").strip():
            raise ValidationError("Enter what names a client in the results, as customer.")

    @property
    def measure(self) -> Measure:
        """What was chosen, once the form is valid."""
        counting = Counting(self.counting.data)
        is_of_clients = counting in {Counting.NEW_CLIENTS, Counting.NEW_CLIENT_VALUE}
        return Measure(
            metric_id=int(self.metric.data),
            counting=counting,
            only=self.only.chosen,
            client=(self.client.data or "").strip() if is_of_clients else "",
        )

    def show_measure(self, measure: Measure) -> None:
        """Start from the measure that holds now."""
        self.metric.data = str(measure.metric_id)
        self.counting.data = measure.counting.value
        self.client.data = measure.client
        self.only.data = filters_as_text(measure.only)


class RuleForm(PageForm):
    """What every version of a rule says, beside the terms of its kind."""

    claw_back = SelectField(
        "When a correction takes away what was earned",
        default=ALWAYS,
        choices=choices(
            [
                (ALWAYS, "Take the points back, until the program is settled"),
                (WITHIN, "Take the points back for some days after they were given"),
                (NEVER, "Never take points back"),
            ]
        ),
        description="Everyone reads this with the rule.",
    )
    claw_back_within = WholeNumberField("For how many days", low=1, high=3_660)
    valid_days = WholeNumberField(
        "Points can be spent for so many days",
        low=1,
        high=3_660,
        description="Counted from the day they are given. Empty: they never expire.",
    )

    reason = StringField(
        "Why is it changed?",
        description="Kept with this version, in the history of the program.",
        validators=[Line(200)],
    )

    def ask_why(self, program: Program) -> None:
        """Ask for a reason once somebody may rely on the rule; of a draft nobody does."""
        if program.state is ProgramState.DRAFT:
            del self.reason
        else:
            needed = Filled("Say in a few words why the rule is changed.")
            self.reason.validators = [needed, *self.reason.validators]

    @property
    def why(self) -> str:
        """The reason given for this version; empty for a draft."""
        return (self.reason.data or "").strip() if self.reason else ""

    def validate_claw_back_within(self, field: WholeNumberField) -> None:
        """Days are needed when points are taken back for some days only."""
        if self.claw_back.data == WITHIN and field.data is None and not field.errors:
            raise ValidationError("Enter for how many days, for example 30.")

    @property
    def claw_back_days(self) -> int | None:
        """As `ProgramRule.claw_back_days` keeps it."""
        kept = {ALWAYS: None, NEVER: 0}
        return kept.get(self.claw_back.data, self.claw_back_within.data)

    def show_frame(self, rule: Rule) -> None:
        """Start from what holds now beside the terms: corrections, and how long points last."""
        days = rule.claw_back_days
        self.valid_days.data = rule.valid_days
        if self.claw_back:
            self.claw_back.data = ALWAYS if days is None else WITHIN if days else NEVER
            self.claw_back_within.data = days or None


class FrameForm(PageForm):
    """What a program is called, and when, for whom and out of what it runs."""

    name = StringField(
        "Name", validators=[Filled("Enter a name people will know it by."), Line(80)]
    )
    summary = TextAreaField(
        "What it pays for",
        description="Everyone it concerns reads this.",
        validators=[Filled("Say in a sentence what brings points."), Lines(300)],
    )
    departments = SelectMultipleField(
        "For whom", description="Choose departments, or none for everyone."
    )
    budget = SelectField("Budget")
    starts_on = DateField(
        "First day", validators=[InputRequired("Enter the first day."), within_reach]
    )
    ends_on = DateField(
        "Last day",
        validators=[InputRequired("Enter the last day."), NotBefore("starts_on"), within_reach],
    )

    def __init__(self, budgets: Choices, departments: Choices, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.budget.choices = choices(budgets)
        self.departments.choices = choices(departments)

    @property
    def chosen_departments(self) -> tuple[int, ...]:
        """The departments that were ticked; none for everyone."""
        return tuple(int(chosen) for chosen in self.departments.data or ())


class DiscardForm(PageForm):
    """A draft that was a mistake."""

    reason = StringField(
        "Why", description="It stays in the history of the draft.", validators=[Line(200)]
    )


class ProgramForm(Addressed, FrameForm, RuleForm):
    """A new program: what all kinds have in common."""

    thing = "program"
    reason = None
