"""Why a task at the desk can't move, and what that means for the points."""

from marketplace.kernel.errors import BadInput, DomainError
from redemption.fulfillment.states import ShipmentState, TaskState


class TaskMoved(DomainError):
    """Somebody was faster, or the request ended meanwhile."""

    code = "task_moved"

    def __init__(self, state: TaskState) -> None:
        super().__init__(
            f"This is {state.label.lower()} by now, so that step no longer fits. "
            "Nothing was changed. Look at the page again.",
            state=state,
        )


class RequestEnded(DomainError):
    """The person took the request back before the desk was done."""

    code = "request_ended"

    def __init__(self, words: str) -> None:
        super().__init__(
            f"This request is {words.lower()} by now, so nothing has to go out. "
            "The points are where that left them.",
        )


class ParcelMoved(DomainError):
    """Somebody was faster with this parcel."""

    code = "parcel_moved"

    def __init__(self, state: ShipmentState) -> None:
        super().__init__(
            f"This parcel is “{state.label.lower()}” by now, so that step no longer fits. "
            "Nothing was changed. Look at the page again.",
            state=state,
        )


class AlreadyKnown(DomainError):
    """The desk looks into a parcel already, or has made it good."""

    code = "already_known"

    def __init__(self, state: ShipmentState) -> None:
        known = "The desk is looking into it already"
        done = f"This is settled: {state.label.lower()}"
        super().__init__(
            f"{known if state is ShipmentState.LOST else done}. Nothing was changed.", state=state
        )


class SeenCodes(DomainError):
    """Codes that were read stay good for who read them, whatever we give back."""

    code = "seen_codes"

    def __init__(self, seen: int) -> None:
        super().__init__(
            f"{seen} codes of this request were read, and one that works stays good. Give back one "
            "by one what does not work, on the page of what was said about it. No points moved.",
            seen=seen,
        )


class NothingToSend(DomainError):
    """More units would leave than are left to send."""

    code = "nothing_to_send"

    def __init__(self, asked: int, left: int) -> None:
        super().__init__(
            f"{asked:,} can't leave: {left:,} of this request still have to be sent. "
            "Nothing was changed. Enter that number or fewer.",
            asked=asked,
            left=left,
            field="units",
        )


class AllArrived(DomainError):
    """What arrived comes back as a return, not as something that was never delivered."""

    code = "all_arrived"

    def __init__(self) -> None:
        super().__init__(
            "Everything of this request has arrived, so nothing is left that was not delivered. "
            "Nothing was changed. Take it back as a return, or give points as a goodwill."
        )


class CameBack(DomainError):
    """What was sent back has arrived before, so it is not lost."""

    code = "came_back"

    def __init__(self) -> None:
        super().__init__(
            "Units of this parcel were sent back or are about to be, so it did arrive. "
            "Nothing was changed. Look at the returns of this request."
        )


class WrongProof(BadInput):
    """What was entered does not prove this kind of work."""

    code = "wrong_proof"
