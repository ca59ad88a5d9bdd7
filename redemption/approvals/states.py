"""Where an approval step may be, and what an approver may answer."""

from enum import StrEnum


class StepState(StrEnum):
    WAITING = "waiting"  # its turn has not come
    OPEN = "open"  # somebody is asked
    DECIDED = "decided"  # answered; the effect still waits for Undo to pass
    APPROVED = "approved"
    DECLINED = "declined"
    CLOSED = "closed"  # the request ended another way


class Verdict(StrEnum):
    APPROVE = "approve"
    DECLINE = "decline"
    UNDO = "undo"


class NoteKind(StrEnum):
    QUESTION = "question"
    ANSWER = "answer"
    REMINDER = "reminder"


class Asks(StrEnum):
    """Whom a step of a policy asks."""

    MANAGER = "manager"
    TRAVEL_APPROVER = "travel_approver"
    PROGRAM_MANAGER = "program_manager"


_S = StepState

MOVES: dict[StepState, frozenset[StepState]] = {
    _S.WAITING: frozenset({_S.OPEN, _S.CLOSED}),
    _S.OPEN: frozenset({_S.DECIDED, _S.CLOSED}),
    _S.DECIDED: frozenset({_S.OPEN, _S.APPROVED, _S.DECLINED, _S.CLOSED}),
    _S.APPROVED: frozenset(),
    _S.DECLINED: frozenset(),
    _S.CLOSED: frozenset(),
}

UNSETTLED = frozenset({_S.WAITING, _S.OPEN, _S.DECIDED})
