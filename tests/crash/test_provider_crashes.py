"""A sync killed between two brands is taken over by whoever comes next, and nothing twice."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import current_app

from catalog.models import Variant
from catalog.providers import runner
from catalog.providers.errors import SyncUnderWay
from catalog.providers.operations import syncing
from catalog.providers.states import SyncState
from marketplace.access.actor import Actor
from marketplace.kernel import clock, jobs
from marketplace.kernel.db import session, transaction
from tests.crash import world
from tests.support.jobs import HandQueue
from tests.support.providers import add_provider, catalog, changes, item, row

pytestmark = pytest.mark.crash

TWO = {"Books": [item("B-50"), item("B-100", 100)], "Tea": [item("T-20", 20)]}
NO_MAIL = 25


@pytest.fixture
def killed(url, raised, tmp_path):
    """A provider whose first sync was killed after the first of two brands; its id."""
    answer = tmp_path / "catalog.json"
    answer.write_bytes(catalog(**TWO))
    with world.house(url, NO_MAIL, raised):
        provider = add_provider()
        session().close()
        reading = ("providers", "sync", "cardhouse", "--file", str(answer))
        assert raised.killed_at("providers.brand_taken", command=reading)
        yield provider


def variants() -> int:
    session().close()
    return session().scalar(sa.select(sa.func.count()).select_from(Variant))


def test_who_comes_next_does_the_rest_and_nothing_twice(killed):
    sync_id = row(killed).last.id
    runner.take_over(sync_id)
    runner.take_over(sync_id)
    assert changes(sync_id) == {"added": 3}
    assert variants() == 3
    assert row(killed).last.state is SyncState.DONE


def test_control_without_anybody_next_half_is_missing_and_nothing_else_begins(killed):
    sync_id = row(killed).last.id
    assert changes(sync_id) == {"added": 2}
    assert variants() == 2
    session().close()
    with transaction(), pytest.raises(SyncUnderWay):
        syncing.begin_file_sync(Actor.system(), killed, source="again", at=clock.now())


def test_the_hourly_job_is_who_comes_next(killed, queue: HandQueue):
    jobs.use_queue(current_app, queue)
    sync_id = row(killed).last.id
    for later, promised in ((timedelta(minutes=9), []), (timedelta(minutes=11), [str(sync_id)])):
        session().close()
        with transaction():
            syncing.pick_up_lost(at=clock.now() + later)
        found = [one.job for one in queue.waiting]
        assert [str(job.payload["sync_id"]) for job in found] == promised


class Died(BaseException):
    """Stands for the end of the process."""


def begin(provider: int) -> int:
    with transaction():
        return syncing.begin_sync(Actor.system(), provider, at=clock.now())


def test_who_dies_with_the_answer_in_hand_changed_nothing_and_the_next_one_asks_again(
    at, queue: HandQueue, time, monkeypatch
):
    provider, asked = add_provider("https://cardhouse.example/catalog"), []
    monkeypatch.setattr(runner, "fetch", lambda *_where: asked.append(at) or catalog(**TWO))
    first = begin(provider)

    def die(name: str) -> None:
        if name == "providers.fetched":
            raise Died

    with monkeypatch.context() as patch, pytest.raises(Died):
        patch.setattr(runner, "crashpoint", die)
        queue.run_due()
    session().close()
    assert (row(provider).last.state, changes(first)) == (SyncState.FETCHING, {})
    session().close()
    time.forward(minutes=11)
    with transaction():
        syncing.pick_up_lost(at=clock.now())
    queue.run_due()
    session().close()
    assert row(provider).last.state is SyncState.FAILED
    session().close()
    second = begin(provider)
    queue.run_due()
    session().close()
    assert (len(asked), changes(second)) == (2, {"added": 3})
