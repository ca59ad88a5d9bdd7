"""Making people of a canceled departure whole: each in a transaction of their own, each once.

Lock rank: the line, or the programs of rights and the invitation; account and lots, budgets, stock;
what is made of a line comes last.
"""

from datetime import datetime

from marketplace.access.actor import Actor
from marketplace.awards.entitlements.operations import call_off_entitlement
from marketplace.budgets.operations import release
from marketplace.kernel import audit
from marketplace.kernel.db import session
from marketplace.kernel.faults import crashpoint
from marketplace.kernel.jobs import enqueue
from redemption.models import RedemptionLine
from redemption.operations.ending import end_locked
from redemption.operations.lines import lock_line
from redemption.operations.refunds import Part, refund_rest
from redemption.policies import CANCELLABLE, cancelled_state
from redemption.states import LineState, RefundCause
from redemption.travel.cancellations.models import CanceledDeparture, MadeWhole
from redemption.travel.cancellations.queries.standing import (
    MADE_WHOLE,
    every_invitation,
    invitations_on,
    lines_on,
    rights_on,
    set_aside_for,
)
from redemption.travel.invitations.models import Invitation
from redemption.travel.invitations.operations.closing import let_go_alone
from redemption.travel.invitations.operations.moves import lock_invitation, lock_rights
from redemption.travel.invitations.operations.trades import give_points, go_later
from redemption.travel.invitations.policies import trade_key
from redemption.travel.invitations.queries.standing import named_invitation, rights_of
from redemption.travel.invitations.states import LIVE, InvitationState, Trade


def refund_line(variant_id: int, line_id: int, *, at: datetime) -> bool:
    """Give all of a request back, whatever the day and its terms; False when it ended meanwhile."""
    line = lock_line(line_id, CANCELLABLE)
    if line is None:
        return False
    called_off = session().get_one(CanceledDeparture, variant_id)
    note, who = f"Those who plan the trip canceled it: {called_off.reason}", None
    places = line.quantity - line.returned_units
    if line.state is LineState.FULFILLED:
        part = Part(RefundCause.CALLED_OFF, "called_off", note=note)
        back = refund_rest(line, part, actor_id=who, at=at)
    else:
        back = line.points
        end_locked(line, cancelled_state(line.state), actor_id=who, at=at, note=note)
    crashpoint("cancellations.line.given_back")
    _remember(variant_id, line, places=places, points=back, at=at)
    return True


def _remember(variant_id: int, line: RedemptionLine, **facts: object) -> None:
    own = {"employee_id": line.employee_id, "line_id": line.id, "trade": Trade.NOTHING}
    session().add(MadeWhole(variant_id=variant_id, **own, **facts))
    session().flush()


def end_invitation(variant_id: int, invitation_id: int, *, at: datetime) -> bool:
    """End an invitation and the rights behind it, and give what is given in its place.

    False when it ended meanwhile. Raises BudgetExceeded where points in its place are for more
    people than there were.
    """
    known = named_invitation(invitation_id)
    lock_rights(known.employee_id, known.trip_id, at=at)
    invitation = lock_invitation(invitation_id, LIVE)
    if invitation is None:
        return False
    called_off = session().get_one(CanceledDeparture, variant_id)
    was, places = invitation.state, invitation.places
    instead = _instead(called_off, invitation, at) if was in MADE_WHOLE else {}
    crashpoint("cancellations.invitation.given")
    let_go_alone(
        invitation,
        InvitationState.WITHDRAWN,
        actor=Actor.system(),
        at=at,
        note=called_off.reason,
        **instead,
    )
    for right in rights_of(known.employee_id, known.trip_id):
        if right.entitlement_id == invitation.entitlement_id or right.variant_id == variant_id:
            _end_right(right.entitlement_id, called_off, at)
    if was in MADE_WHOLE:
        _tell(called_off, invitation, places, instead, at)
    crashpoint("cancellations.invitation.ended")
    return True


def _instead(
    called_off: CanceledDeparture, invitation: Invitation, at: datetime
) -> dict[str, object]:
    if called_off.trade is Trade.LATER and called_off.later_variant_id is not None:
        later = go_later(invitation, called_off.later_variant_id, actor_id=None, at=at)
        return {"trade": Trade.LATER} if later else {}
    if called_off.trade_points is None or called_off.budget_id is None:
        return {}
    return give_points(
        invitation,
        called_off.trade_points,
        budget_id=called_off.budget_id,
        actor_id=called_off.canceled_by_id,
        at=at,
        is_set_aside=bool(set_aside_for(called_off, [invitation.id])),
    )


def _tell(
    called_off: CanceledDeparture,
    invitation: Invitation,
    places: int,
    instead: dict[str, object],
    at: datetime,
) -> None:
    made = MadeWhole(
        variant_id=called_off.variant_id,
        employee_id=invitation.employee_id,
        invitation_id=invitation.id,
        places=places,
        points=instead.get("trade_points", 0),
        trade=instead.get("trade", Trade.NOTHING),
        at=at,
    )
    session().add(made)
    session().flush()
    enqueue("cancellations.tell", key=str(made.id), made_whole_id=made.id)


def _end_right(entitlement_id: int, called_off: CanceledDeparture, at: datetime) -> None:
    why = f"The departure was canceled: {called_off.reason}"
    call_off_entitlement(entitlement_id, actor=Actor.system(), reason=why, at=at)


def _free_the_rest(called_off: CanceledDeparture, at: datetime) -> None:
    """Points for who ended their invitation meanwhile are the budget's again."""
    if called_off.budget_id is None or called_off.trade_points is None:
        return
    for invitation_id in set_aside_for(called_off, every_invitation(called_off.variant_id)):
        key = trade_key(invitation_id)
        release(called_off.budget_id, called_off.trade_points, reference=key, at=at)


def finish(variant_id: int, *, at: datetime) -> bool:
    """Note that everyone is made whole, and free what nobody needed; False while somebody is not.

    Rights that nobody was invited by end here, too.
    """
    row = CanceledDeparture
    called_off = session().get_one(row, variant_id, with_for_update=True, populate_existing=True)
    if lines_on(variant_id) or invitations_on(variant_id):
        return False
    for right in rights_on(variant_id):
        _end_right(right, called_off, at)
    if called_off.finished_at is not None:
        return True
    _free_the_rest(called_off, at)
    called_off.finished_at = at
    session().flush()
    crashpoint("cancellations.finished")
    about = f"variant:{variant_id}"
    audit.record(called_off.canceled_by_id, "cancellations.finished", about, at=at)
    return True
