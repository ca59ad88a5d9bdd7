"""One card given back from several sides at once: its points come back once."""

import dataclasses

import pytest

from marketplace.kernel import clock
from marketplace.kernel.db import db, session, transaction
from marketplace.ledger.check import ledger_violations
from redemption.operations.refunds import refund_part
from redemption.vouchers import giving_back
from redemption.vouchers.errors import NotGivenBack
from redemption.vouchers.giving_back import give_voucher_back
from redemption.vouchers.models import Voucher
from tests.support.catalog import stock_gift_card
from tests.support.people import actor, employ_ana
from tests.support.racing import all_at_once
from tests.support.redemption import ask_for, cancel, furnish, line_of, new_key, points_now

pytestmark = pytest.mark.race
SPENT = 100_000 - 3_000


@pytest.fixture
def house(at, queue):
    return furnish()


@pytest.fixture
def desk(house):
    return [actor(employ_ana()), house.priya]


@pytest.fixture
def three(house, queue):
    """Three cards of Maya's that nobody has seen; her request and the first card."""
    reference = ask_for(house.maya, stock_gift_card(points=1_000), quantity=3, address=None)
    queue.run_due()
    line_id = line_of(reference).id
    first = session().query(Voucher).filter_by(line_id=line_id, unit_no=1).one().id
    db.session.remove()
    return reference, first


def back(who, voucher_id):
    with transaction():
        return give_voucher_back(who, voucher_id, "Dead.", request_key=new_key(), at=clock.now())


def test_of_six_who_give_the_same_card_back_one_does(app, house, desk, three):
    _reference, first = three
    results = all_at_once(app, 6, lambda number: back(desk[number % 2], first))
    assert sorted(map(str, results)).count("1000") == 1
    assert sum(isinstance(one, NotGivenBack) for one in results) == 5
    assert points_now(house.maya).available == SPENT + 1_000
    session().close()
    assert ledger_violations() == []


def test_control_without_the_voucher_and_the_name_of_the_unit_it_comes_back_twice(
    house, desk, three, monkeypatch
):
    _reference, first = three

    def nameless(line, part, **how):
        return refund_part(line, dataclasses.replace(part, source=new_key()), **how)

    monkeypatch.setattr(giving_back, "_obstacle", lambda *_facts: "")
    monkeypatch.setattr(giving_back, "_take_out", lambda *_facts: None)
    monkeypatch.setattr(giving_back, "refund_part", nameless)
    for who in desk:
        back(who, first)
    assert points_now(house.maya).available == SPENT + 2_000
    session().close()
    assert {"I33", "I33-singly"} <= {one.id for one in ledger_violations()}


def test_giving_one_back_and_canceling_all_bring_back_what_was_spent(app, house, desk, three):
    reference, first = three

    def deed(number):
        return cancel(house.maya, reference) if number else back(desk[0], first)

    all_at_once(app, 2, deed)
    assert points_now(house.maya).available == 100_000
    session().close()
    assert ledger_violations() == []
