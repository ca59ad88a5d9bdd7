"""Why a message can't be sent or stopped: the fact and what to do."""

from marketplace.kernel.errors import DomainError


class NoLongerPlanned(DomainError):
    """It is being sent, was sent, or was cancelled."""

    code = "no_longer_planned"

    def __init__(self, state: str) -> None:
        super().__init__(
            f"This message can't be stopped any more: {state.lower()}. Nothing was changed."
        )
