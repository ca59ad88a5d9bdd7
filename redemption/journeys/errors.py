"""What is refused about journeys: the fact, what to do, what happened to the points."""

from collections.abc import Sequence
from datetime import date

from marketplace.kernel.errors import BadInput, DomainError
from marketplace.web.filters import day


class NoCover(BadInput):
    """Nobody, several people, or not somebody who can stand in."""

    code = "no_cover"

    def __init__(self, text: str) -> None:
        super().__init__(f"{text} Nothing has been spent.", field="cover")


def nobody_called(text: str) -> NoCover:
    """No colleague has this name."""
    return NoCover(f"No colleague at work is called “{text}”. Enter a name or an e-mail address.")


def several_called(text: str, told: Sequence[str]) -> NoCover:
    """More than one has it."""
    listed = "; ".join(told)
    return NoCover(f"“{text}” can be several people: {listed}. Enter the e-mail address of one.")


class NobodyAsked(DomainError):
    """Dates are chosen anew only when somebody asked for that."""

    code = "nobody_asked"

    def __init__(self) -> None:
        super().__init__(
            "Nobody waits for other dates of this request any more. Its points are as they were. "
            "You can cancel it and ask anew."
        )


class GuaranteeOver(DomainError):
    """The price is guaranteed no longer, so nothing is booked for it."""

    code = "guarantee_over"

    def __init__(self, until: date) -> None:
        super().__init__(
            f"The price was guaranteed until {day(until)}. Keep it, or ask the person at today’s "
            "price; then book. Nothing was changed, and no points were spent."
        )


class GuaranteeHolds(DomainError):
    """While the price holds nobody is asked for another."""

    code = "guarantee_holds"

    def __init__(self, until: date) -> None:
        super().__init__(
            f"The price is guaranteed until {day(until)}. Book it, or report a problem. "
            "Nothing was changed."
        )


class AskedAlready(DomainError):
    """The person is asked and has not answered yet."""

    code = "asked_already"

    def __init__(self, name: str) -> None:
        super().__init__(
            f"{name} is asked already and has not answered yet. Their points stay set aside. "
            "Nothing was changed."
        )


class BookedWithDates(DomainError):
    """A package is booked with its dates and documents, not by a number alone."""

    code = "booked_with_dates"

    def __init__(self) -> None:
        super().__init__(
            "This is a travel package: enter its dates, who confirms it and its number on the page "
            "of the task. Nothing was changed."
        )
