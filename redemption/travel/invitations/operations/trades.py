"""What somebody takes who declines: points, the price of a package, or a later departure."""

from datetime import datetime

from marketplace.budgets.operations import spend
from marketplace.kernel.faults import crashpoint
from marketplace.ledger.operations import Grant, grant_points
from redemption.travel.invitations.errors import NoSuchTrade
from redemption.travel.invitations.models import Invitation
from redemption.travel.invitations.operations.inviting import invite_if_free
from redemption.travel.invitations.operations.moves import NewInvitation, open_invitation
from redemption.travel.invitations.policies import TradeChoice
from redemption.travel.invitations.queries.standing import departure_of
from redemption.travel.invitations.queries.trades import trades_of
from redemption.travel.invitations.states import InvitationState, Trade


def take_instead(invitation: Invitation, wanted: TradeChoice, *, at: datetime) -> dict[str, object]:
    """Give what was chosen, if the trip still offers exactly that; what to remember of it.

    Raises NoSuchTrade, BudgetExceeded.
    """
    if wanted not in trades_of(invitation, at=at):
        raise NoSuchTrade(
            "What you chose in place of the trip is not offered any more, or is worth something "
            "else by now. Look at the page again. Nothing was changed, and you are still invited."
        )
    if wanted.trade is Trade.LATER:
        assert wanted.variant_id is not None
        _go_later(invitation, wanted.variant_id, at)
        return {"trade": wanted.trade}
    if not wanted.points:
        return {"trade": wanted.trade}
    transfer_id = _give_points(invitation, wanted.points, at)
    return {
        "trade": wanted.trade,
        "trade_points": wanted.points,
        "trade_transfer_id": transfer_id,
    }


def _give_points(invitation: Invitation, points: int, at: datetime) -> int:
    trip = departure_of(invitation.variant_id)
    budget_id, key = trip.terms.trade_budget_id, f"trade:{invitation.id}"
    assert budget_id is not None
    grant = Grant(
        employee_id=invitation.employee_id,
        points=points,
        budget_id=budget_id,
        source_key=key,
        reason=f"In place of {trip.name}",
        reference=key,
        occurred_at=at,
    )
    (transfer_id,) = grant_points([grant], actor_id=invitation.employee_id, at=at)
    crashpoint("invitations.trade.granted")
    spend(budget_id, points, reference=key, reason=f"In place of {trip.name}", at=at)
    return transfer_id


def _go_later(invitation: Invitation, variant_id: int, at: datetime) -> None:
    """An invitation to another departure, by the same right; a place there is owed to them."""
    opened = open_invitation(
        NewInvitation(
            employee_id=invitation.employee_id,
            trip_id=invitation.trip_id,
            variant_id=variant_id,
            rank=invitation.rank,
            guests_most=invitation.guests_most,
            accept_days=invitation.accept_days,
            budget_id=invitation.budget_id,
            place_points=invitation.place_points,
            instead_of_id=invitation.id,
        ),
        InvitationState.OWED,
        actor_id=invitation.employee_id,
        at=at,
    )
    if opened is None:
        raise NoSuchTrade(
            "You are invited to that departure already: answer that invitation. "
            "Nothing was changed."
        )
    invite_if_free(opened, at=at)
