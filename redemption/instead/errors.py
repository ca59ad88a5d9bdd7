"""Why something can't be marked as missing, or not be chosen: the fact, what to do, the points."""

from marketplace.kernel.errors import DomainError


class CannotMark(DomainError):
    """It is no thing of which one could be missing, or it is on its way."""

    code = "cannot_mark"


class ChosenAlready(DomainError):
    """There is nothing to choose any more."""

    code = "chosen_already"

    def __init__(self) -> None:
        super().__init__(
            "There is nothing to choose here any more: look at your request for where it stands. "
            "Nothing was changed."
        )


class OnItsWay(DomainError):
    """There was one after all."""

    code = "on_its_way"

    def __init__(self) -> None:
        super().__init__(
            "There was one after all, and it is being prepared. Nothing was changed, and your "
            "points are still set aside for it."
        )


class NoSubstitute(DomainError):
    """It costs more, or is something else altogether."""

    code = "no_substitute"
