"""Letters about wishes: each once, by day, to those who want them and may have the reward."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from catalog import operations
from catalog.states import AudienceAttribute
from catalog.wishes.jobs import follow_wishes
from catalog.wishes.operations import saving
from catalog.wishes.queries.due import wishes_due
from catalog.wishes.queries.saved import Notes
from marketplace.access.actor import Actor
from marketplace.app import job_scope
from marketplace.kernel.db import session, transaction
from marketplace.kernel.mail import Letter
from marketplace.people.operations.employment import mark_left
from tests.support.catalog import add_variant, stock_gift_card, stock_lisbon_trip, stock_reward
from tests.support.ledger import give_points, hold

SYSTEM = Actor.system()
HOUR = timedelta(hours=1)


@pytest.fixture
def follow(app):
    """Runs the job at a moment; answers how many letters it wrote."""

    def run(at) -> int:
        with job_scope(app):
            return follow_wishes(at=at)

    return run


def subjects() -> list[str]:
    session().close()
    return list(session().scalars(sa.select(Letter.subject).order_by(Letter.id)))


def letters() -> list[Letter]:
    session().close()
    return list(session().scalars(sa.select(Letter).order_by(Letter.id)))


def set_price(offer, points, at):
    with transaction():
        operations.set_price(SYSTEM, offer.variant_id, points, at=at)


def set_capacity(offer, capacity, at):
    with transaction():
        operations.set_capacity(SYSTEM, offer.variant_id, capacity, reason="Counted", at=at)


def make_goal(actor, offer, at, **more):
    with transaction():
        saving.make_goal(actor, offer.slug, at=at, **more)


def save(actor, offer, at, **more):
    with transaction():
        saving.save_wish(actor, offer.slug, at=at, **more)


def test_a_goal_is_told_of_at_80_and_at_100_percent_each_once(maya, follow, at):
    trip = stock_lisbon_trip(points=10_000)
    make_goal(maya, trip, at)
    give_points(maya.id, 7_999)
    assert follow(at) == 0
    give_points(maya.id, 1)
    assert follow(at) == 1
    assert follow(at + HOUR) == 0
    give_points(maya.id, 2_000)
    assert follow(at) == 1
    assert follow(at + HOUR) == 0
    near, reached = letters()
    assert near.subject == "Your goal is near: Lisbon long weekend"
    assert "2,000 points to go." in near.text
    assert reached.subject == "You can get Lisbon long weekend now"
    assert f"/rewards/{trip.slug}/redeem?variant={trip.variant_id}" in reached.text
    assert "We kept it in your wish list." in reached.text


def test_who_passes_both_levels_at_once_gets_one_letter(maya, follow, at):
    make_goal(maya, stock_lisbon_trip(points=10_000), at)
    give_points(maya.id, 12_000)
    assert follow(at) == 1
    assert subjects() == ["You can get Lisbon long weekend now"]


def test_a_level_already_passed_when_the_goal_is_chosen_is_no_news(maya, follow, at):
    give_points(maya.id, 8_500)
    make_goal(maya, stock_lisbon_trip(points=10_000), at)
    assert follow(at) == 0
    give_points(maya.id, 1_500)
    assert follow(at) == 1


def test_points_set_aside_do_not_count_and_earning_them_again_is_no_news(maya, follow, at):
    make_goal(maya, stock_lisbon_trip(points=10_000), at)
    give_points(maya.id, 9_000)
    assert follow(at) == 1
    hold(maya.id, 5_000)
    assert follow(at) == 0
    give_points(maya.id, 5_000)
    assert follow(at) == 0


def test_a_higher_price_takes_a_level_away_and_it_is_told_anew(maya, follow, at):
    trip = stock_lisbon_trip(points=10_000)
    make_goal(maya, trip, at)
    give_points(maya.id, 8_000)
    assert follow(at) == 1
    set_price(trip, 20_000, at)
    assert follow(at) == 0
    give_points(maya.id, 8_000)
    assert follow(at) == 1
    assert subjects() == ["Your goal is near: Lisbon long weekend"] * 2
    set_price(trip, 20_100, at)
    give_points(maya.id, 80)
    assert follow(at) == 0  # it was never seen below four fifths of the new price


def test_back_at_the_old_price_a_level_is_not_told_a_second_time(maya, follow, at):
    trip = stock_lisbon_trip(points=10_000)
    make_goal(maya, trip, at)
    give_points(maya.id, 8_000)
    assert follow(at) == 1
    set_price(trip, 20_000, at)
    follow(at)
    set_price(trip, 10_000, at + HOUR)
    assert follow(at + HOUR) == 0


def test_the_price_of_the_variant_meant_counts(maya, follow, at):
    book = stock_gift_card(points=5_000)
    large = add_variant(book.reward_id, "$100", 10_000, cash_minor=10_000, currency="USD")
    make_goal(maya, book, at, variant_id=large)
    give_points(maya.id, 5_000)
    assert follow(at) == 0
    give_points(maya.id, 5_000)
    assert follow(at) == 1
    assert subjects() == ["You can get Lumen Books gift card, $100 now"]


def test_each_drop_is_told_once_and_no_rise(maya, follow, at):
    bag = stock_reward(points=9_000)
    save(maya, bag, at)
    for hours, (points, told) in enumerate(
        [(8_000, 1), (8_500, 0), (8_100, 1), (9_500, 0), (9_200, 0), (7_000, 1)], start=1
    ):
        set_price(bag, points, at + hours * timedelta(minutes=5))
        assert follow(at + hours * timedelta(minutes=5)) == told, points
        assert follow(at + hours * timedelta(minutes=5)) == 0, points
    assert subjects() == ["Trail backpack costs less now"] * 3
    assert "costs 7,000 points now. When you saved it, it cost 9,000." in letters()[-1].text


def test_what_is_back_is_told_once_a_return_and_at_most_once_a_day(maya, omar, follow, at):
    bag = stock_reward(capacity=1)
    save(maya, bag, at)
    set_capacity(bag, 0, at)
    save(omar, bag, at, asked_for_return=True)
    assert follow(at) == 0
    set_capacity(bag, 1, at)
    assert follow(at) == 2
    assert subjects() == ["Trail backpack is back"] * 2
    for capacity in (0, 1, 0, 1):
        set_capacity(bag, capacity, at)
        assert follow(at + HOUR) == 0
    for capacity in (0, 2):
        set_capacity(bag, capacity, at)
        follow(at + timedelta(days=1))
    assert len(subjects()) == 4


def test_a_sold_out_page_offers_to_tell(visit, press, follow, maya, at):
    bag = stock_reward(capacity=0)
    assert "Tell me when it is back" in visit(f"/rewards/{bag.slug}")
    here = f"/rewards/{bag.slug}"
    assert "We write to you when “Trail backpack” is back." in press(
        f"/wishlist/{bag.slug}/return", back=here
    )
    with transaction():
        saving.choose_notes(maya, Notes(stock=False))
    assert "We write to you when it is back." in visit(here)
    set_capacity(bag, 3, at)
    assert follow(at) == 1  # it was asked for, whatever else is wanted


def test_who_wants_no_notes_gets_none(maya, follow, at):
    bag = stock_reward(points=9_000, capacity=1)
    make_goal(maya, bag, at)
    with transaction():
        saving.choose_notes(maya, Notes(goal=False, price=False, stock=False))
    give_points(maya.id, 9_000)
    set_price(bag, 8_000, at)
    set_capacity(bag, 0, at)
    assert follow(at) == 0
    set_capacity(bag, 1, at)
    assert follow(at) == 0
    assert wishes_due(at=at) == []


def test_leavers_and_those_it_is_no_longer_for_hear_nothing(maya, omar, priya, follow, at):
    bag, book = stock_reward(points=9_000), stock_gift_card(points=5_000)
    for actor in (maya, omar):
        make_goal(actor, bag, at)
        give_points(actor.id, 9_000)
    save(priya, book, at)
    with transaction():
        mark_left(maya.id, on=at.date(), actor=SYSTEM, at=at)
        operations.open_to({AudienceAttribute.SITE: ["Porto"]}, reward_id=bag.reward_id, at=at)
        operations.retire_reward(SYSTEM, book.reward_id, reason="Sold", at=at)
    set_price(bag, 100, at)
    assert follow(at) == 0
    assert subjects() == []
    assert wishes_due(at=at) == []


def test_nobody_is_written_to_at_night(maya, follow, at):
    make_goal(maya, stock_reward(points=9_000), at)
    give_points(maya.id, 9_000)
    for hour in (19, 23, 3, 6):
        assert follow(at.replace(hour=hour)) == 0
    assert follow(at.replace(hour=7)) == 1


def test_a_wish_saved_anew_at_the_same_price_tells_nothing_twice(maya, follow, at):
    bag = stock_reward(points=9_000)
    make_goal(maya, bag, at)
    give_points(maya.id, 7_500)
    assert follow(at) == 1
    with transaction():
        saving.take_off(maya, reward_id=bag.reward_id)
    make_goal(maya, bag, at)
    assert follow(at) == 0
