"""Forms of invitations: syntax only."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

from wtforms import DateField, RadioField, SelectField, StringField, TextAreaField

from marketplace.web.forms import (
    Filled,
    Line,
    Lines,
    PageForm,
    WholeNumberField,
    choices,
    within_reach,
)


def companies(guests_most: int) -> list[Any]:
    """With whom somebody may go, as choices: alone, or with so many guests."""
    return choices((str(guests), _company(guests)) for guests in range(guests_most + 1))


def _company(guests: int) -> str:
    if not guests:
        return "I go alone"
    return "I bring a guest" if guests == 1 else f"I bring {guests} guests"


class AcceptForm(PageForm):
    """Say yes, with so many guests."""

    guests = RadioField("Who goes", validators=[Filled("Say who goes.")])

    def __init__(self, guests_most: int, **given: object) -> None:
        super().__init__(**given)  # pyright: ignore[reportArgumentType]
        self.guests.choices = companies(guests_most)


class DeclineForm(PageForm):
    """Say no, with what one takes in its place."""

    trade = RadioField("In place of the trip", validators=[Filled("Choose what you take.")])
    reason = TextAreaField(
        "Why, if you like",
        description="Those who plan the trip read it.",
        validators=[Lines(300)],
    )

    def __init__(self, offered: list[tuple[str, str]], **given: object) -> None:
        super().__init__(**given)  # pyright: ignore[reportArgumentType]
        self.trade.choices = choices(offered)


class GiveBackForm(PageForm):
    """Give an accepted place back."""

    reason = TextAreaField(
        "Why, if you like",
        description="Those who plan the trip read it.",
        validators=[Lines(300)],
    )


class WaveForm(PageForm):
    """Whom to invite, in order."""

    name = StringField(
        "Name of the wave",
        description="Who is invited reads it: “President’s Club 2027”.",
        validators=[Filled("Enter a name."), Line(80)],
    )
    people = TextAreaField(
        "Whom, in order",
        description="One person a line, by e-mail address or number. The first are invited first.",
        validators=[Filled("Enter at least one person."), Lines(60_000)],
    )
    at_once = WholeNumberField(
        "Invite at once",
        low=1,
        high=2_000,
        description="The others are next in order: a place that comes back is for them.",
        validators=[Filled("Enter how many of them are invited now.")],
    )
    guests_most = WholeNumberField(
        "Guests each may bring", high=4, validators=[Filled("Enter 0 for no guests.")]
    )
    accept_days = WholeNumberField(
        "Days to answer", low=1, high=90, validators=[Filled("Enter the days, usually 14.")]
    )
    budget = SelectField(
        "Budget the places draw on",
        description="At the price in points of the departure, until they are given back.",
        validate_choice=True,
    )

    def __init__(self, budgets: list[tuple[str, str]], **given: object) -> None:
        super().__init__(**given)  # pyright: ignore[reportArgumentType]
        self.budget.choices = choices([("", "None"), *budgets])

    @property
    def names(self) -> list[str]:
        """Who was named, in order."""
        lines = (self.people.data or "").replace(";", "\n").replace(",", "\n").splitlines()
        return [line.strip() for line in lines if line.strip()]


class MoreForm(PageForm):
    """Invite so many more of a wave."""

    how_many = WholeNumberField(
        "How many more", low=1, high=2_000, validators=[Filled("Enter how many more.")]
    )


class WithdrawForm(PageForm):
    """Take an invitation or a place away."""

    reason = TextAreaField(
        "Why",
        description="The person reads it.",
        validators=[Filled("Say why, in a sentence."), Lines(300)],
    )


class MoreTimeForm(PageForm):
    """Give somebody more time to answer."""

    until = DateField("Last day to answer", validators=[Filled("Enter the day."), within_reach])

    @property
    def moment(self) -> datetime:
        """When that day is over everywhere: at noon UTC of the next."""
        assert self.until.data is not None
        return datetime.combine(self.until.data + timedelta(days=1), time(12), UTC)
