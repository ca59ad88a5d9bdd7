"""Why a request, a decision or a cancellation is refused: the fact, what to do, the points.

What the shelf refuses (sold out, another price, not eligible, limit reached) is in catalog.errors,
not enough points in the ledger.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from marketplace.kernel.errors import BadInput, DomainError
from redemption.states import LineState


@contextmanager
def naming(name: str, *, among: int) -> Iterator[None]:
    """Let a refusal say which line it is about, where there are several."""
    try:
        yield
    except DomainError as refusal:
        if among > 1:
            refusal.message = f"{name}: {refusal.message}"
        raise


class LeftCompany(DomainError):
    """Somebody who has left can ask for nothing new."""

    code = "left_company"

    def __init__(self, name: str) -> None:
        super().__init__(
            f"{name} no longer works here, so nothing new can be asked for. "
            "No points were touched. Your program manager can help with what is left."
        )


class OnlyAlone(DomainError):
    """Some things are asked for by themselves; `text` says why."""

    code = "only_alone"

    def __init__(self, text: str) -> None:
        super().__init__(f"{text} Nothing has been spent.")


class AddressMissing(DomainError):
    """A parcel needs to know where it goes."""

    status = 422
    code = "address_missing"

    def __init__(self) -> None:
        super().__init__("Enter where the parcel should go. Nothing has been spent.")


class AlreadyGoing(DomainError):
    """A trip goes once for each person."""

    code = "already_going"

    def __init__(self, name: str) -> None:
        super().__init__(
            f"You have a place on {name} already, or asked for one. "
            "Nothing has been spent. Your requests show it."
        )


class InvitedThere(DomainError):
    """A place costs them no points."""

    code = "invited_there"

    def __init__(self, name: str) -> None:
        super().__init__(
            f"You are invited to {name}: say yes there, and it costs no points. "
            "Nothing has been spent."
        )


class TooManyPlaces(BadInput):
    """More guests on a trip than its terms allow."""

    code = "too_many_places"

    def __init__(self, most: int) -> None:
        places = "for yourself alone" if most == 1 else f"for {most:,} places at most"
        super().__init__(f"On this trip you can ask {places}. Nothing has been spent.", most=most)


class AskedMeanwhile(DomainError):
    """The same was asked for since the page was opened, perhaps in another tab."""

    code = "asked_meanwhile"

    def __init__(self, name: str, reference: str) -> None:
        super().__init__(
            f"You asked for {name} a moment ago, with {reference}, after you opened this page. "
            "Nothing more has been spent. Press the button again if you want one more.",
            reference=reference,
        )


class NobodyCanApprove(DomainError):
    """The policy asks for people who are not there."""

    code = "nobody_can_approve"

    def __init__(self) -> None:
        super().__init__(
            "This needs an approval, and nobody is set up who could give it. "
            "Nothing has been spent. Ask your program manager to name an approver."
        )


class BeyondBudget(DomainError):
    """The budget has less left than a trip takes. How much is not for everyone to read."""

    code = "beyond_budget"

    def __init__(self, budget: str) -> None:
        super().__init__(
            f"The budget “{budget}”, which trips draw on beside your points, has too little left "
            "for this one. Nothing has been spent. Choose a smaller one, or ask your program "
            "manager when there is more."
        )


class AlreadyDecided(DomainError):
    """Somebody was faster, perhaps the same person in another tab."""

    code = "already_decided"

    def __init__(self, name: str, at: datetime, verdict: str, *, is_own: bool = False) -> None:
        when = f"at {at:%H:%M} UTC on {at.day} {at:%B}"
        super().__init__(
            f"You {verdict} this {when}, and that answer stands. Nothing more was changed."
            if is_own
            else f"Already {verdict} by {name} {when}. "
            "Your answer was not needed, and nothing was changed.",
            by=name,
            at=at.isoformat(),
        )


class LinkUsed(DomainError):
    """A link in a letter is good for one answer, also where that was taken back."""

    code = "link_used"

    def __init__(self) -> None:
        super().__init__(
            "This link was used. Each is good for one answer. Open your inbox in Laurel to answer "
            "again. Nothing was changed."
        )


class NotWaiting(DomainError):
    """The request ended before this answer came."""

    code = "not_waiting"

    def __init__(self, state: LineState) -> None:
        super().__init__(
            f"This request is {state.label.lower()} and waits for no answer. Nothing was changed.",
            state=state,
        )


class NotNeeded(DomainError):
    """Others said yes meanwhile, and theirs are enough."""

    code = "not_needed"

    def __init__(self, names: Sequence[str]) -> None:
        who = " and ".join(names) or "Others"
        super().__init__(
            f"{who} said yes to this meanwhile, so your answer is not needed any more. "
            "Nothing was changed."
        )


class NotYourTurn(DomainError):
    """An earlier gate is not passed yet."""

    code = "not_your_turn"

    def __init__(self) -> None:
        super().__init__(
            "Someone else answers first. You get a letter when it is your turn. "
            "Nothing was changed."
        )


class TooLateToAnswer(DomainError):
    """The person was told that without an answer by then it ends, so it does."""

    code = "too_late_to_answer"

    def __init__(self, ended_at: datetime) -> None:
        super().__init__(
            f"This could be answered until {ended_at:%H:%M} UTC on {ended_at.day} {ended_at:%B}. "
            "Nothing was changed. It ends within the hour, the points go back, and it can be "
            "asked for again.",
            ended_at=ended_at.isoformat(),
        )


class TooSoonToRemind(DomainError):
    """A reminder a day is enough."""

    code = "too_soon_to_remind"

    def __init__(self, again_at: datetime) -> None:
        super().__init__(
            f"You can send a reminder from {again_at:%H:%M} UTC on {again_at.day} {again_at:%B}. "
            "Your request stays where it is, and so do your points.",
            again_at=again_at.isoformat(),
        )


class ContentChanged(DomainError):
    """What was shown is not what would be approved."""

    code = "content_changed"

    def __init__(self) -> None:
        super().__init__(
            "The request is not what you were shown. Look at it again, then decide. "
            "Nothing was changed."
        )


class SetUpMeanwhile(DomainError):
    """Who asks changed the terms of the reward while asking for it."""

    code = "set_up_meanwhile"

    def __init__(self) -> None:
        super().__init__(
            "You changed what this reward gives while asking for it. Ask again: somebody else "
            "agrees to it then. Nothing has been spent."
        )


class BudgetMoved(DomainError):
    """Somebody else drew on the budget at the same moment, and a policy looks at what is left."""

    code = "budget_moved"

    def __init__(self, left: int) -> None:
        super().__init__(
            "Somebody else drew on the same budget at this moment, and who has to agree depends "
            f"on what is left of it: {left:,} points now. Ask again. Nothing has been spent."
        )


class OwnRequest(DomainError):
    """Nobody decides on their own request."""

    status = 403
    code = "own_request"

    def __init__(self) -> None:
        super().__init__("This is your own request, so someone else decides. Nothing was changed.")


class GiftToOneself(DomainError):
    """Who gets a gift has no say in whether it is given."""

    status = 403
    code = "gift_to_oneself"

    def __init__(self) -> None:
        super().__init__("This is a gift to you, so someone else decides. Nothing was changed.")


class DecidedTwice(DomainError):
    """One person is one yes, whatever their roles."""

    code = "decided_twice"

    def __init__(self) -> None:
        super().__init__(
            "You already said yes to this request, so somebody else has to say yes here. "
            "Nothing was changed."
        )


class TooLateToUndo(DomainError):
    """The answer has taken effect: `to` was told or is asked now."""

    code = "too_late_to_undo"

    def __init__(self, to: str) -> None:
        super().__init__(
            f"The answer has already gone out to {to}, so it can't be undone. "
            "The points stay as that answer left them."
        )


class AlreadyUndone(DomainError):
    """The same answer was taken back before, perhaps in another tab."""

    code = "already_undone"

    def __init__(self) -> None:
        super().__init__(
            "You took this answer back before, and it never went out. Nothing more was changed."
        )


class NotCancellable(DomainError):
    """The point of return is behind us."""

    code = "not_cancellable"

    def __init__(self, text: str) -> None:
        super().__init__(f"{text} Your points are unchanged.")


class UnitsTaken(DomainError):
    """More units would come back than are left."""

    code = "units_taken"

    def __init__(self, left: int) -> None:
        super().__init__(
            f"Of this request {left:,} can still come back, and not more. Nothing was changed.",
            left=left,
        )
