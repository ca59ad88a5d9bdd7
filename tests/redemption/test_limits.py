"""How often one person may have a reward: counted where it decides, given back where it counted."""

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from catalog.errors import LimitReached
from catalog.models import MemberUsage
from catalog.operations import count_taken
from catalog.states import LimitPeriod
from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.ledger.check import ledger_violations
from redemption.operations import submit
from redemption.operations.revoking import uncount
from redemption.operations.submit import submit_redemption
from tests.support.catalog import stock_badge, stock_gift_card
from tests.support.racing import all_at_once
from tests.support.redemption import ask_for, cancel, furnish, line_of, new_key, order_for
from tests.support.trips import stock_group_trip

pytestmark = pytest.mark.usefixtures("unfulfilled")
TABS = 16


def used_by_period():
    session().close()
    rows = session().execute(sa.select(MemberUsage.period, MemberUsage.used))
    return {period: used for period, used in rows if used}


def ask_from_every_tab(app, maya, card):
    def ask(_number):
        with transaction():
            key = new_key()
            return submit_redemption(maya, order_for(card), request_key=key, at=clock.now())

    return all_at_once(app, TABS, ask)


def got_it(answers):
    return [one for one in answers if isinstance(one, str)]


@pytest.mark.race
def test_sixteen_tabs_get_as_many_as_the_limit_and_no_more(app, at):
    house = furnish()
    card = stock_gift_card(limit_per_person=3, limit_period=LimitPeriod.YEAR)
    answers = ask_from_every_tab(app, house.maya, card)
    assert len(got_it(answers)) == 3, answers
    refused = [one for one in answers if not isinstance(one, str)]
    assert {type(one) for one in refused} == {LimitReached}
    assert set(used_by_period().values()) == {3}
    assert ledger_violations() == []


@pytest.mark.race
def test_control_without_the_counter_every_tab_gets_one(app, at, monkeypatch):
    monkeypatch.setattr(submit, "count_taken", lambda *_args, **_when: None)
    house = furnish()
    card = stock_gift_card(limit_per_person=3, limit_period=LimitPeriod.YEAR)
    assert len(got_it(ask_from_every_tab(app, house.maya, card))) == TABS
    assert "I26-limits" in {found.id for found in ledger_violations()}


@pytest.mark.race
def test_the_counter_alone_lets_nobody_beyond_the_limit(app, at):
    house = furnish()
    card = stock_gift_card(limit_per_person=4, limit_period=LimitPeriod.MONTH)

    def count(_number):
        with transaction():
            count_taken(card, house.maya.id, 2, at=clock.now())
            return "counted"

    answers = all_at_once(app, TABS, count)
    assert len(got_it(answers)) == 2, answers
    assert set(used_by_period().values()) == {4}


@pytest.mark.race
def test_control_looking_first_and_counting_later_runs_into_the_second_wall(app, at):
    house = furnish()
    card = stock_gift_card(limit_per_person=4, limit_period=LimitPeriod.MONTH)
    with transaction():
        count_taken(card, house.maya.id, 1, at=clock.now())
    usage, month = MemberUsage, MemberUsage.period == "2026-11"

    def look(_number):
        return session().scalar(sa.select(usage.used).where(month)) + 2 <= 4

    def count(_number):
        with transaction():
            session().execute(sa.update(usage).where(month).values(used=usage.used + 2))
        return "counted"

    assert all_at_once(app, TABS, look) == [True] * TABS
    answers = all_at_once(app, TABS, count)
    assert [one for one in answers if isinstance(one, IntegrityError)], answers


def test_what_is_cancelled_in_december_is_given_back_to_the_november_it_counted_in(at, time):
    house = furnish(points=200_000)
    card = stock_gift_card(points=10_000, limit_per_person=2, limit_period=LimitPeriod.MONTH)
    old = ask_for(house.maya, card)
    time.forward(days=9)
    new = ask_for(house.maya, card)
    assert old != new
    cancel(house.maya, old)
    assert used_by_period() == {"2026-12": 1, "2026-Q4": 1, "2026": 1, "ever": 1}
    assert ledger_violations() == []


def test_several_at_once_count_as_several_and_come_back_as_several(at):
    house = furnish()
    card = stock_gift_card(limit_per_person=5, limit_period=LimitPeriod.EVER)
    three = ask_for(house.maya, card, quantity=3)
    with pytest.raises(LimitReached):
        ask_for(house.maya, card, quantity=3)
    assert set(used_by_period().values()) == {3}
    cancel(house.maya, three)
    assert used_by_period() == {}
    assert ask_for(house.maya, card, quantity=5).startswith("R-")


def test_a_trip_counts_once_however_many_go_along(at):
    house = furnish(points=200_000)
    trip = stock_group_trip(points=20_000, limit_per_person=1, limit_period=LimitPeriod.YEAR)
    both = ask_for(house.maya, trip, quantity=2)
    assert used_by_period() == {"2026-11": 1, "2026-Q4": 1, "2026": 1, "ever": 1}
    assert ledger_violations() == []
    cancel(house.maya, both)
    assert used_by_period() == {}
    assert ledger_violations() == []


def test_a_place_given_back_leaves_the_trip_counted_until_the_last(at):
    house = furnish(points=200_000)
    trip = stock_group_trip(points=20_000, limit_per_person=1, limit_period=LimitPeriod.YEAR)
    line = line_of(ask_for(house.maya, trip, quantity=2))
    with transaction():
        uncount(line, 1, is_rest=False)
    assert set(used_by_period().values()) == {1}
    with transaction():
        uncount(line, 2)
    assert used_by_period() == {}


@pytest.mark.parametrize(
    ("period", "begins"),
    [
        (LimitPeriod.YEAR, datetime(2027, 1, 1, tzinfo=UTC)),
        (LimitPeriod.QUARTER, datetime(2027, 1, 1, tzinfo=UTC)),
        (LimitPeriod.MONTH, datetime(2026, 12, 1, tzinfo=UTC)),
        (LimitPeriod.EVER, None),
    ],
)
def test_the_next_period_begins_in_utc_where_its_name_changes(period, begins):
    at = datetime(2026, 11, 28, 23, 30, tzinfo=UTC)
    assert period.next_from(at) == begins
    if begins:
        assert period.around(begins - datetime.resolution) == period.around(at)
        assert period.around(begins) != period.around(at)


def test_the_pages_say_how_often_and_when_it_opens_again(at, sign_in):
    house = furnish()
    badge = stock_badge(limit_per_person=2, limit_period=LimitPeriod.QUARTER)
    maya = sign_in(house.maya.id)
    check = f"/rewards/{badge.slug}/redeem?variant={badge.variant_id}"
    assert "2 a quarter" in maya.get(check).text
    ask_for(house.maya, badge)
    for path in (f"/rewards/{badge.slug}", check):
        assert "2 a quarter; you have had 1" in maya.get(path).text
    ask_for(house.maya, badge)
    for path in (f"/rewards/{badge.slug}", check):
        assert "It opens again on 1 Jan 2027, 00:00 UTC" in maya.get(path).text
