"""Forms of what a kind needs: amounts, a range, sizes and colors, departures."""

import re
from typing import Any

from wtforms import (
    DateField,
    Field,
    StringField,
    TextAreaField,
)
from wtforms.validators import Optional, ValidationError

from catalog.amounts import AmountRange, Rate
from catalog.audiences.names import is_country
from catalog.bounds import MOST_MINOR, MOST_POINTS, MOST_UNITS
from catalog.offers import DepartureDates
from catalog.operations.variants import Terms, Worth
from marketplace.kernel.parsing import PLAIN, CannotRead, currency_places, parse_minor
from marketplace.web.forms import (
    Filled,
    Line,
    Lines,
    NotBefore,
    PageForm,
    WholeNumberField,
    in_capitals,
    within_reach,
)


def _points(label: str) -> WholeNumberField:
    return WholeNumberField(
        label,
        low=1,
        high=MOST_POINTS,
        validators=[Filled("Enter the points, for example 5000.")],
    )


def _capacity(label: str = "How many of each") -> WholeNumberField:
    return WholeNumberField(
        label, high=MOST_UNITS, description="Leave it empty when there is no limit."
    )


def is_currency(_form: object, field: Field) -> None:
    """A currency by its three letters."""
    try:
        currency_places(field.data or "")
    except CannotRead as unknown:
        raise ValidationError(unknown.enter) from unknown


def known_country(_form: object, field: Field) -> None:
    """A country there is, or none."""
    if field.data and not is_country(field.data):
        raise ValidationError("Enter a country by its two letters, for example PT.")


def _currency(*more: Any) -> StringField:
    return StringField(
        "Currency",
        filters=[in_capitals],
        description="Three letters: EUR, USD, JPY.",
        validators=[*more, Line(40), is_currency],
    )


def read_money(field: Field, currency: str, *, low: int = 1) -> int | None:
    """The minor units in a field; None with an error on the field when it can't be read."""
    try:
        minor = parse_minor((field.data or "").strip(), PLAIN, currency)
    except CannotRead as unreadable:
        field.errors = [unreadable.enter]
        return None
    if minor < low:
        field.errors = ["Enter an amount above zero." if low else "Enter an amount from 0."]
        return None
    if minor > MOST_MINOR:
        field.errors = ["Enter a smaller amount."]
        return None
    return minor


def words_in(text: str | None) -> list[str]:
    """What is listed, by commas or lines, each once."""
    found = (" ".join(word.split()) for word in re.split(r"[,\n]", text or ""))
    return list(dict.fromkeys(word for word in found if word))


class _Checked(PageForm):
    """Reads more than one field can judge alone, once each is well written."""

    def validate(self, extra_validators: Any = None) -> bool:
        return super().validate(extra_validators) and self.judge()

    def judge(self) -> bool:
        """Whether the fields fit together; errors stand on them when not."""
        raise NotImplementedError


class AmountsForm(_Checked):
    """Several fixed amounts at once."""

    amounts = StringField(
        "Amounts",
        description="With commas between them: 25, 50, 100.",
        validators=[Filled("Enter the amounts, for example 25, 50, 100."), Line(300)],
    )
    currency = _currency(Filled("Enter the currency."))
    points = _points("Points for one unit of money")
    capacity = _capacity()
    found: list[tuple[int, int]]

    def judge(self) -> bool:
        """Every amount can be read, given, and asked for."""
        self.found = []
        for text in words_in(self.amounts.data):
            try:
                self.found.append(self._priced(text))
            except CannotRead as refusal:
                self.amounts.errors = [f"“{text[:20]}”: {refusal.enter}"]
                return False
        return bool(self.found)

    def _priced(self, text: str) -> tuple[int, int]:
        """An amount in minor units and its points. Raises CannotRead."""
        currency = self.currency.data or ""
        minor = parse_minor(text, PLAIN, currency)
        if minor < 1:
            raise CannotRead("Enter an amount above zero.")
        if minor > MOST_MINOR:
            raise CannotRead("Enter a smaller amount.")
        points = Rate(self.points.data or 0, 10 ** currency_places(currency)).price_of(minor)
        if points > MOST_POINTS:
            raise CannotRead(f"It would cost {points:,} points. Enter a smaller amount.")
        return minor, max(1, points)


class RangeForm(_Checked):
    """Amounts of one's own choice."""

    lowest = StringField("Lowest amount", validators=[Filled("Enter the lowest amount."), Line(40)])
    highest = StringField(
        "Highest amount", validators=[Filled("Enter the highest amount."), Line(40)]
    )
    step = StringField("Steps of", validators=[Filled("Enter the steps, for example 5."), Line(40)])
    currency = _currency(Filled("Enter the currency."))
    points = _points("Points for the lowest amount")
    capacity = _capacity("How many there are")
    found: AmountRange

    def judge(self) -> bool:
        """The steps reach the highest amount."""
        currency = self.currency.data or ""
        read = [read_money(field, currency) for field in (self.lowest, self.highest, self.step)]
        if None in read:
            return False
        low, high, step = (minor or 0 for minor in read)
        if high <= low:
            self.highest.errors = ["Enter a highest amount above the lowest."]
            return False
        if (high - low) % step:
            self.step.errors = ["Enter steps that reach the highest amount from the lowest."]
            return False
        self.found = AmountRange(low, high, step, currency)
        return True

    @property
    def terms(self) -> Terms:
        """Price of the lowest amount and how many."""
        return Terms(points=self.points.data or 0, capacity=self.capacity.data)


class WorthForm(_Checked):
    """What a variant counts as in money."""

    worth = StringField(
        "Taxable value",
        description="For one. Leave it empty when it counts as nothing.",
        validators=[Line(40)],
    )
    currency = _currency(Optional())

    def judge(self) -> bool:
        """A value has a currency."""
        if not (self.worth.data or "").strip():
            return True
        if not self.currency.data:
            self.currency.errors = ["Enter the currency of the value."]
            return False
        return read_money(self.worth, self.currency.data, low=0) is not None

    @property
    def value(self) -> Worth:
        """The value in it."""
        text, currency = (self.worth.data or "").strip(), self.currency.data
        if not text or not currency:
            return Worth()
        return Worth(minor=parse_minor(text, PLAIN, currency), currency=currency)


class OptionsForm(WorthForm):
    """Sizes, colors or other options, each combination with a stock of its own."""

    first = StringField(
        "What differs",
        description="One word: color, size, option.",
        validators=[Filled("Enter one word, for example color."), Line(30)],
    )
    first_values = TextAreaField(
        "Which there are",
        description="With commas or line breaks between them: Indigo, Moss, Rust.",
        validators=[Filled("Enter at least one."), Lines(1_000)],
    )
    second = StringField(
        "What differs besides", description="size, for example.", validators=[Line(30)]
    )
    second_values = TextAreaField("Which there are of that", validators=[Lines(1_000)])
    leave_out = TextAreaField(
        "Combinations there are not",
        description="One a line, as in Rust, XL.",
        validators=[Lines(1_000)],
    )
    points = _points("Price in points")
    capacity = _capacity()

    def judge(self) -> bool:
        """Two attributes have two names, and both have values."""
        if not super().judge():
            return False
        first, second = self._names()
        values = words_in(self.second_values.data)
        if bool(second) != bool(values):
            field = self.second_values if second else self.second
            field.errors = ["Enter both, what differs and which there are, or neither."]
            return False
        if first == second:
            self.second.errors = [f"“{second}” is taken above. Enter another word."]
            return False
        return True

    def _names(self) -> tuple[str, str]:
        return (
            " ".join((self.first.data or "").lower().split()),
            " ".join((self.second.data or "").lower().split()),
        )

    @property
    def attributes(self) -> dict[str, list[str]]:
        """The values of each attribute."""
        first, second = self._names()
        found = {first: words_in(self.first_values.data)}
        return found | ({second: words_in(self.second_values.data)} if second else {})

    @property
    def left_out(self) -> list[tuple[str, ...]]:
        """The combinations that are not made."""
        lines = (self.leave_out.data or "").splitlines()
        return [tuple(words_in(line)) for line in lines if line.strip()]

    @property
    def terms(self) -> Terms:
        """Price, number and value of each."""
        return Terms(points=self.points.data or 0, capacity=self.capacity.data, worth=self.value)


class DatesForm(WorthForm):
    """The dates of a departure."""

    starts_on = DateField("First day", validators=[Filled("Enter the first day."), within_reach])
    ends_on = DateField(
        "Last day", validators=[Filled("Enter the last day."), NotBefore("starts_on"), within_reach]
    )
    cutoff_on = DateField(
        "Last day to ask for a place",
        validators=[Filled("Enter the last day to ask."), within_reach],
    )
    place = StringField("Place", validators=[Filled("Enter the place."), Line(120)])
    country = StringField(
        "Country",
        filters=[in_capitals],
        description="Two letters, for example PT. Approval policies may look at it.",
        validators=[Line(40), known_country],
    )
    min_group = WholeNumberField(
        "Smallest group",
        low=1,
        high=10_000,
        description="How many it needs to take place.",
        validators=[Filled("Enter 1 when it takes place in any case.")],
    )

    def judge(self) -> bool:
        """One asks before it leaves."""
        if not super().judge():
            return False
        if self.dates.cutoff_on > self.dates.starts_on:
            self.cutoff_on.errors = ["Enter a day before the first one."]
            return False
        return True

    @property
    def dates(self) -> DepartureDates:
        """The dates in it."""
        assert self.starts_on.data
        assert self.ends_on.data
        assert self.cutoff_on.data
        return DepartureDates(
            starts_on=self.starts_on.data,
            ends_on=self.ends_on.data,
            cutoff_on=self.cutoff_on.data,
            place=(self.place.data or "").strip(),
            min_group=self.min_group.data or 1,
            country=self.country.data or None,
        )


class DepartureForm(DatesForm):
    """A departure to add."""

    points = _points("Price in points")
    capacity = _capacity("How many places")

    def judge(self) -> bool:
        """No group larger than its places."""
        if not super().judge():
            return False
        places = self.capacity.data
        if places is not None and places < (self.min_group.data or 1):
            self.min_group.errors = [
                f"There are only {places:,} places. Enter {places:,} or fewer."
            ]
            return False
        return True

    @property
    def terms(self) -> Terms:
        """Price, places and value."""
        return Terms(points=self.points.data or 0, capacity=self.capacity.data, worth=self.value)
