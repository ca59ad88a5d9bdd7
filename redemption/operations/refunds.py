"""Taking a fulfilled line back, whole or in part, with everything that it took.

Lock rank: line, account and lots, budget, member usage, stock; what a revoker touches comes last.
"""

from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa

from catalog.errors import NothingToCount
from catalog.operations import adjust_stock, return_sold
from marketplace.access.actor import Actor
from marketplace.budgets import operations as budgets
from marketplace.kernel.db import session
from marketplace.kernel.faults import crashpoint
from marketplace.kernel.jobs import enqueue
from marketplace.ledger.operations import Refund, reverse_capture
from redemption.models import LineRefund, RedemptionLine
from redemption.operations.lines import move_line
from redemption.operations.revoking import revoke_line, uncount
from redemption.policies import budget_reference
from redemption.refusals import UnitsTaken
from redemption.states import LineState, RefundCause

_ENDINGS = frozenset({RefundCause.CANCELED, RefundCause.NOT_DELIVERED, RefundCause.CALLED_OFF})


@dataclass(frozen=True, slots=True)
class Part:
    """What of a fulfilled line comes back, and why.

    `source` names what it is for, once for ever on this line. Of the points of the units `percent`
    come back, rounded down over all units, never more than are left; `points` without units are a
    goodwill. Units go back into stock unless they are `damaged`, or lost.
    """

    cause: RefundCause
    source: str
    units: int = 0
    percent: int = 100
    points: int = 0
    damaged: int = 0
    note: str = ""


def refund_rest(line: RedemptionLine, part: Part, *, actor_id: int | None, at: datetime) -> int:
    """Take all units of a fulfilled line back that are not back yet; the points that came back."""
    rest = replace(part, units=line.quantity - line.returned_units)
    return refund_part(line, rest, actor_id=actor_id, at=at)


def refund_part(line: RedemptionLine, part: Part, *, actor_id: int | None, at: datetime) -> int:
    """Take a part of a locked, fulfilled line back; the points that came back.

    Points to their lots, budget, limit and units return in this order; with the last unit the line
    ends and what was made of it counts no more. Raises UnitsTaken when fewer units are left.
    """
    assert part.units or part.points, "a refund of nothing"
    units_back = _count_units(line, part)
    came_back = _refund_points(line, part, units_back, actor_id=actor_id, at=at)
    crashpoint("redemption.refund.reversed")
    if line.budget_id is not None and came_back:
        budgets.give_back(
            line.budget_id,
            came_back,
            reference=f"{budget_reference(line.id)}:{part.source}",
            at=at,
        )
    if part.units:
        uncount(line, part.units, is_rest=units_back == line.quantity)
        return_sold(line.variant_id, part.units)
    if part.damaged:
        what = "Came back damaged" if part.cause is RefundCause.SENT_BACK else part.cause.label
        write_off(line, part.damaged, f"{what}: {part.note or part.source}", at=at)
    if part.units and units_back == line.quantity:
        move_line(line, LineState.REFUNDED, actor_id=actor_id, at=at, note=part.note)
        revoke_line(line.id, at)
    _tell(line, part)
    crashpoint("redemption.refund.written")
    return came_back


def _tell(line: RedemptionLine, part: Part) -> None:
    """That it ended is one letter, that a part of it came back another."""
    if line.state is LineState.REFUNDED and part.cause in _ENDINGS:
        enqueue("redemption.tell", key=f"{line.id}:{LineState.REFUNDED}", line_id=line.id)
    else:
        facts = {"line_id": line.id, "source": part.source}
        enqueue("redemption.tell_refund", key=f"{line.id}:{part.source}", **facts)


def _count_units(line: RedemptionLine, part: Part) -> int:
    """Count units back, once each; how many are back then.

    Those that somebody was about to send back no longer are.
    """
    is_sent = part.cause is RefundCause.SENT_BACK
    after = RedemptionLine.returned_units + part.units
    units_back = session().scalar(
        sa.update(RedemptionLine)
        .where(RedemptionLine.id == line.id, after <= RedemptionLine.quantity)
        .values(
            returned_units=after,
            returning_units=RedemptionLine.returning_units - (part.units if is_sent else 0),
        )
        .returning(RedemptionLine.returned_units),
        execution_options={"synchronize_session": False},
    )
    if units_back is None:
        raise UnitsTaken(line.quantity - line.returned_units)
    return units_back


def _refund_points(
    line: RedemptionLine, part: Part, units_back: int, *, actor_id: int | None, at: datetime
) -> int:
    """Reverse as much of the capture as the part is worth, and write it down."""
    before = _refunds_of(line.id)
    worth = part.units * line.unit_points
    points = part.points or min(_share(line, part, units_back), line.points - sum(before))
    transfer_id = None
    if points:
        source_key = f"refund:line:{line.id}:{part.source}"
        reason = f"{line.snapshot['name']}: {part.cause.label.lower()}"
        refund = Refund(source_key, reason, actor_id, points)
        transfer_id = reverse_capture(line.hold_id, refund, at=at)
    row = {"transfer_id": transfer_id, "points": points, "kept_points": max(worth - points, 0)}
    session().execute(
        sa.insert(LineRefund).values(
            line_id=line.id,
            seq=len(before) + 1,
            cause=part.cause,
            source=part.source,
            units=part.units,
            actor_id=actor_id,
            note=part.note,
            at=at,
            **row,
        )
    )
    return points


def _refunds_of(line_id: int) -> list[int]:
    """The points of each refund of a line so far."""
    found = sa.select(LineRefund.points).where(LineRefund.line_id == line_id)
    return list(session().scalars(found))


def _share(line: RedemptionLine, part: Part, units_back: int) -> int:
    """The share of the units' points that comes back.

    Rounded over all units that are back by then, so that many parts bring what one would.
    """
    after, units = units_back * line.unit_points, part.units * line.unit_points
    return after * part.percent // 100 - (after - units) * part.percent // 100


def write_off(line: RedemptionLine, units: int, reason: str, *, at: datetime) -> None:
    """What is broken, lost or was never there is no stock: there are fewer in all."""
    try:
        adjust_stock(Actor.system(), line.variant_id, -units, reason=reason, at=at)
    except NothingToCount:
        return
