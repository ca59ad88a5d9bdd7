"""Three cards, one does not work: its points come back once, and the other two stay."""

import pytest

from catalog.states import Kind
from marketplace.access.actor import Actor
from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.kernel.errors import BadInput, NotFound
from marketplace.ledger.check import ledger_violations
from redemption.codes.models import CodeReport
from redemption.codes.operations.replacing import replace_reported
from redemption.codes.operations.reports import report_code
from redemption.codes.queries.batches import claim_rows
from redemption.codes.states import Outcome
from redemption.fulfillment.errors import SeenCodes
from redemption.fulfillment.models import FulfillmentTask
from redemption.fulfillment.operations.giving_back import give_back
from redemption.fulfillment.states import TaskState
from redemption.goodwill.operations import Amends, propose_goodwill
from redemption.refusals import NotCancellable, OwnRequest
from redemption.states import LineState
from redemption.vouchers.errors import NotGivenBack
from redemption.vouchers.giving_back import SINGLY, give_voucher_back
from redemption.vouchers.models import Voucher
from redemption.vouchers.states import VoucherState
from tests.support.catalog import stock_gift_card
from tests.support.codes import open_cinema, show, shown, states_now, waits
from tests.support.people import actor, employ_ana
from tests.support.redemption import (
    ask_for,
    cancel,
    furnish,
    line_of,
    new_key,
    points_now,
    stock_of,
    subjects_to,
)
from tests.support.vouchers import rosa_of_the_canteen, use

V = VoucherState
WORDS = "The till knows no such card."


@pytest.fixture(autouse=True)
def _adds_up(at):
    yield
    session().close()
    assert ledger_violations() == []


@pytest.fixture
def house(at, queue):
    return furnish()


@pytest.fixture
def ana(house) -> Actor:
    return actor(employ_ana())


@pytest.fixture
def cinema(house):
    return open_cinema(house)


def vouchers(reference) -> list[Voucher]:
    line_id = line_of(reference).id
    found = session().query(Voucher).filter_by(line_id=line_id)
    return found.order_by(Voucher.unit_no, Voucher.issue).all()


def in_states(reference) -> list[VoucherState]:
    return [one.state for one in vouchers(reference)]


def back(who, voucher_id, reason=WORDS, *, key=""):
    with transaction():
        return give_voucher_back(
            who, voucher_id, reason, request_key=key or new_key(), at=clock.now()
        )


def three_seen(cinema, queue, *more):
    cinema.load("AAAA-1111", "BBBB-2222", "CCCC-3333", *more)
    reference = cinema.ask(quantity=3)
    queue.run_due()
    show(cinema.maya, reference)
    return reference


def say(cinema, voucher_id) -> int:
    with transaction():
        return report_code(cinema.maya, voucher_id, WORDS, request_key=new_key(), at=clock.now())


def test_one_of_three_comes_back_to_the_point_and_the_others_stay(cinema, queue, ana):
    reference = three_seen(cinema, queue, "DDDD-4444")
    bad = vouchers(reference)[1].id
    report_id = say(cinema, bad)
    assert back(ana, bad) == 1_500
    queue.run_due()
    assert in_states(reference) == [V.ACTIVE, V.VOID, V.ACTIVE]
    assert shown(cinema.maya, reference) == ["AAAA-1111", "CCCC-3333"]
    assert points_now(cinema.maya).available == 100_000 - 3_000
    line = line_of(reference)
    assert (line.state, line.returned_units) == (LineState.FULFILLED, 1)
    assert states_now() == {"1111": "issued", "2222": "bad", "3333": "issued", "4444": "free"}
    assert cinema.stock() == (3, 0, 2)
    session().close()
    assert session().get_one(CodeReport, report_id).outcome is Outcome.GIVEN_BACK
    assert session().query(FulfillmentTask).one().state is TaskState.CLOSED
    assert [one.last4 for one in claim_rows(cinema.pool_id)] == ["2222"]
    assert "1,500 points came back for Nimbus Cinema gift card" in subjects_to(cinema.maya)


def test_never_twice_not_by_another_press_nor_after_the_same_one(cinema, queue, ana):
    reference = three_seen(cinema, queue)
    bad = vouchers(reference)[0].id
    assert back(ana, bad, key="the-same-key-2") == back(ana, bad, key="the-same-key-2")
    with pytest.raises(NotGivenBack, match="is void"):
        back(ana, bad)
    session().close()
    assert points_now(cinema.maya).available == 100_000 - 3_000


def test_one_after_the_other_all_three_come_back_and_the_request_is_over(cinema, queue, ana):
    reference = three_seen(cinema, queue)
    for one in [one.id for one in vouchers(reference)]:
        say(cinema, one)
        back(ana, one)
    queue.run_due()
    assert line_of(reference).state is LineState.REFUNDED
    assert points_now(cinema.maya).available == 100_000
    assert states_now() == {"1111": "bad", "2222": "bad", "3333": "bad"}
    assert cinema.stock() == (0, 0, 0)


def all_back(who):
    task_id = session().query(FulfillmentTask).one().id
    session().close()
    with transaction():
        give_back(who, task_id, "All of it.", request_key=new_key(), at=clock.now())


def test_two_that_were_read_never_come_back_together(cinema, queue, ana):
    reference = three_seen(cinema, queue)
    say(cinema, vouchers(reference)[1].id)
    with pytest.raises(SeenCodes, match="3 codes of this request were read"):
        all_back(ana)
    session().close()
    assert points_now(cinema.maya).available == 100_000 - 4_500
    assert in_states(reference) == [V.ACTIVE, V.ACTIVE, V.ACTIVE]


def test_the_last_one_that_does_not_work_comes_back_as_bad(cinema, queue, ana):
    reference = three_seen(cinema, queue)
    first, second, third = (one.id for one in vouchers(reference))
    back(ana, first)
    back(ana, second)
    say(cinema, third)
    all_back(ana)
    assert points_now(cinema.maya).available == 100_000
    assert states_now() == {"1111": "bad", "2222": "bad", "3333": "bad"}
    assert cinema.stock() == (0, 0, 0)


def test_another_code_that_was_reported_stays_with_the_desk(cinema, queue, ana):
    reference = three_seen(cinema, queue)
    first, second, _third = (one.id for one in vouchers(reference))
    say(cinema, first)
    say(cinema, second)
    back(ana, first)
    session().close()
    assert session().query(FulfillmentTask).one().state is TaskState.PROBLEM


def test_who_waits_for_another_code_can_have_the_points_instead(cinema, queue, ana):
    reference = three_seen(cinema, queue)
    bad = vouchers(reference)[2].id
    report_id = say(cinema, bad)
    with transaction():
        replace_reported(ana, report_id, "Bad.", request_key=new_key(), at=clock.now())
    assert (len(waits()), cinema.pool().owed) == (1, 1)
    back(ana, bad)
    assert (waits(), cinema.pool().owed, cinema.stock()) == ([], 0, (2, 0, 2))
    assert points_now(cinema.maya).available == 100_000 - 3_000
    cinema.load("EEEE-5555")
    queue.run_due()
    assert cinema.stock() == (3, 0, 2)


def test_points_of_one_go_to_the_lots_they_came_from_less_a_goodwill(house, queue, ana):
    card = stock_gift_card(points=1_000, capacity=5)
    reference = ask_for(house.maya, card, quantity=2, address=None)
    queue.run_due()
    with transaction():
        sorry = Amends(1_500, "It came late.")
        propose_goodwill(ana, reference, sorry, request_key=new_key(), at=clock.now())
    assert back(ana, vouchers(reference)[0].id) == 500
    assert points_now(house.maya).available == 100_000
    assert stock_of(card.variant_id) == (5, 0, 1)
    show(house.maya, reference)
    with pytest.raises(NotCancellable):
        cancel(house.maya, reference)
    session().close()


def test_maya_can_still_take_back_what_she_has_not_seen(house, queue, ana):
    card = stock_gift_card(points=1_000, capacity=5)
    reference = ask_for(house.maya, card, quantity=3, address=None)
    queue.run_due()
    back(ana, vouchers(reference)[0].id)
    cancel(house.maya, reference)
    assert points_now(house.maya).available == 100_000
    assert stock_of(card.variant_id) == (5, 0, 0)
    assert in_states(reference) == [V.VOID] * 3


def test_what_was_used_or_is_a_trip_or_ones_own_does_not_come_back(house, queue, ana):
    card = stock_gift_card(points=1_000)
    reference = ask_for(house.maya, card, address=None)
    queue.run_due()
    voucher_id = vouchers(reference)[0].id
    show(house.maya, reference)
    with pytest.raises(OwnRequest):
        back(house.maya, voucher_id)
    session().close()
    for reason, error in (("  ", BadInput), (WORDS, NotFound)):
        with pytest.raises(error):
            back(ana, 999_999 if error is NotFound else voucher_id, reason)
        session().close()
    use(rosa_of_the_canteen(), voucher_id, 100)
    with pytest.raises(NotGivenBack, match="was used"):
        back(ana, voucher_id)
    session().close()


def test_only_cards_and_experiences_come_back_one_by_one():
    assert {Kind.GIFT_CARD, Kind.EXPERIENCE} == SINGLY
