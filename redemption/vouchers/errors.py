"""Why a voucher or certificate can't be shown, looked up or changed, and what that means."""

from datetime import timedelta

from marketplace.kernel.errors import DomainError
from redemption.vouchers.states import VoucherState


class NotReady(DomainError):
    """There is nothing to show (yet)."""

    code = "not_ready"

    def __init__(self) -> None:
        super().__init__("There is no code to show for this request. Your points are unchanged.")


class NotShownYet(DomainError):
    """The file holds the code, so the code is shown on its page first."""

    code = "not_shown_yet"

    def __init__(self) -> None:
        super().__init__(
            "Show the code on the page of your request first, then the file is there to keep. "
            "Your points are unchanged."
        )


class TooManyLookups(DomainError):
    """One address asked too often; the same for codes that exist and codes that don't."""

    status = 429
    code = "too_many_lookups"

    def __init__(self, wait: timedelta) -> None:
        minutes = max(1, -(-int(wait.total_seconds()) // 60))
        super().__init__(
            f"That was too often from this address. Wait {minutes} "
            f"minute{'s' if minutes > 1 else ''}, then look again.",
            minutes=minutes,
        )


class NotVoidable(DomainError):
    """A voucher that is over stays as it is."""

    code = "not_voidable"

    def __init__(self, state: VoucherState) -> None:
        super().__init__(
            f"This voucher is already {state.label.lower()}, so it stays as it is. "
            "Nothing was changed.",
            state=state,
        )


class NotGivenBack(DomainError):
    """The points of this one voucher don't come back."""

    code = "not_given_back"

    def __init__(self, why: str) -> None:
        super().__init__(f"{why} No points moved, and nothing was changed.")


class NotOurs(DomainError):
    """A code that a provider made counts at the provider, whatever we say."""

    code = "not_ours"

    def __init__(self) -> None:
        super().__init__(
            "A provider made this card, so only the provider can take it out of use. "
            "Its order is under Fulfillment. Nothing was changed."
        )
