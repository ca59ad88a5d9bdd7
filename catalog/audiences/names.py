"""How the values of an audience are called: a department, a country, a program.

Each attribute asks the slice that knows; what lives above the catalog registers here.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

import sqlalchemy as sa
from babel import Locale

from catalog.audiences.clauses import Clauses, Rule
from catalog.models import Reward, Tier
from catalog.states import AudienceAttribute as Attribute
from marketplace.access.roles import Role
from marketplace.kernel.db import session
from marketplace.people.models import Department, Employee
from marketplace.people.states import EmployeeStatus


@dataclass(frozen=True, slots=True)
class Named:
    """A value of a rule with its name, and the path of its page where it has one.

    `departments` are the ids of those whose people may open that page; none: everyone.
    """

    value: str
    name: str
    path: str = ""
    departments: frozenset[int] = frozenset()

    def path_for(self, department_id: int | None) -> str | None:
        """The path for somebody of a department, if they may go there."""
        is_theirs = not self.departments or department_id in self.departments
        return self.path if self.path and is_theirs else None


Names = Mapping[Rule, Named]
Naming = Callable[[Collection[str] | None], list[Named]]
NAMINGS: dict[Attribute, Naming] = {}
NO_NAMES: Names = {}


def names(attribute: Attribute) -> Callable[[Naming], Naming]:
    """Register what names the values of an attribute: those asked for, or (None) all to choose."""

    def register(naming: Naming) -> Naming:
        NAMINGS[attribute] = naming
        return naming

    return register


def names_of(rules: Iterable[Rule]) -> dict[Rule, Named]:
    """The names of these rules: one statement for each attribute that keeps its names in a table.

    What nobody knows any more is left out.
    """
    asked: dict[Attribute, set[str]] = {}
    for rule in rules:
        asked.setdefault(rule.attribute, set()).add(rule.value)
    return {
        Rule(attribute, named.value): named
        for attribute, values in asked.items()
        if attribute in NAMINGS
        for named in NAMINGS[attribute](sorted(values))
    }


def names_in(clauses: Iterable[Clauses]) -> dict[Rule, Named]:
    """The names of all rules of several audiences or locks."""
    return names_of(rule for each in clauses for clause in each for rule in clause.rules)


def choices_of(attribute: Attribute) -> list[Named]:
    """What there is to choose for an attribute, by name."""
    return sorted(NAMINGS[attribute](None), key=lambda one: (one.name.casefold(), one.value))


def ids_of(values: Iterable[str]) -> list[int]:
    """The values that are ids, as numbers."""
    return [int(one) for one in values if one.isascii() and one.isdecimal() and len(one) < 16]


@names(Attribute.DEPARTMENT)
def _departments(values: Collection[str] | None) -> list[Named]:
    wanted = sa.select(Department.id, Department.name)
    if values is not None:
        wanted = wanted.where(Department.id.in_(ids_of(values)))
    return [Named(str(row.id), row.name) for row in session().execute(wanted)]


@names(Attribute.SITE)
def _sites(values: Collection[str] | None) -> list[Named]:
    if values is not None:
        return [Named(one, one) for one in values]
    at_work = (Employee.status == EmployeeStatus.ACTIVE, Employee.site != "")
    return [
        Named(one, one)
        for one in session().scalars(sa.select(Employee.site).distinct().where(*at_work))
    ]


@names(Attribute.COUNTRY)
def _countries(values: Collection[str] | None) -> list[Named]:
    if values is not None:
        return [Named(one, country_name(one)) for one in values]
    known = (Employee.status == EmployeeStatus.ACTIVE, Employee.country.is_not(None))
    found = session().scalars(sa.select(Employee.country).distinct().where(*known))
    return [Named(one, country_name(one)) for one in found if one]


NAMINGS[Attribute.OUTSIDE_COUNTRY] = _countries


@lru_cache(maxsize=1)
def _territories() -> dict[str, str]:
    return dict(Locale("en").territories)


def country_name(code: str) -> str:
    """A country in words; the code itself for one that nobody knows."""
    return _territories().get(code, code)


def countries() -> list[Named]:
    """Every country, by its name."""
    known = (Named(code, name) for code, name in _territories().items() if is_country(code))
    return sorted(known, key=lambda one: one.name)


_NO_COUNTRIES = frozenset({"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"})
"""What the CLDR has names for beside countries: unions, leftovers and codes for tests."""


def is_country(code: str) -> bool:
    """Whether two capital letters name a country: NA is Namibia."""
    is_known = code in _territories() and code not in _NO_COUNTRIES
    return is_known and len(code) == 2 and code.isalpha()


@names(Attribute.ROLE)
def _roles(values: Collection[str] | None) -> list[Named]:
    return [
        Named(role.value, role.label) for role in Role if values is None or role.value in values
    ]


@names(Attribute.ENTITLEMENT)
def _rewards(values: Collection[str] | None) -> list[Named]:
    if values is None:  # what a reward is won for is the reward itself
        return []
    wanted = sa.select(Reward.id, Reward.name, Reward.slug).where(Reward.id.in_(ids_of(values)))
    rows = session().execute(wanted)
    return [Named(str(row.id), row.name, f"/rewards/{row.slug}") for row in rows]


@names(Attribute.INVITATION)
def _tiers(values: Collection[str] | None) -> list[Named]:
    wanted = sa.select(Tier.id, Tier.name, Tier.slug)
    if values is not None:
        wanted = wanted.where(Tier.id.in_(ids_of(values)))
    rows = session().execute(wanted)
    return [Named(str(row.id), row.name, f"/rewards?tier={row.slug}") for row in rows]
