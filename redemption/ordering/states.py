"""Where an order at a provider may be, and the moves between those places."""

from enum import StrEnum


class OrderState(StrEnum):
    """How far one order is. `asked`: sent, perhaps; what became of it is looked up first.

    `replaced`: another order, asked for in its place, stands for its unit. Its own code counts
    until that one is delivered.
    """

    WANTED = "wanted"
    ASKED = "asked"
    PENDING = "pending"
    NO_FUNDS = "no_funds"
    HELD = "held"
    REFUSED = "refused"
    QUARANTINED = "quarantined"
    DELIVERED = "delivered"
    REPLACED = "replaced"
    CANCELLING = "cancelling"
    CANCELED = "canceled"
    LEFTOVER = "leftover"

    @property
    def label(self) -> str:
        """The state in words, for the desk."""
        return _LABELS[self]

    @property
    def tone(self) -> str:
        """The tone of its pill."""
        return _TONES.get(self, "info")


class HookVerdict(StrEnum):
    """What came of an event that a provider sent."""

    TAKEN = "taken"
    STALE = "stale"
    UNKNOWN = "unknown"


class Difference(StrEnum):
    """How a provider's list and ours differ over one order."""

    MISSING_HERE = "missing_here"
    MISSING_THERE = "missing_there"
    AMOUNT = "amount"
    CHARGE = "charge"
    STATE = "state"

    @property
    def label(self) -> str:
        """The difference in words."""
        return {
            Difference.MISSING_HERE: "Only the provider knows it",
            Difference.MISSING_THERE: "The provider does not know it",
            Difference.AMOUNT: "Other amount",
            Difference.CHARGE: "Charged more than quoted",
            Difference.STATE: "Other state",
        }[self]


_S = OrderState
_LABELS = {
    _S.WANTED: "About to be ordered",
    _S.ASKED: "Being ordered",
    _S.PENDING: "The provider works on it",
    _S.NO_FUNDS: "Waiting for company funds",
    _S.HELD: "Needs a person",
    _S.REFUSED: "Refused by the provider",
    _S.QUARANTINED: "Locked away, not shown",
    _S.DELIVERED: "Delivered",
    _S.REPLACED: "Replaced by another",
    _S.CANCELLING: "Being canceled",
    _S.CANCELED: "Canceled",
    _S.LEFTOVER: "Paid for, given to nobody",
}
_TONES = {
    _S.NO_FUNDS: "warn",
    _S.HELD: "danger",
    _S.REFUSED: "danger",
    _S.QUARANTINED: "danger",
    _S.DELIVERED: "ok",
    _S.CANCELED: "neutral",
    _S.REPLACED: "neutral",
    _S.LEFTOVER: "warn",
}
MOVES: dict[OrderState, frozenset[OrderState]] = {
    _S.WANTED: frozenset({_S.ASKED, _S.HELD, _S.CANCELED}),
    _S.ASKED: frozenset(
        {
            *(_S.ASKED, _S.PENDING, _S.NO_FUNDS, _S.HELD, _S.REFUSED, _S.QUARANTINED),
            *(_S.DELIVERED, _S.CANCELLING),
        }
    ),
    _S.PENDING: frozenset(
        {
            *(_S.PENDING, _S.HELD, _S.REFUSED, _S.QUARANTINED, _S.DELIVERED),
            *(_S.CANCELLING,),
        }
    ),
    _S.NO_FUNDS: frozenset({_S.ASKED, _S.CANCELLING}),
    _S.HELD: frozenset({_S.ASKED, _S.PENDING, _S.CANCELLING}),
    _S.REFUSED: frozenset(),
    _S.QUARANTINED: frozenset(),
    _S.DELIVERED: frozenset({_S.CANCELLING, _S.REPLACED}),
    _S.REPLACED: frozenset({_S.DELIVERED}),
    _S.CANCELLING: frozenset({_S.CANCELLING, _S.CANCELED, _S.LEFTOVER}),
    _S.CANCELED: frozenset(),
    _S.LEFTOVER: frozenset(),
}
GONE = frozenset({_S.REFUSED, _S.CANCELED, _S.LEFTOVER, _S.REPLACED})
"""What stands for its unit no more, so that another order may."""
AWAITED = frozenset({_S.WANTED, _S.ASKED, _S.PENDING, _S.CANCELLING})
"""What the machine goes on with by itself when its time comes."""
PERHAPS_THERE = frozenset({_S.ASKED, _S.PENDING, _S.NO_FUNDS, _S.HELD, _S.DELIVERED})
"""What the provider may have, so that taking it back has to ask the provider."""
FOR_A_PERSON = frozenset({_S.HELD, _S.REFUSED, _S.QUARANTINED})
