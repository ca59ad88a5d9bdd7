"""Why a last day can't be made a later one."""

from datetime import date

from marketplace.kernel.errors import DomainError
from marketplace.web.filters import day, so_many
from redemption.vouchers.states import VoucherState


class NotExtendable(DomainError):
    """Nothing is left on it that could be used longer."""

    code = "not_extendable"

    def __init__(self, state: VoucherState) -> None:
        super().__init__(
            f"This voucher is {state.label.lower()}, so a later last day would change nothing. "
            "Nothing was changed.",
            state=state,
        )


class EndsWithItsTrip(DomainError):
    """A trip's voucher ends on the last day of the trip."""

    code = "ends_with_its_trip"

    def __init__(self) -> None:
        super().__init__(
            "This voucher is for a trip and ends with it, so it has no later last day. "
            "Nothing was changed."
        )


class OverForTooLong(DomainError):
    """The time in which an expired voucher can be brought back is over, too."""

    code = "over_for_too_long"

    def __init__(self, last_day: date, days: int) -> None:
        super().__init__(
            f"This voucher ended on {day(last_day)}, and {so_many(days, 'day')} later it can't be "
            "extended any more. Nothing was changed.",
            ended_on=last_day,
            days=days,
        )


class TooFar(DomainError):
    """Beyond the latest day there is for it."""

    status = 422
    code = "too_far"

    def __init__(self, latest: date, days: int) -> None:
        super().__init__(
            f"The latest day for this voucher is {day(latest)}: {so_many(days, 'day')} more than "
            "its kind gets. Choose a day up to that one. Nothing was changed.",
            latest=latest,
        )


class TooSoon(DomainError):
    """No later than it ends by now."""

    status = 422
    code = "too_soon"

    def __init__(self, after: date) -> None:
        super().__init__(
            f"Choose a day after {day(after)}. Nothing was changed: a voucher is never shortened.",
            after=after,
        )
