"""Forms of approval policies: syntax only."""

import re
from collections.abc import Iterable
from typing import Any

from wtforms import BooleanField, Form, HiddenField, SelectField, SelectMultipleField, StringField
from wtforms.validators import ValidationError

from catalog.audiences.names import is_country
from catalog.forms_variants import in_capitals, is_currency, known_country, read_money
from catalog.states import Kind
from marketplace.kernel.parsing import CannotRead, currency_places, minor_text
from marketplace.ledger.worth import Money
from marketplace.web.forms import Addressed, Filled, Line, PageForm, WholeNumberField, choices
from redemption.approvals.conditions import Rule, pass_obstacle
from redemption.approvals.gates import MOST_YESES, Asked, Gate, asked_of, pools_asked, unclear
from redemption.approvals.models import MOST_HOURS
from redemption.approvals.operations.policies import Terms
from redemption.approvals.states import Asks

GATES = ("first", "second", "third")
ALL = "all"
_KINDS = [(kind.value, kind.label) for kind in Kind]
_NEEDS = [("1", "One yes is enough"), (ALL, "Everyone has to say yes")]
_NEEDS += [
    (str(number), f"{number} of them have to say yes") for number in range(2, MOST_YESES + 1)
]


def asks_choices(pools: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Whom a gate may ask: the roles, and pools as slug and name."""
    roles = [Asked(who) for who in Asks if who is not Asks.POOL]
    everyone = [*roles, *(Asked(Asks.POOL, slug, name) for slug, name in pools)]
    return [(one.text, one.words[0].upper() + one.words[1:]) for one in everyone]


def _asks() -> Any:
    return SelectMultipleField("Whom to ask")


def _needs() -> Any:
    return SelectField("How many of them", choices=choices(_NEEDS), default="1")


class _Worth:
    """An amount and its currency, both or neither."""

    worth: Any
    currency: Any

    def validate_worth(self, field: StringField) -> None:
        """Readable in its currency."""
        try:
            currency_places(self.currency.data or "")
        except CannotRead:
            return  # said at the currency
        if self.has_worth:
            read_money(field, self.currency.data)

    def validate_currency(self, field: StringField) -> None:
        """There where there is an amount, and a currency there is."""
        if self.has_worth and not field.data:
            raise ValidationError("Enter the currency of the amount, for example EUR.")
        if field.data:
            is_currency(self, field)

    @property
    def has_worth(self) -> bool:
        """Whether an amount was entered."""
        return bool((self.worth.data or "").strip())

    @property
    def money(self) -> Money | None:
        """The amount entered."""
        minor = read_money(self.worth, self.currency.data) if self.has_worth else None
        return None if minor is None else Money(minor, self.currency.data)


SEEN_DIGITS = 9  # no version has more


class SeenForm(PageForm):
    """What changes a policy says which version its page showed."""

    seen = HiddenField(default="0")

    @property
    def seen_version(self) -> int:
        """The version; 0, which there never is, where it can't be read."""
        text = self.seen.data or ""
        return int(text) if text.isdecimal() and len(text) <= SEEN_DIGITS else 0


class PolicyForm(_Worth, SeenForm):
    """For what a policy holds, and whom it asks."""

    name = StringField(
        "Name",
        description="What it says in one line: Large gift cards need the manager.",
        validators=[Filled("Enter a name, for example Large gift cards."), Line(80)],
    )
    kinds = SelectMultipleField("Kinds of rewards", choices=choices(_KINDS))
    tiers = SelectMultipleField("Tiers")
    departments = SelectMultipleField("Departments of who asks")
    minimum_points = WholeNumberField("From so many points", low=0, high=10**9)
    worth = StringField("From so much in money", validators=[Line(20)])
    currency = StringField("Currency", filters=[in_capitals], validators=[Line(40)])
    window_days = WholeNumberField(
        "Counted together within",
        low=1,
        high=3_660,
        description="Points, money and requests of the same person within so many days count "
        "together, so that nobody stays below by asking twice.",
    )
    minimum_requests = WholeNumberField("From so many requests", low=2, high=1_000)
    budget_percent = WholeNumberField(
        "From so much of the travel budget that is left", low=1, high=100
    )
    months_under = WholeNumberField("Here for less than", low=1, high=1_200)
    for_own = BooleanField("Only what who asks has set up")
    countries = StringField(
        "Destinations",
        description="Of trips, two letters each: PT, ES. A trip of which nobody said where it goes "
        "is looked at too.",
        filters=[in_capitals],
        validators=[Line(200)],
    )
    first_asks, first_needs = _asks(), _needs()
    second_asks, second_needs = _asks(), _needs()
    third_asks, third_needs = _asks(), _needs()
    notice_days = WholeNumberField("Days of notice before a trip", low=0, high=3_660)
    trips_per_year = WholeNumberField("Trips a year", low=0, high=1_000)
    passes_after_hours = WholeNumberField(
        "Goes through by itself after",
        low=1,
        high=MOST_HOURS,
        description="When nobody answers for so many working hours and everything above still "
        "holds. Never travel, and never what who asks has set up.",
    )

    def validate_window_days(self, field: WholeNumberField) -> None:
        """There is something to count."""
        counted = (self.minimum_points.data, self.minimum_requests.data, self.has_worth)
        if field.data and not any(counted):
            raise ValidationError("Say from how many points, money or requests on it holds.")

    def validate_minimum_requests(self, field: WholeNumberField) -> None:
        """Requests are counted within some days."""
        if field.data and self.window_days.data is None:
            raise ValidationError("Say within how many days requests are counted.")

    def validate_countries(self, _field: StringField) -> None:
        """Countries there are."""
        wrong = next((code for code in self.country_codes if not is_country(code)), None)
        if wrong is not None:
            raise ValidationError(f"“{wrong}” is no country. Enter two letters each: PT, ES.")

    @property
    def country_codes(self) -> list[str]:
        """The countries entered."""
        return re.split(r"[\s,;]+", self.countries.data.strip()) if self.countries.data else []

    def validate_first_asks(self, field: SelectMultipleField) -> None:
        """Somebody is asked."""
        if not field.data:
            raise ValidationError("Choose whom it asks first.")

    def validate_third_asks(self, field: SelectMultipleField) -> None:
        """No gap in the order."""
        if field.data and not self.second_asks.data:
            raise ValidationError("Choose who is asked second first.")

    def validate_passes_after_hours(self, field: WholeNumberField) -> None:
        """Only small things do."""
        kinds, is_own = self.kinds.data or (), bool(self.for_own.data)
        if obstacle := pass_obstacle(field.data, kinds, for_own=is_own):
            raise ValidationError(obstacle)

    def validate(self, extra_validators: object = None) -> bool:
        """Each gate can be passed."""
        if not super().validate(extra_validators):  # pyright: ignore[reportArgumentType]
            return False
        for name, gate in self._gates():
            if wrong := unclear([gate], pools_asked([gate])):
                self[f"{name}_needs"].errors = [wrong]
                return False
        return True

    def _gates(self) -> list[tuple[str, Gate]]:
        chosen = [
            (name, self[f"{name}_asks"].data or (), self[f"{name}_needs"].data) for name in GATES
        ]
        return [
            (name, Gate(tuple(map(asked_of, asks)), None if needs == ALL else int(needs)))
            for name, asks, needs in chosen
            if asks
        ]

    @property
    def terms(self) -> Terms:
        """What was entered."""
        as_they_are = ("window_days", "minimum_requests", "budget_percent", "months_under")
        as_they_are += ("notice_days", "trips_per_year", "passes_after_hours")
        return Terms(
            name=" ".join((self.name.data or "").split()),
            gates=tuple(gate for _name, gate in self._gates()),
            kinds=tuple(self.kinds.data or ()),
            tiers=tuple(self.tiers.data or ()),
            minimum_points=self.minimum_points.data or 0,
            minimum_worth=self.money,
            departments=tuple(int(one) for one in self.departments.data or ()),
            countries=tuple(self.country_codes),
            for_own=bool(self.for_own.data),
            **{name: getattr(self, name).data for name in as_they_are},
        )


class NewPolicyForm(Addressed, PolicyForm):
    """A policy to add, with its address."""

    thing = "policy"


class TryForm(_Worth, Form):
    """An example: somebody who would ask for something today."""

    who = StringField(
        "Who asks",
        description="Name, e-mail or employee number.",
        validators=[Filled("Enter who asks, for example their name."), Line(120)],
    )
    kind = SelectField("For", choices=choices(_KINDS), default=Kind.INDIVIDUAL_TRAVEL.value)
    tier = SelectField("Tier", choices=choices([("", "No tier")]), default="")
    points = WholeNumberField("Points", low=0, high=10**9)
    worth = StringField("Worth", validators=[Line(20)])
    currency = StringField("Currency", filters=[in_capitals], validators=[Line(40)])
    country = StringField(
        "Where it goes",
        description="Of a trip, two letters: PT.",
        filters=[in_capitals],
        validators=[Line(40), known_country],
    )
    is_own = BooleanField("They set it up themselves")

    def validate_points(self, field: WholeNumberField) -> None:
        """Points, or an amount they follow from."""
        if field.data is None and not field.errors and not self.has_worth:
            raise ValidationError("Enter the points, or what it is worth.")


def data_of(rule: Rule) -> dict[str, Any]:
    """A policy as `PolicyForm` shows it."""
    worth = rule.minimum_worth
    same = ("name", "window_days", "minimum_requests", "budget_percent", "months_under")
    same += ("for_own", "notice_days", "trips_per_year", "passes_after_hours")
    return {
        **{name: getattr(rule, name) for name in same},
        **_gates_data(rule),
        "seen": str(rule.version),
        "kinds": sorted(rule.kinds),
        "tiers": sorted(rule.tiers),
        "departments": [str(one) for one in sorted(rule.departments)],
        "countries": ", ".join(sorted(rule.countries)),
        "minimum_points": rule.minimum_points or None,
        "worth": minor_text(worth.minor, worth.currency, short=True) if worth else "",
        "currency": worth.currency if worth else "",
    }


def _gates_data(rule: Rule) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, gate in zip(GATES, rule.gates, strict=False):
        found[f"{name}_asks"] = [one.text for one in gate.asks]
        found[f"{name}_needs"] = ALL if gate.needs is None else str(gate.needs)
    return found
