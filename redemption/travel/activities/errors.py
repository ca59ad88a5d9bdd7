"""What is refused about activities: the fact, and what to do."""

from datetime import datetime

from marketplace.kernel.errors import DomainError


class DrawnAlready(DomainError):
    """The places were drawn, so wishes count no more."""

    code = "drawn_already"

    def __init__(self, at: datetime) -> None:
        super().__init__(
            f"The places were drawn on {at:%-d %B %Y}, so wishes count no more. "
            "Take what is still free. Nothing was changed."
        )


class NotDrawnYet(DomainError):
    """Places can be taken by hand only after the draw."""

    code = "not_drawn_yet"

    def __init__(self) -> None:
        super().__init__(
            "The places are not drawn yet. Put what you would like in order; whoever is quick has "
            "no advantage. Nothing was changed."
        )


class NoSeatLeft(DomainError):
    """Somebody else has the last seat."""

    code = "no_seat_left"

    def __init__(self, name: str, seats: int) -> None:
        super().__init__(
            f"All {seats} seats of {name} are taken. Choose something else, or look again later: "
            "a seat that somebody leaves is free at once. Nothing was changed.",
            seats=seats,
        )


class SameHours(DomainError):
    """Somebody can't be in two places at once."""

    code = "same_hours"

    def __init__(self, name: str, other: str, called: str) -> None:
        has = "have" if called == "you" else "has"
        super().__init__(
            f"{name} is at the same hours as {other}, which {called} {has}. Leave one to take the "
            "other. Nothing was changed."
        )


class NobodyWishes(DomainError):
    """There is nothing to draw from."""

    code = "nobody_wishes"

    def __init__(self) -> None:
        super().__init__(
            "Nobody has put a wish in order yet, so there is nothing to draw. Nothing was changed."
        )


class TooEarlyToDraw(DomainError):
    """People may still change their wishes."""

    code = "too_early_to_draw"

    def __init__(self, day: str) -> None:
        super().__init__(
            f"Wishes can be changed until {day}. Draw after that day, or set an earlier one first. "
            "Nothing was changed."
        )
