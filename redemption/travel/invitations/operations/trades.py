"""What somebody takes who declines: points, the price of a package, or a later departure."""

from datetime import datetime

from catalog.queries.offers import price_everywhere
from marketplace.budgets.operations import release, spend
from marketplace.kernel.faults import crashpoint
from marketplace.ledger.operations import Grant, grant_points
from redemption.travel.invitations.errors import NoSuchTrade
from redemption.travel.invitations.models import Invitation
from redemption.travel.invitations.operations.inviting import invite_if_free
from redemption.travel.invitations.operations.moves import NewInvitation, open_invitation
from redemption.travel.invitations.policies import TradeChoice, trade_key
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
        if not go_later(invitation, wanted.variant_id, actor_id=invitation.employee_id, at=at):
            raise NoSuchTrade(
                "You are invited to that departure already: answer that invitation. "
                "Nothing was changed."
            )
        return {"trade": wanted.trade}
    if not wanted.points:
        return {"trade": wanted.trade}
    budget_id = departure_of(invitation.variant_id).terms.trade_budget_id
    assert budget_id is not None
    who = invitation.employee_id
    given = give_points(invitation, wanted.points, budget_id=budget_id, actor_id=who, at=at)
    return given | {"trade": wanted.trade}


def give_points(
    invitation: Invitation,
    points: int,
    *,
    budget_id: int,
    actor_id: int | None,
    at: datetime,
    is_set_aside: bool = False,
) -> dict[str, object]:
    """Points in place of a trip, once for an invitation; what it remembers of them.

    `is_set_aside`: the budget keeps them for this already. Raises BudgetExceeded.
    """
    trip, key = departure_of(invitation.variant_id), trade_key(invitation.id)
    grant = Grant(
        employee_id=invitation.employee_id,
        points=points,
        budget_id=budget_id,
        source_key=key,
        reason=f"In place of {trip.name}",
        reference=key,
        occurred_at=at,
    )
    (transfer_id,) = grant_points([grant], actor_id=actor_id, at=at)
    crashpoint("invitations.trade.granted")
    if is_set_aside:
        release(budget_id, points, reference=key, at=at)
    spend(budget_id, points, reference=key, reason=f"In place of {trip.name}", at=at)
    return {"trade": Trade.POINTS, "trade_points": points, "trade_transfer_id": transfer_id}


def go_later(
    invitation: Invitation, variant_id: int, *, actor_id: int | None, at: datetime
) -> bool:
    """An invitation to another departure, by the same right; a place there is owed to them.

    False where they are invited there already.
    """
    opened = open_invitation(
        NewInvitation(
            employee_id=invitation.employee_id,
            trip_id=invitation.trip_id,
            variant_id=variant_id,
            rank=invitation.rank,
            guests_most=invitation.guests_most,
            accept_days=invitation.accept_days,
            budget_id=invitation.budget_id,
            place_points=_price_later(invitation, variant_id, at),
            instead_of_id=invitation.id,
        ),
        InvitationState.OWED,
        actor_id=actor_id,
        at=at,
    )
    if opened is not None:
        invite_if_free(opened, at=at)
    return opened is not None


def _price_later(invitation: Invitation, variant_id: int, at: datetime) -> int | None:
    """What a place there draws on the budget: its own price, or as before where it has none."""
    price = price_everywhere(variant_id, at=at) if invitation.budget_id is not None else None
    return price.points if price and price.points else invitation.place_points
