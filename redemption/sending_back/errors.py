"""Why something can't be sent back, or a step with it no longer fits."""

from marketplace.kernel.errors import DomainError
from redemption.sending_back.states import ReturnState


class NotReturnable(DomainError):
    """The terms or the time do not allow it."""

    code = "not_returnable"

    def __init__(self, text: str, **facts: object) -> None:
        super().__init__(f"{text} Your points are unchanged.", **facts)


class ReturnMoved(DomainError):
    """Somebody was faster with this return."""

    code = "return_moved"

    def __init__(self, state: ReturnState) -> None:
        super().__init__(
            f"This return is “{state.label.lower()}” by now, so that step no longer fits. "
            "Nothing was changed. Look at the page again.",
            state=state,
        )
