"""Where a line of a redemption may be, and the one table of moves between those places."""

from enum import StrEnum


class LineState(StrEnum):
    PENDING_APPROVAL = "pending_approval"
    APPROVED = "approved"
    FULFILLING = "fulfilling"
    FULFILLED = "fulfilled"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    FAILED = "failed"
    REFUNDED = "refunded"

    @property
    def label(self) -> str:
        """The state in words."""
        return _LABELS[self]


_LABELS = {
    LineState.PENDING_APPROVAL: "Waiting for approval",
    LineState.APPROVED: "Approved",
    LineState.FULFILLING: "Being prepared",
    LineState.FULFILLED: "Ready",
    LineState.DECLINED: "Declined",
    LineState.WITHDRAWN: "Withdrawn",
    LineState.EXPIRED: "Ended without an answer",
    LineState.CANCELLED: "Canceled",
    LineState.FAILED: "Not delivered",
    LineState.REFUNDED: "Refunded",
}

_S = LineState

OPENING = frozenset({_S.PENDING_APPROVAL, _S.APPROVED})

MOVES: dict[LineState, frozenset[LineState]] = {
    _S.PENDING_APPROVAL: frozenset({_S.APPROVED, _S.DECLINED, _S.WITHDRAWN, _S.EXPIRED}),
    _S.APPROVED: frozenset({_S.FULFILLING, _S.CANCELLED, _S.FAILED}),
    _S.FULFILLING: frozenset({_S.FULFILLED, _S.CANCELLED, _S.FAILED}),
    _S.FULFILLED: frozenset({_S.REFUNDED}),
    _S.DECLINED: frozenset(),
    _S.WITHDRAWN: frozenset(),
    _S.EXPIRED: frozenset(),
    _S.CANCELLED: frozenset(),
    _S.FAILED: frozenset(),
    _S.REFUNDED: frozenset(),
}

# What a state means for the points, the place and the budget that the line took.
RESERVED = frozenset({_S.PENDING_APPROVAL, _S.APPROVED, _S.FULFILLING})
SPENT = frozenset({_S.FULFILLED})
AFTER_SPENDING = frozenset({_S.FULFILLED, _S.REFUNDED})
GIVEN_BACK = frozenset(LineState) - RESERVED - SPENT


class RefundCause(StrEnum):
    """Why points came back after they were spent."""

    CANCELED = "canceled"
    NOT_DELIVERED = "not_delivered"
    LOST = "lost"
    FAULTY = "faulty"
    SENT_BACK = "sent_back"
    GOODWILL = "goodwill"
    NOT_WORKING = "not_working"
    CALLED_OFF = "called_off"

    @property
    def label(self) -> str:
        """The cause in words."""
        return _CAUSES[self]


_CAUSES = {
    RefundCause.CANCELED: "Canceled",
    RefundCause.NOT_DELIVERED: "Not delivered",
    RefundCause.LOST: "Lost on its way",
    RefundCause.FAULTY: "Came broken or wrong",
    RefundCause.SENT_BACK: "Sent back",
    RefundCause.GOODWILL: "As a goodwill",
    RefundCause.NOT_WORKING: "It did not work",
    RefundCause.CALLED_OFF: "Called off",
}


def may_move(current: LineState, to: LineState) -> bool:
    """Whether the table allows the move."""
    return to in MOVES[current]
