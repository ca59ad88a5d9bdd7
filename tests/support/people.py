"""Named people for the tests: Maya earns, Omar approves, Priya manages."""

from datetime import date
from typing import Any

from marketplace.access.actor import Actor
from marketplace.access.roles import Role
from marketplace.kernel import clock
from marketplace.people import queries
from marketplace.people.operations.employment import NewEmployee, grant_role
from marketplace.people.operations.employment import employ as employ_person
from tests.support.transactions import in_transaction

HIRED_ON = date(2023, 3, 1)


def employ(name: str, *, roles: tuple[Role, ...] = (), **details: Any) -> int:
    """Employ somebody in their own transaction (or the open one) and answer the id.

    The e-mail and the external id come from the name unless given.
    """
    handle = ".".join(name.lower().split())
    facts = {
        "external_id": handle,
        "email": f"{handle}@evergreen.example",
        "department": "Marketing",
        "country": "US",
        "hired_on": HIRED_ON,
        **details,
    }

    def work() -> int:
        at = clock.now()
        employee_id = employ_person(NewEmployee(name=name, **facts), actor=Actor.system(), at=at)
        for role in roles:
            grant_role(employee_id, role, actor=Actor.system(), at=at)
        return employee_id

    return in_transaction(work)


def _known(name: str) -> int | None:
    handle = ".".join(name.lower().split())
    return queries.employee_ids_by_key().get(handle)


def employ_omar() -> int:
    """Omar Haddad, head of marketing: Maya's manager, so he approves."""
    return _known("Omar Haddad") or employ("Omar Haddad", title="Head of Marketing", site="Lisbon")


def employ_maya() -> int:
    """Maya Chen, a marketer who reports to Omar."""
    return _known("Maya Chen") or employ(
        "Maya Chen", title="Campaign Manager", site="Lisbon", manager_id=employ_omar()
    )


def employ_priya() -> int:
    """Priya Nair, who runs programs."""
    return _known("Priya Nair") or employ(
        "Priya Nair",
        title="Incentive Program Manager",
        department="People",
        roles=(Role.PROGRAM_MANAGER,),
    )


def employ_wei() -> int:
    """Wei Zhang, the travel approver."""
    return _known("Wei Zhang") or employ(
        "Wei Zhang", title="Travel Lead", department="Finance", roles=(Role.TRAVEL_APPROVER,)
    )


def employ_ana() -> int:
    """Ana Souza, who hands out and ships."""
    return _known("Ana Souza") or employ(
        "Ana Souza", title="Office Manager", department="Facilities", roles=(Role.FULFILLMENT,)
    )


def employ_leo() -> int:
    """Leo Martins of sales, who reports to Nora Lindqvist."""
    nora = _known("Nora Lindqvist") or employ(
        "Nora Lindqvist", title="Head of Sales", department="Sales"
    )
    return _known("Leo Martins") or employ(
        "Leo Martins", title="Account Executive", department="Sales", manager_id=nora
    )


def actor(employee_id: int) -> Actor:
    """The person as one who acts."""
    return queries.actor_of(employee_id)
