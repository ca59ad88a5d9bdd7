"""A provider is asked at most twice a day, one sync at a time, and its failures change nothing."""

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from catalog.providers import runner
from catalog.providers.errors import CannotSync, SyncTooSoon, SyncUnderWay
from catalog.providers.jobs import sync_due
from catalog.providers.models import Provider, ProviderSync
from catalog.providers.operations import desk, syncing
from catalog.providers.states import SyncState
from catalog.providers.terms import Terms
from marketplace.access.actor import Actor
from marketplace.kernel import clock, jobs, settings
from marketplace.kernel.db import session, transaction
from marketplace.kernel.errors import BadInput
from tests.support.catalog import put_tiers
from tests.support.hostile_server import hostile_server, with_body
from tests.support.providers import add_provider, catalog, changes, is_on_sale, item, read, row

ONE = catalog(Books=[item("B-50")])


def begin(provider: int, actor: Actor | None = None) -> int:
    session().close()
    with transaction():
        return syncing.begin_sync(actor or Actor.system(), provider, at=clock.now())


def last(provider: int):
    session().close()
    return row(provider).last


@pytest.fixture
def server():
    with hostile_server(with_body(ONE)) as served:
        yield served


def test_priya_asks_and_the_worker_takes_it_over(server, priya, at, queue):
    provider = add_provider(server.address)
    sync_id = begin(provider, priya)
    queue.run_due()
    assert last(provider).state is SyncState.DONE
    assert changes(sync_id) == {"added": 1}
    assert session().get_one(ProviderSync, sync_id).answer is None, "kept only until taken over"


def test_many_files_hide_no_sync_that_asked_today(server, priya, at, queue):
    provider = add_provider(server.address)
    for _ in range(2):
        begin(provider, priya)
        queue.run_due()
    tomorrow = row(provider).next_at
    assert tomorrow > at
    for price in range(50, 57):
        read(provider, catalog(Books=[item("B-50", price)]))
    assert row(provider).next_at == tomorrow


@pytest.mark.parametrize("slug", ["", "Card House", "card/house", "card--house", "cardhouse-"])
def test_a_provider_that_no_address_could_name_is_refused(at, slug):
    terms = Terms(tier_slug="starter", price_country="US")
    new = desk.NewProvider(slug=slug, name="Cardhouse", adapter="tango", terms=terms)
    with transaction(), pytest.raises(BadInput, match="can't be part of an address"):
        desk.add_provider(Actor.system(), new, at=at)


def test_a_provider_priced_for_no_country_is_refused(at):
    put_tiers()
    terms = Terms(tier_slug="starter", price_country="ZZ")
    new = desk.NewProvider(slug="cardhouse", name="Cardhouse", adapter="tango", terms=terms)
    with transaction(), pytest.raises(BadInput, match="“ZZ” is no country"):
        desk.add_provider(Actor.system(), new, at=at)


def test_a_key_in_the_address_is_asked_with_and_shown_to_nobody(server, priya, at, queue, sign_in):
    provider = add_provider(f"{server.address}?key=s3cret")
    begin(provider)
    queue.run_due()
    assert last(provider).state is SyncState.DONE
    assert last(provider).source == server.address
    assert "s3cret" not in sign_in(priya.id).get("/manage/providers/cardhouse").text


def test_credentials_go_along_and_are_nowhere_else(server, at, queue, caplog, monkeypatch):
    known = replace(settings.current(), provider_credentials="other=x, cardhouse=me:secret-key")
    monkeypatch.setattr(settings, "_current", known)
    server.answer = with_body(b"no", 401)
    provider = add_provider(server.address)
    begin(provider)
    queue.run_due()
    assert server.asked[0]["Authorization"] == "Basic bWU6c2VjcmV0LWtleQ=="
    assert last(provider).problem == "The server answered 401."
    assert "secret-key" not in caplog.text
    assert "bWU6" not in caplog.text


def test_a_third_sync_of_a_day_is_refused_with_when_the_next_can_begin(server, at, queue):
    provider = add_provider(server.address)
    for _ in range(2):
        begin(provider)
        queue.run_due()
    with pytest.raises(SyncTooSoon, match="24 November 2026 at 00:00 UTC"):
        begin(provider)
    assert len(server.asked) == 2
    assert row(provider).next_at == at.replace(hour=0) + timedelta(days=1)


def test_the_day_is_that_of_the_provider(server, at, queue):
    provider = add_provider(server.address)
    with transaction():
        session().get_one(Provider, provider).time_zone = "Pacific/Auckland"
    for _ in range(2):
        begin(provider)
        queue.run_due()
    with pytest.raises(SyncTooSoon, match="23 November 2026 at 11:00 UTC"):
        begin(provider)


def test_while_one_is_under_way_no_other_begins(server, at):
    provider = add_provider(server.address)
    begin(provider)
    with pytest.raises(SyncUnderWay):
        begin(provider)


def test_who_asks_to_wait_is_not_asked_before(server, at, queue):
    server.answer = with_body(b"", 429, Retry_After="7200")
    provider = add_provider(server.address)
    begin(provider)
    queue.run_due()
    assert last(provider).state is SyncState.FAILED
    with pytest.raises(SyncTooSoon, match=r"asked to wait\..* 11:00 UTC"):
        begin(provider)
    assert row(provider).next_automatic_at >= at + timedelta(hours=2)


@pytest.mark.parametrize(
    "answer",
    [with_body(b"oops", 500), with_body(ONE[:-9]), with_body(b"<html>"), with_body(b"")],
)
def test_a_broken_answer_fails_and_changes_nothing(server, at, queue, answer):
    provider = add_provider(server.address)
    begin(provider)
    queue.run_due()
    server.answer = answer
    failed = begin(provider)
    queue.run_due()
    assert last(provider).state is SyncState.FAILED
    assert last(provider).problem
    assert changes(failed) == {}
    assert is_on_sale("B-50")


def test_an_empty_catalog_takes_nothing_away_by_itself(server, at, queue):
    provider = add_provider(server.address, most_taken_percent=30)
    begin(provider)
    queue.run_due()
    server.answer = with_body(catalog())
    held = begin(provider)
    queue.run_due()
    assert last(provider).state is SyncState.HELD
    assert is_on_sale("B-50")
    session().close()
    with transaction():
        syncing.confirm_sync(Actor.system(), held, at=at)
    queue.run_due()
    assert not is_on_sale("B-50")


def test_by_the_clock_it_is_asked_every_twelve_hours(server, at, queue):
    provider = add_provider(server.address)
    sync_due()
    queue.run_due()
    sync_due()
    queue.run_due()
    assert len(server.asked) == 1
    assert row(provider).next_automatic_at == at + timedelta(hours=12)


def test_a_worker_that_died_while_asking_costs_one_of_two_and_changes_nothing(server, at):
    provider = add_provider(server.address)
    sync_id = begin(provider)
    with transaction():
        assert syncing.start_fetching(sync_id, at=at)
    runner.fetch_catalog(sync_id)  # the job, run again by the worker's successor
    assert server.asked == []
    session().close()
    with transaction():
        syncing.pick_up_lost(at=at + timedelta(minutes=11))
    assert last(provider).state is SyncState.FAILED
    assert begin(provider) != sync_id


def test_a_sync_half_taken_over_is_picked_up(server, at, queue):
    provider = add_provider(server.address)
    sync_id = begin(provider)
    runner.fetch_catalog(sync_id)
    queue.clear()  # as if the promise had been lost with its worker
    with transaction():
        syncing.pick_up_lost(at=at + timedelta(hours=1))
    queue.run_due()
    assert last(provider).state is SyncState.DONE


def test_without_an_address_nobody_is_asked(at):
    with pytest.raises(CannotSync):
        begin(add_provider())


def test_who_is_switched_off_is_not_asked(server, priya, at, queue):
    provider = add_provider(server.address)
    with transaction():
        desk.switch_provider(priya, provider, is_active=False, at=at)
    with pytest.raises(CannotSync):
        begin(provider)
    sync_due()
    queue.run_due()
    assert server.asked == []


def test_an_address_that_may_not_be_asked_is_not_taken(at):
    with pytest.raises(CannotSync, match="begins with https"):
        add_provider("http://cards.example/catalog")


def test_a_slot_is_one_of_two_by_the_database_itself(server, at):
    provider = add_provider(server.address)
    sync_id = begin(provider)
    with transaction(), pytest.raises(sa.exc.IntegrityError):
        session().execute(sa.update(ProviderSync).where(ProviderSync.id == sync_id).values(slot=3))


def test_jobs_of_a_sync_have_handlers():
    assert {"providers.fetch", "providers.apply", "providers.reprice"} <= set(jobs.HANDLERS)
    assert jobs.SCHEDULES["providers.sync_due"].cron == "35 * * * *"
