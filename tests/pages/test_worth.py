"""What points are worth stands beside prices and balances, in the currency of who it is about."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from marketplace.kernel.db import transaction
from marketplace.ledger.operations import set_point_value
from marketplace.ledger.queries import PointValue
from marketplace.people.queries import actor_of
from redemption.queries import request_page
from tests.support.catalog import stock_gift_card, stock_lisbon_trip
from tests.support.ledger import give_points
from tests.support.people import employ
from tests.support.redemption import ask_for, furnish


@pytest.fixture
def kenji(at, queue):
    """Kenji Sato of Osaka, whose points are yen; Omar, his manager, counts in dollars."""
    house = furnish()
    with transaction():
        set_point_value(PointValue("JP", "JPY", 3, 2), valid_from=at.date())
        set_point_value(PointValue("US", "USD", 1, 1), valid_from=at.date())
        kenji_id = employ("Kenji Sato", country="JP", manager_id=house.omar.id)
        give_points(kenji_id, 80_000)
    return house, actor_of(kenji_id)


def test_prices_and_balances_are_in_yen_without_smaller_units(kenji, sign_in):
    _house, actor = kenji
    trip = stock_lisbon_trip()
    client = sign_in(actor.id)
    for path in ("/", "/rewards", f"/rewards/{trip.slug}", "/points", "/earn"):
        assert "about ¥120,000" in client.get(path).text, path
    check = client.get(f"/rewards/{trip.slug}/redeem?variant={trip.variant_id}").text
    for words in ("48,000 points, about ¥72,000", "32,000 afterwards, about ¥48,000"):
        assert words in check
    reference = ask_for(actor, trip)
    for path in ("/redemptions", f"/redemptions/{reference}", f"/redemptions/{reference}/cancel"):
        assert "about ¥72,000" in client.get(path).text, path


def test_an_approver_sees_what_it_is_worth_where_kenji_lives(kenji, sign_in, queue):
    house, actor = kenji
    reference = ask_for(actor, stock_gift_card(points=10_000))
    queue.run_due()
    omar = sign_in(house.omar.id)
    for path in ("/approvals", f"/approvals/{reference}"):
        assert "10,000, about ¥15,000, already set aside" in omar.get(path).text, path
    assert "10,000 pts, about ¥15,000" in omar.get("/approvals").text


def test_a_request_keeps_the_worth_of_the_day_kenji_asked_however_points_change(
    kenji, sign_in, time, queue
):
    """Kenji and Omar read the same worth, also when points are worth more a week later."""
    house, actor = kenji
    reference = ask_for(actor, stock_gift_card(points=10_000))
    queue.run_due()
    later = time.forward(days=2)
    with transaction():
        set_point_value(PointValue("JP", "JPY", 6, 2), valid_from=later.date())
    client = sign_in(actor.id)
    assert "about ¥210,000" in client.get("/points").text
    for path in ("/redemptions", f"/redemptions/{reference}"):
        assert "about ¥15,000" in client.get(path).text, path
    assert "about ¥15,000" in sign_in(house.omar.id).get(f"/approvals/{reference}").text


def test_the_day_kenji_asked_is_one_of_utc_wherever_the_database_stands(kenji, at):
    _house, actor = kenji
    with transaction():
        for days, minor in ((-1, 30), (1, 300)):
            value = PointValue("JP", "JPY", minor, 2)
            set_point_value(value, valid_from=at.date() + timedelta(days=days))
    reference = ask_for(actor, stock_gift_card(points=10_000))
    for zone in ("Pacific/Kiritimati", "Etc/GMT+12"):
        with transaction(undo=True) as db:
            if db.get_bind().dialect.name == "postgresql":
                db.execute(sa.text(f"SET LOCAL TIME ZONE '{zone}'"))
            assert request_page(actor, reference, at=at).about == "about ¥15,000"


def test_where_nobody_said_what_points_are_worth_nothing_is_claimed(at, sign_in):
    zoe = employ("Zoe Mbeki", country="ZA")
    client = sign_in(zoe)
    stock_gift_card()
    for path in ("/", "/rewards", "/points"):
        page = client.get(path).text
        assert "points-pill__worth" not in page
        assert not re.search(r"about (\$|€|¥|ZAR|R)\d", page)
