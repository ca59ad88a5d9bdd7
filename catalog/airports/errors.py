"""What is refused about airports: the fact and what to do."""

from collections.abc import Sequence

from marketplace.kernel.errors import BadInput


class NoSuchAirport(BadInput):
    """No airport is called that."""

    code = "no_such_airport"

    def __init__(self, text: str) -> None:
        super().__init__(
            f"No airport is called “{text}”. Enter its three letters, for example LIS, its city "
            "or its name."
        )


class SeveralAirports(BadInput):
    """More than one airport is called that."""

    code = "several_airports"

    def __init__(self, text: str, told: Sequence[str]) -> None:
        listed = "; ".join(told)
        super().__init__(
            f"“{text}” can be several airports. Enter the three letters of one: {listed}."
        )
