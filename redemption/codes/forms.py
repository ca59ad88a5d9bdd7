"""What the pages around codes in stock take in: syntax only."""

from typing import Any

from flask_wtf.file import FileField
from werkzeug.datastructures import FileStorage
from wtforms import BooleanField, SelectField, StringField, TextAreaField
from wtforms.validators import Optional, ValidationError

from marketplace.kernel.parsing import PLAIN, CannotRead, currency_places, parse_minor
from marketplace.web.forms import (
    Filled,
    Line,
    Lines,
    PageForm,
    WholeNumberField,
    choices,
    in_capitals,
)
from redemption.codes.policies import Purchase, Terms
from redemption.codes.reading import Manner

_DATES = (
    ("", "Find out from the file"),
    ("YYYY-MM-DD", "2027-01-31"),
    ("DD.MM.YYYY", "31.01.2027"),
    ("DD/MM/YYYY", "31/01/2027"),
    ("MM/DD/YYYY", "01/31/2027"),
)


def _heading(what: str) -> StringField:
    return StringField(f"Heading of the {what}", validators=[Line(80)])


class TermsForm(PageForm):
    """How a pool is looked after."""

    low_at = WholeNumberField(
        "Raise the alarm at",
        description="When so many codes are left that nobody was promised.",
        high=100_000,
        default=10,
        validators=[Filled("Enter a number, 0 for none.")],
    )
    guard_days = WholeNumberField(
        "Hand out no code that ends within",
        description="Codes that are closer to their last day leave the stock.",
        high=366,
        default=14,
        validators=[Filled("Enter a number of days, 0 for the last day itself.")],
    )
    how = TextAreaField(
        "How to use a code",
        description="A step a line. People read it beside their code.",
        validators=[Lines(1_000)],
    )

    @property
    def terms(self) -> Terms:
        """What was entered."""
        return Terms(
            low_at=self.low_at.data or 0,
            guard_days=self.guard_days.data or 0,
            how=(self.how.data or "").strip(),
        )


class OpenForm(TermsForm):
    """Which variant is fed by codes from now on."""

    variant = SelectField("What the codes are for", validators=[Filled("Choose one.")])


class LoadForm(PageForm):
    """A file of codes, how it is written, and where the codes came from."""

    file = FileField("File", description="CSV or XLSX, one code a row, at most 10,000 of them.")
    supplier = StringField("Supplier", validators=[Line(120)])
    reference = StringField(
        "Reference", description="For example the number of the invoice.", validators=[Line(120)]
    )
    cost = StringField(
        "Cost of one code",
        description="What you paid for each, for example 14.25.",
        validators=[Line(40)],
    )
    currency = StringField(
        "Currency",
        description="Three letters, for example EUR.",
        filters=[in_capitals],
        validators=[Line(3)],
    )
    code_heading, pin_heading = _heading("codes"), _heading("PINs")
    value_heading, day_heading = _heading("values"), _heading("last days")
    has_no_header = BooleanField("The first row is a code already")
    dates = SelectField(
        "How dates are written", choices=choices(_DATES), validators=[Optional()], default=""
    )

    @property
    def headings(self) -> tuple[Any, ...]:
        """The fields about how the file is written, which are rarely needed."""
        return (
            *(self.code_heading, self.pin_heading, self.value_heading, self.day_heading),
            *(self.dates, self.has_no_header),
        )

    @property
    def manner(self) -> Manner:
        """How the file is written."""
        named = {
            "code": self.code_heading.data,
            "pin": self.pin_heading.data,
            "value": self.value_heading.data,
            "valid_until": self.day_heading.data,
        }
        return Manner(
            headings={name: text.strip() for name, text in named.items() if text and text.strip()},
            has_header=not self.has_no_header.data,
            dates=(self.dates.data,) if self.dates.data else (),
        )

    @property
    def purchase(self) -> Purchase:
        """Where the codes came from."""
        cost = (self.cost.data or "").strip()
        currency = self.currency.data if cost else None
        return Purchase(
            unit_cost_minor=parse_minor(cost, PLAIN, currency) if cost and currency else None,
            cost_currency=currency,
            supplier=self.supplier.data or "",
            reference=self.reference.data or "",
        )

    def validate_file(self, field: FileField) -> None:
        """A file was chosen."""
        if not isinstance(field.data, FileStorage) or not field.data.filename:
            raise ValidationError("Choose the file with the codes.")

    def validate_cost(self, field: StringField) -> None:
        """An amount of the currency beside it."""
        if not (field.data or "").strip():
            return
        try:
            currency_places(self.currency.data or "")
        except CannotRead:
            return  # said there
        try:
            minor = parse_minor(field.data or "", PLAIN, self.currency.data or "")
        except CannotRead as why:
            raise ValidationError(why.enter) from why
        if minor < 0:
            raise ValidationError("Enter a cost of 0 or more.")

    def validate_currency(self, field: StringField) -> None:
        """A currency, where there is a cost."""
        if not (self.cost.data or "").strip():
            return
        try:
            currency_places(field.data or "")
        except CannotRead as why:
            raise ValidationError(why.enter) from why


class WithdrawForm(PageForm):
    """Why codes are taken out of stock."""

    reason = TextAreaField(
        "Why are they withdrawn?",
        description="It stands in the history of the stock.",
        validators=[Filled("Write why."), Lines(300)],
    )


class ReplaceForm(PageForm):
    """Why a code is replaced by another."""

    reason = TextAreaField(
        "What did you find?",
        description="It stands in the list for the supplier; the person does not read it.",
        validators=[Filled("Write what you found."), Lines(300)],
    )


class GiveBackForm(PageForm):
    """Why the points of one code come back."""

    why = TextAreaField(
        "Why do the points come back?",
        description="The person reads this word for word.",
        validators=[Filled("Write why."), Lines(300)],
    )


class WorksForm(PageForm):
    """How to use a code that does work."""

    answer = TextAreaField(
        "What should they do?",
        description="The person reads this word for word.",
        validators=[Filled("Write how to use it."), Lines(500)],
    )


class ReportForm(PageForm):
    """What happens when somebody uses their code."""

    words = TextAreaField(
        "What happens when you use it?",
        description="For example what the till or the web page says. Leave the code itself out.",
        validators=[Filled("Write what happens."), Lines(500)],
    )
