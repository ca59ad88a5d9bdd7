"""Forms of trips: syntax only."""

from datetime import time

from wtforms import BooleanField, SelectField, StringField, TextAreaField, TimeField
from wtforms.validators import Optional, ValidationError

from catalog.bounds import MOST_POINTS
from catalog.trips.models import MOST_DAYS, MOST_SEATS
from catalog.trips.plan import NewItem, NewRoom
from catalog.trips.states import ItemKind, LineRule, SubstituteRule, TaxPayer
from catalog.trips.terms import TripTerms
from marketplace.web.forms import Filled, Line, Lines, PageForm, WholeNumberField, choices

_SEATLESS = {one.value for one in ItemKind if not one.is_limited}


class TermsForm(PageForm):
    """What holds on every departure of a trip."""

    guests_most = WholeNumberField(
        "Guests each may bring", high=4, validators=[Filled("Enter 0 where nobody brings a guest.")]
    )
    guest_age = WholeNumberField(
        "Youngest guest, in years",
        high=99,
        validators=[Filled("Enter 0 where children may come.")],
    )
    accept_days = WholeNumberField(
        "Days to answer an invitation",
        low=1,
        high=90,
        description="After that the place goes to the next.",
        validators=[Filled("Enter the days, usually 14.")],
    )
    tax_paid_by = SelectField(
        "Who pays the tax", choices=choices((one.value, one.label) for one in TaxPayer)
    )
    standing = TextAreaField(
        "What good standing means",
        description="Looked at when somebody is invited, and again before they leave.",
        validators=[Lines(500)],
    )
    standing_days = WholeNumberField(
        "Days before they leave to look at it again",
        low=1,
        high=180,
        description="From then on the desk lists who is not in good standing any more.",
        validators=[Filled("Enter the days, usually 30.")],
    )
    trade_points = WholeNumberField(
        "Points in place of the trip",
        low=1,
        high=MOST_POINTS,
        description="Who declines may take them. Empty: no points.",
        validators=[Optional()],
    )
    trade_variant = SelectField(
        "Individual trip in its place",
        description="Who declines may take the points that it costs.",
        validate_choice=True,
    )
    trade_budget = SelectField("Budget these points come from", validate_choice=True)
    may_go_later = BooleanField("Who declines may ask for a later departure")
    line_rule = SelectField(
        "How places that come back are offered",
        choices=choices((one.value, one.label) for one in LineRule),
        default=LineRule.STRICT.value,
        description="To those who wait in line once all are taken. Everybody in line reads it.",
    )
    substitute_rule = SelectField(
        "Who may go in the place of somebody invited",
        choices=choices((one.value, one.label) for one in SubstituteRule),
        default=SubstituteRule.NOBODY.value,
    )
    seen = WholeNumberField("Version")

    def __init__(
        self, trades: list[tuple[int, str]], budgets: list[tuple[str, str]], **given: object
    ) -> None:
        super().__init__(**given)  # pyright: ignore[reportArgumentType]
        offered = [(str(variant_id), name) for variant_id, name in trades]
        self.trade_variant.choices = choices([("", "None"), *offered])
        self.trade_budget.choices = choices([("", "None"), *budgets])

    @property
    def terms(self) -> TripTerms:
        """The terms in it."""
        trade, budget = self.trade_variant.data, self.trade_budget.data
        return TripTerms(
            guests_most=self.guests_most.data or 0,
            guest_age=self.guest_age.data or 0,
            accept_days=self.accept_days.data or 1,
            tax_paid_by=TaxPayer(self.tax_paid_by.data),
            standing=(self.standing.data or "").strip(),
            standing_days=self.standing_days.data or 1,
            trade_points=self.trade_points.data,
            trade_variant_id=int(trade) if trade else None,
            trade_budget_id=int(budget) if budget else None,
            may_go_later=bool(self.may_go_later.data),
            line_rule=LineRule(self.line_rule.data),
            substitute_rule=SubstituteRule(self.substitute_rule.data),
        )


class ItemForm(PageForm):
    """One thing that happens on a day."""

    day = WholeNumberField(
        "Day", low=1, high=MOST_DAYS, validators=[Filled("Enter the day, 1 for the first.")]
    )
    kind = SelectField("What", choices=choices((one.value, one.label) for one in ItemKind))
    name = StringField("Name", validators=[Filled("Enter a name."), Line(120)])
    starts_at = TimeField("From", description="Time there, as in 14:30.", validators=[Optional()])
    ends_at = TimeField("To", validators=[Optional()])
    place = StringField("Where", validators=[Line(120)])
    text = TextAreaField("What travelers read", validators=[Lines(1_000)])
    is_choice = BooleanField("Travelers say whether they come")
    seats = WholeNumberField(
        "Seats",
        low=1,
        high=MOST_SEATS,
        description="Of an activity or a transfer. Empty: room for everyone.",
        validators=[Optional()],
    )

    def validate_ends_at(self, field: TimeField) -> None:
        """Something ends after it began."""
        begins: time | None = self.starts_at.data
        if field.data and begins is None:
            raise ValidationError("Enter when it begins, too.")
        if field.data and begins and field.data <= begins:
            raise ValidationError("Enter a time after it begins, or leave it empty.")

    def validate_seats(self, field: WholeNumberField) -> None:
        """Only activities and transfers have seats."""
        if field.data is not None and self.kind.data in _SEATLESS:
            raise ValidationError("Only activities and transfers have seats. Leave it empty.")

    @property
    def item(self) -> NewItem:
        """What is in it."""
        return NewItem(
            day=self.day.data or 1,
            kind=ItemKind(self.kind.data),
            name=(self.name.data or "").strip(),
            starts_at=self.starts_at.data,
            ends_at=self.ends_at.data,
            place=(self.place.data or "").strip(),
            text=(self.text.data or "").strip(),
            is_choice=bool(self.is_choice.data),
            seats=self.seats.data,
        )


class RoomForm(PageForm):
    """Rooms of one kind."""

    name = StringField("Kind of room", validators=[Filled("Enter a name: Double."), Line(60)])
    sleeps = WholeNumberField(
        "People in each", low=1, high=12, validators=[Filled("Enter how many sleep in one.")]
    )
    rooms = WholeNumberField(
        "How many rooms", low=1, high=5_000, validators=[Filled("Enter how many there are.")]
    )
    note = StringField("What travelers read", validators=[Line(200)])

    @property
    def room(self) -> NewRoom:
        """What is in it."""
        return NewRoom(
            name=" ".join((self.name.data or "").split()),
            sleeps=self.sleeps.data or 1,
            rooms=self.rooms.data or 1,
            note=(self.note.data or "").strip(),
        )


class CopyForm(PageForm):
    """Which departure to take days and rooms from."""

    source = WholeNumberField("Take days and rooms from", low=1)


class ZoneForm(PageForm):
    """Whose time the plan of a departure is in."""

    where = StringField(
        "Airport or time zone there",
        description="Three letters, a city, or a zone as Europe/Lisbon. Empty: not said.",
        validators=[Line(200)],
    )
