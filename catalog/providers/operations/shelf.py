"""What a sync writes on the shelf: rewards with their words, variants with amounts and prices.

What the sync put there last is kept beside it. Where the shelf says otherwise, a curator wrote it,
and it stays.
"""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from catalog import operations
from catalog.amounts import Rate
from catalog.audiences.clauses import clauses_of, in_order
from catalog.audiences.opening import open_reward_to
from catalog.margins.operations import Cost, set_cost
from catalog.models import Reward, Tier, Variant
from catalog.operations import NewReward, NewVariant, RewardText
from catalog.operations.deeds import note_deed
from catalog.providers.adapter import Amount
from catalog.providers.models import Provider, SyncedBrand, SyncedItem, SyncedReward
from catalog.providers.policies import PriceRule, kind_of
from catalog.providers.states import NewBrands
from catalog.queries.offers import price_everywhere, rate_of
from catalog.search_words import fold
from catalog.shelf.operations import refresh_listing
from catalog.states import AudienceAttribute, RewardState, VariantState
from marketplace.access.actor import Actor
from marketplace.kernel.db import session
from marketplace.kernel.taken import PAGES
from marketplace.web.filters import money

LAUREL = Actor.system()
SLUG = 50
Words = dict[str, Any]
"""What the provider says about a reward, by the columns of the reward."""
NOTHING_LEFT = "The provider has nothing of it left."


@dataclass(frozen=True, slots=True)
class Run:
    """One pass over a provider's items: whose they are, how they are priced, and when."""

    provider: Provider
    rule: PriceRule
    at: datetime
    sync_id: int | None = None


def amount_words(currency: str, low: int, high: int) -> str:
    """`$50`, or `$5 to $500` for a range."""
    first = money(low, currency)
    return first if low == high else f"{first} to {money(high, currency)}"


def make_reward(run: Run, words: Words, *, is_donation: bool) -> int:
    """A draft for a brand's items; its id."""
    tier = session().execute(sa.select(Tier.slug).where(Tier.id == run.provider.tier_id))
    hue = int(hashlib.sha256(words["brand"].encode()).hexdigest()[:4], 16) % 360
    new = NewReward(
        kind=kind_of(is_donation=is_donation),
        text=RewardText(tier_slug=tier.scalar_one(), **words),
        art={"kind": "gift_card", "hue": hue, "icon": "heart" if is_donation else "gift"},
        slug=_free_slug(run.provider.slug, words["name"]),
    )
    return operations.create_reward(LAUREL, new, at=run.at)


def _free_slug(provider: str, name: str) -> str:
    """An address made from the name that no other reward has."""
    own = "-".join(re.findall(r"[a-z0-9]+", fold(name)))[:SLUG].strip("-")
    first = own if own and own not in PAGES else f"{provider}-{own}".strip("-")
    return _free(first, "-", Reward.slug)


def _free(first: str, mark: str, column: sa.SQLColumnExpression[str]) -> str:
    """`first` when nothing is called that, a page neither, else the first of `first-2` and on."""
    alike = sa.select(column).where(column.startswith(first, autoescape=True))
    taken = PAGES | set(session().scalars(alike))
    if first not in taken:
        return first
    return next(
        free for n in range(2, len(taken) + 3) if (free := f"{first}{mark}{n}") not in taken
    )


def is_put_aside(share: SyncedReward) -> bool:
    """Whether a curator discarded the draft of these items: then a sync leaves it alone."""
    return session().get_one(Reward, share.reward_id).state is RewardState.DISCARDED


def give_words(run: Run, share: SyncedReward, words: Words) -> None:
    """Put the provider's new words on a reward, except where a curator wrote others."""
    if share.given == words or is_put_aside(share):
        return
    reward = session().get_one(Reward, share.reward_id)
    ours: dict[str, Any] = {
        name: text
        for name, text in words.items()
        if share.given.get(name) != text and getattr(reward, name) == share.given.get(name)
    }
    if ours:
        own = [one.name for one in fields(RewardText) if one.name != "tier_slug"]
        kept: dict[str, Any] = {name: getattr(reward, name) for name in own}
        tier = session().execute(sa.select(Tier.slug).where(Tier.id == reward.tier_id))
        text = RewardText(tier_slug=tier.scalar_one(), **(kept | ours))
        operations.rewrite_reward(LAUREL, reward.id, text, at=run.at)
    share.given = words
    session().flush()


def open_to_countries(share: SyncedReward, *, at: datetime) -> None:
    """Let those see a reward who are in one of its countries."""
    if is_put_aside(share):
        return
    clauses = in_order(clauses_of({AudienceAttribute.COUNTRY: list(share.countries)}))
    open_reward_to(LAUREL, share.reward_id, clauses, at=at)


def make_variant(
    run: Run, item: SyncedItem, share: SyncedReward, points: int, rate: Rate | None
) -> None:
    """A denomination of a reward for an item, on sale for now."""
    new = NewVariant(
        label=amount_words(item.currency, item.low_minor, item.high_minor),
        points=points,
        sku=_free(f"{run.provider.slug}:{item.sku}", "#", Variant.sku),
        cash_minor=item.low_minor,
        currency=item.currency,
        range_to_minor=None if item.step_minor is None else item.high_minor,
        step_minor=item.step_minor,
        rate=rate,
    )
    item.variant_id = operations.add_variant(LAUREL, share.reward_id, new, at=run.at)
    _give_cost(item, at=run.at)
    item.given_points, item.given_on_sale = points, True
    session().flush()


def give_amount(item: SyncedItem, share: SyncedReward, amount: Amount, *, at: datetime) -> None:
    """Another amount for an item that is a variant; what was asked for before keeps its own.

    A price set by hand was for the amount before, so the rule prices this one.
    """
    item.currency, item.low_minor, item.high_minor = amount.currency, amount.low, amount.high
    item.step_minor = amount.step
    if item.variant_id is None or is_put_aside(share):
        return
    variant = session().get_one(Variant, item.variant_id)
    label = amount_words(amount.currency, amount.low, amount.high)
    _tell_amount(variant, amount, label, at=at)
    variant.label = label
    variant.cash_minor, variant.currency = amount.low, amount.currency
    variant.step_minor = item.step_minor
    variant.range_to_minor = None if item.step_minor is None else item.high_minor
    _give_cost(item, at=at)
    current = price_everywhere(variant.id, at=at)
    item.given_points = current and current.points
    session().flush()
    refresh_listing(variant.reward_id, at=at)


def _give_cost(item: SyncedItem, *, at: datetime) -> None:
    """A card costs its face value, here as elsewhere; of a range the lowest, as its price does."""
    assert item.variant_id is not None
    set_cost(LAUREL, item.variant_id, Cost(item.low_minor, item.low_minor, item.currency), at=at)


def _tell_amount(variant: Variant, amount: Amount, label: str, *, at: datetime) -> None:
    reward_id, sku = variant.reward_id, variant.sku
    facts: dict[str, Any]
    if variant.label != label:
        facts = {"sku": sku, "before": variant.label, "after": label}
        note_deed(LAUREL, "catalog.rename_variant", reward_id, at=at, **facts)
    if (variant.cash_minor, variant.currency) != (amount.low, amount.currency):
        facts = {"sku": sku, "before": variant.cash_minor, "currency_before": variant.currency}
        facts |= {"after": amount.low, "currency": amount.currency}
        note_deed(LAUREL, "catalog.set_worth", reward_id, at=at, **facts)


def give_price(
    run: Run, item: SyncedItem, points: int, rate: Rate | None
) -> tuple[str, str] | None:
    """A new price where the rule says another than before; old and new words when it was set.

    A price somebody set by hand stays. While one holds that ends by itself, the sync waits: the one
    that holds afterwards is still its own.
    """
    before, variant_id = item.given_points, item.variant_id
    current = price_everywhere(variant_id, at=run.at) if before and variant_id else None
    if current and current.points != before and current.valid_until is not None:
        return None
    item.given_points = points
    if before is None or variant_id is None or current is None or current.points != before:
        return None
    old = rate_of(current)
    if (before, old) == (points, rate):
        return None
    operations.set_price(LAUREL, variant_id, points, rate=rate, at=run.at)
    return price_words(before, old), price_words(points, rate)


def price_words(points: int, rate: Rate | None) -> str:
    """`2,000 points`, or `500 to 50,000 points` for the amounts of a range."""
    return f"{points:,} points" if rate is None else f"{points:,} to {rate.points:,} points"


def _is_sellable(item: SyncedItem) -> bool:
    """Whether an item belongs on sale: there, available, and without a problem."""
    return item.gone_at is None and item.is_available and not item.problem


def settle(run: Run, brand: SyncedBrand, share: SyncedReward) -> None:
    """Bring a reward's variants and its place on the shelf in line with its items.

    With nothing left it is retired; with something back, it returns if the sync had retired it.
    A draft that was discarded stays as it is.
    """
    if is_put_aside(share):
        return
    reward = session().get_one(Reward, share.reward_id)
    prefix = f"{run.provider.slug}:"
    items = session().scalars(sa.select(SyncedItem).where(SyncedItem.synced_reward_id == share.id))
    variants = session().scalars(sa.select(Variant).where(Variant.reward_id == reward.id)).all()
    wanted = _put_back(run, items.all())
    on_sale = [one for one in variants if one.state is VariantState.ON_SALE]
    leaving = [one for one in on_sale if one.sku.startswith(prefix) and one.id not in wanted]
    is_empty = len(leaving) == len(on_sale)
    if is_empty and reward.state is RewardState.PUBLISHED:
        operations.retire_reward(LAUREL, reward.id, reason=NOTHING_LEFT, at=run.at)
        share.retired_at = run.at
    for variant in leaving:
        operations.withdraw_variant(LAUREL, variant.id, at=run.at)
    if not is_empty:
        _show(run, brand, share, reward)
    session().flush()


def _put_back(run: Run, items: Iterable[SyncedItem]) -> set[int]:
    """Put on sale what has become sellable since; the ids of all variants that are sellable."""
    wanted: set[int] = set()
    for item in items:
        variant_id = item.variant_id if _is_sellable(item) else None
        if variant_id is not None:
            wanted.add(variant_id)
            if not item.given_on_sale:
                operations.offer_variant(LAUREL, variant_id, at=run.at)
        item.given_on_sale = variant_id is not None
    return wanted


def _show(run: Run, brand: SyncedBrand, share: SyncedReward, reward: Reward) -> None:
    if not reward.summary:  # a curator cleared it, and nothing is published without one
        return
    if reward.state is RewardState.RETIRED and share.retired_at is not None:
        operations.publish_reward(LAUREL, reward.id, at=run.at)
    share.retired_at = None  # from here on a retired reward is one that somebody retired
    is_wanted = run.provider.new_brands is NewBrands.PUBLISH or (
        run.provider.new_brands is NewBrands.CHOSEN and brand.is_chosen
    )
    if reward.state is RewardState.DRAFT and is_wanted:
        operations.publish_reward(LAUREL, reward.id, at=run.at)
        brand.is_chosen = True
