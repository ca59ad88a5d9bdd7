"""The desk in the browser: for Rosa of the canteen, Maya the holder, Priya who manages."""

import csv
from decimal import Decimal

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from marketplace.kernel.db import session
from redemption.vouchers.desk.policies import WRONG_AT_MOST
from redemption.vouchers.models import Voucher
from redemption.vouchers.states import VoucherState
from tests.support.catalog import stock_gift_card
from tests.support.journeys import Visitor
from tests.support.vouchers import (
    in_hand,
    rosa_of_the_canteen,
    stock_swims,
    tom_of_the_kiosk,
    use,
    uses_written,
    voucher_now,
)


@pytest.fixture(autouse=True)
def _plain_browser(app, monkeypatch):
    monkeypatch.setattr(app, "test_client_class", FlaskClient)


@pytest.fixture
def rosa(house):
    return rosa_of_the_canteen()


@pytest.fixture
def card(house, rosa, queue):
    """Maya's card over $50: its request, code and id."""
    found = in_hand(house.maya, stock_gift_card(), queue)
    session().close()
    return found


@pytest.fixture
def at_desk(app, rosa):
    return Visitor(app, rosa.id)


def open_card(visitor, code):
    visitor.open("/desk")
    return visitor.press("Look it up", code=code)


def test_rosa_scans_looks_and_books_a_part(at_desk, card):
    _reference, code, card_id = card
    open_card(at_desk, f"https://laurel.example/vouchers/{code}#1.aa.bb")
    at_desk.reads("Lumen Books gift card", "Left on it", "$50", "Maya C.", "Use by", "23 Nov 2029")
    for secret in (code, "Maya Chen", "maya.chen"):
        assert secret not in at_desk.here.html
    assert code not in at_desk.here.address
    at_desk.press("Book this use", amount="12,40", place="Canteen Lisbon", receipt="K-118")
    at_desk.reads("$12.40 booked, $37.60 left", "K-118")
    assert voucher_now(card_id).remaining == 3760
    at_desk.open("/desk")
    at_desk.reads("Booked by you", "Canteen Lisbon", "−$12.40")
    open_card(at_desk, code)
    assert 'value="Canteen Lisbon"' in at_desk.here.html, "the place is remembered"


def test_more_than_is_left_is_said_on_the_page_with_the_numbers(at_desk, card):
    open_card(at_desk, card[1])
    page = at_desk.press("Book this use", amount="50.01", place="Canteen")
    assert page.status == 409
    at_desk.reads("$50 is left, so $50.01 can't be taken", "Take $50 at most")
    assert uses_written() == []


@pytest.mark.parametrize("amount", ["1,240", "abc", "-5", "", "12.345", "1_0"])
def test_an_unclear_amount_is_refused_beside_its_field(at_desk, card, amount):
    open_card(at_desk, card[1])
    assert at_desk.press("Book this use", amount=amount, place="Canteen").status == 422
    assert uses_written() == []


def test_rosa_undoes_a_slip_with_one_press(at_desk, card):
    open_card(at_desk, card[1])
    at_desk.press("Book this use", amount="5", place="Canteen")
    at_desk.press("Undo")
    at_desk.reads("Undone: $5 put back", "Left on it", "$50")
    assert voucher_now(card[2]).state is VoucherState.ACTIVE


def test_a_code_there_is_not_is_told_and_ten_of_them_close_the_desk(at_desk, card, time):
    for _ in range(WRONG_AT_MOST):
        assert open_card(at_desk, "2" * 17).status == 404
    assert open_card(at_desk, card[1]).status == 429
    at_desk.reads("Wait")
    time.forward(minutes=10)
    assert open_card(at_desk, card[1]).status == 200


def test_an_opened_voucher_belongs_to_one_person_and_half_an_hour(app, at_desk, card, time):
    address = open_card(at_desk, card[1]).address
    tom = Visitor(app, tom_of_the_kiosk().id)
    assert tom.get(address).status == 404
    forged = address.replace(f"/{card[2]}-", f"/{card[2] + 1}-")
    for other in (
        forged,
        "/desk/vouchers/1",
        "/desk/vouchers/1-2-3",
        f"/desk/vouchers/{'9' * 99}-1-x",
    ):
        assert at_desk.get(other).status == 404
    time.forward(minutes=31)
    assert at_desk.get(address).status == 404


def test_what_cannot_be_used_has_no_form_and_clear_words(at_desk, card, app, house):
    priya = Visitor(app, house.priya.id)
    priya.open(f"/manage/vouchers/{card[2]}")
    priya.press("Void this voucher", reason="Lost.")
    open_card(at_desk, card[1])
    at_desk.reads("It can’t be used", "taken out of use")
    assert "Book this use" not in at_desk.here.html


def test_a_right_counts_uses(at_desk, house, queue):
    _reference, code, pass_id = in_hand(house.maya, stock_swims(10), queue)
    session().close()
    open_card(at_desk, code)
    at_desk.reads("10 uses", "At most 10 uses")
    at_desk.press("Book this use", amount="1", place="Pool")
    at_desk.reads("1 use booked, 9 uses left")
    assert voucher_now(pass_id).state is VoucherState.PARTLY_USED


def test_the_camera_of_a_phone_leads_to_the_desk(app, at_desk, card):
    at_desk.open(f"/vouchers/{card[1]}")
    at_desk.press("Open it at your desk")
    at_desk.reads("Left on it", "$50")
    anyone = Visitor(app)
    anyone.open(f"/vouchers/{card[1]}")
    assert "Open it at your desk" not in anyone.here.html


def test_only_who_accepts_vouchers_has_the_desk_and_rosa_has_only_that(app, at_desk, house):
    session().close()
    assert Visitor(app, house.maya.id).get("/desk").status == 403
    for path in ("/manage/vouchers", "/manage/fulfillment", "/manage/catalog"):
        assert at_desk.get(path).status == 403, path
    at_desk.open("/manage")
    at_desk.follow("Voucher desk")


def test_maya_reads_every_use_on_her_request_and_in_the_statement(app, card, rosa, house):
    reference, _code, card_id = card
    use(rosa, card_id, 1240, receipt="K-118")
    session().close()
    maya = Visitor(app, house.maya.id)
    maya.open(f"/redemptions/{reference}")
    maya.reads("What was used", "$12.40 used, $37.60 left", "Canteen Lisbon", "K-118")
    maya.follow("The whole statement")
    maya.reads("Value at issue", "Left now", "$37.60")
    assert "Rosa" not in maya.here.html
    table = maya.get(f"/redemptions/{reference}/uses.csv").response.get_data(as_text=True)
    rows = list(csv.DictReader(table.removeprefix("\ufeff").splitlines()))
    assert [row["Amount"] for row in rows] == ["50.00", "-12.40"]
    assert sum(Decimal(row["Amount"]) for row in rows) == Decimal(rows[-1]["Left"])
    for other in (house.omar, house.priya):
        visitor = Visitor(app, other.id)
        for ending in ("uses", "uses.csv"):
            assert visitor.get(f"/redemptions/{reference}/{ending}").status == 404


def test_priya_sees_uses_undoes_one_and_extends(app, card, rosa, house, queue):
    use(rosa, card[2], 1240)
    session().close()
    priya = Visitor(app, house.priya.id)
    priya.open(f"/manage/vouchers/{card[2]}")
    priya.reads("What was used", "Rosa Vidal", "$37.60")
    priya.follow("Undo")
    assert priya.press("Put $12.40 back", reason="").status == 422
    priya.press("Put $12.40 back", reason="The wrong card.")
    priya.reads("$12.40 put back", "The wrong card.")
    priya.follow("Extend it")
    assert priya.press("Extend it", until="2031-01-01", reason="Closed.").status == 422
    priya.reads("The latest day for this voucher is 23 Nov 2030")
    priya.press("Extend it", until="2030-06-30", reason="Closed.")
    priya.reads("23 Nov 2029 became 30 Jun 2030", "Closed.")


def test_priya_finds_by_number_state_and_reward_and_does_several_at_once(
    app, card, rosa, house, queue
):
    other = in_hand(house.maya, stock_gift_card(name="Second card"), queue)[2]
    use(rosa, other, 100)
    numbers = {one.id: one.number for one in session().scalars(sa.select(Voucher))}
    session().close()
    priya = Visitor(app, house.priya.id)
    priya.open(f"/manage/vouchers?q={numbers[other].lower()}")
    priya.reads("Second card")
    assert "Lumen Books" not in priya.here.words.partition("Vouchers found")[2]
    priya.open("/manage/vouchers?state=partly_used")
    assert "Lumen Books" not in priya.here.words.partition("Vouchers found")[2]
    priya.open(f"/manage/vouchers/several?do=extend&voucher={card[2]}&voucher={other}")
    assert priya.press("Extend them", until="", reason="x").status == 422
    priya.press("Extend them", until="2030-01-31", reason="Closed in summer.")
    priya.reads("2 vouchers extended.")
    priya.open(f"/manage/vouchers/several?do=void&voucher={card[2]}&voucher={other}&voucher=x")
    priya.press("Take them out of use", reason="A leak.", reissue="y")
    priya.reads("2 vouchers replaced.")
    priya.open("/manage/vouchers/extend?reward=second-card")
    priya.press("Extend them", until="2030-02-28", reason="Again.")
    priya.reads("1 voucher extended.")


def test_nobody_reaches_value_by_counting(app, at_desk, card, rosa):
    assert at_desk.post(f"/desk/uses/{10**9}/undo").status in {404, 422}
    slip = use(rosa, card[2], 100)
    session().close()
    tom = Visitor(app, tom_of_the_kiosk().id)
    key = {"request_key": "tom-presses-undo"}
    assert tom.post(f"/desk/uses/{slip}/undo", key).status == 403
    assert voucher_now(card[2]).remaining == 4900
