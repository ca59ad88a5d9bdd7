"""The words of budgets."""

from enum import StrEnum


class BudgetPurpose(StrEnum):
    """What may draw on a budget: points given, or rewards chosen."""

    AWARDS = "awards"
    REWARDS = "rewards"


class Every(StrEnum):
    """How often a budget is refilled, by the calendar."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"

    @property
    def label(self) -> str:
        """The rhythm in words."""
        return f"Every {self.value}"


class Leftover(StrEnum):
    """What becomes of points that are left when a budget is refilled."""

    KEPT = "kept"
    LAPSES = "lapses"

    @property
    def label(self) -> str:
        """What happens, in words."""
        return "What is left stays" if self is Leftover.KEPT else "What is left lapses first"


class TransferState(StrEnum):
    """Where a transfer between budgets stands: somebody asks, somebody else decides."""

    ASKED = "asked"
    APPROVED = "approved"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        """The state in words."""
        return "Waits for a second person" if self is TransferState.ASKED else self.capitalize()


class EntryKind(StrEnum):
    """Why a budget changed."""

    FUND = "fund"
    RESERVE = "reserve"
    RELEASE = "release"
    SPEND_RESERVED = "spend_reserved"
    SPEND = "spend"
    GIVE_BACK = "give_back"
