"""Where an approval step may be, and what an approver may answer."""

from enum import StrEnum


class StepState(StrEnum):
    WAITING = "waiting"  # its turn has not come
    OPEN = "open"  # somebody is asked
    DECIDED = "decided"  # answered; the effect still waits for Undo to pass
    APPROVED = "approved"
    DECLINED = "declined"
    CLOSED = "closed"  # not needed any more: others said yes, or the request ended another way


class Verdict(StrEnum):
    APPROVE = "approve"
    DECLINE = "decline"
    UNDO = "undo"


class NoteKind(StrEnum):
    QUESTION = "question"
    ANSWER = "answer"
    REMINDER = "reminder"


class Asks(StrEnum):
    """Whom a step of a policy asks; which pool, the step says."""

    MANAGER = "manager"
    SECOND_MANAGER = "second_manager"
    BUDGET_OWNER = "budget_owner"
    FINANCE = "finance"
    TRAVEL_APPROVER = "travel_approver"
    PROGRAM_MANAGER = "program_manager"
    POOL = "pool"

    @property
    def words(self) -> str:
        """Who that is: `the manager’s manager`."""
        return _WHO[self]

    @property
    def many(self) -> str:
        """All of those: `the travel approvers`; empty where that is one person."""
        return _MANY.get(self, "")

    @property
    def via(self) -> str:
        """What somebody is asked as who is not asked in another's place."""
        return "manager above" if self is Asks.SECOND_MANAGER else self.value.replace("_", " ")


_WHO = {
    Asks.MANAGER: "the manager",
    Asks.SECOND_MANAGER: "the manager’s manager",
    Asks.BUDGET_OWNER: "the owner of the budget",
    Asks.FINANCE: "someone in finance",
    Asks.TRAVEL_APPROVER: "a travel approver",
    Asks.PROGRAM_MANAGER: "a program manager",
    Asks.POOL: "someone of a pool",
}
_MANY = {
    Asks.FINANCE: "finance",
    Asks.TRAVEL_APPROVER: "the travel approvers",
    Asks.PROGRAM_MANAGER: "the program managers",
    Asks.POOL: "a pool",
}


_S = StepState

MOVES: dict[StepState, frozenset[StepState]] = {
    _S.WAITING: frozenset({_S.OPEN, _S.CLOSED}),
    _S.OPEN: frozenset({_S.DECIDED, _S.APPROVED, _S.CLOSED}),  # approved: by its policy
    _S.DECIDED: frozenset({_S.OPEN, _S.APPROVED, _S.DECLINED, _S.CLOSED}),
    _S.APPROVED: frozenset(),
    _S.DECLINED: frozenset(),
    _S.CLOSED: frozenset({_S.OPEN}),  # the yes that made it needless was taken back
}

ASKED = frozenset({_S.OPEN, _S.DECIDED})
UNSETTLED = frozenset({_S.WAITING, _S.OPEN, _S.DECIDED})
