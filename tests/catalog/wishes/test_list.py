"""Maya saves what she looks forward to, makes one of it her goal, and sees how far it is."""

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest

from catalog import operations
from catalog.queries.audience import reader_of
from catalog.states import AudienceAttribute
from catalog.wishes.errors import ListFull
from catalog.wishes.operations import saving
from catalog.wishes.queries.saved import goal_of, wish_list
from marketplace.access.actor import Actor
from marketplace.kernel.db import transaction
from marketplace.kernel.errors import NotFound
from marketplace.kernel.settings import ROOT
from tests.support.catalog import (
    IN_MAY,
    add_variant,
    stock_badge,
    stock_gift_card,
    stock_lisbon_trip,
)
from tests.support.ledger import give_points, hold


def save(actor, offer, at, **more):
    with transaction():
        return saving.save_wish(actor, offer.slug, at=at, **more)


def test_an_empty_wish_list_says_what_to_do(visit):
    words = visit("/wishlist")
    assert "Nothing saved yet Tap the heart on anything you’d look forward to." in words


def test_a_heart_saves_and_takes_off_and_comes_back_to_where_it_was(visit, press, at):
    book = stock_gift_card()
    words = press(f"/wishlist/{book.slug}/heart", wished="1", back="/rewards?q=lumen#x")
    assert "“Lumen Books gift card” is on your wish list." in words
    assert "1 reward" in words
    assert "Saved on 23 Nov 2026." in visit("/wishlist")
    assert 'aria-pressed="true"' in visit.client.get(f"/rewards/{book.slug}").text
    assert "is off your wish list" in press(f"/wishlist/{book.slug}/heart", wished="0")
    assert "Nothing saved yet" in visit("/wishlist")


def test_a_heart_on_a_shelf_comes_back_to_the_card_it_stood_on(visit, at):
    book = stock_gift_card()
    visit("/rewards")
    maya = visit.client
    page = maya.get("/rewards?q=lumen").text
    address = re.search(r'formaction="([^"]*/heart[^"]*)"', page)[1].replace("&amp;", "&")
    fields = dict(_hidden(page), wished="1", back="/rewards?q=lumen")
    place = maya.post(address, data=fields).headers["Location"].partition("#")[2]
    assert f'id="{place}"' in page
    assert place.endswith(book.slug)


def test_a_saved_gift_card_says_its_amounts(maya, visit, at):
    book = stock_gift_card()
    save(maya, book, at)
    assert "Gift card · $50 5,000" in visit("/wishlist")
    add_variant(book.reward_id, "$100", 10_000, cash_minor=10_000, currency="USD")
    assert "Gift card · $50 to $100" in visit("/wishlist")


def test_a_heart_never_leads_to_another_site(press, at):
    book = stock_gift_card()
    words = press(f"/wishlist/{book.slug}/heart", wished="1", back="https://evil.example/")
    assert "Good to see you, Maya" in words


def test_a_script_gets_no_page_back(visit, at):
    book = stock_gift_card()
    page = visit.client.get(f"/rewards/{book.slug}").text
    fields = dict(_hidden(page), wished="1")
    headers = {"Accept": "application/json"}
    address = f"/wishlist/{book.slug}/heart"
    assert visit.client.post(address, data=fields, headers=headers).status_code == 204
    assert "Saved on 23 Nov 2026." in visit("/wishlist")


def _hidden(page: str) -> dict[str, str]:
    return dict(re.findall(r'name="(csrf_token|request_key)" value="([^"]+)"', page))


def test_saving_twice_is_saving_once(maya, at):
    book = stock_gift_card()
    save(maya, book, at)
    save(maya, book, at + timedelta(days=1))
    (wish,) = wish_list(reader_of(maya, at)).saved
    assert wish.saved_at == at


def test_a_variant_can_be_meant_and_its_price_counts(maya, at):
    book = stock_gift_card(points=5_000)
    large = add_variant(book.reward_id, "$100", 10_000, cash_minor=10_000, currency="USD")
    save(maya, book, at)
    assert wish_list(reader_of(maya, at)).saved[0].offer.points == 5_000
    with transaction():
        saving.make_goal(maya, book.slug, variant_id=large, at=at)
    assert goal_of(reader_of(maya, at)).offer.points == 10_000
    with transaction():
        assert saving.save_wish(maya, book.slug, at=at).variant_id == large


def test_there_is_one_goal_and_the_former_one_stays_on_the_list(maya, at):
    trip, book = stock_lisbon_trip(), stock_gift_card()
    for offer in (trip, book):
        with transaction():
            saving.make_goal(maya, offer.slug, at=at)
    found = wish_list(reader_of(maya, at))
    assert [(one.offer.slug, one.is_goal) for one in found.saved] == [
        (book.slug, True),
        (trip.slug, False),
    ]
    with transaction():
        assert saving.give_up_goal(maya)
        assert not saving.give_up_goal(maya)
    assert wish_list(reader_of(maya, at)).goal is None
    assert len(wish_list(reader_of(maya, at)).saved) == 2


def test_the_goal_is_on_home_on_the_storefront_and_on_the_list(maya, visit, press, at):
    trip = stock_lisbon_trip(points=10_000)
    stock_badge()
    for _ in range(3):
        give_points(maya.id, 900)
    hold(maya.id, 200)
    assert "Make this my goal" in visit(f"/rewards/{trip.slug}")
    press(f"/wishlist/{trip.slug}/goal", back="/")
    for page in ("/", "/rewards", "/wishlist"):
        words = visit(page)
        assert "25% of the way to Lisbon long weekend" in words, page
        assert "7,500 of 10,000 points to go" in words, page
        about = "About 36 weeks at your pace of the last 90 days, around 2 Aug 2027."
        assert (about in words) == (page != "/rewards"), page
        assert "200 more are set aside for what you asked for" in words, page
    assert "This is your goal" in visit(f"/rewards/{trip.slug}")


LATE = "around 26 Jul 2027. That is after the last day to ask for "


def test_no_page_lets_maya_believe_that_points_in_july_get_a_trip_she_asks_for_by_march(
    maya, visit, at
):
    trip, other = stock_lisbon_trip(points=10_000), stock_lisbon_trip(points=10_000, name="Porto")
    for _ in range(3):
        give_points(maya.id, 900)
    with transaction():
        saving.make_goal(maya, trip.slug, at=at)
    save(maya, other, at)
    said = f"{LATE}this departure, 31 Mar 2027."
    for page, times in {f"/rewards/{trip.slug}": 1, "/": 1, "/wishlist": 2}.items():
        assert visit(page).count(said) == times, page


def test_home_says_it_of_the_next_trip_too_before_maya_has_a_goal(maya, visit, at):
    stock_lisbon_trip(points=10_000)
    for _ in range(3):
        give_points(maya.id, 900)
    assert f"{LATE}this departure, 31 Mar 2027." in visit("/")


def test_without_a_departure_chosen_the_latest_one_counts_and_is_named_so(maya, visit, at):
    trip = stock_lisbon_trip(points=10_000)
    dates = replace(IN_MAY, cutoff_on=date(2027, 4, 30))
    june = add_variant(trip.reward_id, "June", 11_000, departure=dates)
    for _ in range(3):
        give_points(maya.id, 900)
    with transaction():
        saving.make_goal(maya, trip.slug, at=at)
    assert f"{LATE}the latest departure, 30 Apr 2027." in visit("/")
    with transaction():
        saving.make_goal(maya, trip.slug, variant_id=june, at=at)
    assert "after the last day to ask for this departure, 30 Apr 2027." in visit("/")


def test_a_sign_stays_beside_its_sentence_on_mayas_phone(maya, sign_in, at):
    trip = stock_lisbon_trip()
    with transaction():
        saving.make_goal(maya, trip.slug, at=at)
    line = sign_in(maya.id).get(f"/rewards/{trip.slug}").text.split("This is <a")[0].split("<p")[-1]
    assert 'class="row row--icon"' in line
    rule = (ROOT / "static/css/layout.css").read_text().split(".row--icon {")[1].split("}")[0]
    assert "flex-wrap: nowrap" in rule


def test_a_goal_that_is_reached_leads_to_the_check_page_and_never_passes_100(maya, visit, at):
    book = stock_gift_card(points=5_000)
    give_points(maya.id, 12_000)
    with transaction():
        saving.make_goal(maya, book.slug, at=at)
    words = visit("/")
    assert "You can get Lumen Books gift card now" in words
    assert "100%" in words
    assert f"/rewards/{book.slug}/redeem?variant={book.variant_id}" in visit.client.get("/").text


def test_what_is_no_longer_offered_is_said_without_a_name_and_can_go(maya, visit, press, at):
    trip, book = stock_lisbon_trip(), stock_gift_card()
    save(maya, trip, at)
    save(maya, book, at)
    with transaction():
        operations.retire_reward(Actor.system(), trip.reward_id, reason="Sold", at=at)
        only_sales = {AudienceAttribute.DEPARTMENT: ["999"]}
        operations.open_to(only_sales, reward_id=book.reward_id, at=at)
    words = visit("/wishlist")
    assert words.count("Something you saved on 23 Nov 2026 is not offered to you any more.") == 2
    assert "Lisbon" not in words
    assert "Lumen" not in words
    first, second = wish_list(reader_of(maya, at)).gone
    assert "It is off your wish list." in press(f"/wishlist/{first.wish_id}/off")
    assert [one.wish_id for one in wish_list(reader_of(maya, at)).gone] == [second.wish_id]


def test_what_is_not_maya_s_to_see_cannot_be_saved(maya, at):
    book = stock_gift_card()
    with transaction():
        operations.open_to({AudienceAttribute.SITE: ["Porto"]}, reward_id=book.reward_id, at=at)
    with pytest.raises(NotFound), transaction():
        saving.save_wish(maya, book.slug, at=at)
    assert wish_list(reader_of(maya, at)).saved == ()


def test_a_list_has_room_for_so_many(maya, at, monkeypatch):
    monkeypatch.setattr(saving, "MOST_SAVED", 1)
    save(maya, stock_gift_card(), at)
    with pytest.raises(ListFull, match="it is full"):
        save(maya, stock_badge(), at)
    assert len(wish_list(reader_of(maya, at)).saved) == 1


def test_nobody_takes_off_what_another_saved(maya, omar, at, sign_in):
    save(maya, stock_gift_card(), at)
    (wish,) = wish_list(reader_of(maya, at)).saved
    answer = sign_in(omar.id).post(f"/wishlist/{wish.wish_id}/off")
    assert answer.status_code in {400, 404}
    assert len(wish_list(reader_of(maya, at)).saved) == 1


def test_maya_chooses_her_notes(maya, press, visit, at):
    assert "Noted." in press("/wishlist/notes", goal="y", price="")
    found = wish_list(reader_of(maya, at)).notes
    assert (found.goal, found.stock) == (True, False)
