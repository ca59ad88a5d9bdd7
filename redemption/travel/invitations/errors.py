"""Why an invitation can't be made or answered: the fact, what to do, the points."""

from datetime import date, datetime

from marketplace.kernel.errors import DomainError
from marketplace.web.filters import day
from redemption.travel.invitations.states import InvitationState


class CannotInvite(DomainError):
    """Somebody on the list can't be invited; nobody was."""

    code = "cannot_invite"


class NotEnoughPlaces(DomainError):
    """Fewer places are free than were to be kept."""

    code = "not_enough_places"

    def __init__(self, *, wanted: int, left: int) -> None:
        super().__init__(
            f"These invitations keep {wanted:,} places, and {left:,} are free. Invite fewer at "
            "once, let them bring fewer guests, or raise the places of the departure. "
            "Nobody was invited."
        )


class NoLongerOpen(DomainError):
    """It was answered, is over, or was withdrawn."""

    code = "no_longer_open"

    def __init__(self, state: InvitationState) -> None:
        super().__init__(
            f"This invitation can't be answered any more: {state.label.lower()}. "
            "Nothing was changed, and your points are as they were."
        )


class TooLateToAnswer(DomainError):
    """The time to answer is over."""

    code = "too_late_to_answer"

    def __init__(self, answer_by: datetime) -> None:
        super().__init__(
            f"The time to answer was over on {answer_by:%-d %B %Y} at {answer_by:%H:%M} UTC, and "
            "the place goes to the next. Write to those who plan the trip. "
            "Your points are as they were."
        )


class AlreadyTraveled(DomainError):
    """The trip is over, and the place was used."""

    code = "already_traveled"

    def __init__(self) -> None:
        super().__init__(
            "The trip is over, so this place can't be given to anybody else. Nothing was changed."
        )


class CalledOff(DomainError):
    """The departure does not take place."""

    code = "called_off"

    def __init__(self) -> None:
        super().__init__(
            "This departure was canceled, so there is no place to answer for. What you get in its "
            "place is on its way: we write to you."
        )


class HasLeft(DomainError):
    """The trip began; nobody else can have the place."""

    code = "has_left"

    def __init__(self, starts_on: date) -> None:
        super().__init__(
            f"The trip left on {day(starts_on)}, so nobody can have the place any more. "
            "Write to those who plan the trip. Nothing was changed."
        )


class GoesAlready(DomainError):
    """One person has one place."""

    code = "goes_already"

    def __init__(self, name: str) -> None:
        super().__init__(
            f"You have a place on {name} already, or asked for one with points, and each person "
            "goes once. Cancel that request to go on this invitation: its points come back by the "
            "terms it has. The invitation is as it was."
        )


class NotInStanding(DomainError):
    """They can't go, whatever they answer."""

    code = "not_in_standing"


class NoSuchTrade(DomainError):
    """What they want in its place is not offered."""

    code = "no_such_trade"
