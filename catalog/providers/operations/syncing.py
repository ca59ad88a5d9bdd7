"""How a sync goes on: at most two a day, one at a time, held when it would take too much."""

import zlib
from datetime import datetime, timedelta

import sqlalchemy as sa

from catalog.providers.adapter import ProviderCatalog
from catalog.providers.errors import CannotSync, SyncTooSoon, SyncUnderWay
from catalog.providers.models import SYNCS_A_DAY, Provider, ProviderSync, SyncedItem
from catalog.providers.policies import (
    LOST_AFTER,
    as_numbers,
    cheaper_currencies,
    cheaper_words,
    day_of,
    takes_too_much,
)
from catalog.providers.states import UNDER_WAY, SyncState
from marketplace.access.actor import Actor
from marketplace.kernel.audit import record
from marketplace.kernel.db import insert_or_skip, rows_changed, session
from marketplace.kernel.errors import IllegalMove, NotFound
from marketplace.kernel.jobs import enqueue
from marketplace.ledger.queries import point_value

USED_UP = "This provider is asked at most twice a day, and both times are used."
ASKED_TO_WAIT = "The provider asked to wait."
LOST = "The worker stopped while it asked the provider. Nothing was changed."


def begin_sync(actor: Actor, provider_id: int, *, at: datetime) -> int:
    """Take one of the day's two syncs and promise to do it; its id.

    A unique index decides, so of several at once one begins. Raises SyncTooSoon, SyncUnderWay,
    CannotSync.
    """
    provider = locked_provider(provider_id)
    if not provider.is_active or not provider.address:
        raise CannotSync("Set an address and switch the provider on before it is asked.")
    if provider.asked_again_at and provider.asked_again_at > at:
        raise SyncTooSoon(provider.asked_again_at, why=ASKED_TO_WAIT)
    today, tomorrow = day_of(at, provider.time_zone)
    _discard_held(provider_id, at)
    source = provider.address.partition("?")[0]  # what follows may be a key
    for slot in range(1, SYNCS_A_DAY + 1):
        values = {"day": today.date(), "slot": slot, "state": SyncState.WAITING}
        sync_id = _insert(actor, provider, at, source=source, **values)
        if sync_id is not None:
            enqueue("providers.fetch", key=str(sync_id), sync_id=sync_id)
            return sync_id
    if _is_running(provider_id):
        raise SyncUnderWay
    raise SyncTooSoon(tomorrow.astimezone(at.tzinfo), why=USED_UP)


def begin_file_sync(actor: Actor, provider_id: int, *, source: str, at: datetime) -> int:
    """Begin to take over a file, which asks nobody and so uses none of the day's two; its id."""
    provider = locked_provider(provider_id)
    _discard_held(provider_id, at)
    day = day_of(at, provider.time_zone)[0].date()
    values = {"day": day, "slot": None, "state": SyncState.FETCHING, "fetching_since": at}
    sync_id = _insert(actor, provider, at, source=source, **values)
    if sync_id is None:
        raise SyncUnderWay
    return sync_id


def _insert(
    actor: Actor, provider: Provider, at: datetime, *, source: str, **values: object
) -> int | None:
    put = insert_or_skip(ProviderSync).values(
        provider_id=provider.id,
        source=source,
        begun_by_id=actor.employee_id,
        begun_at=at,
        **values,
    )
    return session().scalar(put.on_conflict_do_nothing().returning(ProviderSync.id))


def start_fetching(sync_id: int, *, at: datetime) -> bool:
    """Whether it is this worker that asks the provider."""
    return _move(sync_id, {SyncState.WAITING}, SyncState.FETCHING, fetching_since=at)


def keep_answer(sync_id: int, answer: bytes, catalog: ProviderCatalog) -> SyncState:
    """Keep what was read and say how it goes on: taken over, or held for a manager.

    Whatever is on sale now and not on sale in the answer counts as taken away. Held is as well what
    would give much away by other exchange rates.
    """
    sync = _sync(sync_id)
    provider = locked_provider(sync.provider_id)
    live = set(session().scalars(_on_sale(provider.id)))
    taken = live - {item.sku for item in catalog.items if item.is_available}
    problem = _much_cheaper(provider, catalog, at=sync.begun_at)
    empties = bool(live) and takes_too_much(len(taken), len(live), provider.most_taken_percent)
    is_held = empties or bool(problem)
    state = SyncState.HELD if is_held else SyncState.APPLYING
    if not _move(
        sync_id,
        {SyncState.FETCHING},
        state,
        answer=zlib.compress(answer),
        brands=len(catalog.brands),
        items=len(catalog.items),
        live=len(live),
        taken=len(taken),
        problem=problem,
    ):
        return _sync(sync_id).state
    provider.asked_again_at = None
    if not is_held and sync.slot is not None:
        enqueue("providers.apply", key=str(sync_id), sync_id=sync_id)
    return state


def _much_cheaper(provider: Provider, catalog: ProviderCatalog, *, at: datetime) -> str:
    """Which currencies the rates of an answer make much cheaper, in words; empty for none."""
    value = point_value(provider.price_country, at=at)
    known = as_numbers(provider.rates)
    found = cheaper_currencies(known, catalog.rates, value.currency) if value else {}
    return cheaper_words(found)


def answer_of(sync_id: int) -> tuple[str, bytes] | None:
    """The adapter and the answer of a sync that is being taken over; None when it is not."""
    found = (
        session()
        .execute(
            sa.select(Provider.adapter, ProviderSync.answer)
            .join(Provider, Provider.id == ProviderSync.provider_id)
            .where(ProviderSync.id == sync_id, ProviderSync.state == SyncState.APPLYING)
        )
        .one_or_none()
    )
    return None if found is None else (found.adapter, zlib.decompress(found.answer))


def confirm_sync(actor: Actor, sync_id: int, *, at: datetime) -> None:
    """Take over what was held. Raises IllegalMove."""
    _answer_held(actor, sync_id, SyncState.APPLYING, at=at, problem="")
    enqueue("providers.apply", key=str(sync_id), sync_id=sync_id)


def discard_sync(actor: Actor, sync_id: int, *, at: datetime) -> None:
    """Let what was held go; nothing changes. Raises IllegalMove."""
    _answer_held(actor, sync_id, SyncState.DISCARDED, at=at, finished_at=at, answer=None)


def _answer_held(
    actor: Actor, sync_id: int, state: SyncState, *, at: datetime, **values: object
) -> None:
    sync = _sync(sync_id)
    if not _move(sync_id, {SyncState.HELD}, state, **values):
        raise IllegalMove(sync.state, state)
    subject = f"provider:{sync.provider_id}"
    record(actor.employee_id, f"providers.{state}", subject, at=at, sync=sync_id, taken=sync.taken)


def finish_sync(sync_id: int, *, at: datetime) -> bool:
    """Close a sync of which everything is taken over; whether it was this worker that did."""
    return _move(sync_id, {SyncState.APPLYING}, SyncState.DONE, finished_at=at, answer=None)


def fail_sync(sync_id: int, problem: str, *, at: datetime, wait: timedelta | None = None) -> None:
    """Close a sync that could not be read. `wait` is how long the provider asks to wait."""
    asked = {SyncState.WAITING, SyncState.FETCHING}
    if _move(sync_id, asked, SyncState.FAILED, finished_at=at, problem=problem) and wait:
        locked_provider(_sync(sync_id).provider_id).asked_again_at = at + wait
        session().flush()


def pick_up_lost(*, at: datetime) -> None:
    """Close syncs whose worker died while it asked; go on with those half taken over."""
    sync, lost = ProviderSync, at - LOST_AFTER
    asking = sa.select(sync.id).where(sync.state == SyncState.FETCHING, sync.fetching_since < lost)
    for sync_id in session().scalars(asking).all():
        fail_sync(sync_id, LOST, at=at)
    half = sa.select(sync.id, sync.state).where(
        sync.state.in_((SyncState.WAITING, SyncState.APPLYING)), sync.begun_at < lost
    )
    for sync_id, state in session().execute(half).all():
        key = f"{sync_id}:{at:%Y-%m-%dT%H}"
        if state is SyncState.WAITING:
            enqueue("providers.fetch", key=key, sync_id=sync_id)
        else:
            enqueue("providers.apply", key=key, sync_id=sync_id)


def locked_provider(provider_id: int) -> Provider:
    """The provider, held until the transaction ends: what changes its items goes one by one."""
    found = session().get(Provider, provider_id, with_for_update=True, populate_existing=True)
    if found is None:
        raise NotFound("We can't find this provider.")
    return found


def _sync(sync_id: int) -> ProviderSync:
    found = session().get(ProviderSync, sync_id, populate_existing=True)
    if found is None:
        raise NotFound("We can't find this sync.")
    return found


def _on_sale(provider_id: int) -> sa.Select[str]:
    item = SyncedItem
    return sa.select(item.sku).where(
        item.provider_id == provider_id,
        item.gone_at.is_(None),
        item.is_available,
        item.problem == "",
    )


def _is_running(provider_id: int) -> bool:
    running = sa.select(ProviderSync.id).where(
        ProviderSync.provider_id == provider_id, ProviderSync.state.in_(UNDER_WAY)
    )
    return session().execute(running.limit(1)).first() is not None


def _discard_held(provider_id: int, at: datetime) -> None:
    sync = ProviderSync
    session().execute(
        sa.update(sync)
        .where(sync.provider_id == provider_id, sync.state == SyncState.HELD)
        .values(state=SyncState.DISCARDED, finished_at=at, answer=None)
    )


def _move(sync_id: int, among: set[SyncState], to: SyncState, **values: object) -> bool:
    changed = session().execute(
        sa.update(ProviderSync)
        .where(ProviderSync.id == sync_id, ProviderSync.state.in_(among))
        .values(state=to, **values)
        .execution_options(synchronize_session=False)
    )
    return rows_changed(changed) == 1
