"""A booked trip given back after its last day to ask: exactly the share that its terms say."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.late_returns import late_percent, late_steps, late_words, written_steps
from catalog.operations import amend_reward
from catalog.queries import offer
from marketplace.access.actor import Actor
from marketplace.access.roles import Role
from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.kernel.errors import BadInput
from marketplace.kernel.parsing import CannotRead
from marketplace.ledger.check import ledger_violations
from redemption.fulfillment.operations import desk as work
from redemption.fulfillment.operations.tasks import task_of_line
from redemption.goodwill.operations import Amends, propose_goodwill
from redemption.models import LineRefund
from redemption.queries.request_page import request_page
from redemption.refusals import NotCancellable
from redemption.states import LineState
from tests.support.catalog import stock_lisbon_trip, stock_reward
from tests.support.people import actor, employ, employ_ana
from tests.support.redemption import (
    approve,
    ask_for,
    cancel,
    furnish,
    line_of,
    new_key,
    open_rewards_budget,
    points_now,
    stock_of,
)
from tests.support.tampering import named_when

LEAVES = date(2027, 5, 13)  # and the last day to ask is the 31st of March
STEPS = "30:50, 14:25"


@pytest.mark.parametrize(
    ("text", "kept"),
    [("", ""), ("30:50,14:25", STEPS), (" 30 : 50 , 14 : 25 ", STEPS), ("1:0", "1:0")],
)
def test_steps_are_kept_in_one_way_of_writing(text, kept):
    assert written_steps(text) == kept


@pytest.mark.parametrize(
    "text",
    [
        *["30", "30:101", "0:50", "999:5", "30:50;14:25", "३०:५०", "1_0:5", "-3:5", "30:50,"],
        "30:50, 30:25",
        "14:25, 30:50",
        "30:50, 14:50",
        ", ".join(f"{9 - n}:{9 - n}" for n in range(7)),
    ],
)
def test_what_is_no_such_step_is_refused(text):
    with pytest.raises(CannotRead, match="the earliest first: 60:50, 30:25"):
        late_steps(text)


@given(st.integers(0, 200))
def test_nearer_to_the_departure_never_more_comes_back(days):
    near, far = (date.fromordinal(LEAVES.toordinal() - n) for n in (days, days + 1))
    assert late_percent(STEPS, LEAVES, on=near) <= late_percent(STEPS, LEAVES, on=far)


def test_the_words_name_days_and_points_and_leave_out_what_never_holds():
    words = late_words("60:80, 30:50, 14:25", LEAVES, date(2027, 3, 31), 48_001)
    assert words == (
        "Given back later, once it is booked, a part of its points comes back, rounded down: until "
        "Tue 13 April 2027 24,000 points (50%), until Thu 29 April 2027 12,000 points (25%), "
        "and after that none until it leaves on Thu 13 May 2027."
    ).replace("Tue ", "").replace("Thu ", "").replace("April", "Apr")


@pytest.fixture
def booked(at, queue, time):
    """Maya has a place in Lisbon for 48,000 points, booked in time."""
    house, ana = furnish(), actor(employ_ana())
    open_rewards_budget(200_000)
    reference = ask_for(house.maya, stock_lisbon_trip(late_return=STEPS))
    for approver in (house.omar, house.wei):
        approve(approver, reference)
        time.forward(seconds=31)
        queue.run_due()
    return house, ana, reference


def book(ana, reference):
    line_id = line_of(reference).id
    session().close()
    with transaction():
        task = task_of_line(line_id)
        assert task is not None
        work.mark_booked(ana, task.id, "LX-88231", request_key=new_key(), at=clock.now())


def go_to(time, day):
    time.forward(seconds=int((datetime(2027, *day, 12, tzinfo=UTC) - clock.now()).total_seconds()))


def page(house, reference):
    found = request_page(house.maya, reference, at=clock.now())
    session().close()
    return found


@pytest.mark.parametrize(
    ("day", "back"),
    [
        ((3, 31), 48_000),
        ((4, 1), 24_000),
        ((4, 13), 24_000),
        ((4, 14), 12_000),
        ((4, 29), 12_000),
        ((4, 30), 0),
        ((5, 12), 0),
    ],
)
def test_maya_gets_exactly_the_share_of_the_day(booked, time, day, back):
    house, ana, reference = booked
    book(ana, reference)
    go_to(time, day)
    before = points_now(house.maya).available
    said = page(house, reference)
    assert (said.cancel_obstacle, said.back_points) == (None, back)
    cancel(house.maya, reference)
    line = line_of(reference)
    assert line.state is LineState.REFUNDED
    assert points_now(house.maya).available - before == back
    refund = session().query(LineRefund).one()
    assert (refund.points, refund.kept_points) == (back, 48_000 - back)
    assert stock_of(line.variant_id) == (8, 0, 0)
    assert ledger_violations() == []


def test_on_the_day_it_leaves_it_is_too_late(booked, time):
    house, ana, reference = booked
    book(ana, reference)
    go_to(time, (5, 13))
    with pytest.raises(NotCancellable, match="until 12 May 2027"):
        cancel(house.maya, reference)


def test_what_is_not_booked_yet_comes_back_whole(booked, time):
    house, _, reference = booked
    before = points_now(house.maya).available
    go_to(time, (4, 20))
    assert page(house, reference).back_points == 48_000
    cancel(house.maya, reference)
    assert line_of(reference).state is LineState.CANCELLED
    assert points_now(house.maya).available == before + 48_000
    assert ledger_violations() == []


def test_the_request_keeps_the_steps_it_was_made_under(booked, time):
    house, ana, reference = booked
    book(ana, reference)
    reward_id = line_of(reference).reward_id
    session().close()
    with transaction():
        amend_reward(Actor.system(), reward_id, at=clock.now(), late_return="")
    go_to(time, (4, 10))
    assert page(house, reference).back_points == 24_000
    assert "until 13 Apr 2027 24,000 points (50%)" in page(house, reference).can_still


def test_the_steps_are_said_before_maya_asks(booked):
    house, _, reference = booked
    seen = offer(house.maya, line_of(reference).variant_id, at=clock.now())
    assert "until 13 Apr 2027 50%, until 29 Apr 2027 25%" in seen.mind_words
    assert "24,000 points (50%)" in seen.mind_words_of(seen.points)


def test_only_travel_has_such_steps_and_only_steps_are_taken(at, queue):
    mug, trip = stock_reward(), stock_lisbon_trip()
    for reward_id, text, why in (
        (mug.reward_id, STEPS, "Merchandise have no departure"),
        (trip.reward_id, "half", "the earliest first"),
    ):
        with pytest.raises(BadInput, match=why), transaction():
            amend_reward(Actor.system(), reward_id, at=at, late_return=text)


def test_the_page_says_what_is_left_to_come_back_after_a_goodwill(booked, time):
    house, ana, reference = booked
    book(ana, reference)
    felix = actor(employ("Felix Braun", roles=(Role.PROGRAM_MANAGER,)))
    with transaction():
        amends = Amends(2_000, "The room was changed.")
        propose_goodwill(felix, reference, amends, request_key=new_key(), at=clock.now())
    before = points_now(house.maya).available
    said = page(house, reference)
    assert (said.back_points, said.kept_points) == (46_000, 0)
    cancel(house.maya, reference)
    assert points_now(house.maya).available == before + 46_000
    assert ledger_violations() == []


@pytest.mark.parametrize(
    "forged",
    [
        "UPDATE line_refunds SET kept_points = kept_points - 1",
        "UPDATE line_refunds SET points = points + 1, kept_points = kept_points - 1",
        "UPDATE line_refunds SET at = '2027-03-31 12:00:00.000000+00:00'",
    ],
)
def test_the_check_knows_what_the_terms_said_on_the_day(booked, time, forged):
    house, ana, reference = booked
    book(ana, reference)
    go_to(time, (4, 10))
    cancel(house.maya, reference)
    assert ledger_violations() == []
    assert named_when("I30-late", forged) == {"I30-late"}
