"""Why somebody can't be moved between activities: the fact and what to do."""

from marketplace.kernel.errors import DomainError


class LeftMeanwhile(DomainError):
    """They have no place any more on what they were to be moved from."""

    code = "left_meanwhile"

    def __init__(self, called: str) -> None:
        super().__init__(
            f"{called} left it, or somebody moved them, since you opened this page. It shows now "
            "who is there; move them again if that is wrong. Nobody was moved by you."
        )
