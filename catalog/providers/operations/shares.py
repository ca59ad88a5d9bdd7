"""Which brand an item belongs to, and which of its rewards: one for each kind and place."""

from hashlib import sha256

import sqlalchemy as sa

from catalog.providers.adapter import ProviderBrand, ProviderItem
from catalog.providers.models import SyncedBrand, SyncedItem, SyncedReward
from catalog.providers.operations import shelf
from catalog.providers.operations.report import note_brand
from catalog.providers.operations.shelf import Run, Words
from marketplace.kernel.db import session

SUMMARY = 200


def brand_of(
    run: Run, told: ProviderBrand, known: dict[str, SyncedItem], keys: frozenset[str]
) -> SyncedBrand:
    """The brand as it is known, made or renamed where need be."""
    brand = session().scalar(
        sa.select(SyncedBrand).where(
            SyncedBrand.provider_id == run.provider.id, SyncedBrand.key == told.key
        )
    )
    brand = brand or _renamed(known, keys)
    if brand is None:
        brand = SyncedBrand(
            provider_id=run.provider.id, key=told.key, name=told.name, first_seen_at=run.at
        )
        session().add(brand)
    elif brand.name != told.name:
        note_brand(run, brand, told.name)
    brand.key, brand.name = told.key, told.name
    session().flush()
    return brand


def _renamed(known: dict[str, SyncedItem], keys: frozenset[str]) -> SyncedBrand | None:
    """The brand these items belonged to, if they all did and the answer has it no more."""
    came_from = {item.brand_id for item in known.values()}
    if len(came_from) != 1:
        return None
    brand = session().get_one(SyncedBrand, came_from.pop())
    return None if brand.key in keys else brand


def shares_of(brand_id: int) -> list[SyncedReward]:
    """The rewards made of a brand so far."""
    return list(session().scalars(sa.select(SyncedReward).where(SyncedReward.brand_id == brand_id)))


def share_key(item: ProviderItem) -> str:
    """What the items of one reward have in common."""
    kind = "donation" if item.is_donation else "card"
    where = sha256(" ".join(item.countries).encode()).hexdigest()[:16]
    return f"{kind}:{item.amount.currency}:{where}"


def share_out(
    run: Run,
    brand: SyncedBrand,
    told: ProviderBrand,
    known: dict[str, SyncedItem],
    there: list[SyncedReward],
) -> dict[str, SyncedReward]:
    """The reward each item belongs to, made where there is none yet."""
    groups: dict[str, list[ProviderItem]] = {}
    for item in told.items:
        groups.setdefault(share_key(item), []).append(item)
    by_key = {share.key: share for share in there}
    shares: dict[str, SyncedReward] = {}
    for key, items in groups.items():
        share = by_key.get(key) or _moved(there, set(groups), items, known)
        words = _words(told, items[0], _apart(set(groups), items[0]))
        if share is None:
            share = _new_share(run, brand, items[0], key, words)
        elif share.key != key:
            share.key, share.countries = key, list(items[0].countries)
            shelf.open_to_countries(share, at=run.at)
        shelf.give_words(run, share, words)
        shares |= dict.fromkeys((item.sku for item in items), share)
    return shares


def _moved(
    there: list[SyncedReward],
    wanted: set[str],
    items: list[ProviderItem],
    known: dict[str, SyncedItem],
) -> SyncedReward | None:
    """The reward whose items now all go to other countries together, so that it goes with them."""
    came_from = {known[item.sku].synced_reward_id for item in items if item.sku in known}
    start = share_key(items[0]).rpartition(":")[0]
    return next(
        (
            share
            for share in there
            if {share.id} == came_from
            and share.key not in wanted
            and share.key.rpartition(":")[0] == start
        ),
        None,
    )


def _new_share(
    run: Run, brand: SyncedBrand, item: ProviderItem, key: str, words: Words
) -> SyncedReward:
    share = SyncedReward(
        brand_id=brand.id,
        key=key,
        currency=item.amount.currency,
        countries=list(item.countries),
        reward_id=shelf.make_reward(run, words, is_donation=item.is_donation),
        given=words,
    )
    session().add(share)
    session().flush()
    shelf.open_to_countries(share, at=run.at)
    return share


def _apart(keys: set[str], item: ProviderItem) -> str:
    """What tells a reward from the others of its brand: the currency, and where if need be."""
    if len(keys) == 1:
        return ""
    currency = item.amount.currency
    if sum(f":{currency}:" in one for one in keys) == 1:
        return f" ({currency})"
    places = item.countries
    where = places[0] if len(places) == 1 else f"{len(places)} countries"
    return f" ({currency}, {where})"


def _words(told: ProviderBrand, first: ProviderItem, apart: str) -> Words:
    """What the provider says about a reward; the disclaimer stands before the terms."""
    plain = f"A {'donation to' if first.is_donation else 'gift card of'} {told.name}."
    return {
        "name": f"{told.name}{apart}",
        "summary": " ".join((told.description or plain).split())[:SUMMARY],
        "brand": told.name,
        "terms": "\n\n".join(text for text in (told.disclaimer, told.terms) if text),
        "next_steps": first.instructions,
        "included": first.capabilities.words(),
    }
