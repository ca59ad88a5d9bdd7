"""Where a payment, a refund and an event may stand, and the one table of moves of each."""

from enum import StrEnum


class PaymentPurpose(StrEnum):
    """What a payment is for; whoever it is for says what becomes of it (`purposes`)."""

    TOP_UP = "top_up"


class PaymentState(StrEnum):
    """How far a payment is. `asked`: sent, perhaps; what became of it is looked up first.

    `late`: the money came after it was given up and goes back by itself.
    """

    WANTED = "wanted"
    ASKED = "asked"
    OPEN = "open"
    PAID = "paid"
    FAILED = "failed"
    EXPIRED = "expired"
    CANCELED = "canceled"
    LATE = "late"
    HELD = "held"

    @property
    def label(self) -> str:
        """The state in words."""
        return _LABELS[self]

    @property
    def tone(self) -> str:
        """The tone of its pill."""
        return _TONES[self]


class RefundState(StrEnum):
    """How far money on its way back is. `asked`: sent, perhaps."""

    WANTED = "wanted"
    ASKED = "asked"
    DONE = "done"
    FAILED = "failed"

    @property
    def label(self) -> str:
        """The state in words."""
        return _REFUND_LABELS[self]

    @property
    def tone(self) -> str:
        """The tone of its pill."""
        return {"done": "ok", "failed": "danger"}.get(self.value, "info")


class Card(StrEnum):
    """The cards one can try with in the sandbox."""

    PAYS = "pays"
    DECLINED = "declined"
    LEAVES = "leaves"


class EventVerdict(StrEnum):
    """What came of an event that was signed as it should be."""

    TAKEN = "taken"
    UNKNOWN = "unknown"
    OTHER_MODE = "other_mode"


class Difference(StrEnum):
    """How Stripe's list and ours differ over one payment."""

    MISSING_HERE = "missing_here"
    MISSING_THERE = "missing_there"
    AMOUNT = "amount"
    STATE = "state"
    REFUNDED = "refunded"

    @property
    def label(self) -> str:
        """The difference in words."""
        return {
            Difference.MISSING_HERE: "Only Stripe knows it",
            Difference.MISSING_THERE: "Stripe does not know it",
            Difference.AMOUNT: "Other amount",
            Difference.STATE: "Other state",
            Difference.REFUNDED: "Other sum given back",
        }[self]


_S, _R = PaymentState, RefundState
_LABELS = {
    _S.WANTED: "Being prepared",
    _S.ASKED: "Being prepared",
    _S.OPEN: "Not paid yet",
    _S.PAID: "Paid",
    _S.FAILED: "Could not be opened",
    _S.EXPIRED: "Not paid in time",
    _S.CANCELED: "Called off",
    _S.LATE: "Paid too late, goes back",
    _S.HELD: "Needs a person",
}
_TONES = {
    _S.WANTED: "info",
    _S.ASKED: "info",
    _S.OPEN: "warn",
    _S.PAID: "ok",
    _S.FAILED: "danger",
    _S.EXPIRED: "neutral",
    _S.CANCELED: "neutral",
    _S.LATE: "warn",
    _S.HELD: "danger",
}
_REFUND_LABELS = {
    _R.WANTED: "Goes back",
    _R.ASKED: "Goes back",
    _R.DONE: "Given back",
    _R.FAILED: "Could not go back",
}
MOVES: dict[PaymentState, frozenset[PaymentState]] = {
    _S.WANTED: frozenset({_S.ASKED, _S.CANCELED}),
    _S.ASKED: frozenset({_S.OPEN, _S.PAID, _S.FAILED, _S.EXPIRED, _S.HELD}),
    _S.OPEN: frozenset({_S.PAID, _S.EXPIRED, _S.CANCELED, _S.HELD}),
    _S.PAID: frozenset(),
    _S.FAILED: frozenset({_S.LATE, _S.HELD}),
    _S.EXPIRED: frozenset({_S.LATE, _S.HELD}),
    _S.CANCELED: frozenset({_S.LATE, _S.HELD}),
    _S.LATE: frozenset(),
    _S.HELD: frozenset(),
}
REFUND_MOVES: dict[RefundState, frozenset[RefundState]] = {
    _R.WANTED: frozenset({_R.ASKED}),
    _R.ASKED: frozenset({_R.DONE, _R.FAILED}),
    _R.DONE: frozenset({_R.FAILED}),  # a bank may send it back days later
    _R.FAILED: frozenset(),
}
GIVEN_UP = frozenset({_S.FAILED, _S.EXPIRED, _S.CANCELED})
"""What nobody waits for any more; money that comes for it goes back."""
UNDER_WAY = frozenset({_S.WANTED, _S.ASKED, _S.OPEN})
"""What the machine goes on with by itself."""
CAPTURED = frozenset({_S.PAID, _S.LATE})
"""Where the money was taken."""


def may_move(start: PaymentState, to: PaymentState) -> bool:
    """Whether a payment may go from one state to another."""
    return to in MOVES[start]


def may_move_refund(start: RefundState, to: RefundState) -> bool:
    """Whether a refund may go from one state to another."""
    return to in REFUND_MOVES[start]
