"""Whom to ask about what somebody claims, and what to write when there is nobody."""

from collections.abc import Collection

from marketplace.access.roles import Permission
from marketplace.people.deciders import remedy_for, those_who_may
from marketplace.people.queries import Person
from marketplace.programs.letters import Said
from marketplace.programs.models import Program


def managers_but(without: Collection[int | None]) -> list[Person]:
    """Those who could decide, without some of them."""
    return [one for one in those_who_may(Permission.PROGRAMS_MANAGE) if one.id not in without]


def who_looks_first(program: Program, managers: list[Person]) -> list[Person]:
    """Who made the program, where they can decide; else everyone who can."""
    return [one for one in managers if one.id == program.owner_id] or managers


def nobody_left(*paragraphs: str) -> Said:
    """The letter to whom the answer is owed, when nobody can give it."""
    remedy = remedy_for(Permission.PROGRAMS_MANAGE)
    return Said(
        "A claim waits, and nobody can answer",
        (*paragraphs, f"Nobody is left to give that yes. {remedy}"),
        "See where it is",
    )
