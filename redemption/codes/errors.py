"""Why codes can't be loaded, given or taken out, and what that means."""

from datetime import datetime

from marketplace.kernel.errors import BadInput, DomainError
from redemption.codes.states import BatchState


class NotForCodes(BadInput):
    """What can't be fed by codes in stock."""

    code = "not_for_codes"


class NothingNew(BadInput):
    """Every code of the file is here already, or none of its rows can be used."""

    code = "nothing_new"


class LoadedBefore(BadInput):
    """The very same file was loaded before."""

    code = "loaded_before"

    def __init__(self, file_name: str, codes: int, who: str, when: datetime) -> None:
        words = "1 code" if codes == 1 else f"{codes:,} codes"
        super().__init__(
            f"This file was loaded before, as “{file_name}” with {words}, by {who} on "
            f"{when:%-d %B %Y}. Nothing was changed."
        )


class BatchMoved(DomainError):
    """Somebody loaded, discarded or withdrew these codes meanwhile."""

    code = "batch_moved"

    def __init__(self, state: BatchState) -> None:
        super().__init__(
            f"This file is {state.label.lower()} by now, so that no longer fits. "
            "Nothing was changed. Look at the page again.",
            state=state,
        )


class NothingToWithdraw(DomainError):
    """Of these codes none is free, or all that are free are promised."""

    code = "nothing_to_withdraw"

    def __init__(self, free: int) -> None:
        why = (
            f"{free:,} of them are in stock, and people were promised as many as there are"
            if free
            else "None of them is in stock any more"
        )
        super().__init__(f"{why}. Nothing was changed.", free=free)


class AlreadyReported(DomainError):
    """Somebody looks into this code already, or did."""

    code = "already_reported"

    def __init__(self) -> None:
        super().__init__(
            "You have told us about this code, and someone is looking into it. "
            "You get a letter. Nothing was changed."
        )


class OtherWorth(DomainError):
    """What was asked for has another value than the codes that feed it by now."""

    code = "other_worth"

    def __init__(self, name: str) -> None:
        super().__init__(
            f"{name} was asked for over another amount than its codes have. "
            "The points stay set aside until somebody decides."
        )
