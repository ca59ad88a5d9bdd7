"""Forms of programs: syntax only."""

from collections.abc import Sequence
from typing import Any

from wtforms import DateField, Field, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Regexp, ValidationError

from marketplace.kernel.parsing import CannotRead, currency_places
from marketplace.web.forms import Filled, NotBefore, PageForm, Slug, WholeNumberField, choices

Choices = Sequence[tuple[str, str]]


def _known_currency(_form: object, field: Field) -> None:
    if not field.data or field.errors:
        return
    try:
        currency_places(field.data)
    except CannotRead as unknown:
        raise ValidationError(unknown.enter) from unknown


class RuleForm(PageForm):
    """Points per whole amount of an order."""

    points = WholeNumberField(
        "Points",
        low=1,
        high=100_000,
        validators=[Filled("Enter how many points.")],
    )
    per_whole = WholeNumberField(
        "For every whole",
        low=1,
        high=100_000_000,
        description="In whole units of the metric's currency, or pieces. Rounded down per order.",
        validators=[Filled("Enter the amount that brings the points.")],
    )


class ProgramForm(RuleForm):
    """A new program with its first rule."""

    name = StringField(
        "Name", validators=[Filled("Enter a name people will know it by."), Length(max=80)]
    )
    slug = StringField(
        "Address",
        description="Lower-case letters, digits and hyphens: spring-orders.",
        validators=[Slug(), Length(min=2, max=60)],
    )
    summary = TextAreaField(
        "What it pays for",
        description="Everyone it concerns reads this.",
        validators=[Filled("Say in a sentence what brings points."), Length(max=300)],
    )
    metric = SelectField("Metric")
    budget = SelectField("Budget")
    starts_on = DateField("First day", validators=[InputRequired("Enter the first day.")])
    ends_on = DateField(
        "Last day", validators=[InputRequired("Enter the last day."), NotBefore("starts_on")]
    )

    def __init__(self, metrics: Choices, budgets: Choices, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.metric.choices = choices(metrics)
        self.budget.choices = choices(budgets)


class MetricForm(PageForm):
    """A new metric."""

    name = StringField("Name", validators=[Filled("Enter a name."), Length(max=60)])
    slug = StringField(
        "Short name",
        description="As in the import command: revenue.",
        validators=[Slug(), Length(max=60)],
    )
    currency = StringField(
        "Currency",
        description="Three letters for money (EUR). Leave it empty when the metric counts pieces.",
        validators=[
            Regexp(r"([A-Z]{3})?\Z", message="Three capital letters, or nothing."),
            _known_currency,
        ],
    )
