"""One request for several rewards: all or nothing at first, then each line goes its own way."""

import threading
from contextlib import suppress

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from catalog.errors import LimitReached, PriceChanged, SoldOut
from catalog.models import VariantStock
from catalog.queries import offer
from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.kernel.errors import KeyUsedDifferently, NotFound
from marketplace.kernel.jobs_engine import run_handler
from marketplace.kernel.mail import Letter
from marketplace.ledger.check import ledger_violations
from marketplace.ledger.errors import InsufficientPoints
from redemption import queries
from redemption.models import DeliveryAddress, Redemption
from redemption.operations import ending, submit
from redemption.refusals import NotCancellable, OnlyAlone
from redemption.states import LineState
from tests.support.browsing import hidden_fields
from tests.support.catalog import (
    add_variant,
    stock_badge,
    stock_gift_card,
    stock_lisbon_trip,
    stock_reward,
)
from tests.support.ledger import give_points
from tests.support.racing import all_at_once
from tests.support.redemption import (
    approve,
    ask_for,
    ask_for_several,
    cancel,
    decline,
    furnish,
    line_of,
    lines_of,
    order_for,
    points_now,
    send_orders,
    stock_of,
    subjects_to,
)

pytestmark = pytest.mark.usefixtures("unfulfilled")
S = LineState


@pytest.fixture
def mug(house):
    return stock_reward("Laurel mug", points=1_500, capacity=5)


@pytest.fixture
def cards(house):
    """Two cards that Omar decides on."""
    return stock_gift_card(name="Rail card", points=12_000), stock_gift_card(
        name="Spa card", points=15_000
    )


@pytest.fixture
def pack(house):
    return stock_reward("Trail backpack", points=8_900, capacity=5)


def test_one_request_has_a_line_for_each_reward_with_hold_and_name_of_its_own(house, mug, pack):
    reference = ask_for_several(house.maya, mug, pack)
    lines = lines_of(reference)
    assert [line.reference for line in lines] == [f"{reference}-1", f"{reference}-2"]
    assert [line.snapshot["name"] for line in lines] == ["Laurel mug", "Trail backpack"]
    assert len({line.hold_id for line in lines}) == 2
    assert points_now(house.maya).held == 10_400
    assert session().scalar(sa.select(Redemption.total_points)) == 10_400
    streets = session().scalars(sa.select(DeliveryAddress.street)).all()
    assert streets == ["Rua do Sol 4", "Rua do Sol 4"]
    assert ledger_violations() == []


def test_a_line_alone_in_its_request_is_called_as_the_request(house, mug):
    reference = ask_for(house.maya, mug)
    assert line_of(reference).reference == reference


def test_what_cannot_be_had_refuses_all_of_it_and_says_which(house, mug, pack):
    with transaction():
        session().execute(
            sa.update(VariantStock)
            .where(VariantStock.variant_id == pack.variant_id)
            .values(capacity=0)
        )
    with pytest.raises(SoldOut) as refusal:
        ask_for_several(house.maya, mug, pack)
    assert refusal.value.message.startswith("Trail backpack: The last one has just gone.")
    assert points_now(house.maya).held == 0
    assert stock_of(mug.variant_id) == (5, 0, 0)
    assert session().scalar(sa.select(sa.func.count()).select_from(Redemption)) == 0


def test_a_price_that_changed_names_the_line(house, mug, pack):
    orders = [order_for(mug, name=mug.name), order_for(pack, name=pack.name, expected_points=1)]
    with pytest.raises(PriceChanged) as refusal:
        send_orders(house.maya, orders)
    assert refusal.value.message.startswith("Trail backpack: This now costs 8,900 points")


def test_too_few_points_are_told_for_all_of_it(at):
    house = furnish(points=10_000)
    mug, pack = stock_reward("Laurel mug", points=1_500), stock_reward(points=8_900)
    with pytest.raises(InsufficientPoints) as refusal:
        ask_for_several(house.maya, mug, pack)
    assert refusal.value.facts == {"needed": 10_400, "available": 10_000}
    assert points_now(house.maya).held == 0


def test_a_limit_counts_the_lines_of_one_request_together(house):
    cap = stock_reward("Cap", points=700, limit_per_person=1, limit_period="year")
    blue = add_variant(cap.reward_id, "Blue", 700)
    other = offer(house.maya, blue, at=clock.now())
    with pytest.raises(LimitReached) as refusal:
        ask_for_several(house.maya, cap, other)
    assert refusal.value.message.startswith("Cap: You can get this once")


@pytest.mark.parametrize("stock", [stock_badge, stock_lisbon_trip])
def test_badges_and_trips_are_asked_for_by_themselves(house, mug, stock):
    with pytest.raises(OnlyAlone, match="is asked for by itself"):
        ask_for_several(house.maya, mug, stock())


def test_the_same_form_again_is_the_same_request_and_another_body_is_refused(house, mug, pack):
    first = ask_for_several(house.maya, mug, pack, key="the-same-form")
    assert ask_for_several(house.maya, mug, pack, key="the-same-form") == first
    with pytest.raises(KeyUsedDifferently):
        ask_for_several(house.maya, pack, mug, key="the-same-form")
    assert points_now(house.maya).held == 10_400


# Policies


def test_two_cards_below_the_threshold_are_looked_at_together(house):
    books = stock_gift_card(points=6_000)
    outdoor = stock_gift_card(points=6_000, name="Atlas Outdoor gift card")
    alone = ask_for(house.maya, books)
    assert line_of(alone).state is S.APPROVED
    both = lines_of(ask_for_several(house.maya, books, outdoor))
    assert [line.state for line in both] == [S.PENDING_APPROVAL, S.PENDING_APPROVAL]
    assert [line.snapshot["needs_rest"] for line in both] == [True, True]
    story = queries.request_page(house.maya, both[0].reference, at=clock.now()).story
    assert "It counts together with the rest of the request." in story[0].note


def test_control_planned_each_alone_two_cards_below_the_threshold_pass(house, monkeypatch):
    plans = submit.plans_of
    monkeypatch.setattr(
        submit,
        "plans_of",
        lambda asker, parts, at: [plans(asker, [part], at=at)[0] for part in parts],
    )
    books = stock_gift_card(points=6_000)
    outdoor = stock_gift_card(points=6_000, name="Atlas Outdoor gift card")
    both = lines_of(ask_for_several(house.maya, books, outdoor))
    assert [line.state for line in both] == [S.APPROVED, S.APPROVED]


def test_a_line_a_policy_is_not_about_goes_on_while_the_other_waits(house, mug):
    card = stock_gift_card(points=12_000)
    reference = ask_for_several(house.maya, mug, card)
    assert [line.state for line in lines_of(reference)] == [S.APPROVED, S.PENDING_APPROVAL]
    page = queries.whole_request(house.maya, reference)
    assert page.row.standing == "1 of 2 being prepared, 1 waiting for Omar Haddad"


def test_omar_decides_each_line_by_itself(house, queue, time):
    books = stock_gift_card(points=12_000)
    outdoor = stock_gift_card(points=12_000, name="Atlas Outdoor gift card")
    reference = ask_for_several(house.maya, books, outdoor)
    approve(house.omar, f"{reference}-1")
    decline(house.omar, f"{reference}-2")
    time.forward(seconds=31)
    queue.run_due()
    assert [line.state for line in lines_of(reference)] == [S.APPROVED, S.DECLINED]
    assert points_now(house.maya).held == 12_000
    assert ledger_violations() == []


# Taking back


def test_one_line_is_canceled_and_the_others_go_on(house, mug, pack):
    reference = ask_for_several(house.maya, mug, pack)
    cancel(house.maya, f"{reference}-1")
    assert [line.state for line in lines_of(reference)] == [S.CANCELLED, S.APPROVED]
    assert points_now(house.maya).held == 8_900
    assert stock_of(mug.variant_id) == (5, 0, 0)


def test_the_whole_request_is_canceled_as_far_as_it_can_be(house, mug, pack):
    reference = ask_for_several(house.maya, mug, pack)
    cancel(house.maya, f"{reference}-2")
    cancel(house.maya, reference)
    assert [line.state for line in lines_of(reference)] == [S.CANCELLED, S.CANCELLED]
    assert points_now(house.maya).held == 0
    with pytest.raises(NotCancellable, match="Nothing of this request can be canceled any more"):
        cancel(house.maya, reference)
    assert ledger_violations() == []


def test_nobody_cancels_or_sees_a_line_of_somebody_else(house, mug, pack):
    reference = ask_for_several(house.maya, mug, pack)
    for one in (reference, f"{reference}-1"):
        with pytest.raises(NotFound):
            cancel(house.omar, one)
    with pytest.raises(NotFound):
        queries.whole_request(house.omar, reference)


# Letters and pages


def test_maya_gets_one_letter_that_everything_arrived(house, mug, pack, queue):
    reference = ask_for_several(house.maya, mug, pack)
    queue.run_due()
    letters = sa.select(Letter).where(Letter.employee_id == house.maya.id)
    [letter] = session().scalars(letters)
    assert letter.subject == "We have your request for 2 rewards"
    assert "Laurel mug" in letter.text
    assert "Trail backpack" in letter.text
    assert f"/redemptions/{reference}" in letter.text


def test_the_pages_show_the_whole_and_each_line(house, maya, mug, pack):
    reference = ask_for_several(house.maya, mug, pack)
    listed = maya.get("/redemptions").text
    assert "Laurel mug and 1 more" in listed
    whole = maya.get(f"/redemptions/{reference}").text
    assert "2 rewards in one request" in whole
    assert f"/redemptions/{reference}-2" in whole
    line = maya.get(f"/redemptions/{reference}-2").text
    assert f"Request {reference} of 2 rewards" in line
    canceling = maya.get(f"/redemptions/{reference}/cancel").text
    assert "Cancel and get 10,400 points back" in canceling


# Many at once


def _cross(app, monkeypatch):
    """Maya and Omar ask for the same two things in opposite order, each with one in hand."""
    house, broken = furnish(points=50_000), []
    with transaction():
        give_points(house.omar.id, 50_000)
    mug = stock_reward("Laurel mug", points=1_500, capacity=1)
    cap = stock_reward("Cap", points=700)
    ask_for(house.maya, stock_badge())  # whose points go where all go: that account is there now
    both_have_one, reserve = threading.Barrier(2), submit.reserve_stock

    def reserve_and_wait(*args, **more):
        reserve(*args, **more)
        with suppress(threading.BrokenBarrierError):
            both_have_one.wait(timeout=0.5)

    monkeypatch.setattr(submit, "reserve_stock", reserve_and_wait)
    session().close()

    def buy(number):
        who, offers = ((house.maya, (mug, cap)), (house.omar, (cap, mug)))[number]
        try:
            return ask_for_several(who, *offers)
        except DBAPIError as error:
            broken.append(error)
            raise

    return all_at_once(app, 2, buy), broken, (mug, cap)


@pytest.mark.race
def test_baskets_in_opposite_order_leave_one_winner_and_no_deadlock(app, at, monkeypatch):
    outcomes, broken, (mug, cap) = _cross(app, monkeypatch)
    assert broken == []
    refused = [one for one in outcomes if not isinstance(one, str)]
    assert [one.code for one in refused] == ["sold_out"], outcomes
    assert stock_of(mug.variant_id) == (1, 1, 0)
    assert stock_of(cap.variant_id) == (None, 1, 0)
    assert ledger_violations() == []


@pytest.mark.race
@pytest.mark.parametrize(
    "engine", [pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True
)
def test_control_in_the_order_of_their_lines_two_baskets_wait_for_each_other(app, at, monkeypatch):
    monkeypatch.setattr(submit, "in_lock_order", list)
    _outcomes, broken, _offers = _cross(app, monkeypatch)
    assert broken


# Letters


def test_maya_who_cancels_all_of_a_request_gets_one_letter_about_it(house, mug, pack, queue):
    reference = ask_for_several(house.maya, mug, pack)
    queue.run_due()
    cancel(house.maya, reference)
    queue.run_due()
    assert subjects_to(house.maya)[1:] == [f"2 rewards of {reference} were canceled"]
    letter = session().scalars(sa.select(Letter).order_by(Letter.id.desc())).first()
    assert "Laurel mug" in letter.text
    assert "Your 1,500 points are back" in letter.text
    assert "Your 8,900 points are back" in letter.text


def test_what_nobody_answered_in_time_is_one_letter_about_the_whole_request(
    house, cards, queue, time
):
    reference = ask_for_several(house.maya, *cards)
    queue.run_due()
    time.forward(days=30)
    run_handler("redemption.expire", {})
    queue.run_due()
    assert {line.state for line in lines_of(reference)} == {S.EXPIRED}
    ended = [one for one in subjects_to(house.maya) if "Nobody answered" in one]
    assert ended == [f"Nobody answered 2 rewards of {reference}"]
    letter = session().scalars(sa.select(Letter).order_by(Letter.id.desc())).first()
    assert "Your 12,000 points are back" in letter.text
    assert "Your 15,000 points are back" in letter.text
    assert ledger_violations() == []


def test_of_a_request_of_which_one_line_cannot_end_the_other_ends_by_itself(
    house, cards, queue, time, monkeypatch
):
    reference = ask_for_several(house.maya, *cards)
    queue.run_due()
    time.forward(days=30)
    stuck, _other = (line.id for line in lines_of(reference))
    end = ending.end_locked

    def end_all_but_one(line, to, **facts):
        if line.id == stuck:
            raise ConnectionError("stuck")
        end(line, to, **facts)

    session().close()
    with monkeypatch.context() as patch:
        patch.setattr(ending, "end_locked", end_all_but_one)
        with pytest.raises(ConnectionError):
            run_handler("redemption.expire", {})
    assert [line.state for line in lines_of(reference)] == [S.PENDING_APPROVAL, S.EXPIRED]
    assert {one.id for one in ledger_violations()} == {"I45-requests"}  # the alarm about it


def test_maya_reminds_of_all_that_waits_from_the_page_of_the_whole_request(
    house, cards, queue, time, sign_in
):
    reference = ask_for_several(house.maya, *cards)
    queue.run_due()
    maya, address = sign_in(house.maya.id), f"/redemptions/{reference}"
    assert "You can send a reminder from 24 Nov 2026, 09:00 UTC." in maya.get(address).text
    time.forward(days=1)
    page = maya.get(address)
    assert "Send a reminder" in page.text
    answered = maya.post(f"{address}/reminder", data=hidden_fields(page.text))
    assert (answered.status_code, answered.location) == (303, address)
    queue.run_due()
    assert subjects_to(house.omar)[-1] == "Maya Chen is waiting for 2 answers of yours"
    assert "You can send a reminder from 25 Nov 2026, 09:00 UTC." in maya.get(address).text
    for line in lines_of(reference):
        cancel(house.maya, line.reference)
    too_late = maya.post(f"{address}/reminder", data=hidden_fields(page.text))
    assert too_late.status_code == 409


def test_maya_who_cancels_one_after_the_other_reads_of_each(house, mug, pack, queue, time):
    reference = ask_for_several(house.maya, mug, pack)
    queue.run_due()
    for line in lines_of(reference):
        cancel(house.maya, line.reference)
        time.forward(minutes=1)
    queue.run_due()
    each = [f"Your request {reference}-{number} was canceled" for number in (1, 2)]
    assert subjects_to(house.maya)[1:] == each
