"""What stands against moving points between budgets."""

from marketplace.access.actor import Actor
from marketplace.budgets.queries import BudgetLeft


def transfer_obstacle(giver: BudgetLeft, taker: BudgetLeft) -> str | None:
    """Why points cannot go from one budget to the other, and what to do; None when they can."""
    if giver.budget_id == taker.budget_id:
        return "Choose two different budgets."
    if giver.purpose is not taker.purpose:
        return (
            f"“{giver.name}” pays for {giver.purpose.value} and “{taker.name}” for "
            f"{taker.purpose.value}. Choose two that pay for the same."
        )
    return None


def deciding_obstacle(actor: Actor, asked_by_id: int) -> str | None:
    """Why this person cannot decide on a transfer; None when they can."""
    if actor.id == asked_by_id:
        return "You asked for this transfer, so somebody else has to decide."
    return None
