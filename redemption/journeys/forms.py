"""What people enter about dates, and the desk about what it booked: syntax only."""

from datetime import date

from wtforms import DateField, HiddenField, StringField, TextAreaField
from wtforms.validators import Optional

from catalog.packages.terms import PackageTerms
from catalog.packages.wishes import Wish
from marketplace.kernel.errors import DomainError
from marketplace.kernel.parsing import CannotRead, parse_whole_number
from marketplace.web.filters import day
from marketplace.web.forms import (
    Filled,
    Line,
    Lines,
    NotBefore,
    PageForm,
    WholeNumberField,
    within_reach,
)
from marketplace.web.uploads import EvidenceField
from redemption.journeys.booked import Booked


class WishFields:
    """The fields of dates that somebody asks for."""

    first_on = DateField("First night", validators=[Filled("Enter the first night."), within_reach])
    second_on = DateField(
        "Another first night",
        description="In case the first can’t be had.",
        validators=[Optional(), within_reach],
    )
    nights = WholeNumberField("Nights", low=1, validators=[Filled("Enter how many nights.")])
    travelers = WholeNumberField(
        "Travelers, with you", low=1, validators=[Filled("Enter how many travel, you included.")]
    )
    cover = StringField(
        "Who stands in for you at work",
        description="A colleague, by name or e-mail. Who approves sees it.",
        validators=[Filled("Enter a colleague who stands in for you."), Line(120)],
    )
    seen_terms = HiddenField("Terms")

    def fit(self, terms: PackageTerms, *, today: date) -> None:
        """Say what the terms allow beside the fields."""
        span = f"{day(terms.first_start(today))} to {day(terms.last_start(today))}"
        self.first_on.description = f"{span}."
        self.nights.description = f"{terms.nights_words}."
        self.travelers.description = f"{terms.travelers_words}."
        _fill_in(self.nights, terms.nights_from, terms.nights_to)
        _fill_in(self.travelers, 1, terms.travelers_most)

    def wish(self, cover_id: int) -> Wish:
        """The wish in them, once they are well written."""
        assert self.first_on.data is not None
        return Wish(
            first_on=self.first_on.data,
            second_on=self.second_on.data,
            nights=self.nights.data or 1,
            travelers=self.travelers.data or 1,
            cover_id=cover_id,
            seen_terms=_version(self.seen_terms.data),
        )


def _fill_in(field: WholeNumberField, least: int, most: int) -> None:
    """Enter what is the only answer, unless somebody sent another, or none."""
    if least == most and field.data is None and not field.raw_data:
        field.data = least


def _version(text: str | None) -> int:
    try:
        return parse_whole_number(text or "0", low=0, high=10**9)
    except CannotRead:
        return 0


class DatesForm(WishFields, PageForm):
    """Other dates for a request that somebody asked that of."""

    expected_points = WholeNumberField("Price", low=1)


class OtherDatesForm(PageForm):
    """Why an approver asks for other dates."""

    words = TextAreaField(
        "What is in the way, and when would it be better?",
        description="They read this word for word. Their points stay set aside meanwhile.",
        validators=[Filled("Write what is in the way of these dates."), Lines(500)],
    )


def say_each(form: PageForm, refusal: DomainError) -> None:
    """Say a refusal at each field that it is about; above all where it is about none."""
    problems = getattr(refusal, "problems", {})
    if not problems and "field" in refusal.facts:
        problems = {str(refusal.facts["field"]): refusal.message}
    for name, text in problems.items():
        if name in form:
            form[name].errors = [text]


class BookedForm(PageForm):
    """What the travel desk booked."""

    starts_on = DateField("First day", validators=[Filled("Enter the first day."), within_reach])
    ends_on = DateField(
        "Last day", validators=[Filled("Enter the last day."), NotBefore("starts_on"), within_reach]
    )
    operator = StringField(
        "Booked with",
        description="Who confirms it: a hotel, an airline, an agency.",
        validators=[Filled("Enter who confirms it."), Line(120)],
    )
    confirmation = StringField(
        "Confirmation number",
        description="As they gave it.",
        validators=[Filled("Enter the confirmation number."), Line(80)],
    )
    parts = TextAreaField(
        "Flights, trains and hotels",
        description="One a line, as the traveler reads them.",
        validators=[Lines(8_000)],
    )
    documents = EvidenceField("Documents", needed="")
    note = TextAreaField(
        "Why it is changed",
        description="The person reads this word for word.",
        validators=[Lines(500)],
    )

    @property
    def booked(self) -> Booked:
        """What was booked, once the form is well written."""
        assert self.starts_on.data is not None
        assert self.ends_on.data is not None
        lines = (line.strip() for line in (self.parts.data or "").splitlines())
        return Booked(
            starts_on=self.starts_on.data,
            ends_on=self.ends_on.data,
            operator=(self.operator.data or "").strip(),
            confirmation=(self.confirmation.data or "").strip(),
            parts=tuple(line for line in lines if line),
            note=(self.note.data or "").strip(),
        )


class KeepForm(PageForm):
    """For how many more days the company keeps the price."""

    days = WholeNumberField(
        "Keep the price for so many days from today",
        low=1,
        high=365,
        validators=[Filled("Enter a number of days.")],
    )


class PriceForm(PageForm):
    """What changed since the guarantee ended."""

    words = TextAreaField(
        "What changed?",
        description="The person reads this word for word, and chooses.",
        validators=[Filled("Write what changed."), Lines(500)],
    )
