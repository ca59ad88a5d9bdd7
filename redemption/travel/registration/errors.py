"""What is refused about registrations: the fact, and what to do."""

from collections.abc import Iterable
from datetime import date

from marketplace.kernel.errors import DomainError, NotFound
from redemption.travel.registration.states import Section


class NoSuchRegistration(NotFound):
    """There is no such booking, or it is not theirs."""

    def __init__(self) -> None:
        super().__init__("There is no such booking, or it is somebody else's.")


class LinkIsOver(DomainError):
    """The link of a guest does not hold any more, or never did."""

    status = 404
    code = "link_is_over"

    def __init__(self) -> None:
        super().__init__(
            "Ask who takes you along for a new one: they find it on the page of their trip."
        )


class SectionClosed(DomainError):
    """The last day of a section is over."""

    code = "section_closed"

    def __init__(self, section: Section, day: date) -> None:
        super().__init__(
            f"“{section.label}” could be changed until {day:%-d %B %Y}. Write to those who plan "
            "the trip: they can open it again for you. Nothing was changed.",
            section=section.value,
        )


class NotGoing(DomainError):
    """The booking is not in force any more."""

    code = "not_going"

    def __init__(self) -> None:
        super().__init__(
            "This booking is not in force any more, so there is nothing to register for. "
            "Nothing was changed."
        )


class NotReady(DomainError):
    """Something is missing before a registration can be sent."""

    code = "not_ready"

    def __init__(self, missing: Iterable[Section]) -> None:
        names = ", ".join(f"“{one.label}”" for one in missing)
        super().__init__(f"Fill this in first: {names}. Nothing was sent.")


class NoRoomThere(DomainError):
    """A kind of room is not one of the departure's."""

    code = "no_room_there"

    def __init__(self) -> None:
        super().__init__(
            "This kind of room is not offered any more. Choose one of the list. "
            "Nothing was changed.",
            field="room_type",
        )


class GuestChanged(DomainError):
    """Somebody else comes along in this place by now."""

    code = "guest_changed"

    def __init__(self) -> None:
        super().__init__(
            "Somebody else comes along in this place by now. Open it again to see who. "
            "Nothing was changed."
        )


class TooLateToReplace(DomainError):
    """Nobody says any more that another guest comes along; after the cut-off, planners still do."""

    code = "too_late_to_replace"

    def __init__(self, day: date, *, is_last: bool = False) -> None:
        still = "" if is_last else " Write to those who plan the trip: they still can do it."
        super().__init__(
            f"Until {day:%-d %B %Y} somebody else could come along.{still} Nothing was changed.",
            field="name",
        )
