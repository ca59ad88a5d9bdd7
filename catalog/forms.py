"""Forms of curation: syntax only."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from typing import Any

from wtforms import (
    BooleanField,
    DateField,
    Field,
    HiddenField,
    SelectField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.validators import Optional, Regexp, ValidationError

from catalog.audiences.names import is_country
from catalog.bounds import MOST_MINOR, MOST_POINTS, MOST_UNITS
from catalog.late_returns import LONGEST, written_steps
from catalog.return_terms import MOST_DAYS, Decider, choices_for, usual_terms
from catalog.states import Kind, LimitPeriod
from marketplace.kernel.parsing import PLAIN, CannotRead, parse_minor, parse_whole_number
from marketplace.web.forms import (
    Filled,
    Line,
    Lines,
    PageForm,
    WholeNumberField,
    choices,
    in_capitals,
    within_reach,
)

SEEN_DIGITS = 9  # no price and no version has more


def _seen(field: HiddenField) -> int | None:
    """A whole number that a page sent along; None when it can't be read."""
    text = field.data or ""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= SEEN_DIGITS else None


def _word(label: str, description: str = "", **more: Any) -> StringField:
    """A field for a word or an amount."""
    return StringField(label, description=description, validators=[Line(40)], **more)


def _price() -> WholeNumberField:
    return WholeNumberField(
        "Price in points",
        low=1,
        high=MOST_POINTS,
        validators=[Filled("Enter the price in points, for example 5000.")],
    )


class VariantFields(PageForm):
    """What a denomination, size or date needs."""

    label = StringField(
        "Label",
        description="What people choose: €50, Size M, Green.",
        validators=[Filled("Enter a label, for example One size."), Line(120)],
    )
    points = _price()
    capacity = WholeNumberField(
        "How many there are",
        high=MOST_UNITS,
        description="Leave it empty when there is no limit.",
    )


class NewRewardForm(VariantFields):
    """A reward with its first variant; a group trip has none, since departures follow."""

    kind = SelectField("Kind", choices=choices((kind.value, kind.label) for kind in Kind))
    name = StringField(
        "Name",
        description="A few words, as they stand on the card.",
        validators=[Filled("Enter a name, for example Trail backpack 24 L."), Line(120)],
    )
    tier = SelectField("Tier")
    summary = StringField(
        "Summary",
        description="One sentence that says what it is.",
        validators=[Filled("Write one sentence that says what it is."), Line(200)],
    )

    def __init__(self, tiers: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.tier.choices = choices(tiers)

    @property
    def departs(self) -> bool:
        """Whether it is a trip, of which departures are what people choose."""
        return self.kind.data == Kind.GROUP_TRIP

    def validate(self, extra_validators: Any = None) -> bool:
        """Of a trip nothing is asked that stands with each departure."""
        if self.departs:
            for field in (self.label, self.points, self.capacity):
                field.validators = ()
        return super().validate(extra_validators)


class RewardForm(PageForm):
    """The words and rules of a reward."""

    seen = HiddenField()
    name = StringField("Name", validators=[Filled("Enter a name."), Line(120)])
    tier = SelectField("Tier")
    note = StringField(
        "A few words after the kind",
        description="They stand on the card: 3 nights, One evening.",
        validators=[Line(60)],
    )
    summary = StringField(
        "Summary", validators=[Filled("Write one sentence that says what it is."), Line(200)]
    )
    story = TextAreaField("Story", validators=[Lines(2000)])
    included = TextAreaField(
        "What is included", description="One thing a line.", validators=[Lines(2000)]
    )
    next_steps = TextAreaField(
        "What happens after",
        description="Said to the person who asks for it.",
        validators=[Lines(1000)],
    )
    approver_note = TextAreaField(
        "For who approves",
        description="Only approvers read it, beside the request.",
        validators=[Lines(1000)],
    )
    terms = TextAreaField("Good to know", validators=[Lines(4000)])
    lead_days = WholeNumberField("Working days until it is ready", high=3650)
    limit_per_person = WholeNumberField(
        "How often one person can have it",
        low=1,
        high=10_000,
        description="Leave it empty when there is no limit.",
    )
    limit_period = SelectField(
        "Counted", choices=choices((p.value, p.words.capitalize()) for p in LimitPeriod)
    )
    cancel_until = SelectField("It can be canceled")
    return_days = WholeNumberField("Days to send it back", high=MOST_DAYS)
    return_percent = WholeNumberField("Percent that come back", high=100)
    return_condition = StringField("In what state", validators=[Line(80)])
    returns_decided_by = SelectField("Who agrees to that")
    late_return = StringField(
        "Percent that come back after the last day to ask",
        description="60:50, 30:25 is half of the points of a booked place until 60 days before it "
        "leaves, a quarter until 30 days before, then none. Empty: it can’t be given back then.",
        validators=[Line(LONGEST)],
    )
    is_featured = BooleanField("Show it at the top of the storefront")
    no_gifts = BooleanField("Never as a gift to a colleague")

    @property
    def seen_version(self) -> int | None:
        """The version that stood on the page; None when that can't be said."""
        return _seen(self.seen)

    def validate_late_return(self, field: Field) -> None:
        """Steps that can be read."""
        try:
            written_steps(field.data or "")
        except CannotRead as refusal:
            raise ValidationError(f"{refusal.problem} {refusal.enter}") from refusal

    @property
    def late_steps(self) -> str:
        """The steps as they are kept."""
        return written_steps(self.late_return.data or "")

    def __init__(self, tiers: list[tuple[str, str]], kind: Kind, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.tier.choices = choices(tiers)
        usual = usual_terms(kind)
        until, decider = usual.cancel_until, usual.returns_decided_by
        self.cancel_until.choices = _or_usual(until.label, choices_for(kind))
        self.returns_decided_by.choices = _or_usual(decider.label, Decider)
        self.return_days.description = f"After it arrived. Empty: {usual.return_days}, as usual."
        self.return_percent.description = (
            "Of points that were spent, rounded down. Empty: 100, as usual."
        )
        condition = usual.return_condition or "any"
        self.return_condition.description = f"Empty: {condition}, as usual."


def _or_usual(usual: str, members: Iterable[Any]) -> Any:
    """The members of an enumeration as choices, after what is usual for the kind."""
    listed = ((one.value, one.label) for one in members)
    return choices([("", f"As usual: {usual[0].lower()}{usual[1:]}"), *listed])


class VariantForm(VariantFields):
    """A further variant."""


class PriceForm(PageForm):
    """What a variant costs from now on; `seen` is the price it had when the page was opened."""

    points = _price()
    seen = HiddenField()

    @property
    def seen_points(self) -> int:
        """The price that stood there; 0 when it can't be read."""
        return _seen(self.seen) or 0


class DifferenceField(WholeNumberField):
    """So many more or fewer: `+20`, `20`, `-2`, also with a true minus sign. Never 0."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        text = str(valuelist[0]).strip() if valuelist else ""
        self.data = None  # stays so when the text can't be read
        if not text:
            return
        sign, digits = (-1, text[1:]) if text[0] in "-\u2212" else (1, text.removeprefix("+"))
        try:
            self.data = sign * parse_whole_number(digits, low=1, high=self.high)
        except CannotRead:
            raise ValueError(
                f"Enter a number such as +20 or -2, at most {self.high:,} at once."
            ) from None


class StockForm(PageForm):
    """What every change of stock says."""

    why = StringField(
        "Why",
        description="Kept with the change: delivery 4711, two were damaged, counted anew.",
        validators=[Filled("Say why, for example: delivery of 20."), Line(200)],
    )


class LimitForm(StockForm):
    """Of what there was no end: how many there are from now on."""

    capacity = WholeNumberField(
        "How many there are in all",
        high=MOST_UNITS,
        description="Those set aside and gone count too.",
        validators=[Filled("Enter how many there are in all.")],
    )


class AdjustForm(StockForm):
    """Of what is counted: how many came or went, or that it needs no counting any more."""

    change = DifferenceField(
        "How many came or went",
        high=MOST_UNITS,
        description="+20 when twenty came, -2 when two are gone.",
    )
    is_unlimited = BooleanField("There is no limit any more")

    def validate_change(self, field: DifferenceField) -> None:
        """One of the two."""
        if field.data is None and not field.process_errors and not self.is_unlimited.data:
            raise ValidationError("Enter how many, for example +20 or -2.")
        if field.data is not None and self.is_unlimited.data:
            raise ValidationError("Leave this empty when there is no limit any more.")


class CostForm(PageForm):
    """Cost and market price of a variant, as amounts of one currency; empty is unknown."""

    cost = _word("Cost", "What you pay for one, for example 41.50.")
    reference = _word("Market price", "What one costs in a shop.")
    currency = _word("Currency", "Three letters, for example EUR.", filters=[in_capitals])

    def minor(self, field: StringField) -> int | None:
        """An amount in minor units. Raises CannotRead."""
        text = (field.data or "").strip()
        if not text:
            return None
        minor = parse_minor(text, PLAIN, self.currency.data or "")
        if not 0 <= minor <= MOST_MINOR:
            raise CannotRead("Enter an amount from 0, for example 41.50.")
        return minor


class LeaveForm(PageForm):
    """A reward that leaves the shelf, or a draft that was a mistake."""

    reason = StringField(
        "Why", description="It stays in the history of the reward.", validators=[Line(200)]
    )


class WindowForm(PageForm):
    """From one moment until another; times are UTC. Empty: no beginning, no end."""

    from_day = DateField("From", validators=[Optional(), within_reach])
    from_time = TimeField(
        "At (UTC)", description="Empty: 00:00, when the day begins.", validators=[Optional()]
    )
    until_day = DateField("Until", validators=[Optional(), within_reach])
    until_time = TimeField(
        "At (UTC)", description="Empty: 00:00, when the day begins.", validators=[Optional()]
    )

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        """A time needs its day."""
        is_good = super().validate(*args, **kwargs)
        pairs = ((self.from_day, self.from_time), (self.until_day, self.until_time))
        for day, time_of_day in pairs:
            if time_of_day.data is not None and day.data is None and not day.errors:
                day.errors = ["Enter the day, too, or leave the time empty."]
                is_good = False
        return is_good

    @property
    def window(self) -> tuple[datetime | None, datetime | None]:
        """Beginning and end."""
        return (
            _moment(self.from_day.data, self.from_time.data),
            _moment(self.until_day.data, self.until_time.data),
        )


class ScheduleForm(WindowForm):
    """From when until when a reward is offered."""


NO_COUNTRY = "Enter a country by two letters, for example PT, or leave it empty."


def _is_country(_form: object, field: Field) -> None:
    if not is_country(field.data):
        raise ValidationError(NO_COUNTRY)


class PlannedPriceForm(WindowForm):
    """A price for later, for a while, or for one country; empty points end those of a country."""

    points = WholeNumberField(
        "Price in points",
        low=1,
        high=MOST_POINTS,
        description="Only for a country may it be empty: its own price ends then.",
    )
    country = StringField(
        "Only in",
        filters=[in_capitals],
        description="Two letters such as PT. Empty: everywhere.",
        validators=[Optional(), Regexp(r"[A-Z]{2}\Z", message=NO_COUNTRY), _is_country],
    )

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        """Without points there has to be a country whose own prices end."""
        is_good = super().validate(*args, **kwargs)
        if self.points.data is None and not self.country.data and not self.points.errors:
            self.points.errors = ["Enter the price in points, for example 5000."]
            return False
        return is_good


def _moment(day: date | None, time_of_day: time | None) -> datetime | None:
    return day and datetime.combine(day, time_of_day or time(), tzinfo=UTC)


class ArtForm(PageForm):
    """What the picture shows; which of these count depends on the kind of picture."""

    scene = _word("Scene")
    hue = _word("Color, from 0 to 359")
    icon = _word("Icon", "Any name of the Lucide icons: tent, book-open, award.")
    metal = _word("Metal")
    level = _word("Stars")
    object = _word("Object", "backpack, mug, suitcase, or any Lucide icon name.")
