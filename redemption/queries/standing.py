"""Where a line stands, as the rules about taking it back look at it."""

from datetime import datetime

from catalog.return_terms import terms_in
from redemption.models import RedemptionLine
from redemption.policies import CancelObstacle, Standing, cancel_obstacle, cutoff_of
from redemption.queries.given import given_gift
from redemption.returns import is_kept, is_untouched
from redemption.states import LineState


def standing_of(line: RedemptionLine) -> Standing:
    """The state of a line with what may hinder its cancellation."""
    gift = given_gift(line.id) if line.recipient_id is not None else None
    is_begun = line.state in {LineState.FULFILLING, LineState.FULFILLED}  # else nothing can be
    kept = is_begun and is_kept(line.id)
    return Standing(
        line.state,
        terms_in(line.snapshot["return_terms"]),
        cutoff_of(line.snapshot),
        is_returnable=is_begun and not kept and is_untouched(line.id),
        is_kept=kept,
        is_taken=gift is not None and gift.is_taken,
    )


def obstacle_of(line: RedemptionLine, *, at: datetime) -> CancelObstacle | None:
    """Why a line can't be canceled now; None where it can."""
    return cancel_obstacle(standing_of(line), at=at)
