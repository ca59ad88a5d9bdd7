"""What stands against one line of a list of bonuses."""

from dataclasses import dataclass

from marketplace.access.actor import Actor
from marketplace.programs.bonuses.terms import BonusTerms


@dataclass(frozen=True, slots=True)
class Candidate:
    """Who a line means, as far as the list and the people data tell."""

    employee_id: int | None
    is_active: bool
    is_member: bool


def bonus_obstacle(
    actor: Actor, terms: BonusTerms, candidate: Candidate, points: int | None
) -> str | None:
    """Why a line cannot be given, and what to do; None when it can."""
    return _person_obstacle(actor, candidate) or _points_obstacle(terms, points)


def _person_obstacle(actor: Actor, candidate: Candidate) -> str | None:
    if candidate.employee_id is None:
        return "Nobody has this e-mail or staff number. Correct it, or import the person first."
    if candidate.employee_id == actor.employee_id:
        return "Nobody gives points to themselves. Ask another manager."
    if not candidate.is_active:
        return "This person has left. Take the line out."
    if not candidate.is_member:
        return "This person is in none of the program's departments. Take the line out."
    return None


def _points_obstacle(terms: BonusTerms, points: int | None) -> str | None:
    if points is None:
        return "Enter a whole number of points, in plain digits."
    if points > terms.largest:
        return f"The program gives up to {terms.largest:,} points each. Lower it."
    return None
