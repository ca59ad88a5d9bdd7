"""Where a claim is between being sent and being paid, and what moves it."""

from enum import StrEnum


class ClaimState(StrEnum):
    """A claim's state. `SECOND_LOOK`: one person said yes, another one has to as well."""

    WAITING = "waiting"
    ASKED = "asked"
    SECOND_LOOK = "second_look"
    APPROVED = "approved"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    TAKEN_BACK = "taken_back"

    @property
    def label(self) -> str:
        """The state in words."""
        return _LABELS[self]

    @property
    def tone(self) -> str:
        """How its pill looks."""
        return _TONES.get(self, "neutral")


_S = ClaimState
_LABELS = {
    _S.WAITING: "Waiting for an answer",
    _S.ASKED: "A question is open",
    _S.SECOND_LOOK: "Waiting for a second yes",
    _S.APPROVED: "Approved",
    _S.DECLINED: "Declined",
    _S.WITHDRAWN: "Withdrawn",
    _S.TAKEN_BACK: "Taken back",
}
_TONES = {
    _S.WAITING: "info",
    _S.ASKED: "warn",
    _S.SECOND_LOOK: "info",
    _S.APPROVED: "ok",
    _S.DECLINED: "danger",
}

OPEN = frozenset({_S.WAITING, _S.ASKED, _S.SECOND_LOOK})
FOR_MANAGERS = frozenset({_S.WAITING, _S.SECOND_LOOK})
COUNTED = OPEN | {_S.APPROVED}  # what counts against limits


class EventKind(StrEnum):
    """What happened to a claim."""

    SUBMITTED = "submitted"
    ASKED = "asked"
    ANSWERED = "answered"
    FIRST_YES = "first_yes"
    APPROVED = "approved"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    TAKEN_BACK = "taken_back"

    @property
    def label(self) -> str:
        """The event as the timeline says it."""
        return _EVENTS[self]


_EVENTS = {
    EventKind.SUBMITTED: "Claim sent",
    EventKind.ASKED: "A question was asked",
    EventKind.ANSWERED: "The question was answered",
    EventKind.FIRST_YES: "First yes; a second person looks at it",
    EventKind.APPROVED: "Approved",
    EventKind.DECLINED: "Declined",
    EventKind.WITHDRAWN: "Withdrawn by the claimant",
    EventKind.TAKEN_BACK: "Taken back",
}


NO_EVIDENCE = "This program needs evidence. Add a picture or a PDF."


class Evidence(StrEnum):
    """Whether a claim comes with evidence."""

    REQUIRED = "required"
    OPTIONAL = "optional"
    NONE = "none"

    @property
    def label(self) -> str:
        """The choice in words."""
        return {"required": "Is needed", "optional": "May be added", "none": "Is not asked for"}[
            self.value
        ]
