"""Why a task at the desk can't move, and what that means for the points."""

from marketplace.kernel.errors import DomainError
from redemption.fulfillment.states import TaskState


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
