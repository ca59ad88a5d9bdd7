"""Taking over an answer, brand by brand: each in a transaction, and again changes nothing."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal

import sqlalchemy as sa

from catalog.providers.adapter import Amount, ProviderBrand, ProviderCatalog, ProviderItem
from catalog.providers.models import (
    Provider,
    ProviderSync,
    SyncedBrand,
    SyncedItem,
    SyncedReward,
)
from catalog.providers.operations import shelf
from catalog.providers.operations.report import name_refusals, note
from catalog.providers.operations.shares import brand_of, share_out, shares_of
from catalog.providers.operations.shelf import Run, amount_words
from catalog.providers.operations.syncing import locked_provider
from catalog.providers.policies import NoPrice, rule_of
from catalog.providers.states import ChangeKind, SyncState
from catalog.shelf.operations import listed_once
from marketplace.kernel.db import in_batches, session
from marketplace.ledger.queries import point_value


def note_rates(sync_id: int, rates: Mapping[str, Decimal], *, at: datetime) -> None:
    """Keep the exchange rates of an answer; a currency it leaves out keeps its last rate."""
    run = _run_of(sync_id, at)
    if run is not None and rates:
        new = {currency: str(rate) for currency, rate in rates.items()}
        run.provider.rates = run.provider.rates | new


def take_brand(sync_id: int, told: ProviderBrand, *, keys: frozenset[str], at: datetime) -> None:
    """Take over one brand with its items; nothing when the sync is closed already.

    `keys` are those of all brands in the answer: one that is missing there may have been renamed.
    """
    run = _run_of(sync_id, at)
    if run is None:
        return
    known = _known(run.provider.id, [item.sku for item in told.items])
    brand = brand_of(run, told, known, keys)
    there = shares_of(brand.id)
    touched = {share.id for share in there} | {item.synced_reward_id for item in known.values()}
    shares = share_out(run, brand, told, known, there)
    with listed_once(at=at):
        for item in told.items:
            _take_item(run, brand, shares[item.sku], item, known.get(item.sku))
        session().flush()
        _settle_all(run, touched | {share.id for share in shares.values()})


def take_leave(sync_id: int, catalog: ProviderCatalog, *, at: datetime) -> None:
    """Mark as gone what the answer lacks, and name what it holds that can't be used."""
    run = _run_of(sync_id, at)
    if run is None:
        return
    there = {item.sku for item in catalog.items}
    refused = {one.sku: one for one in catalog.refusals if one.sku and one.sku not in there}
    missing = sa.select(SyncedItem).where(
        SyncedItem.provider_id == run.provider.id, SyncedItem.gone_at.is_(None)
    )
    touched: set[int] = set()
    for item in session().scalars(missing).all():
        if item.sku in there:
            continue
        touched.add(item.synced_reward_id)
        if item.sku in refused:
            item.problem, item.is_readable = refused[item.sku].reason, False
        else:
            item.gone_at = at
            note(run, ChangeKind.GONE, item)
    session().flush()
    name_refusals(run, catalog.refusals)
    _settle_all(run, touched)


def reprice(provider_id: int, brand_id: int, *, at: datetime) -> None:
    """Bring the prices of a brand's items in line with the provider's rule."""
    provider = locked_provider(provider_id)
    run = _pass_over(provider, at)
    readable = sa.select(SyncedItem).where(SyncedItem.brand_id == brand_id, SyncedItem.is_readable)
    items = session().scalars(readable).all()
    with listed_once(at=at):
        for item in items:
            _price(run, item)
        session().flush()
        _settle_all(run, {item.synced_reward_id for item in items})


def _run_of(sync_id: int, at: datetime) -> Run | None:
    provider_id = session().scalar(
        sa.select(ProviderSync.provider_id).where(ProviderSync.id == sync_id)
    )
    if provider_id is None:
        return None
    provider = locked_provider(provider_id)
    state = session().scalar(sa.select(ProviderSync.state).where(ProviderSync.id == sync_id))
    if state is not SyncState.APPLYING:
        return None
    return _pass_over(provider, at, sync_id)


def _pass_over(provider: Provider, at: datetime, sync_id: int | None = None) -> Run:
    value = point_value(provider.price_country, at=at)
    return Run(provider, rule_of(provider, provider.rates, value), at, sync_id)


def _settle_all(run: Run, share_ids: Iterable[int]) -> None:
    for some in in_batches(sorted(share_ids)):
        rows = session().execute(
            sa.select(SyncedReward, SyncedBrand)
            .join(SyncedBrand, SyncedBrand.id == SyncedReward.brand_id)
            .where(SyncedReward.id.in_(some))
        )
        for share, brand in rows.all():
            shelf.settle(run, brand, share)


def _known(provider_id: int, skus: list[str]) -> dict[str, SyncedItem]:
    found: dict[str, SyncedItem] = {}
    for some in in_batches(skus):
        rows = session().scalars(
            sa.select(SyncedItem).where(
                SyncedItem.provider_id == provider_id, SyncedItem.sku.in_(some)
            )
        )
        found |= {item.sku: item for item in rows}
    return found


def _take_item(
    run: Run,
    brand: SyncedBrand,
    share: SyncedReward,
    told: ProviderItem,
    item: SyncedItem | None,
) -> None:
    is_new = item is None
    if item is None:
        item = _new_item(run, brand, share, told)
    else:
        _note_differences(run, share, told, item)
        if item.synced_reward_id != share.id:
            item.synced_reward_id, item.variant_id, item.given_points = share.id, None, None
        if _amount_of(item) != told.amount:
            shelf.give_amount(item, share, told.amount, at=run.at)
    item.brand_id, item.name, item.is_donation = brand.id, told.name, told.is_donation
    item.countries, item.is_available, item.gone_at = list(told.countries), told.is_available, None
    item.capabilities, item.is_readable = told.capabilities.as_stored(), True
    old_problem = item.problem
    _price(run, item)
    if item.problem and item.problem != old_problem:
        note(run, ChangeKind.REFUSED, item, after=item.problem)
    if is_new:
        there = "" if told.is_available else ", not available"
        note(run, ChangeKind.ADDED, item, after=_words(told.amount) + there)


def _new_item(run: Run, brand: SyncedBrand, share: SyncedReward, told: ProviderItem) -> SyncedItem:
    item = SyncedItem(
        provider_id=run.provider.id,
        brand_id=brand.id,
        synced_reward_id=share.id,
        sku=told.sku,
        name=told.name,
        is_donation=told.is_donation,
        currency=told.amount.currency,
        low_minor=told.amount.low,
        high_minor=told.amount.high,
        step_minor=told.amount.step,
        is_available=told.is_available,
        first_seen_at=run.at,
        problem="",
        given_on_sale=False,
    )
    session().add(item)
    session().flush()
    return item


def _price(run: Run, item: SyncedItem) -> None:
    """Price an item by the rule; one that can't be priced is kept off the shelf with the reason."""
    try:
        points, rate = run.rule.price_of(item.low_minor, item.high_minor, item.currency)
    except NoPrice as missing:
        item.problem = str(missing)
        return
    item.problem = ""
    share = session().get_one(SyncedReward, item.synced_reward_id)
    if shelf.is_put_aside(share):
        return
    if item.variant_id is None:
        shelf.make_variant(run, item, share, points, rate)
    elif changed := shelf.give_price(run, item, points, rate):
        note(run, ChangeKind.PRICE, item, before=changed[0], after=changed[1])


def _note_differences(run: Run, share: SyncedReward, told: ProviderItem, item: SyncedItem) -> None:
    if item.gone_at is not None:
        note(run, ChangeKind.BACK, item)
    if item.name != told.name:
        note(run, ChangeKind.RENAMED, item, before=item.name, after=told.name)
    was, now = _words(_amount_of(item)), _words(told.amount)
    if was != now:
        note(run, ChangeKind.FACE_VALUE, item, before=was, after=now)
    if item.countries != list(told.countries):
        before, after = ", ".join(item.countries), ", ".join(told.countries)
        note(run, ChangeKind.WHERE, item, before=before, after=after, share=share)
    if item.is_available and not told.is_available:
        note(run, ChangeKind.UNAVAILABLE, item)
    if told.is_available and not item.is_available:
        note(run, ChangeKind.AVAILABLE, item)


def _amount_of(item: SyncedItem) -> Amount:
    return Amount(item.currency, item.low_minor, item.high_minor, item.step_minor)


def _words(amount: Amount) -> str:
    return amount_words(amount.currency, amount.low, amount.high)
