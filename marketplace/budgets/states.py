"""The words of budgets."""

from enum import StrEnum


class BudgetPurpose(StrEnum):
    """What may draw on a budget: points given, or rewards chosen."""

    AWARDS = "awards"
    REWARDS = "rewards"


class EntryKind(StrEnum):
    """Why a budget changed."""

    FUND = "fund"
    RESERVE = "reserve"
    RELEASE = "release"
    SPEND_RESERVED = "spend_reserved"
    SPEND = "spend"
    GIVE_BACK = "give_back"
