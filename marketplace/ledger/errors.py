"""What the ledger refuses, in words for the person whose points they are."""

from marketplace.kernel.errors import DomainError
from marketplace.ledger.states import HoldState

_ENDED = {
    HoldState.CAPTURED: "were already spent",
    HoldState.RELEASED: "were already given back",
    HoldState.LAPSED: "already went back when their time was up",
    HoldState.REFUNDED: "were already refunded",
    HoldState.OPEN: "are still set aside",
}


class InsufficientPoints(DomainError):
    """There is less to spend than the request needs."""

    code = "insufficient_points"

    def __init__(self, *, needed: int, available: int) -> None:
        super().__init__(
            f"You need {needed - available:,} more points: this takes {needed:,} and you have "
            f"{available:,}. Nothing was spent.",
            needed=needed,
            available=available,
        )
        self.available = available


class HoldResolved(DomainError):
    """A hold ends once; somebody else was first."""

    code = "hold_resolved"

    def __init__(self, state: HoldState) -> None:
        self.state = state
        super().__init__(f"These points {_ENDED[state]}. Nothing was changed.", state=str(state))


class RefundTooLarge(DomainError):
    """More would come back than was spent."""

    code = "refund_too_large"

    def __init__(self, *, asked: int, left: int) -> None:
        super().__init__(
            f"{asked:,} points are more than the {left:,} that were spent on this and are not back "
            "yet. Nothing was changed.",
            asked=asked,
            left=left,
        )


class HoldNotDue(DomainError):
    """A hold lapses when its time is up, not before."""

    code = "hold_not_due"

    def __init__(self) -> None:
        super().__init__("These points are set aside for longer than this. Nothing was changed.")


class SourceKeyReused(DomainError):
    """The same source came again with other points or another person."""

    code = "source_key_reused"

    def __init__(self, source_key: str) -> None:
        super().__init__(
            f"“{source_key}” was posted before with other points or for somebody else. Post the "
            "difference under a key of its own. Nothing was granted.",
            source_key=source_key,
        )
