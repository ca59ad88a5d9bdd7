"""Forms that say whom something is for: syntax only."""

import re
from collections.abc import Sequence
from typing import Any

from wtforms import BooleanField, RadioField, SelectMultipleField, StringField
from wtforms.validators import ValidationError

from catalog.audiences.clauses import Clause, Clauses, Rule, any_way, clauses_of, in_order
from catalog.audiences.names import choices_of, is_country, names_of
from catalog.states import AudienceAttribute as Attribute
from marketplace.access.roles import Role
from marketplace.web.forms import Line, PageForm, WholeNumberField, choices

HIDE, LOCK = "hide", "lock"
LOOKS = ((HIDE, "Hide it from everyone else"), (LOCK, "Show it locked to everyone else"))
MOST_CODES = 400
_LISTS = {
    "departments": Attribute.DEPARTMENT,
    "sites": Attribute.SITE,
    "countries": Attribute.COUNTRY,
    "roles": Attribute.ROLE,
    "programs": Attribute.PROGRAM,
}
_NUMBERS = {"points_earned": Attribute.POINTS_EARNED, "tenure_months": Attribute.TENURE_MONTHS}


def look_field(default: str) -> RadioField:
    """What everyone else sees of it."""
    return RadioField("Who does not fit", choices=choices(LOOKS), default=default)


class PeopleForm(PageForm):
    """Whom it is for by where they work; none chosen means everyone."""

    departments = SelectMultipleField("Departments")
    sites = SelectMultipleField("Sites")
    countries = SelectMultipleField("Countries")
    more_countries = StringField(
        "Other countries",
        description="Two-letter codes with commas between them: NA, PT. NA is Namibia.",
        validators=[Line(MOST_CODES, too_long="Enter fewer countries at once.")],
    )
    roles = SelectMultipleField("Roles")
    programs = SelectMultipleField("Points of one of these programs")
    points_earned = WholeNumberField(
        "Points ever earned, from", low=1, high=100_000_000, description="Empty: not asked for."
    )

    def __init__(self, known: Sequence[Rule] = (), **kwargs: Any) -> None:
        super().__init__(**kwargs)
        called = names_of(known)
        for field, attribute in _LISTS.items():
            offered = {one.value: one.name for one in choices_of(attribute)}
            if attribute is Attribute.ROLE:
                offered.pop(Role.EMPLOYEE, None)  # everyone is one
            kept = [rule for rule in known if rule.attribute is attribute]
            for rule in kept:
                offered.setdefault(rule.value, called[rule].name if rule in called else rule.value)
            pairs = sorted(offered.items(), key=lambda one: one[1].casefold())
            setattr(self[field], "choices", choices(pairs))  # noqa: B010  fields differ in type

    def validate_more_countries(self, _field: StringField) -> None:
        """Codes that name a country."""
        unknown = [code for code in self._codes if not is_country(code)]
        if unknown:
            raise ValidationError(
                f"“{unknown[0]}” is no country code. Enter two letters, for example NA or PT."
            )

    @property
    def _codes(self) -> list[str]:
        return [
            code.upper() for code in re.split(r"[\s,;]+", self.more_countries.data or "") if code
        ]

    def chosen(self, field: str) -> list[str]:
        """What is chosen in a field, as rules keep it."""
        if field in _NUMBERS:
            number = self[field].data
            return [] if number is None else [str(number)]
        extra = self._codes if field == "countries" else []
        return sorted({*(self[field].data or ()), *extra})


class TierAudienceForm(PeopleForm):
    """Whom a tier is for, what opens it and how it looks until then."""

    by_invitation = BooleanField("An invitation")
    look = RadioField(
        "While it is locked",
        choices=choices(
            (
                (LOCK, "Show its rewards locked, with what opens them"),
                (HIDE, "Hide its rewards"),
            )
        ),
        default=LOCK,
    )

    def clauses(self, tier_id: int) -> Clauses:
        """What the form says; `tier_id` is the tier invitations are for."""
        people = {_LISTS[one]: self.chosen(one) for one in ("departments", "sites", "countries")}
        ways = {
            Attribute.POINTS_EARNED: self.chosen("points_earned"),
            Attribute.PROGRAM: self.chosen("programs"),
            Attribute.ROLE: self.chosen("roles"),
            Attribute.INVITATION: [str(tier_id)] if self.by_invitation.data else [],
        }
        opened = any_way(ways, is_shown_locked=self.look.data == LOCK)
        return in_order((*clauses_of(people, is_shown_locked=False), *opened))


_WAYS = frozenset(
    {Attribute.POINTS_EARNED, Attribute.PROGRAM, Attribute.ROLE, Attribute.INVITATION}
)


def tier_data(clauses: Clauses) -> tuple[dict[str, Any], Clauses]:
    """What the form of a tier shows of its audience, and the clauses it has no fields for."""
    data: dict[str, Any] = {}
    rest: list[Clause] = []
    for clause in clauses:
        asked = {rule.attribute for rule in clause.rules}
        field = _field_of(asked, ("departments", "sites", "countries"))
        if field and not clause.is_shown_locked and field not in data:
            data[field] = [rule.value for rule in clause.rules]
        elif asked <= _WAYS and "look" not in data:
            data |= _ways_data(clause)
        else:
            rest.append(clause)
    return data, in_order(rest)


def _ways_data(clause: Clause) -> dict[str, Any]:
    of = {one: [r.value for r in clause.rules if r.attribute is one] for one in _WAYS}
    return {
        "points_earned": min(map(int, of[Attribute.POINTS_EARNED]), default=None),
        "programs": of[Attribute.PROGRAM],
        "roles": of[Attribute.ROLE],
        "by_invitation": bool(of[Attribute.INVITATION]),
        "look": LOCK if clause.is_shown_locked else HIDE,
    }


def _field_of(asked: set[Attribute], fields: Sequence[str]) -> str | None:
    return next((one for one in fields if asked == {_FIELDS[one]}), None)


class RewardAudienceForm(PeopleForm):
    """Whom a reward is for: every part that says something has to fit."""

    departments_look = look_field(HIDE)
    sites_look = look_field(HIDE)
    countries_look = look_field(HIDE)
    roles_look = look_field(HIDE)
    tenure_months = WholeNumberField(
        "Months here, from", low=1, high=1200, description="Full months. Empty: not asked for."
    )
    tenure_months_look = look_field(LOCK)
    points_earned_look = look_field(LOCK)
    programs_look = look_field(LOCK)
    only_winners = BooleanField("Only for who won it")
    only_winners_look = look_field(LOCK)

    def clauses(self, reward_id: int) -> Clauses:
        """What the form says; `reward_id` is the reward that is won."""
        found: list[Clause] = []
        for field, attribute in _FIELDS.items():
            is_shown_locked = self[f"{field}_look"].data == LOCK
            found += clauses_of({attribute: self.chosen(field)}, is_shown_locked=is_shown_locked)
        if self.only_winners.data:
            won = Rule(Attribute.ENTITLEMENT, str(reward_id))
            found.append(Clause((won,), self.only_winners_look.data == LOCK))
        return in_order(found)


_FIELDS = {**_LISTS, **_NUMBERS}


def reward_data(clauses: Clauses, reward_id: int) -> tuple[dict[str, Any], Clauses]:
    """What the form of a reward shows of its audience, and the clauses it has no fields for."""
    data: dict[str, Any] = {}
    rest: list[Clause] = []
    own_prize = (Rule(Attribute.ENTITLEMENT, str(reward_id)),)
    for clause in clauses:
        field = _field_of({rule.attribute for rule in clause.rules}, tuple(_FIELDS))
        values = [rule.value for rule in clause.rules]
        look = LOCK if clause.is_shown_locked else HIDE
        if clause.rules == own_prize:
            data |= {"only_winners": True, "only_winners_look": look}
        elif field is None or field in data:
            rest.append(clause)
        else:
            value = min(map(int, values)) if field in _NUMBERS else values
            data |= {field: value, f"{field}_look": look}
    return data, in_order(rest)


def carried(form: PageForm) -> list[tuple[str, str]]:
    """Everything a form says as hidden fields, for a page that asks once more before it is done."""
    found: list[tuple[str, str]] = []
    for field in form:
        if field.type in {"HiddenField", "CSRFTokenField"}:
            continue
        if isinstance(field, SelectMultipleField):
            found += [(field.name, str(value)) for value in field.data or ()]
        elif isinstance(field, BooleanField):
            found += [(field.name, "y")] if field.data else []
        elif field.data is not None:
            found.append((field.name, str(field.data)))
    return found
