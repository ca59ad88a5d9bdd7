"""A sync from end to end: asks outside of any transaction, takes over brand by brand.

Each step commits by itself, and each may be done again: a worker that dies in the middle is
followed by one that finds the first half already as it should be. A brand that is refused is named
and costs only itself.
"""

import logging
from dataclasses import replace

from sqlalchemy.exc import IntegrityError

from catalog.providers.adapter import BadAnswer, ProviderBrand, ProviderCatalog, Refusal
from catalog.providers.adapters import ADAPTERS
from catalog.providers.models import Provider, ProviderSync
from catalog.providers.operations import syncing, taking
from catalog.providers.states import SyncState
from marketplace.access.actor import Actor
from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.kernel.errors import BadInput, DomainError
from marketplace.kernel.faults import crashpoint
from marketplace.kernel.outgoing import CannotFetch, fetch
from marketplace.kernel.settings import current

log = logging.getLogger(__name__)
AS_IT_WAS = "We could not take this brand over, so all of it stays as it was."


def fetch_catalog(sync_id: int) -> None:
    """Ask the provider, once, and keep its answer. Safe to run again."""
    with transaction():
        is_mine = syncing.start_fetching(sync_id, at=clock.now())
        provider = _provider_of(sync_id)
        adapter, address, slug = provider.adapter, provider.address, provider.slug
    if not is_mine:
        return
    reader = ADAPTERS[adapter]
    try:
        answer = fetch(address, reader.headers(current().credentials_of(slug)))
        catalog = reader.read(answer)
    except (CannotFetch, BadAnswer) as refused:
        with transaction():
            wait = getattr(refused, "wait", None)
            syncing.fail_sync(sync_id, str(refused), at=clock.now(), wait=wait)
        return
    crashpoint("providers.fetched")
    with transaction():
        syncing.keep_answer(sync_id, answer, catalog)


def read_file(actor: Actor, provider_id: int, answer: bytes, *, source: str) -> int:
    """Read a catalog from a file and take it over at once; the id of the sync.

    Raises BadInput when the file can't be used. A sync that is held waits for a manager.
    """
    with transaction():
        adapter = session().get_one(Provider, provider_id).adapter
    try:
        catalog = ADAPTERS[adapter].read(answer)
    except BadAnswer as refused:
        raise BadInput(f"{refused} Nothing was changed.") from refused
    with transaction():
        sync_id = syncing.begin_file_sync(actor, provider_id, source=source, at=clock.now())
        state = syncing.keep_answer(sync_id, answer, catalog)
    if state is SyncState.APPLYING:
        _take_over(sync_id, catalog)
    return sync_id


def take_over(sync_id: int) -> None:
    """Take over the answer of a sync, all of it or what is left of it. Safe to run again."""
    found = syncing.answer_of(sync_id)
    session().close()
    if found is not None:
        adapter, answer = found
        _take_over(sync_id, ADAPTERS[adapter].read(answer))


def _take_over(sync_id: int, catalog: ProviderCatalog) -> None:
    with transaction():
        taking.note_rates(sync_id, catalog.rates, at=clock.now())
    found = (_refusal(sync_id, brand, catalog.keys) for brand in catalog.brands)
    refused = tuple(one for one in found if one is not None)
    with transaction():
        told = replace(catalog, refusals=catalog.refusals + refused)
        taking.take_leave(sync_id, told, at=clock.now())
        syncing.finish_sync(sync_id, at=clock.now())


def _refusal(sync_id: int, brand: ProviderBrand, keys: frozenset[str]) -> Refusal | None:
    """Take over a brand; why not when it can't be, which must not keep the others waiting for ever.

    A database that is busy or gone is no such reason: then the job tries again.
    """
    try:
        with transaction():
            taking.take_brand(sync_id, brand, keys=keys, at=clock.now())
    except DomainError as refusal:
        return Refusal(sku="", name=brand.name, reason=f"{refusal.message} {AS_IT_WAS}")
    except IntegrityError:
        log.exception("Sync %s left out a brand", sync_id)
        return Refusal(sku="", name=brand.name, reason=f"Tell who runs Laurel. {AS_IT_WAS}")
    crashpoint("providers.brand_taken")
    return None


def _provider_of(sync_id: int) -> Provider:
    sync = session().get_one(ProviderSync, sync_id)
    return session().get_one(Provider, sync.provider_id)
