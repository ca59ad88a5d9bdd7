"""Why nobody can go in somebody's place: the fact, what to do, the points."""

from marketplace.kernel.errors import DomainError
from redemption.travel.substitutions.states import SubstitutionState


class NoSubstitutes(DomainError):
    """The terms of the trip, or the moment, let nobody go instead."""

    code = "no_substitutes"


class NotThisColleague(DomainError):
    """The colleague can't go."""

    code = "not_this_colleague"


class OneAtATime(DomainError):
    """Somebody is named already."""

    code = "one_at_a_time"

    def __init__(self) -> None:
        super().__init__(
            "You have named a colleague already. Take that back first, or wait for the answer. "
            "Your place is yours as before."
        )


class NotWaiting(DomainError):
    """It was answered, or taken back."""

    code = "not_waiting"

    def __init__(self, state: SubstitutionState) -> None:
        super().__init__(
            f"This can't be answered any more: {state.label.lower()}. Nothing was changed, and "
            "your points are as they were."
        )


class OwnSubstitution(DomainError):
    """Nobody decides about a place they gain or lose."""

    code = "own_substitution"

    def __init__(self) -> None:
        super().__init__(
            "This is about your own place, so somebody else who plans trips decides. "
            "Nothing was changed."
        )
