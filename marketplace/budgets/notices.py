"""Letters about transfers: to those who may agree, and back to who asked."""

from datetime import datetime

from marketplace.access.roles import Permission
from marketplace.budgets.models import BudgetTransfer
from marketplace.budgets.queries import budget_left
from marketplace.budgets.states import TransferState
from marketplace.kernel.db import session
from marketplace.people.deciders import remedy_for, those_who_may
from marketplace.people.queries import people_by_id
from marketplace.web.filters import points_word
from marketplace.web.letters import page_link, write_letter


def tell_transfer(transfer_id: int, state: TransferState, *, at: datetime) -> None:
    """Ask those who may decide, or tell who asked what became of it; each once."""
    transfer = session().get_one(BudgetTransfer, transfer_id)
    if state is TransferState.ASKED and transfer.state is not TransferState.ASKED:
        return
    giver, taker = budget_left(transfer.from_id), budget_left(transfer.to_id)
    people = people_by_id({transfer.asked_by_id, transfer.decided_by_id or transfer.asked_by_id})
    asker = people[transfer.asked_by_id]
    others = [one for one in those_who_may(Permission.BUDGETS_MANAGE) if one.id != asker.id]
    is_asked = state is TransferState.ASKED
    readers = (others or [asker]) if is_asked else [asker]
    for reader in readers:
        if reader.is_active:
            write_letter(
                "budget_transfer",
                to=reader,
                key=f"budget_transfer:{transfer_id}:{state.value}:{reader.id}",
                at=at,
                state=state,
                points=points_word(transfer.points),
                giver=giver,
                taker=taker,
                reason=transfer.reason,
                note=transfer.note,
                asker=asker.name,
                decider=people[transfer.decided_by_id].name if transfer.decided_by_id else "",
                remedy=remedy_for(Permission.BUDGETS_MANAGE) if is_asked and not others else "",
                href=page_link("transfers.overview"),
            )
