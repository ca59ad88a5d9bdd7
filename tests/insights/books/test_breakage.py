"""Samuel reads how much of what people earn will never be redeemed, before it expires."""

from datetime import UTC, date, datetime, timedelta

import pytest

from marketplace.access.roles import Role
from marketplace.insights.books.breakage import Cohort, Flow, estimates, shares_by_age
from marketplace.insights.books.queries.cohorts import cohorts_until
from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.ledger.operations import (
    Refund,
    capture_hold,
    expire_points,
    release_hold,
    reverse_capture,
)
from tests.support.browsing import read, words_on
from tests.support.ledger import give_points, hold
from tests.support.people import employ

JANUARY, FEBRUARY, MARCH, APRIL = (date(2026, month, 1) for month in (1, 2, 3, 4))


def cohort(month, earned, **flows):
    """`at_1=(used, expired)`: what went from it at the age of one month."""
    made = Cohort(month, earned)
    for name, (used, expired) in flows.items():
        made.flows[int(name[3:])] = Flow(used, expired)
        made.redeemed += used
        made.expired += expired
    return made


def test_a_young_month_is_expected_to_go_the_way_of_an_older_one():
    old = cohort(JANUARY, 1_000, at_0=(200, 0), at_1=(300, 100), at_2=(0, 200))
    young = cohort(MARCH, 400, at_0=(80, 0))
    found = {one.cohort.month: one for one in estimates([old, young], this_month=APRIL)}
    # Of 320 left at one month an eighth expires (100 of 800), three eighths are used; then of 160
    # a half (200 of 400).
    assert found[MARCH].will_expire == 40 + 80
    assert found[MARCH].in_the_end == 120
    assert found[JANUARY].will_expire == 0  # nobody has been so old


def test_shares_are_those_of_all_who_were_so_old_by_their_weight():
    first, second = cohort(JANUARY, 100, at_0=(0, 50)), cohort(FEBRUARY, 300, at_0=(0, 0))
    shares = shares_by_age([first, second], this_month=MARCH)
    assert shares[0].expired == pytest.approx(50 / 400)
    assert shares[1].expired == 0


def test_the_month_under_way_teaches_nothing():
    assert shares_by_age([cohort(MARCH, 100, at_0=(0, 90))], this_month=MARCH) == {}
    (found,) = estimates([cohort(MARCH, 100)], this_month=MARCH)
    assert (found.will_expire, found.in_the_end) == (0, 0)


def test_nothing_earned_is_no_share_of_nothing():
    assert shares_by_age([cohort(JANUARY, 0)], this_month=MARCH)[0].expired == 0


def test_what_came_back_counts_as_not_used_and_what_goes_on_as_not_expired(time):
    maya = employ("Maya Chen")
    give_points(maya, 300, days=20)
    spent, kept = hold(maya, 100), hold(maya, 50, days=40)
    with transaction():
        capture_hold(spent, actor_id=maya, at=clock.now())
        reverse_capture(spent, Refund("back", "It broke", points=30), at=clock.now())
    time.forward(days=21)
    with transaction():
        expire_points(at=clock.now())
        release_hold(kept, actor_id=maya, at=clock.now(), grace_days=60)
    session().close()
    (november,) = cohorts_until(clock.now() + timedelta(seconds=1))
    assert (november.month, november.earned) == (date(2026, 11, 1), 300)
    assert (november.redeemed, november.expired, november.left) == (70, 180, 50)
    assert november.flows[0].used == 70
    assert november.flows[1].expired == 180


def test_months_are_those_of_utc_on_both_engines(time):
    maya = employ("Maya Chen")
    late = datetime(2026, 11, 30, 23, 59, 59, tzinfo=UTC)
    time.forward(seconds=(late - time.at).total_seconds())
    give_points(maya, 10)
    time.forward(seconds=1)
    give_points(maya, 7)
    session().close()
    found = {one.month.month: one.earned for one in cohorts_until(clock.now() + timedelta(days=1))}
    assert found == {11: 10, 12: 7}


def test_the_page_says_what_has_expired_and_what_is_going_to(time, sign_in):
    maya = employ("Maya Chen")
    give_points(maya, 200, days=20)
    time.forward(days=27)
    with transaction():
        expire_points(at=clock.now())
    time.forward(days=33)
    give_points(maya, 80, days=20)
    time.forward(seconds=1)
    samuel = sign_in(employ("Samuel Brandt", roles=(Role.FINANCE,)))
    page = words_on(read(samuel, "/manage/books/breakage"))
    assert "November 2026 Earned 200" in page
    assert "(100.0 %)" in page
    assert "January 2027 Earned 80" in page
    assert "Expected to expire 80" in page
    file = samuel.get("/manage/books/breakage.csv").text
    assert "2027-01-01,80,0,0,0,80,80,80" in file
