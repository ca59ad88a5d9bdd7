"""What Maya looked at: noted after the page was sent, seen by her alone, forgotten at her word."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from catalog import operations
from catalog.queries.audience import reader_of
from catalog.wishes import panels
from catalog.wishes.models import RecentView, Wish, WishChoice
from catalog.wishes.operations.leaving import forget_leavers
from catalog.wishes.operations.recent import KEPT, note_view
from catalog.wishes.operations.saving import save_wish
from catalog.wishes.queries.shelves import recently_viewed
from marketplace.access.actor import Actor
from marketplace.kernel.db import session, transaction
from marketplace.people.operations.employment import mark_left
from tests.support.catalog import stock_badge, stock_gift_card, stock_lisbon_trip, stock_reward


@pytest.fixture
def look(visit):
    """Opens the page of a reward and waits until it was sent whole."""

    def at_reward(offer, **headers: str) -> None:
        answer = visit.client.get(f"/rewards/{offer.slug}", headers=headers)
        assert answer.status_code == 200
        answer.close()

    return at_reward


def seen(actor, at) -> list[str]:
    session().close()
    return [card.slug for card in recently_viewed(reader_of(actor, at))]


def test_what_was_looked_at_last_stands_first(maya, omar, look, visit, time, at):
    book, trip = stock_gift_card(), stock_lisbon_trip()
    look(book)
    time.forward(minutes=1)
    look(trip)
    assert seen(maya, at) == [trip.slug, book.slug]
    time.forward(hours=1)
    look(book)
    assert seen(maya, at) == [book.slug, trip.slug]
    assert seen(omar, at) == []
    assert "You looked at" in visit("/rewards")
    assert "You looked at" in visit("/wishlist")


def test_it_is_written_after_the_page_and_not_for_pages_fetched_ahead(maya, visit, look, at):
    book = stock_gift_card()
    answer = visit.client.get(f"/rewards/{book.slug}")
    assert seen(maya, at) == []
    answer.close()
    assert seen(maya, at) == [book.slug]
    trip = stock_lisbon_trip()
    look(trip, **{"Sec-Purpose": "prefetch"})
    assert seen(maya, at) == [book.slug]


def test_looking_again_at_once_writes_nothing(maya, look, statements, time, at):
    book = stock_gift_card()
    look(book)
    with statements() as sent:
        look(book)
    assert not [one for one in sent if "INSERT" in one]
    time.forward(minutes=10)
    with statements() as sent:
        look(book)
    assert [one for one in sent if one.startswith("INSERT INTO recent_views")]


def test_a_page_is_a_page_though_its_note_fails(maya, look, monkeypatch, at):
    def fail(*_args, **_kwargs):
        raise sa.exc.OperationalError("INSERT", {}, Exception("no room"))

    monkeypatch.setattr(panels.recent, "note_view", fail)
    look(stock_gift_card())
    assert seen(maya, at) == []


def test_only_the_last_twelve_are_kept_and_only_what_is_open_shows(maya, at):
    offers = [stock_reward(f"Bag {number}") for number in range(KEPT + 2)]
    for minutes, offer in enumerate(offers):
        with transaction():
            note_view(maya.id, offer.reward_id, at=at + timedelta(minutes=minutes))
    assert seen(maya, at) == [offer.slug for offer in reversed(offers[2:])]
    with transaction():
        operations.retire_reward(Actor.system(), offers[-1].reward_id, reason="Sold", at=at)
    assert seen(maya, at) == [offer.slug for offer in reversed(offers[2:-1])]


def test_maya_lets_it_be_forgotten(maya, omar, look, press, at):
    badge = stock_badge()
    look(badge)
    with transaction():
        note_view(omar.id, badge.reward_id, at=at)
    assert "What you looked at is forgotten." in press("/wishlist/forget-viewed")
    assert seen(maya, at) == []
    assert seen(omar, at) == [badge.slug]


def test_of_who_left_nothing_is_kept(maya, omar, at):
    badge = stock_badge()
    for actor in (maya, omar):
        with transaction():
            note_view(actor.id, badge.reward_id, at=at)
            save_wish(actor, badge.slug, at=at)
    with transaction():
        mark_left(maya.id, on=at.date(), actor=Actor.system(), at=at)
    for days, erased in ((29, 0), (30, 3)):
        with transaction():
            assert forget_leavers(at=at + timedelta(days=days)) == erased
    for model in (Wish, RecentView, WishChoice):
        assert list(session().scalars(sa.select(model.employee_id))) == [omar.id]
