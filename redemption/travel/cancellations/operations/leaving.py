"""Places and packages that people bought who can't go any more: given back, for the next.

Lock rank: the line, account and lots, budget, limit, stock; what was made of it comes last.
"""

from datetime import datetime

from marketplace.access.actor import Actor
from marketplace.kernel import audit
from marketplace.kernel.faults import crashpoint
from redemption.journeys.dates import as_it_holds
from redemption.models import RedemptionLine
from redemption.operations.ending import end_locked
from redemption.operations.lines import lock_line, refuse_own
from redemption.operations.refunds import Part, refund_rest
from redemption.policies import CANCELLABLE, cancelled_state, cutoff_of, percent_back
from redemption.refusals import NotCancellable
from redemption.returns import is_kept
from redemption.states import LineState, RefundCause
from redemption.travel.cancellations.queries.leavers import has_left

WHY = "They no longer work here, so the place is for the next."


def give_back_of_leaver(line_id: int, *, is_whole: bool, at: datetime) -> bool:
    """Give a place of somebody back who left; False when it ended meanwhile, or they are back.

    `is_whole`: all of its points come back, otherwise what its terms say on this day, as if they
    had given it back themselves; too late by the terms, none do.
    """
    line = lock_line(line_id, CANCELLABLE)
    if line is None or not has_left(line.employee_id, on=at.date()) or is_kept(line_id):
        return False
    if line.state is LineState.FULFILLED:
        share = 100 if is_whole else _share(line, at)
        part = Part(RefundCause.CANCELED, "left", percent=share, note=WHY)
        back = refund_rest(line, part, actor_id=None, at=at)
    else:
        back = line.points
        end_locked(line, cancelled_state(line.state), actor_id=None, at=at, note=WHY)
    crashpoint("cancellations.leaver.given_back")
    facts = {"left": True, "points_back": back, "of": line.points}
    audit.record(None, "redemption.cancelled", f"redemption:{line.reference}", at=at, **facts)
    return True


def take_place_back(actor: Actor, line_id: int, reason: str, *, at: datetime) -> None:
    """Take a bought place away for a reason that its person reads; all of its points come back.

    Whatever the terms say: it was not they who gave it back. Raises NotCancellable, OwnRequest.
    """
    line = lock_line(line_id, CANCELLABLE)
    if line is None or is_kept(line_id):
        raise NotCancellable(
            "This place was given back before, or something of it was used for good, so it can't "
            "be withdrawn. Nothing was changed."
        )
    refuse_own(actor, line)
    if line.state is LineState.FULFILLED:
        part = Part(RefundCause.CANCELED, "withdrawn", note=reason)
        refund_rest(line, part, actor_id=actor.id, at=at)
    else:
        end_locked(line, cancelled_state(line.state), actor_id=actor.id, at=at, note=reason)
    about = f"redemption:{line.reference}"
    audit.record(actor.id, "redemption.cancelled", about, at=at, reason=reason)


def _share(line: RedemptionLine, at: datetime) -> int:
    said = as_it_holds(line)
    cutoff_at = cutoff_of(said)
    is_late = cutoff_at is not None and at >= cutoff_at
    if is_late and not said["return_terms"]["late_return"]:
        return 0
    return percent_back(said, at=at)
