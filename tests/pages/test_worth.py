"""What points are worth stands beside prices and balances, in the currency of who it is about."""

import re

import pytest

from marketplace.kernel.db import transaction
from marketplace.ledger.operations import set_point_value
from marketplace.ledger.queries import PointValue
from marketplace.people.queries import actor_of
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


def test_where_nobody_said_what_points_are_worth_nothing_is_claimed(at, sign_in):
    zoe = employ("Zoe Mbeki", country="ZA")
    client = sign_in(zoe)
    stock_gift_card()
    for path in ("/", "/rewards", "/points"):
        page = client.get(path).text
        assert "points-pill__worth" not in page
        assert not re.search(r"about (\$|€|¥|ZAR|R)\d", page)
