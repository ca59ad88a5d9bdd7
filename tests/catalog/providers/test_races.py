"""Eight people and workers at once: two syncs a day, one at a time, each taken over once."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa

from catalog.providers import runner
from catalog.providers.models import ProviderSync
from catalog.providers.operations import syncing
from catalog.providers.states import SyncState
from marketplace.access.actor import Actor
from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.kernel.errors import DomainError
from tests.support.hostile_server import hostile_server, with_body
from tests.support.providers import add_provider, catalog, changes, item
from tests.support.racing import all_at_once

pytestmark = [pytest.mark.race, pytest.mark.timeout(120)]
MANY = 8
ANSWER = catalog(Books=[item(f"B-{n}") for n in range(6)], Tea=[item("T")])


def begin_and_close(provider: int) -> str:
    """Begin a sync and end it at once, so that only the day's two can refuse the next."""
    try:
        with transaction():
            sync_id = syncing.begin_sync(Actor.system(), provider, at=clock.now())
            syncing.fail_sync(sync_id, "closed", at=clock.now())
    except DomainError as refusal:
        return refusal.code
    return "begun"


def look_first(provider: int) -> str:
    """The same without the guard: counts, and writes when there seems to be room."""
    counted = sa.select(sa.func.count()).where(ProviderSync.provider_id == provider)
    used = session().scalar(counted)
    session().close()
    if used >= 2:
        return "sync_too_soon"
    with transaction() as writing:
        values = {"provider_id": provider, "day": clock.today(), "slot": 1, "source": "x"}
        values |= {"state": SyncState.FAILED, "begun_at": clock.now()}
        writing.execute(sa.insert(ProviderSync).values(values))
    return "begun"


@contextmanager
def guard_down() -> Iterator[None]:
    indexes = ProviderSync.metadata.tables["provider_syncs"].indexes
    guard = next(one for one in indexes if one.name == "uq_provider_syncs_slot")
    session().close()
    with transaction() as writing:
        guard.drop(writing.connection())
    try:
        yield
    finally:
        session().close()
        with transaction() as writing:
            writing.execute(sa.delete(ProviderSync))
            guard.create(writing.connection())


def test_of_eight_at_once_two_are_begun_on_a_day(app, at, queue):
    provider = add_provider("https://cards.example/catalog")
    session().close()
    outcomes = Counter(all_at_once(app, MANY, lambda _n: begin_and_close(provider)))
    assert outcomes == {"begun": 2, "sync_too_soon": MANY - 2}


def test_control_looking_first_begins_more_than_two(app, at):
    provider = add_provider("https://cards.example/catalog")
    session().close()
    with guard_down():
        outcomes: Counter = Counter()
        for _ in range(20):  # threads may happen to run one after the other
            outcomes = Counter(all_at_once(app, MANY, lambda _n: look_first(provider)))
            if outcomes["begun"] > 2:
                break
            session().close()
            with transaction() as writing:
                writing.execute(sa.delete(ProviderSync))
        assert outcomes["begun"] > 2


def test_two_workers_with_the_same_sync_ask_once_and_change_once(app, at, queue):
    with hostile_server(with_body(ANSWER)) as server:
        provider = add_provider(server.address)
        session().close()
        with transaction():
            sync_id = syncing.begin_sync(Actor.system(), provider, at=at)
        all_at_once(app, 2, lambda _n: runner.fetch_catalog(sync_id))
        assert len(server.asked) == 1
    results = all_at_once(app, 2, lambda _n: runner.take_over(sync_id))
    assert results == [None, None]
    assert changes(sync_id) == {"added": 7}
    assert session().get_one(ProviderSync, sync_id).state is SyncState.DONE
