"""Why something can't be given, or a gift can't be answered."""

from marketplace.kernel.errors import BadInput, DomainError


class NoGift(DomainError):
    """Some rewards are for oneself; `text` says why."""

    code = "no_gift"

    def __init__(self, text: str) -> None:
        super().__init__(f"{text} Nothing has been spent.")


class NotToThem(BadInput):
    """Nobody gives to oneself, to people who left, or what a colleague may not have."""

    code = "not_to_them"

    def __init__(self, name: str) -> None:
        super().__init__(
            f"This can't be given to {name}. Choose another colleague or another reward. "
            "Nothing has been spent."
        )


class NotAnswerable(DomainError):
    """The gift was answered, taken back, or its days are over."""

    code = "not_answerable"

    def __init__(self, text: str) -> None:
        super().__init__(f"{text} Nothing was changed.")
