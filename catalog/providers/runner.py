"""A sync from end to end: asks outside of any transaction, takes over brand by brand.

Each step commits by itself, and each may be done again: a worker that dies in the middle is
followed by one that finds the first half already as it should be.
"""

from catalog.providers.adapter import BadAnswer, ProviderCatalog
from catalog.providers.adapters import ADAPTERS
from catalog.providers.models import Provider, ProviderSync
from catalog.providers.operations import syncing, taking
from catalog.providers.states import SyncState
from marketplace.access.actor import Actor
from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.kernel.errors import BadInput
from marketplace.kernel.faults import crashpoint
from marketplace.kernel.outgoing import CannotFetch, fetch
from marketplace.kernel.settings import current


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
    keys = catalog.keys
    for brand in catalog.brands:
        with transaction():
            taking.take_brand(sync_id, brand, keys=keys, at=clock.now())
        crashpoint("providers.brand_taken")
    with transaction():
        taking.take_leave(sync_id, catalog, at=clock.now())
        syncing.finish_sync(sync_id, at=clock.now())


def _provider_of(sync_id: int) -> Provider:
    sync = session().get_one(ProviderSync, sync_id)
    return session().get_one(Provider, sync.provider_id)
