"""Everybody at once, with real commits. Each race has its control: without the guard it is lost."""

import threading
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from marketplace.access.actor import Actor
from marketplace.awards.operations import AwardReport, Entitled, settle_awards
from marketplace.awards.queries import granted_so_far
from marketplace.budgets.models import BudgetBalance, BudgetEntry
from marketplace.budgets.operations import BudgetExceeded, spend
from marketplace.budgets.queries import budget_left
from marketplace.budgets.states import EntryKind
from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.ledger.check import ledger_violations
from marketplace.ledger.models import AccountBalance, Hold, HoldLot, Lot
from marketplace.ledger.operations import (
    ClawBack,
    Grant,
    HoldResolved,
    InsufficientPoints,
    capture_hold,
    claw_back_points,
    expire_points,
    grant_points,
    hold_points,
    open_account,
    release_hold,
)
from marketplace.ledger.operations.accounts import shared_account
from marketplace.ledger.operations.posting import post, transfer_row
from marketplace.ledger.queries import points_of
from marketplace.ledger.states import AccountKind, TransferKind
from tests.support.ledger import give_points, hold, note_program, open_funded_budget
from tests.support.people import employ_maya
from tests.support.racing import all_at_once

pytestmark = pytest.mark.race
EIGHT = 8


def buy(employee_id: int, points: int, number: int) -> int:
    at = clock.now()
    with transaction():
        return hold_points(
            employee_id, points, reference=f"hold:{number}",
            expires_at=at + timedelta(days=1), actor_id=employee_id, at=at,
        )  # fmt: skip


def kinds(results) -> list[str]:
    return sorted(type(result).__name__ for result in results)


def test_eight_purchases_from_one_wallet_spend_what_is_there(app, at):
    maya = employ_maya()
    for days in (None, 30, 60, 90):
        give_points(maya, 250, days=days)
    results = all_at_once(app, EIGHT, lambda number: buy(maya, 300, number))
    assert kinds(results) == ["InsufficientPoints"] * 5 + ["int"] * 3
    points = points_of(maya, at=at)
    assert (points.available, points.held) == (100, 900)
    assert ledger_violations() == []


def test_control_looking_before_buying_overspends(app, at):
    """The control: a balance that was read and then believed lets all eight buy."""
    maya = employ_maya()
    give_points(maya, 1_000)
    looked = threading.Barrier(EIGHT)

    def buy_what_was_seen(number: int) -> int:
        seen = points_of(maya, at=at).available
        looked.wait(timeout=30)
        if seen < 300:
            raise InsufficientPoints(needed=300, available=seen)
        hold_carelessly(maya, 300, number)
        return number

    all_at_once(app, EIGHT, buy_what_was_seen)
    assert session().scalar(sa.select(sa.func.sum(Hold.amount))) == 2_400
    assert {violation.id for violation in ledger_violations()} >= {"I06", "I06-lots"}


def hold_carelessly(employee_id: int, points: int, number: int) -> None:
    """A hold as hold_points writes it, without asking whether the points are there."""
    at, reference = clock.now(), f"hold:{number}"
    with transaction() as db:
        account = open_account(employee_id, at=at)
        redeemed = shared_account(AccountKind.REDEEMED, at=at)
        [transfer] = post(
            [
                transfer_row(
                    TransferKind.HOLD, account, redeemed, points,
                    source_key=reference, reference=reference, reason="Careless", posted_at=at,
                )
            ]
        )  # fmt: skip
        held = Hold(
            account_id=account, transfer_id=transfer, reference=reference, amount=points,
            expires_at=at + timedelta(days=1),
        )  # fmt: skip
        db.add(held)
        db.flush()
        lot = db.scalar(sa.select(sa.func.min(Lot.id)))
        db.add(HoldLot(hold_id=held.id, lot_id=lot, amount=points))


def test_a_hold_is_captured_or_released_once_by_whoever_is_first(app, at):
    maya = employ_maya()
    give_points(maya, 1_000)
    held = hold(maya, 100)
    hold(maya, 900)

    def end(number: int) -> str:
        operation = capture_hold if number % 2 else release_hold
        with transaction():
            operation(held, actor_id=None, at=at)
        return operation.__name__

    results = all_at_once(app, EIGHT, end)
    assert kinds(results) == ["HoldResolved"] * 7 + ["str"]
    assert points_of(maya, at=at).held == 900
    assert ledger_violations() == []


def test_control_looking_before_capturing_captures_often(app, at):
    maya = employ_maya()
    give_points(maya, 1_000)
    held = hold(maya, 100)
    hold(maya, 900)
    looked = threading.Barrier(EIGHT)

    def capture_what_looked_open(number: int) -> None:
        state = session().scalar(sa.select(Hold.state).where(Hold.id == held))
        session().close()
        looked.wait(timeout=30)
        if state != "open":
            raise HoldResolved(state)
        with transaction() as db:
            db.execute(
                sa.update(AccountBalance).values(
                    posted=AccountBalance.posted - 100, held=AccountBalance.held - 100
                )
            )

    results = all_at_once(app, EIGHT, capture_what_looked_open)
    assert results == [None] * EIGHT
    assert points_of(maya, at=at).posted == 200
    assert {violation.id for violation in ledger_violations()} >= {"I03", "I06"}


def draw(budget: int, number: int) -> int:
    with transaction():
        spend(budget, 300, reference=f"draw:{number}", at=clock.now())
    return number


def test_eight_draws_on_one_budget_stop_at_its_end(app, at):
    budget = open_funded_budget(1_000, slug="spring")
    results = all_at_once(app, EIGHT, lambda number: draw(budget, number))
    assert kinds(results) == ["BudgetExceeded"] * 5 + ["int"] * 3
    assert budget_left(budget).left == 100


def test_control_writing_what_was_calculated_promises_more_than_there_is(app, at):
    budget = open_funded_budget(1_000, slug="spring")
    looked = threading.Barrier(EIGHT)

    def draw_on_what_was_seen(number: int) -> int:
        seen = budget_left(budget)
        session().close()
        looked.wait(timeout=30)
        if seen.left < 300:
            raise BudgetExceeded(budget, needed=300, left=seen.left, name="Spring")
        drawn = {"kind": EntryKind.SPEND, "points": 300, "reference": f"draw:{number}"}
        with transaction() as db:
            db.execute(sa.update(BudgetBalance).values(spent=seen.spent + 300))
            db.execute(sa.insert(BudgetEntry).values(budget_id=budget, reason="", at=at, **drawn))
        return number

    assert all_at_once(app, EIGHT, draw_on_what_was_seen) == list(range(EIGHT))
    assert budget_left(budget).spent == 300
    assert "I21-entries" in {violation.id for violation in ledger_violations()}


def order_points(budget: int, employee_id: int) -> Entitled:
    return Entitled(
        program_id=1, rule_version=1, employee_id=employee_id, subject="order-1", points=120,
        reason="Order points", budget_id=budget, occurred_on=date(2026, 11, 2),
        explanation={"event": "An order", "rule": "Version 1", "formula": "120 points"},
    )  # fmt: skip


def test_the_same_settlement_eight_times_at_once_grants_once(app, at):
    maya = employ_maya()
    budget = open_funded_budget(1_000, slug="spring")
    with transaction():
        note_program(1, budget, maya)

    def settle(number: int) -> AwardReport:
        with transaction():
            return settle_awards([order_points(budget, maya)], actor=Actor.system(), at=at)

    results = all_at_once(app, EIGHT, settle)
    assert kinds(results) == ["AwardReport"] * 8
    assert sum(report.points_given for report in results) == 120
    assert points_of(maya, at=at).available == 120
    assert budget_left(budget).spent == 120
    assert ledger_violations() == []


def test_control_looking_before_granting_grants_often(app, at):
    maya = employ_maya()
    budget = open_funded_budget(1_000, slug="spring")
    looked = threading.Barrier(EIGHT)

    def grant_what_was_missing(number: int) -> None:
        granted = granted_so_far({(1, "order-1")})
        session().close()
        looked.wait(timeout=30)
        if not granted:
            key = f"careless:{number}"
            with transaction():
                grant = Grant(maya, 120, budget, key, "Order points", key, at)
                grant_points([grant], actor_id=None, at=at)

    all_at_once(app, EIGHT, grant_what_was_missing)
    assert points_of(maya, at=at).available == 960


def test_buying_while_points_expire_and_are_clawed_back_keeps_the_ledger_whole(app, time):
    maya = employ_maya()
    budget = open_funded_budget(5_000, slug="spring")
    for number in range(4):
        give_points(maya, 200, budget_id=budget, days=10, source_key=f"old:{number}")
        give_points(maya, 200, budget_id=budget, source_key=f"new:{number}")
    at = time.forward(days=11)

    def act(number: int) -> None:
        with transaction():
            if number % 4 == 0:
                expire_points(at=at)
            elif number % 4 == 1:
                claw_back_points(claw(number), actor_id=None, at=at)
            else:
                hold_points(
                    maya, 150, reference=f"hold:{number}",
                    expires_at=at + timedelta(days=1), actor_id=maya, at=at,
                )  # fmt: skip

    def claw(number: int) -> ClawBack:
        return ClawBack(
            maya, 100, budget, f"back:{number}", f"new:{number // 4}", "Order was cancelled",
            f"order:{number}", at,
        )  # fmt: skip

    results = all_at_once(app, EIGHT, act)
    assert {type(result) for result in results} <= {type(None), InsufficientPoints}
    assert points_of(maya, at=at).available >= 0
    broken = {violation.id for violation in ledger_violations()}
    assert broken <= {"I21-ledger", "I22-postings"}  # points came back without their awards
