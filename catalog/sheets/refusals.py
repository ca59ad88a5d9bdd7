"""A cell that can't be taken in."""


class RowRefused(Exception):
    """The column, what stands there, what is wrong with it, and what to enter instead."""

    def __init__(self, column: str, value: object, fact: str, enter: str) -> None:
        super().__init__(fact)
        self.column, self.value = column, "" if value is None else str(value)
        self.fact, self.enter = fact, enter
