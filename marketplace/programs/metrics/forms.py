"""Forms of metrics and of results by hand: syntax only."""

from datetime import date
from typing import Any

from wtforms import DateField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Regexp, ValidationError

from marketplace.kernel.errors import BadInput
from marketplace.kernel.parsing import CannotRead, currency_places
from marketplace.programs.models import Result
from marketplace.programs.states import Direction
from marketplace.programs.words import amount_from_text
from marketplace.web.forms import (
    Addressed,
    Filled,
    Line,
    Lines,
    PageForm,
    address_field,
    choices,
    in_capitals,
    within_reach,
)


class DescribeMetricForm(PageForm):
    """What a metric is called and where its results come from."""

    name = StringField("Name", validators=[Filled("Enter a name."), Line(60)])
    source = StringField(
        "Where its results come from",
        description="The order system, the survey tool, a report.",
        validators=[Line(120)],
    )


class MetricForm(Addressed, DescribeMetricForm):
    """A new metric."""

    thing = "metric"
    slug = address_field("Short name", "As in the import command: revenue.")
    currency = StringField(
        "Currency",
        description="Three letters for money (EUR). Leave it empty when the metric counts pieces.",
        filters=[in_capitals],
        validators=[Regexp(r"([A-Z]{3})?\Z", message="Enter three letters, as EUR, or nothing.")],
    )
    direction = SelectField(
        "Better is",
        choices=choices([(Direction.HIGHER.value, "More"), (Direction.LOWER.value, "Less")]),
    )

    def validate_currency(self, field: StringField) -> None:
        """Only currencies there are."""
        try:
            currency_places(field.data or "EUR")
        except CannotRead as unknown:
            raise ValidationError(unknown.enter) from unknown


class ReasonForm(PageForm):
    """Why something is done by hand."""

    reason = StringField(
        "Why",
        description="It stays in the history of the result.",
        validators=[Filled("Say why, in a few words."), Line(200)],
    )


class CorrectionForm(ReasonForm):
    """What a result should have been. `amount` is read in the metric's currency or as pieces."""

    person = StringField(
        "Person",
        description="Their work e-mail or staff number.",
        validators=[Filled("Enter an e-mail or a staff number."), Line(200)],
    )
    on_day = DateField(
        "Day", validators=[InputRequired("Enter the day as YYYY-MM-DD."), within_reach]
    )
    amount = StringField("Amount", validators=[Filled("Enter the amount."), Line(40)])
    group = StringField(
        "Order",
        description="What belongs together, as an order number.",
        validators=[Line(200)],
    )
    details = TextAreaField(
        "Details",
        description="One a line, as in the imports: product: Core",
        validators=[Lines(1_000)],
    )

    def __init__(self, currency: str | None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.currency = currency
        self.minor = 0
        self.dimensions: dict[str, str] = {}

    def validate_amount(self, field: StringField) -> None:
        """Read it exactly; negative amounts are returns."""
        try:
            self.minor = amount_from_text(field.data or "", self.currency)
        except BadInput as unreadable:
            raise ValidationError(unreadable.message) from unreadable
        if not self.minor:
            raise ValidationError("Enter an amount other than 0, or withdraw the result.")

    def validate_details(self, field: TextAreaField) -> None:
        """A name, a colon and a value on each line."""
        lines = [line for line in (field.data or "").splitlines() if line.strip()]
        pairs = [line.partition(":")[::2] for line in lines]
        found = {name.strip(): value.strip() for name, value in pairs}
        if not all(name and value for name, value in found.items()) or len(found) < len(lines):
            raise ValidationError("Write a name, a colon and a value on each line, names once.")
        self.dimensions = found

    def show_result(self, result: Result, person: str, amount: str) -> None:
        """Start from the result as it stands."""
        self.person.data, self.on_day.data = person, result.on_day
        self.amount.data, self.group.data = amount, result.group_ref
        self.details.data = "\n".join(f"{name}: {text}" for name, text in result.dimensions.items())

    @property
    def day(self) -> date:
        """The day, once the form is valid."""
        assert self.on_day.data is not None
        return self.on_day.data


class EntryForm(CorrectionForm):
    """A result by hand."""

    reference = StringField(
        "Reference",
        description="What it is called where it comes from, so that it counts once. "
        "Left empty, it gets one.",
        validators=[Line(200)],
    )
