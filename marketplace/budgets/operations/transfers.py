"""Moving points between budgets: one person asks, another decides."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from marketplace.access.actor import Actor
from marketplace.budgets.errors import BudgetExceeded, TransferDecided
from marketplace.budgets.models import BudgetTransfer
from marketplace.budgets.operations.funding import fund_budget
from marketplace.budgets.policies import deciding_obstacle, transfer_obstacle
from marketplace.budgets.queries import budget_left
from marketplace.budgets.states import TransferState
from marketplace.kernel import audit
from marketplace.kernel.db import rows_changed, session
from marketplace.kernel.errors import BadInput, NotAllowed, NotFound
from marketplace.kernel.jobs import enqueue
from marketplace.people.models import Employee


@dataclass(frozen=True, slots=True)
class Wanted:
    """A transfer to ask for: so many points from one budget to another, and why."""

    from_id: int
    to_id: int
    points: int
    reason: str


def ask_for_transfer(actor: Actor, wanted: Wanted, *, at: datetime) -> int:
    """Ask a second person to move points. Raises BadInput, or BudgetExceeded when it has less."""
    giver, taker = budget_left(wanted.from_id), budget_left(wanted.to_id)
    obstacle = transfer_obstacle(giver, taker)
    if obstacle:
        raise BadInput(f"{obstacle} Nothing was moved.")
    if wanted.points > giver.left:
        raise BudgetExceeded(
            giver.budget_id, needed=wanted.points, left=giver.left, name=giver.name
        )
    transfer = BudgetTransfer(
        from_id=wanted.from_id,
        to_id=wanted.to_id,
        points=wanted.points,
        reason=wanted.reason,
        state=TransferState.ASKED,
        asked_by_id=actor.id,
        asked_at=at,
    )
    session().add(transfer)
    session().flush()
    audit.record(
        actor.id,
        "budgets.ask_for_transfer",
        f"budget:{wanted.from_id}",
        at=at,
        to=wanted.to_id,
        points=wanted.points,
    )
    _tell(transfer.id, TransferState.ASKED)
    return transfer.id


def approve_transfer(actor: Actor, transfer_id: int, *, at: datetime) -> None:
    """Move the points. Raises NotAllowed for who asked, BudgetExceeded when too little is left."""
    transfer = _decide(actor, transfer_id, TransferState.APPROVED, at=at)
    giver, taker = budget_left(transfer.from_id), budget_left(transfer.to_id)
    if transfer.points > giver.left:
        raise BudgetExceeded(
            giver.budget_id, needed=transfer.points, left=giver.left, name=giver.name
        )
    for budget_id, points, other in sorted(
        (
            (giver.budget_id, -transfer.points, f"To “{taker.name}”"),
            (taker.budget_id, transfer.points, f"From “{giver.name}”"),
        )
    ):
        fund_budget(
            budget_id,
            points,
            reference=f"transfer:{transfer_id}",
            reason=f"{other}: {transfer.reason}",
            actor_id=actor.id,
            at=at,
        )


def decline_transfer(actor: Actor, transfer_id: int, *, note: str, at: datetime) -> None:
    """Say no, with a word to who asked. Raises NotAllowed for who asked."""
    _decide(actor, transfer_id, TransferState.DECLINED, note=note, at=at)


def withdraw_transfer(actor: Actor, transfer_id: int, *, at: datetime) -> None:
    """Take back one's own asking. Raises NotAllowed for anyone else."""
    transfer = _transfer(transfer_id)
    if transfer.asked_by_id != actor.id:
        raise NotAllowed("Only the person who asked can take it back. Nothing was moved.")
    _move(transfer, TransferState.WITHDRAWN, actor, "", at)


def _decide(
    actor: Actor, transfer_id: int, state: TransferState, *, note: str = "", at: datetime
) -> BudgetTransfer:
    transfer = _transfer(transfer_id)
    obstacle = deciding_obstacle(actor, transfer.asked_by_id)
    if obstacle:
        raise NotAllowed(f"{obstacle} Nothing was moved.")
    _move(transfer, state, actor, note, at)
    return transfer


def _transfer(transfer_id: int) -> BudgetTransfer:
    transfer = session().get(BudgetTransfer, transfer_id, populate_existing=True)
    if transfer is None:
        raise NotFound("There is no such transfer.")
    return transfer


def _move(
    transfer: BudgetTransfer, state: TransferState, actor: Actor, note: str, at: datetime
) -> None:
    moved = session().execute(
        sa.update(BudgetTransfer)
        .where(BudgetTransfer.id == transfer.id, BudgetTransfer.state == TransferState.ASKED)
        .values(state=state, decided_by_id=actor.id, decided_at=at, note=note)
        .execution_options(synchronize_session=False)
    )
    if not rows_changed(moved):
        _refuse_decided(transfer.id)
    audit.record(
        actor.id, f"budgets.transfer_{state.value}", f"transfer:{transfer.id}", at=at, note=note
    )
    _tell(transfer.id, state)


def _tell(transfer_id: int, state: TransferState) -> None:
    """Promise the letters: to those who may decide, or back to who asked."""
    if state is not TransferState.WITHDRAWN:
        key = f"{transfer_id}:{state.value}"
        enqueue("budgets.tell_transfer", key=key, transfer_id=transfer_id, state=state.value)


def _refuse_decided(transfer_id: int) -> None:
    state, by = (
        session()
        .execute(
            sa.select(BudgetTransfer.state, sa.func.coalesce(Employee.name, ""))
            .outerjoin(Employee, Employee.id == BudgetTransfer.decided_by_id)
            .where(BudgetTransfer.id == transfer_id)
        )
        .one()
    )
    raise TransferDecided(state=state.value, by=by)
