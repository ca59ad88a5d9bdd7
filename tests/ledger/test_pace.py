"""How fast Maya earns, and how long that takes to reach something."""

from datetime import timedelta

import pytest

from marketplace.kernel.db import session
from marketplace.ledger.queries.pace import Earned, earned_in, earnings
from tests.support.catalog import stock_lisbon_trip
from tests.support.ledger import give_points, hold
from tests.support.people import employ_leo, employ_maya


def earned_since(employee_id, since):
    return earned_in(session().execute(earnings(employee_id, since)).one())


def test_what_maya_earned_counts_and_what_she_set_aside_does_not(at):
    maya, leo = employ_maya(), employ_leo()
    give_points(maya, 300)
    give_points(maya, 600)
    give_points(leo, 5_000)
    hold(maya, 200)
    assert earned_since(maya, at - timedelta(days=90)) == Earned(points=900, times=2)
    assert earned_since(maya, at + timedelta(days=1)) == Earned(points=0, times=0)


@pytest.mark.parametrize(
    ("earned", "to_go", "weeks"),
    [
        (Earned(9_000, 3), 700, 1),
        (Earned(9_000, 3), 701, 2),
        (Earned(9_000, 3), 1, 1),
        (Earned(9_000, 2), 700, None),
        (Earned(0, 5), 700, None),
        (Earned(-10, 5), 700, None),
    ],
)
def test_a_forecast_needs_three_earnings_and_rounds_up(earned, to_go, weeks):
    assert earned.weeks_to(to_go) == weeks


def test_home_says_when_there_is_no_forecast_yet(at, sign_in):
    stock_lisbon_trip()
    maya = employ_maya()
    give_points(maya, 9_000)
    assert "No forecast yet: it takes 3 earnings within 90 days." in sign_in(maya).get("/").text
    for _ in range(2):
        give_points(maya, 100)
    assert "at your pace of the last 90 days, around" in sign_in(maya).get("/").text
