"""An audience in one sentence, for the people who set it."""

from collections.abc import Iterable, Sequence

from catalog.audiences.clauses import Clause, Clauses, Rule
from catalog.audiences.names import NO_NAMES, Names, country_name
from catalog.states import AudienceAttribute as Attribute
from marketplace.access.roles import Role

ORDER = (
    Attribute.DEPARTMENT,
    Attribute.SITE,
    Attribute.COUNTRY,
    Attribute.OUTSIDE_COUNTRY,
    Attribute.ROLE,
    Attribute.TENURE_MONTHS,
    Attribute.POINTS_EARNED,
    Attribute.PROGRAM,
    Attribute.INVITATION,
    Attribute.ENTITLEMENT,
)
_BEFORE = {
    Attribute.DEPARTMENT: "of",
    Attribute.SITE: "in",
    Attribute.COUNTRY: "in",
    Attribute.OUTSIDE_COUNTRY: "outside",
    Attribute.ROLE: "with the role",
}
_BESIDE = frozenset(_BEFORE)


def sentence(clauses: Clauses, names: Names = NO_NAMES) -> str:
    """“People of Sales in Portugal or Spain, after 12 months here”; “Everyone” without a clause."""
    if not clauses:
        return "Everyone"
    each = sorted(clauses, key=lambda clause: ORDER.index(_grouped(clause)[0][0]))
    beside = [said(clause, names) for clause in each if _is_beside(clause)]
    behind = [said(clause, names) for clause in each if not _is_beside(clause)]
    return ", ".join([" ".join(["People", *beside]), *behind])


def closed_words(clauses: Clauses) -> str:
    """What those see who do not fit."""
    if not clauses:
        return ""
    looks = {clause.is_shown_locked for clause in clauses}
    if looks == {True}:
        return "Everyone else sees it locked, with what opens it."
    if looks == {False}:
        return "For everyone else it does not exist."
    return "Who only lacks what comes last sees it locked; for everyone else it does not exist."


def said(clause: Clause, names: Names = NO_NAMES) -> str:
    """One clause as it stands in a sentence: “of Sales”, “from 20,000 points earned”."""
    return " or ".join(_phrase(attribute, rules, names) for attribute, rules in _grouped(clause))


def _is_beside(clause: Clause) -> bool:
    return {rule.attribute for rule in clause.rules} <= _BESIDE


def _grouped(clause: Clause) -> list[tuple[Attribute, list[Rule]]]:
    found: dict[Attribute, list[Rule]] = {}
    for rule in clause.rules:
        found.setdefault(rule.attribute, []).append(rule)
    return sorted(found.items(), key=lambda one: ORDER.index(one[0]))


def _phrase(attribute: Attribute, rules: Sequence[Rule], names: Names) -> str:
    if attribute is Attribute.TENURE_MONTHS:
        return f"after {months(least(rules))} here"
    if attribute is Attribute.POINTS_EARNED:
        return f"from {least(rules):,} points earned"
    if attribute is Attribute.INVITATION:
        return "by invitation"
    if attribute is Attribute.ENTITLEMENT:
        return "who won it"
    called = named(rules, names) or f"{attribute.label.lower()} " + in_words(
        [rule.value for rule in rules]
    )
    return (
        f"with points of {called}"
        if attribute is Attribute.PROGRAM
        else (f"{_BEFORE[attribute]} {called}")
    )


def named(rules: Iterable[Rule], names: Names) -> str:
    """The names of the rules' values, as “Sales, Support or Legal”; empty when one is unknown."""
    called = [name_of(rule, names) for rule in rules]
    return in_words(sorted(called, key=str.casefold)) if all(called) else ""


def name_of(rule: Rule, names: Names) -> str:
    """What a rule's value is called, or nothing; some need nobody to say so."""
    if rule in names:
        return names[rule].name
    if rule.attribute is Attribute.SITE:
        return rule.value
    if rule.attribute in {Attribute.COUNTRY, Attribute.OUTSIDE_COUNTRY}:
        return country_name(rule.value)
    if rule.attribute is Attribute.ROLE and rule.value in set(Role):
        return Role(rule.value).label
    return ""


def in_words(called: Sequence[str], *, word: str = "or") -> str:
    """Several names in one breath: “A, B or C”."""
    *first, last = called
    return f"{', '.join(first)} {word} {last}" if first else last


def least(rules: Iterable[Rule]) -> int:
    """The smallest of the numbers that rules ask for: reaching it is enough."""
    return min(int(rule.value) for rule in rules)


def months(number: int) -> str:
    """`1 month`, `12 months`."""
    return f"{number:,} month{'' if number == 1 else 's'}"
