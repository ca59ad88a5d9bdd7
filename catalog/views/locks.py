"""Locks in words: very short for a card, and why and how for a page."""

from collections.abc import Sequence
from datetime import date

from catalog.audiences.clauses import Clause, Lock, Rule
from catalog.audiences.names import NO_NAMES, Names
from catalog.audiences.words import least, months, named
from catalog.queries.lock_facts import LockFacts
from catalog.states import AudienceAttribute as Attribute
from marketplace.web.filters import day

Said = tuple[str, str | None]
MOST_WAYS = 2
EARN = "/earn"


def brief(lock: Lock, names: Names = NO_NAMES) -> str:
    """What is still to reach, for a card: “After 12 months here”, “By invitation”.

    `names` (`audiences.names.names_in`) says how programs and departments are called.
    """
    first, *more = [_in_brief(clause, names) for clause in lock.clauses]
    if not more:
        return first
    return f"{first}, and {_lowered(more[0])}" if len(more) == 1 else f"{first}, and more"


def _in_brief(clause: Clause, names: Names) -> str:
    ways = [_way(attribute, values, names) for attribute, values in _grouped(clause)]
    if len(ways) <= MOST_WAYS:
        return " or ".join([ways[0], *(_lowered(way) for way in ways[1:])])
    return f"{ways[0]}, or {len(ways) - 1} other ways"


def _grouped(clause: Clause) -> list[tuple[Attribute, list[Rule]]]:
    """The rules by attribute, what one earns by oneself first."""
    found: dict[Attribute, list[Rule]] = {}
    for rule in clause.rules:
        found.setdefault(rule.attribute, []).append(rule)
    return sorted(found.items(), key=lambda one: _FIRST.index(one[0]))


_FIRST = (
    Attribute.POINTS_EARNED,
    Attribute.TENURE_MONTHS,
    Attribute.PROGRAM,
    Attribute.INVITATION,
    Attribute.ENTITLEMENT,
    Attribute.ROLE,
    Attribute.DEPARTMENT,
    Attribute.SITE,
    Attribute.COUNTRY,
    Attribute.OUTSIDE_COUNTRY,
)


def _way(attribute: Attribute, rules: Sequence[Rule], names: Names) -> str:
    if attribute is Attribute.TENURE_MONTHS:
        return f"After {months(least(rules))} here"
    if attribute is Attribute.POINTS_EARNED:
        return f"From {least(rules):,} points earned"
    if attribute is Attribute.INVITATION:
        return "By invitation"
    if attribute is Attribute.ENTITLEMENT:
        return "For winners"
    called = named(rules, names)
    if attribute is Attribute.PROGRAM:
        return f"With points of {called or 'a program'}"
    before, unknown = _FOR[attribute]
    return f"{before}{called}" if called else unknown


_FOR = {
    Attribute.DEPARTMENT: ("For ", "For certain departments"),
    Attribute.SITE: ("In ", "At certain sites"),
    Attribute.COUNTRY: ("In ", "In certain countries"),
    Attribute.OUTSIDE_COUNTRY: ("Outside ", "In other countries"),
    Attribute.ROLE: ("For people with the role ", "For certain roles"),
}


def _lowered(words: str) -> str:
    return words[:1].lower() + words[1:]


def explained(lock: Lock, facts: LockFacts) -> list[Said]:
    """Each thing a lock asks as a sentence, with the path of the page that helps, if any.

    The ways of one clause begin with “Or”, a further clause with “And”.
    """
    said: list[Said] = []
    for clause in lock.clauses:
        for number, (attribute, rules) in enumerate(_grouped(clause)):
            begins = "Or " if number else "And it opens " if said else "Opens "
            for order, (phrase, path) in enumerate(_phrases(attribute, rules, facts)):
                said.append((f"{'Or ' if order else begins}{phrase}.", path))
    return said


def _phrases(attribute: Attribute, rules: Sequence[Rule], facts: LockFacts) -> list[Said]:
    if attribute is Attribute.TENURE_MONTHS:
        return [(_tenure(least(rules), facts.hired_on), None)]
    if attribute is Attribute.POINTS_EARNED:
        return [(_points(least(rules), facts.earned), EARN)]
    if attribute is Attribute.PROGRAM:
        return [_program(rule, facts) for rule in rules]
    if attribute is Attribute.INVITATION:
        called = named(rules, facts.names)
        return [(f"by invitation{' to ' + called if called else ''}: managers send them", None)]
    if attribute is Attribute.ENTITLEMENT:
        return [("to people who won it in a program", EARN)]
    return [(_lowered(_way(attribute, rules, facts.names)), None)]


def _tenure(number: int, hired_on: date | None) -> str:
    if hired_on is None:
        return (
            f"after {months(number)} here; we don't know since when you work here, so ask the "
            "people who look after Laurel"
        )
    return f"on {day(months_after(hired_on, number))}, after {months(number)} here"


def _points(needed: int, earned: int | None) -> str:
    asked = f"from {needed:,} points ever earned"
    if earned is None:
        return asked
    return f"{asked}: you have earned {earned:,}, so {max(needed - earned, 0):,} to go"


def _program(rule: Rule, facts: LockFacts) -> Said:
    found = facts.names.get(rule)
    if found is None:
        return "with points of a program that is over", None
    return f"with points of {found.name}", found.path_for(facts.department_id)


def months_after(start: date, number: int) -> date:
    """The first day on which so many full months have passed; as `months_here` counts them.

    A month without that day ends first: a month after 31 January is 1 March.
    """
    year, month = divmod(start.year * 12 + start.month - 1 + number, 12)
    try:
        return start.replace(year=year, month=month + 1)
    except ValueError:
        year, month = divmod(year * 12 + month + 1, 12)
        return date(year, month + 1, 1)
