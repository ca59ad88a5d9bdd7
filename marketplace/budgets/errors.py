"""What a budget refuses, with the numbers."""

from marketplace.kernel.db import LARGEST_AMOUNT
from marketplace.kernel.errors import DomainError


class BudgetExceeded(DomainError):
    """A budget has less left than is needed. Nothing happened."""

    code = "budget_exceeded"

    def __init__(self, budget_id: int, *, needed: int, left: int, name: str) -> None:
        self.budget_id, self.needed, self.left, self.name = budget_id, needed, left, name
        missing = needed - left
        super().__init__(
            f"This needs {needed:,} points. The budget “{name}” has {left:,} left, so "
            f"{missing:,} {'is' if missing == 1 else 'are'} missing. Nothing was given or spent.",
            needed=needed,
            left=left,
            budget=name,
        )


class BudgetCommitted(DomainError):
    """A budget cannot be lowered below what is reserved and spent."""

    code = "budget_committed"

    def __init__(self, *, lowered_by: int, left: int, name: str) -> None:
        super().__init__(
            f"“{name}” can be lowered by {left:,} points at most, not by {lowered_by:,}: the rest "
            "is reserved or spent. Nothing was changed.",
            lowered_by=lowered_by,
            left=left,
            budget=name,
        )


class BudgetMismatch(DomainError):
    """More is to go back to a budget, or out of its reserve, than it holds there."""

    code = "budget_mismatch"

    def __init__(self, *, points: int, name: str) -> None:
        super().__init__(
            f"“{name}” never gave as many as {points:,} points for this, so they can't go back to "
            "it. Nothing was changed.",
            points=points,
            budget=name,
        )


class BudgetFull(DomainError):
    """More points than a budget can count."""

    code = "budget_full"

    def __init__(self, *, points: int, amount: int, name: str) -> None:
        super().__init__(
            f"“{name}” has {amount:,} points and can have {LARGEST_AMOUNT:,} at most, so "
            f"{points:,} more don't fit. Nothing was added.",
            points=points,
            amount=amount,
            budget=name,
        )


class ReferenceReused(DomainError):
    """The same change came again with other points."""

    code = "reference_reused"

    def __init__(self, *, points: int, before: int) -> None:
        super().__init__(
            f"This was entered before with {before:,} points, not {points:,}. Enter the difference "
            "under a key of its own. Nothing was changed.",
            points=points,
            before=before,
        )


class TransferDecided(DomainError):
    """Somebody else was there first."""

    code = "transfer_decided"

    def __init__(self, *, state: str, by: str) -> None:
        who = f" by {by}" if by else ""
        super().__init__(
            f"This transfer is {state} already{who}. Nothing was changed.", state=state
        )
