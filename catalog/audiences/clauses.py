"""What an audience says: clauses that must all fit, each of rules of which any must fit. Pure."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from catalog.states import AudienceAttribute as Attribute

EARNED_FIRST = frozenset(
    {
        Attribute.TENURE_MONTHS,
        Attribute.POINTS_EARNED,
        Attribute.PROGRAM,
        Attribute.ENTITLEMENT,
        Attribute.INVITATION,
    }
)
"""What somebody may still reach, so that a reward is shown locked and says how."""


@dataclass(frozen=True, slots=True, order=True)
class Rule:
    """One accepted value of one attribute."""

    attribute: Attribute
    value: str


@dataclass(frozen=True, slots=True, order=True)
class Clause:
    """One condition, of which any rule must fit; `is_shown_locked` as the model says."""

    rules: tuple[Rule, ...]
    is_shown_locked: bool = False


@dataclass(frozen=True, slots=True)
class Lock:
    """What a person still has to reach: every clause, each in any of its ways."""

    clauses: tuple[Clause, ...]


Clauses = tuple[Clause, ...]
PlainRules = Mapping[Attribute, Sequence[str]]


def clauses_of(rules: PlainRules, *, is_shown_locked: bool | None = None) -> Clauses:
    """A clause an attribute: any of its values, and every attribute.

    Without a word on it, what may still be reached is shown locked and anything else is hidden.
    """
    return in_order(
        Clause(
            tuple(Rule(attribute, value) for value in values),
            attribute in EARNED_FIRST if is_shown_locked is None else is_shown_locked,
        )
        for attribute, values in rules.items()
        if values
    )


def any_way(rules: PlainRules, *, is_shown_locked: bool) -> Clauses:
    """One clause for all: whichever value of whichever attribute fits is enough."""
    found = tuple(Rule(attribute, value) for attribute in rules for value in rules[attribute])
    return in_order([Clause(found, is_shown_locked)]) if found else ()


def within_country(clauses: Clauses, country: str) -> Clauses:
    """The same audience, but only its people of one country."""
    return in_order((*clauses, Clause((Rule(Attribute.COUNTRY, country),))))


def outside_countries(clauses: Clauses, countries: Iterable[str]) -> Clauses:
    """The same audience without its people of some countries."""
    return in_order(
        (*clauses, *(Clause((Rule(Attribute.OUTSIDE_COUNTRY, one),)) for one in countries))
    )


def in_order(clauses: Iterable[Clause]) -> Clauses:
    """Clauses and rules in one order and each once, so that equal audiences look equal."""
    tidy = (Clause(tuple(sorted(set(one.rules))), one.is_shown_locked) for one in clauses)
    return tuple(sorted(set(tidy)))


def key_of(clauses: Clauses) -> str:
    """The digest of what the clauses say."""
    said = "\n".join(
        f"{'locked' if one.is_shown_locked else 'hidden'}|"
        + "|".join(f"{rule.attribute.value}={rule.value}" for rule in one.rules)
        for one in clauses
    )
    return hashlib.sha256(said.encode()).hexdigest()
