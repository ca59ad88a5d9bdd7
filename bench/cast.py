"""People with points, signed in: made by the product's operations, as a bench needs them."""

from dataclasses import dataclass
from datetime import timedelta

from flask.sessions import SecureCookieSessionInterface

from bench.house import House
from marketplace.access.actor import Actor
from marketplace.budgets.operations import NewBudget, fund_budget, open_budget, spend
from marketplace.budgets.states import BudgetPurpose
from marketplace.kernel import clock
from marketplace.kernel.db import transaction
from marketplace.ledger.operations import Grant, grant_points
from marketplace.people.operations.employment import NewEmployee, employ
from marketplace.people.operations.sessions import Browser, start_session, token_hash

LASTS = timedelta(days=1)
_BROWSER = Browser("127.0.0.1", "bench")


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody signed in. `session_hash` is how the database knows the session."""

    employee_id: int
    cookie: str
    session_hash: str


def cast(house: House, number: int, *, points: int) -> list[Visitor]:
    """So many people, each with so many points and a browser signed in."""
    at = clock.now()
    with transaction():
        budget_id = _budget(number * points)
        ids = [_employ(position) for position in range(number)]
        grants = [
            Grant(who, points, budget_id, f"bench:{who}", "A good year", f"bench:{who}", at)
            for who in ids
        ]
        spend(budget_id, number * points, reference="bench", at=at)
        grant_points(grants, actor_id=None, at=at)
        return [_sign_in(house, who) for who in ids]


def _budget(points: int) -> int:
    at = clock.now()
    new = NewBudget(
        slug="bench",
        name="The year",
        purpose=BudgetPurpose.AWARDS,
        starts_on=at.date() - LASTS,
        ends_on=at.date() + 365 * LASTS,
    )
    budget_id = open_budget(new, actor_id=None, at=at)
    fund_budget(budget_id, points, reference="bench", reason="For the year", actor_id=None, at=at)
    return budget_id


def _employ(position: int) -> int:
    new = NewEmployee(
        external_id=f"B{position}",
        name=f"Person {position}",
        email=f"person.{position}@bench.example",
        department="Sales",
        country="PT",
    )
    return employ(new, actor=Actor.system(), at=clock.now())


def _sign_in(house: House, employee_id: int) -> Visitor:
    token = start_session(employee_id, _BROWSER, at=clock.now(), lasts=LASTS)
    signer = SecureCookieSessionInterface().get_signing_serializer(house.app)
    assert signer is not None
    signed = signer.dumps({"_user_id": token, "_fresh": True})
    cookie = f"{house.app.config['SESSION_COOKIE_NAME']}={signed}"
    return Visitor(employee_id, cookie, token_hash(token))
