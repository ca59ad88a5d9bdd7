"""Whether a provider can be asked for another card: one answer for the button and the deed."""

from collections.abc import Mapping
from typing import Any

from redemption.ordering.adapter import Can, offers
from redemption.ordering.adapters import ADAPTERS
from redemption.ordering.states import OrderState

_S = OrderState


def reissue_obstacle(
    state: OrderState | None, *, adapter: str | None, item: Mapping[str, Any]
) -> str:
    """Why nobody asks for another card; empty when that can be done. `state`: of what stands."""
    if state is None:
        return "No provider made this card."
    if adapter is None:
        return "Its provider is not set up for orders any more."
    if state is _S.QUARANTINED:
        return (
            "What the provider sent in its place is locked away. Settle it with the provider, then "
            "give the points of this card back."
        )
    if state not in {_S.DELIVERED, _S.HELD}:
        return "The provider is asked for another card already."
    if not offers(ADAPTERS[adapter], item, Can.REISSUE):
        return "The provider makes no other card of this kind."
    return ""
