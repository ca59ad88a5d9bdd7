"""Funding budgets and drawing on them.

A guarded UPDATE decides; the same kind and reference again does nothing, and with other points it
is refused.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from marketplace.access.actor import Actor
from marketplace.budgets.errors import (
    BudgetCommitted,
    BudgetExceeded,
    BudgetFull,
    BudgetMismatch,
    ReferenceReused,
)
from marketplace.budgets.models import Budget, BudgetBalance, BudgetEntry
from marketplace.budgets.queries import budget_left, budgets_list
from marketplace.budgets.queries.tree import refuse_circle, refuse_misplaced
from marketplace.budgets.states import BudgetPurpose, EntryKind
from marketplace.kernel import audit
from marketplace.kernel.db import LARGEST_AMOUNT, Model, rows_changed, session
from marketplace.kernel.errors import BadInput
from marketplace.kernel.jobs import enqueue
from marketplace.ledger.operations import fund_budget_account

BUDGETS = Model.metadata.tables["budgets"]
BALANCES = Model.metadata.tables["budget_balances"]


@dataclass(frozen=True, slots=True)
class NewBudget:
    """A budget to open. Without a department it is everyone's; both days count.

    `parent_id` is the budget it stands under in the tree; `cost_center` is what accounting
    calls it.
    """

    slug: str
    name: str
    purpose: BudgetPurpose
    starts_on: date
    ends_on: date
    owner_id: int | None = None
    department_id: int | None = None
    parent_id: int | None = None
    cost_center: str = ""


def open_budget(new: NewBudget, *, actor_id: int | None, at: datetime) -> int:
    """Open an empty budget and answer its id. Raises BadInput."""
    if not new.slug.strip() or not new.name.strip():
        raise BadInput("Give the budget a name and a short name for addresses.")
    if new.starts_on > new.ends_on:
        raise BadInput("Let the budget end on or after the day it starts.")
    if session().scalar(sa.select(Budget.id).where(Budget.slug == new.slug)):
        raise BadInput(f"There is a budget “{new.slug}” already. Choose another address.")
    refuse_misplaced(new.purpose, new.parent_id, budgets_list())
    budget_id = (
        session()
        .scalars(
            sa.insert(BUDGETS)
            .values(
                slug=new.slug,
                name=new.name,
                purpose=new.purpose,
                owner_id=new.owner_id,
                department_id=new.department_id,
                parent_id=new.parent_id,
                cost_center=new.cost_center.strip(),
                starts_on=new.starts_on,
                ends_on=new.ends_on,
            )
            .returning(BUDGETS.c.id)
        )
        .one()
    )
    session().execute(sa.insert(BudgetBalance).values(budget_id=budget_id))
    audit.record(actor_id, "budgets.open", f"budget:{budget_id}", at=at, slug=new.slug)
    return budget_id


def fund_budget(
    budget_id: int, points: int, *, reference: str, reason: str, actor_id: int | None, at: datetime
) -> None:
    """Raise a budget by so many points, or lower it by a negative number, once per reference.

    Points of an awards budget are issued in the ledger. Raises BudgetCommitted, BudgetFull,
    ReferenceReused, BadInput, NotFound.
    """
    if points == 0:
        raise BadInput("Enter how many points to add or to take out; 0 changes nothing.")
    budget = budget_left(budget_id)
    amount = BALANCES.c.amount + points
    guard = amount.between(BALANCES.c.reserved + BALANCES.c.spent, LARGEST_AMOUNT)
    entry = _Entry(budget_id, EntryKind.FUND, points, reference, at, reason, actor_id)
    outcome = _change(entry, guard, amount=points)
    if outcome is _REFUSED and points > 0:
        raise BudgetFull(points=points, amount=budget.amount, name=budget.name)
    if outcome is _REFUSED:
        raise BudgetCommitted(lowered_by=-points, left=budget.left, name=budget.name)
    if outcome is _REPEATED:
        return
    if budget.purpose is BudgetPurpose.AWARDS:
        source_key = f"budget:{budget_id}:{reference}"
        fund_budget_account(
            budget_id, points, source_key=source_key, reason=reason, actor_id=actor_id, at=at
        )
    audit.record(actor_id, "budgets.fund", f"budget:{budget_id}", at=at, points=points)
    if points > 0 and budget.purpose is BudgetPurpose.AWARDS:
        enqueue("programs.release_waiting", key=f"{budget_id}:{reference}", budget_id=budget_id)


def place_budget(
    actor: Actor, budget_id: int, parent_id: int | None, cost_center: str, *, at: datetime
) -> None:
    """Put a budget under another of its purpose, or on top.

    Raises WrongPlace also when it would stand under itself; one placing at a time sees to that.
    """
    in_order = sa.select(BUDGETS.c.id).order_by(BUDGETS.c.id)
    session().execute(in_order.with_for_update(key_share=True))
    before, budgets = budget_left(budget_id), budgets_list()
    refuse_misplaced(before.purpose, parent_id, budgets)
    refuse_circle(budget_id, parent_id, budgets)
    session().execute(
        sa.update(BUDGETS)
        .where(BUDGETS.c.id == budget_id)
        .values(parent_id=parent_id, cost_center=cost_center.strip())
    )
    audit.record(
        actor.employee_id,
        "budgets.place",
        f"budget:{budget_id}",
        at=at,
        parent=parent_id,
        cost_center=cost_center.strip(),
        parent_before=before.parent_id,
        cost_center_before=before.cost_center,
    )


def spend(budget_id: int, points: int, *, reference: str, reason: str = "", at: datetime) -> None:
    """Spend points that were not reserved. Raises BudgetExceeded with nothing changed."""
    entry = _Entry(budget_id, EntryKind.SPEND, points, reference, at, reason)
    if _change(entry, _has_left(points), spent=points) is _REFUSED:
        raise _exceeded(budget_id, points)


def give_back(
    budget_id: int, points: int, *, reference: str, reason: str = "", at: datetime
) -> None:
    """Put points back that were spent: a correction, a refund."""
    entry = _Entry(budget_id, EntryKind.GIVE_BACK, points, reference, at, reason)
    _demand(_change(entry, BALANCES.c.spent >= points, spent=-points), entry)


def reserve(budget_id: int, points: int, *, reference: str, at: datetime) -> None:
    """Set points of a budget aside. Raises BudgetExceeded with nothing changed."""
    entry = _Entry(budget_id, EntryKind.RESERVE, points, reference, at)
    if _change(entry, _has_left(points), reserved=points) is _REFUSED:
        raise _exceeded(budget_id, points)


def spend_reserved(budget_id: int, points: int, *, reference: str, at: datetime) -> None:
    """Spend what was reserved under the same reference."""
    entry = _Entry(budget_id, EntryKind.SPEND_RESERVED, points, reference, at)
    _demand(_change(entry, BALANCES.c.reserved >= points, reserved=-points, spent=points), entry)


def release(budget_id: int, points: int, *, reference: str, at: datetime) -> None:
    """Give up what was reserved under the same reference."""
    entry = _Entry(budget_id, EntryKind.RELEASE, points, reference, at)
    _demand(_change(entry, BALANCES.c.reserved >= points, reserved=-points), entry)


@dataclass(frozen=True, slots=True)
class _Entry:
    budget_id: int
    kind: EntryKind
    points: int
    reference: str
    at: datetime
    reason: str = ""
    actor_id: int | None = None


_DONE, _REPEATED, _REFUSED = "done", "repeated", "refused"


def _has_left(points: int) -> sa.ColumnElement[bool]:
    return BALANCES.c.amount - BALANCES.c.reserved - BALANCES.c.spent >= points


def _change(entry: _Entry, guard: Any, **by: int) -> str:
    """Change the counters if the guard agrees and the reference is new, and note it.

    Raises ReferenceReused when it came before with other points.
    """
    if entry.kind is not EntryKind.FUND and entry.points < 1:
        raise BadInput("A budget is drawn on by at least 1 point.")
    noted = sa.select(BudgetEntry.points).where(
        BudgetEntry.budget_id == entry.budget_id,
        BudgetEntry.kind == entry.kind,
        BudgetEntry.reference == entry.reference,
    )
    changed = session().execute(
        sa.update(BALANCES)
        .where(BALANCES.c.budget_id == entry.budget_id, guard, ~noted.exists())
        .values({column: BALANCES.c[column] + points for column, points in by.items()})
    )
    if not rows_changed(changed):
        before = session().scalar(noted)
        if before not in (None, entry.points):
            raise ReferenceReused(points=entry.points, before=before)
        return _REFUSED if before is None else _REPEATED
    session().execute(
        sa.insert(BudgetEntry).values(
            budget_id=entry.budget_id,
            kind=entry.kind,
            points=entry.points,
            reference=entry.reference,
            reason=entry.reason,
            actor_id=entry.actor_id,
            at=entry.at,
        )
    )
    return _DONE


def _demand(outcome: str, entry: _Entry) -> None:
    if outcome is _REFUSED:
        raise BudgetMismatch(points=entry.points, name=budget_left(entry.budget_id).name)


def _exceeded(budget_id: int, needed: int) -> BudgetExceeded:
    budget = budget_left(budget_id)
    return BudgetExceeded(budget_id, needed=needed, left=budget.left, name=budget.name)
