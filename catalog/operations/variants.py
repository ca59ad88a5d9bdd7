"""What may change about a variant beside its price and its stock."""

from datetime import datetime

from catalog.models import Variant
from catalog.operations.deeds import locked_reward, note_deed
from catalog.operations.projection import refresh_listing
from catalog.states import VariantState
from marketplace.access.actor import Actor
from marketplace.kernel.db import session
from marketplace.kernel.errors import NotFound


def rename_variant(actor: Actor, variant_id: int, label: str, *, at: datetime) -> None:
    """Give a variant another label; what was asked for keeps the one it was asked for under."""
    variant = _locked(variant_id)
    before = variant.label
    if before == label:
        return
    variant.label = label
    session().flush()
    refresh_listing(variant.reward_id)
    facts = {"sku": variant.sku, "before": before, "after": label}
    note_deed(actor, "catalog.rename_variant", variant.reward_id, at=at, **facts)


def revalue_variant(
    actor: Actor, variant_id: int, cash_minor: int | None, currency: str | None, *, at: datetime
) -> None:
    """Say what a variant is worth in money from now on: its face or taxable value."""
    variant = _locked(variant_id)
    before = (variant.cash_minor, variant.currency)
    if before == (cash_minor, currency):
        return
    variant.cash_minor, variant.currency = cash_minor, currency
    session().flush()
    refresh_listing(variant.reward_id)
    facts = {"sku": variant.sku, "before": list(before), "after": [cash_minor, currency]}
    note_deed(actor, "catalog.revalue_variant", variant.reward_id, at=at, **facts)


def offer_variant(actor: Actor, variant_id: int, *, at: datetime) -> None:
    """Put a variant that was withdrawn back on the shelf."""
    variant = _locked(variant_id)
    if variant.state is VariantState.ON_SALE:
        return
    variant.state = VariantState.ON_SALE
    session().flush()
    refresh_listing(variant.reward_id)
    note_deed(actor, "catalog.offer_variant", variant.reward_id, at=at, sku=variant.sku)


def _locked(variant_id: int) -> Variant:
    variant = session().get(Variant, variant_id)
    if variant is None:
        raise NotFound("We can't find this variant.")
    locked_reward(variant.reward_id)
    return variant
