"""Where the work on a line and a booking may be, and the moves between those places."""

from enum import StrEnum


class Work(StrEnum):
    """What has to be done by somebody. `issue`: the machine could not do it alone."""

    PARCEL = "parcel"
    BOOKING = "booking"
    COURSE = "course"
    LEAVE = "leave"
    TRANSFER = "transfer"
    ISSUE = "issue"

    @property
    def label(self) -> str:
        """The work in words."""
        return _WORK_LABELS[self]


class TaskState(StrEnum):
    """How far the work is."""

    TO_DO = "to_do"
    PACKED = "packed"
    PARTLY_SENT = "partly_sent"
    SENT = "sent"
    DELIVERED = "delivered"
    BOOKED = "booked"
    DONE = "done"
    COMPLETED = "completed"
    PROBLEM = "problem"
    CLOSED = "closed"

    @property
    def label(self) -> str:
        """The state in words."""
        return _LABELS[self]


class ShipmentState(StrEnum):
    """Where one parcel is.

    `lost`: it did not come or, where it has a time of arrival, not as it should. `replaced` and
    `refunded` were lost: sent again, or given back.
    """

    SENT = "sent"
    DELIVERED = "delivered"
    LOST = "lost"
    REPLACED = "replaced"
    REFUNDED = "refunded"

    @property
    def label(self) -> str:
        """The state in words."""
        return _SHIPMENT_LABELS[self]


class Trouble(StrEnum):
    """What is wrong with a parcel, as who gets it says."""

    MISSING = "missing"
    BROKEN = "broken"
    WRONG = "wrong"

    @property
    def label(self) -> str:
        """The trouble in words."""
        return _TROUBLES[self]

    @property
    def has_come(self) -> bool:
        """Whether something arrived all the same."""
        return self is not Trouble.MISSING

    def said(self, words: str) -> str:
        """The trouble with what its person adds: `It came broken: the handle is off`."""
        return f"{self.label}: {words.strip()}" if words.strip() else f"{self.label}."


class View(StrEnum):
    """The three piles of the desk."""

    TO_DO = "to_do"
    SENT = "sent"
    PROBLEM = "problem"

    @property
    def label(self) -> str:
        """The pile in words."""
        return {"to_do": "To do", "sent": "Sent, booked and done", "problem": "Problem"}[self.value]


class Whose(StrEnum):
    """Whose tasks are wanted."""

    MINE = "mine"
    NOBODY = "nobody"

    @property
    def label(self) -> str:
        """The choice in words."""
        return {"mine": "Mine", "nobody": "Nobody’s yet"}[self.value]


_S = TaskState
_WORK_LABELS = {
    Work.PARCEL: "Parcel",
    Work.BOOKING: "Booking",
    Work.COURSE: "Course booking",
    Work.LEAVE: "Leave entry",
    Work.TRANSFER: "Transfer",
    Work.ISSUE: "Needs a person",
}
_LABELS = {
    _S.TO_DO: "To do",
    _S.PACKED: "Packed",
    _S.PARTLY_SENT: "Partly sent",
    _S.SENT: "Sent",
    _S.DELIVERED: "Delivered",
    _S.BOOKED: "Booked",
    _S.DONE: "Done",
    _S.COMPLETED: "Completed",
    _S.PROBLEM: "Problem",
    _S.CLOSED: "Closed",
}
TONES = {
    _S.TO_DO: "info",
    _S.PACKED: "info",
    _S.PARTLY_SENT: "info",
    _S.SENT: "ok",
    _S.DELIVERED: "ok",
    _S.BOOKED: "ok",
    _S.DONE: "ok",
    _S.COMPLETED: "ok",
    _S.PROBLEM: "danger",
    _S.CLOSED: "neutral",
}
_TROUBLES = {
    Trouble.MISSING: "It has not arrived",
    Trouble.BROKEN: "It came broken or incomplete",
    Trouble.WRONG: "Something else came",
}
_SHIPMENT_LABELS = {
    ShipmentState.SENT: "On its way",
    ShipmentState.DELIVERED: "Arrived",
    ShipmentState.LOST: "Being looked into",
    ShipmentState.REPLACED: "Sent again",
    ShipmentState.REFUNDED: "Points given back",
}
SHIPMENT_TONES = {
    ShipmentState.SENT: "info",
    ShipmentState.DELIVERED: "ok",
    ShipmentState.LOST: "danger",
    ShipmentState.REPLACED: "neutral",
    ShipmentState.REFUNDED: "neutral",
}
SHIPMENT_MOVES: dict[ShipmentState, frozenset[ShipmentState]] = {
    ShipmentState.SENT: frozenset({ShipmentState.DELIVERED, ShipmentState.LOST}),
    ShipmentState.DELIVERED: frozenset({ShipmentState.LOST}),
    ShipmentState.LOST: frozenset(
        {ShipmentState.DELIVERED, ShipmentState.REPLACED, ShipmentState.REFUNDED}
    ),
    ShipmentState.REPLACED: frozenset(),
    ShipmentState.REFUNDED: frozenset(),
}
UNDERWAY = frozenset({ShipmentState.SENT, ShipmentState.LOST})
"""Parcels that left and did not arrive."""

MOVES: dict[TaskState, frozenset[TaskState]] = {
    _S.TO_DO: frozenset(
        {_S.PACKED, _S.PARTLY_SENT, _S.SENT, _S.BOOKED, _S.DONE, _S.PROBLEM, _S.CLOSED}
    ),
    _S.PACKED: frozenset({_S.PARTLY_SENT, _S.SENT, _S.PROBLEM, _S.CLOSED}),
    _S.PARTLY_SENT: frozenset({_S.PARTLY_SENT, _S.SENT, _S.PROBLEM, _S.CLOSED}),
    _S.SENT: frozenset({_S.DELIVERED, _S.PROBLEM, _S.CLOSED}),
    _S.DELIVERED: frozenset({_S.PROBLEM, _S.CLOSED}),
    _S.BOOKED: frozenset({_S.PROBLEM, _S.CLOSED}),
    _S.DONE: frozenset({_S.COMPLETED, _S.PROBLEM, _S.CLOSED}),
    _S.COMPLETED: frozenset({_S.PROBLEM, _S.CLOSED}),
    _S.PROBLEM: frozenset(
        {_S.TO_DO, _S.PARTLY_SENT, _S.SENT, _S.BOOKED, _S.DELIVERED, _S.DONE, _S.CLOSED}
    ),
    _S.CLOSED: frozenset(),
}
VIEWS: dict[View, frozenset[TaskState]] = {
    View.TO_DO: frozenset({_S.TO_DO, _S.PACKED, _S.PARTLY_SENT}),
    View.SENT: frozenset({_S.SENT, _S.BOOKED, _S.DELIVERED, _S.DONE, _S.COMPLETED}),
    View.PROBLEM: frozenset({_S.PROBLEM}),
}
