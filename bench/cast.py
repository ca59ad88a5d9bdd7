"""People with points, signed in: made by the product's operations, as a bench needs them."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask.sessions import SecureCookieSessionInterface

from bench.house import House
from marketplace.access.actor import Actor
from marketplace.awards.operations import Entitled, settle_awards
from marketplace.budgets.operations import NewBudget, fund_budget, open_budget
from marketplace.budgets.states import BudgetPurpose
from marketplace.kernel import clock
from marketplace.kernel.db import transaction
from marketplace.people.operations.employment import NewEmployee, employ
from marketplace.people.operations.sessions import Browser, start_session, token_hash
from marketplace.people.queries import actor_of
from marketplace.programs.bonuses.terms import BonusTerms
from marketplace.programs.operations.programs import NewProgram, create_program, move_program
from marketplace.programs.states import ProgramKind, ProgramState

LASTS = timedelta(days=1)
_BROWSER = Browser("127.0.0.1", "bench")


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody signed in. `session_hash` is how the database knows the session."""

    employee_id: int
    cookie: str
    session_hash: str


def cast(house: House, number: int, *, points: int, are_led: bool = False) -> list[Visitor]:
    """So many people, each with so many points and a browser signed in.

    `are_led`: all of them by one manager, who is none of them.
    """
    at = clock.now()
    with transaction():
        budget_id = _budget(number * points)
        manager_id = _employ(number) if are_led else None
        ids = [_employ(position, manager_id) for position in range(number)]
        program_id = _program(budget_id, ids[0], at)
        awards = [_award(program_id, budget_id, who, points) for who in ids]
        settle_awards(awards, actor=Actor.system(), at=at)
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


def _program(budget_id: int, owner_id: int, at: datetime) -> int:
    owner = actor_of(owner_id)
    days = (at.date(), at.date() + 365 * LASTS)
    terms, kind = BonusTerms(1_000_000), ProgramKind.BONUS
    new = NewProgram("bench", "A good year", "By hand.", kind, *days, budget_id, terms)
    program_id = create_program(owner, new, at=at)
    move_program(owner, program_id, ProgramState.RUNNING, at=at)
    return program_id


def _award(program_id: int, budget_id: int, employee_id: int, points: int) -> Entitled:
    return Entitled(
        program_id=program_id,
        rule_version=1,
        employee_id=employee_id,
        subject=f"bench:{employee_id}",
        points=points,
        reason="A good year",
        budget_id=budget_id,
        occurred_on=clock.today(),
        explanation={"event": "A good year", "rule": "By hand.", "formula": f"{points:,} points"},
    )


def _employ(position: int, manager_id: int | None = None) -> int:
    new = NewEmployee(
        external_id=f"B{position}",
        name=f"Person {position}",
        email=f"person.{position}@bench.example",
        department="Sales",
        manager_id=manager_id,
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
