"""A small history with one of everything: what the tamper tests break and the attacks attack."""

from datetime import date, timedelta

from marketplace.access.actor import Actor
from marketplace.awards.operations import Entitled, settle_awards
from marketplace.budgets.operations import give_back, release, reserve, spend_reserved
from marketplace.budgets.operations.transfers import Wanted, approve_transfer, ask_for_transfer
from marketplace.budgets.states import BudgetPurpose
from marketplace.kernel import clock
from marketplace.kernel.db import transaction
from marketplace.ledger.operations import (
    Refund,
    capture_hold,
    expire_hold,
    expire_points,
    release_hold,
    reverse_capture,
)
from marketplace.ledger.operations.closing import close_books, end_of
from marketplace.ledger.queries.periods import digest_until
from marketplace.people.queries import actor_of
from tests.support.ledger import give_points, hold, note_program, open_funded_budget
from tests.support.people import employ_leo, employ_maya, employ_omar, employ_priya


def build_world(time) -> None:
    """Maya earns, holds, spends, is refunded and lets points expire; Leo ends up owing points."""
    maya, leo = employ_maya(), employ_leo()
    close_what_was_before(date(2026, 11, 21))
    budget = open_funded_budget(10_000, slug="world")
    settle(budget, maya, 500)
    settle(budget, maya, 700)
    settle(budget, leo, 400)
    give_points(maya, 360, days=20)
    give_points(maya, 30, days=20)
    give_points(maya, 200, days=60)
    spent, refunded, released, lapsed = (hold(maya, 50, days=5) for _ in range(4))
    in_parts = hold(maya, 60, days=5)
    hold(maya, 50, days=60)
    at = clock.now()
    with transaction():
        capture_hold(spent, actor_id=maya, at=at)
        capture_hold(refunded, actor_id=maya, at=at)
        capture_hold(in_parts, actor_id=maya, at=at)
        for part in (10, 20):
            reverse_capture(in_parts, Refund(f"world:{part}", "In part", points=part), at=at)
        reverse_capture(refunded, Refund("world:refund", "Back"), at=at)
        release_hold(released, actor_id=maya, at=at)
    time.forward(days=5)
    with transaction():
        expire_hold(lapsed, at=clock.now())
    late = hold(maya, 100, days=30)
    time.forward(days=16)
    at = clock.now()
    with transaction():
        expire_points(at=at)
        release_hold(late, actor_id=maya, at=at, grace_days=10)
    leos = hold(leo, 300, days=30)
    settle(budget, leo, 50)
    with transaction():
        release_hold(leos, actor_id=leo, at=at)
    settle(budget, leo, 0)
    fund_rewards()
    move_between_budgets(budget)


def close_what_was_before(day: date) -> None:
    """The books of a time in which nothing was posted yet."""
    digest = digest_until(end_of(day))
    with transaction():
        close_books(None, digest, at=clock.now())


def settle(budget: int, employee_id: int, points: int) -> None:
    """Let one subject of program 1 be worth so many points to somebody."""
    wanted = Entitled(
        program_id=1, rule_version=1, employee_id=employee_id, subject=f"order-{employee_id}",
        points=points, reason="Order points", budget_id=budget, occurred_on=date(2026, 11, 1),
        explanation={"event": "An order", "rule": "Version 1", "formula": f"{points} points"},
    )  # fmt: skip
    with transaction():
        note_program(1, budget, employee_id)
        settle_awards([wanted], actor=Actor.system(), at=clock.now())


def fund_rewards() -> None:
    """A budget for rewards that was drawn on and got everything back."""
    at = clock.now() + timedelta(seconds=1)
    budget = open_funded_budget(1_000, slug="rewards", purpose=BudgetPurpose.REWARDS)
    with transaction():
        reserve(budget, 300, reference="line:1", at=at)
        spend_reserved(budget, 300, reference="line:1", at=at)
        give_back(budget, 300, reference="line:1", at=at)
        reserve(budget, 200, reference="line:2", at=at)
        release(budget, 200, reference="line:2", at=at)


def move_between_budgets(giver: int) -> None:
    """Priya asked for two transfers, and Omar agreed to one."""
    at = clock.now()
    taker, priya, omar = open_funded_budget(10, slug="taker"), employ_priya(), employ_omar()
    with transaction():
        for points in (5, 7):
            asked = ask_for_transfer(actor_of(priya), Wanted(giver, taker, points, "A fair"), at=at)
        approve_transfer(actor_of(omar), asked, at=at)
