"""What is refused about travel data: the fact and what to do, never a value."""

from marketplace.kernel.errors import DomainError, NotFound


class NoTraveler(NotFound):
    """There is no such subject, it is erased, or it is not theirs to see."""

    def __init__(self) -> None:
        super().__init__("No travel data is kept here, or it is not yours to see.")


class NothingToKeepFor(DomainError):
    """Data is kept for a trip, and there is none."""

    code = "nothing_to_keep_for"

    def __init__(self) -> None:
        super().__init__(
            "Travel data is kept only for a trip, and there is none that is still ahead. "
            "Nothing was kept. Enter it once a place on a trip is yours."
        )


class ConsentNeeded(DomainError):
    """Special needs are kept only with an agreement."""

    code = "consent_needed"

    def __init__(self) -> None:
        super().__init__(
            "Diet, access needs and an emergency contact are kept only if you agree to it. "
            "Nothing was kept. Tick that you agree, or leave them empty.",
            field="agree",
        )


class NothingKept(DomainError):
    """None of the fields asked for has a value."""

    code = "nothing_kept"

    def __init__(self) -> None:
        super().__init__(
            "None of this is kept, so there was nothing to show and no reading is noted.",
            field="fields",
        )


class OtherText(DomainError):
    """The text somebody agreed to is not the one that holds now."""

    code = "other_text"

    def __init__(self) -> None:
        super().__init__(
            "The text you agree to has changed since you opened the page. Nothing was kept. "
            "Read it again below.",
            field="agree",
        )
