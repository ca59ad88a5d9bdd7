"""Colleagues who may stand in at work."""

from marketplace.access.actor import Actor
from marketplace.people.models import Employee
from marketplace.people.queries import Person, people_list, people_where
from marketplace.people.states import EmployeeStatus
from redemption.journeys.errors import nobody_called, several_called

MOST_FOUND = 6
MOST_SUGGESTED = 30


def cover_meant(actor: Actor, text: str) -> int:
    """The colleague somebody means by a name or an e-mail address. Raises NoCover."""
    said = " ".join(text.split())
    found = people_list(text=said, limit=MOST_FOUND, at_work=True) if said else []
    exact = [one for one in found if said.casefold() in _names(one)]
    others = [one for one in exact or found if one.id != actor.employee_id]
    if len(others) > 1:
        raise several_called(said[:80], [_told(one) for one in others])
    if not others:
        # oneself alone: the operation says why that is nobody
        if found:
            return found[0].id
        raise nobody_called(said[:80])
    return others[0].id


def _names(one: Person) -> set[str]:
    return {one.name.casefold(), (one.email or "").casefold()}


def _told(one: Person) -> str:
    return f"{one.name}, {one.email or one.department}"


def cover_suggested(actor: Actor) -> list[Person]:
    """Colleagues of the same department who are at work, by name."""
    if actor.department_id is None:
        return []
    found = people_where(
        Employee.department_id == actor.department_id,
        Employee.status == EmployeeStatus.ACTIVE,
        Employee.id != actor.employee_id,
    )
    return found[:MOST_SUGGESTED]
