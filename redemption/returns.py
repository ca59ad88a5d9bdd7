"""Whether what was made of a line can still be taken back: the rooms that make it are asked."""

from collections.abc import Callable
from datetime import datetime

from catalog.return_terms import terms_in
from redemption.models import RedemptionLine
from redemption.policies import CancelObstacle, Standing, cancel_obstacle, cutoff_of

Check = Callable[[int], bool]
_checks: list[Check] = []
_vetoes: list[Check] = []


def returnable_while(check: Check) -> Check:
    """Register who knows, by line id, that nothing has left yet: no code shown, no parcel sent."""
    if check not in _checks:
        _checks.append(check)
    return check


def kept_while(check: Check) -> Check:
    """Register who knows, by line id, that something was bought that nobody takes back."""
    if check not in _vetoes:
        _vetoes.append(check)
    return check


def is_returnable(line_id: int) -> bool:
    """Whether somebody knows that this line can still be taken back, and nobody knows better."""
    return any(check(line_id) for check in _checks) and not any(check(line_id) for check in _vetoes)


def standing_of(line: RedemptionLine) -> Standing:
    """What the rules about canceling look at, of a line as it stands."""
    return Standing(
        line.state,
        terms_in(line.snapshot["return_terms"]),
        cutoff_of(line.snapshot),
        is_returnable(line.id),
    )


def obstacle_of(line: RedemptionLine, *, at: datetime) -> CancelObstacle | None:
    """Why a line can't be canceled now; None where it can."""
    return cancel_obstacle(standing_of(line), at=at)
