"""Saying what a variant costs, and whether a reward may say that it has no markup."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from catalog.margins.models import VariantCost
from catalog.margins.policies import no_markup_obstacle
from catalog.margins.queries import margins
from catalog.operations.deeds import locked_reward, locked_variant, note_deed
from marketplace.access.actor import Actor
from marketplace.kernel.db import session
from marketplace.kernel.errors import BadInput
from marketplace.kernel.parsing import CannotRead, currency_places


@dataclass(frozen=True, slots=True)
class Cost:
    """Cost and market price in minor units of one currency; none is unknown."""

    cost_minor: int | None = None
    reference_minor: int | None = None
    currency: str | None = None

    @property
    def is_known(self) -> bool:
        """Whether it says anything."""
        return self.cost_minor is not None or self.reference_minor is not None


class CannotClaim(BadInput):
    """The badge would not be true."""

    code = "cannot_claim"


def set_cost(actor: Actor, variant_id: int, cost: Cost, *, at: datetime) -> None:
    """Say what a variant costs the company and the market. Raises BadInput for no currency."""
    variant = locked_variant(variant_id)
    _check(cost)
    row = session().get(VariantCost, variant_id, populate_existing=True)
    before = Cost(row.cost_minor, row.reference_minor, row.currency) if row else Cost()
    if before == cost or not (before.is_known or cost.is_known):
        return
    if not cost.is_known:
        session().delete(row)
    else:
        row = row or VariantCost(variant_id=variant_id)
        row.cost_minor, row.reference_minor = cost.cost_minor, cost.reference_minor
        row.currency = cost.currency or ""
        session().add(row)
    session().flush()
    facts = {"sku": variant.sku, **_told("before", before), **_told("after", cost)}
    note_deed(actor, "catalog.set_cost", variant.reward_id, at=at, **facts)


def _check(cost: Cost) -> None:
    if cost.is_known and not cost.currency:
        raise BadInput("Enter the currency of cost and market price, for example EUR.")
    try:
        currency_places(cost.currency or "EUR")
    except CannotRead as refusal:
        raise BadInput(str(refusal)) from refusal


def _told(when: str, cost: Cost) -> dict[str, Any]:
    def amount(minor: int | None) -> list[Any] | None:
        return None if minor is None else [minor, cost.currency]

    return {
        f"cost_{when}": amount(cost.cost_minor),
        f"reference_{when}": amount(cost.reference_minor),
    }


def show_no_markup(actor: Actor, reward_id: int, shows: bool, *, at: datetime) -> None:
    """Show or hide “No markup” on the reward. Raises CannotClaim, naming what is dearer here."""
    reward = locked_reward(reward_id)
    if reward.shows_no_markup == shows:
        return
    obstacle = no_markup_obstacle(margins([reward_id], at=at)[reward_id]) if shows else None
    if obstacle:
        raise CannotClaim(obstacle)
    reward.shows_no_markup = shows
    session().flush()
    change = {"before": {"shows_no_markup": not shows}, "after": {"shows_no_markup": shows}}
    note_deed(actor, "catalog.rewrite", reward_id, at=at, **change)
