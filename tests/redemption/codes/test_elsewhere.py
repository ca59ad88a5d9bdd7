"""Codes of the stock where they are not a card of one's own: a gift, and an experience."""

import pytest

from catalog.states import Kind
from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.kernel.jobs_engine import run_handler
from redemption.codes.models import CodeReport
from redemption.codes.operations.pools import open_pool
from redemption.codes.operations.reports import answer_works, report_code
from redemption.codes.policies import Terms
from redemption.gifts.operations import accept_gift
from redemption.policies import GiftTo
from tests.support.catalog import stock_reward
from tests.support.codes import Cinema, shown, voucher_of
from tests.support.people import actor, employ
from tests.support.redemption import ask_for, line_of, new_key, subjects_to


@pytest.fixture
def jonas(cinema):
    return actor(employ("Jonas Lind"))


@pytest.fixture
def gift(cinema, jonas, queue):
    """Maya gave Jonas a card that is fed by codes, and he took it."""
    cinema.load("AAAA-1111")
    words = GiftTo(jonas.id, "For the launch night.")
    reference = ask_for(cinema.maya, cinema.offer, address=None, gift=words)
    queue.run_due()
    with transaction():
        accept_gift(jonas, reference, None, request_key=new_key(), at=clock.now())
    queue.run_due()
    return reference


def test_who_a_card_is_given_to_has_the_code_the_say_and_the_letters(
    cinema, jonas, gift, queue, sign_in
):
    of_maya = subjects_to(cinema.maya)
    assert subjects_to(jonas)[-1].startswith("Your voucher")
    assert shown(jonas, gift) == ["AAAA-1111"]
    assert "The code does not work" in sign_in(jonas.id).get(f"/gifts/{gift}").text
    voucher_id = voucher_of(gift).id
    session().close()
    with transaction():
        words = "Unknown card."
        report_id = report_code(jonas, voucher_id, words, request_key=new_key(), at=clock.now())
    with transaction():
        words = "Enter it online."
        answer_works(cinema.priya, report_id, words, request_key=new_key(), at=clock.now())
    queue.run_due()
    assert subjects_to(jonas)[-1].startswith("Your code works")
    assert subjects_to(cinema.maya) == of_maya
    assert session().get_one(CodeReport, report_id).answer == "Enter it online."
    session().close()
    assert "1111" not in sign_in(cinema.maya.id).get(f"/redemptions/{gift}").text


def test_an_experience_waits_for_its_code_and_has_it_when_some_come(cinema, queue, sign_in, time):
    worth = {"label": "Evening for one"}
    evening = stock_reward("Kite evening", kind=Kind.EXPERIENCE, points=2_000, variant=worth)
    with transaction():
        terms = Terms(low_at=1, guard_days=14)
        pool_id = open_pool(cinema.priya, evening.variant_id, terms, at=clock.now())
    kites = Cinema(cinema.house, evening, pool_id)
    kites.load("KITE-0001,2026-12-20", head="code,use by")
    reference = kites.ask()
    time.forward(days=20)
    line_id = line_of(reference).id
    session().close()
    run_handler("redemption.fulfill", {"line_id": line_id})
    maya, mine = sign_in(cinema.maya.id), f"/redemptions/{reference}"
    page = maya.get(mine).text
    assert "Waiting for a code" in page
    assert "You are the next to get one." in page
    kites.load("KITE-0002")
    queue.run_due()
    page = maya.get(mine).text
    assert "Waiting for a code" not in page
    assert "does not work" not in page
    assert shown(cinema.maya, reference) == ["KITE-0002"]
    assert "The code does not work" in maya.get(mine).text
