"""Priya opens a stock of codes and loads a file; Maya reads hers and says it does not work."""

import io
import re

import pytest

from catalog.states import Kind
from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.kernel.jobs_engine import run_handler
from redemption.codes.models import CodeBatch, CodePool
from redemption.codes.operations.reports import report_code
from redemption.codes.states import BatchState
from tests.support.browsing import hidden_fields
from tests.support.catalog import stock_reward
from tests.support.codes import codes, csv, show, voucher_of
from tests.support.ledger import give_points
from tests.support.people import actor, employ_ana
from tests.support.redemption import ask_for, line_of, new_key

ROOT = "/manage/fulfillment/codes"


@pytest.fixture
def priya(cinema, sign_in):
    return sign_in(cinema.priya.id)


@pytest.fixture
def maya(cinema, sign_in):
    return sign_in(cinema.maya.id)


def upload(browser, pool_id, content, name="codes.csv", **fields):
    path = f"{ROOT}/{pool_id}/load"
    data = hidden_fields(browser.get(path).text) | fields
    data["file"] = (io.BytesIO(content), name)
    return browser.post(path, data=data, content_type="multipart/form-data")


def test_the_desk_leads_to_the_codes(priya):
    assert f'href="{ROOT}"' in priya.get("/manage/fulfillment").text
    page = priya.get(ROOT).text
    assert "Nimbus Cinema gift card, $15" in page
    assert "Empty" in page


def test_one_more_card_is_fed_by_codes(priya, cinema):
    worth = {"label": "$20", "cash_minor": 2_000, "currency": "USD"}
    card = stock_reward("Harbor Table card", kind=Kind.GIFT_CARD, points=2_000, variant=worth)
    page = priya.get(f"{ROOT}/new").text
    assert "Harbor Table card, $20" in page
    assert "Nimbus" not in re.search(r"<select.*?</select>", page, re.DOTALL)[0]
    data = hidden_fields(page) | {"variant": card.variant_id, "low_at": "5", "guard_days": "30"}
    answer = priya.post(f"{ROOT}/new", data=data)
    session().close()
    pool = session().query(CodePool).filter_by(variant_id=card.variant_id).one()
    assert answer.location == f"{ROOT}/{pool.id}"
    assert (pool.low_at, pool.guard_days) == (5, 30)


def test_a_file_is_checked_seen_and_loaded(priya, cinema):
    rows = ("AAAA-1111", "BBBB-2222", "=cmd()")
    bought = {"supplier": "Nimbus", "reference": "INV-7", "cost": "13.50", "currency": "usd"}
    answer = upload(priya, cinema.pool_id, csv(*rows), **bought)
    assert answer.status_code == 303
    page = priya.get(answer.location).text
    assert "Load 2 codes" in page
    assert "begins with a letter or digit" in page
    assert "AAAA" not in page
    loaded = priya.post(f"{answer.location}/load", data=hidden_fields(page))
    assert loaded.status_code == 303
    after = priya.get(loaded.location).text
    assert "2 codes are in stock" in after
    assert "$13.50" in after
    assert len(codes()) == 2


def test_the_same_button_twice_loads_once(priya, cinema):
    answer = upload(priya, cinema.pool_id, csv("AAAA-1111"))
    data = hidden_fields(priya.get(answer.location).text)
    for _twice in range(2):
        assert priya.post(f"{answer.location}/load", data=data).status_code == 303
    assert len(codes()) == 1


def test_a_file_can_be_forgotten(priya, cinema):
    answer = upload(priya, cinema.pool_id, csv("AAAA-1111"))
    data = hidden_fields(priya.get(answer.location).text)
    assert priya.post(f"{answer.location}/discard", data=data).status_code == 303
    session().close()
    assert session().query(CodeBatch).one().state is BatchState.DISCARDED


@pytest.mark.parametrize(
    ("content", "fields", "words"),
    [
        (b"", {}, "The file holds no rows"),
        (b"number,name\n1,2\n", {}, "which column holds the codes"),
        (b"code\nAAAA-1111\n", {"cost": "a lot", "currency": "USD"}, "Enter a number such as"),
        (b"code\nAAAA-1111\n", {"cost": "13.50", "currency": "XXQ"}, "three letters"),
        (b"code\n=1\n", {}, "None of its rows can be loaded"),
    ],
)
def test_what_cannot_be_loaded_is_said_on_the_page(priya, cinema, content, fields, words):
    answer = upload(priya, cinema.pool_id, content, **fields)
    assert answer.status_code == 422
    assert words in answer.text


def test_without_a_file_the_page_says_so(priya, cinema):
    path = f"{ROOT}/{cinema.pool_id}/load"
    answer = priya.post(path, data=hidden_fields(priya.get(path).text))
    assert "Choose the file with the codes." in answer.text


def test_codes_are_withdrawn_with_a_reason(priya, cinema):
    batch_id = cinema.load("AAAA-1111", "BBBB-2222")
    path = f"{ROOT}/files/{batch_id}"
    data = hidden_fields(priya.get(path).text)
    assert "Write why." in priya.post(f"{path}/withdraw", data=data).text
    answer = priya.post(f"{path}/withdraw", data=data | {"reason": "Wrong card."})
    assert "2 codes are out of stock." in priya.get(answer.location).text


def test_settings_change_what_is_too_old(priya, cinema):
    path = f"{ROOT}/{cinema.pool_id}/terms"
    data = hidden_fields(priya.get(path).text)
    changed = data | {"low_at": "7", "guard_days": "30", "how": "Enter it at the till."}
    assert priya.post(path, data=changed).status_code == 303
    assert (cinema.pool().low_at, cinema.pool().how) == (7, "Enter it at the till.")


def test_files_that_leave_hold_the_last_four_only(priya, cinema, queue):
    cinema.load("SECRET-AAAA-1111", "SECRET-BBBB-2222")
    cinema.ask()
    queue.run_due()
    text = priya.get(f"{ROOT}/{cinema.pool_id}/codes.csv").text
    assert "SECRET" not in text
    assert "1111,Handed out" in text


def test_maya_says_that_it_does_not_work_and_priya_gives_another(priya, maya, cinema, queue):
    cinema.load("AAAA-1111", "BBBB-2222")
    reference = cinema.ask()
    queue.run_due()
    mine = f"/redemptions/{reference}"
    assert "does not work" not in maya.get(mine).text
    show(cinema.maya, reference)
    assert "The code does not work" in maya.get(mine).text
    path = f"{mine}/codes/{voucher_of(reference).id}/problem"
    data = hidden_fields(maya.get(path).text)
    assert "Write what happens." in maya.post(path, data=data).text
    assert maya.post(path, data=data | {"words": "Unknown card."}).status_code == 303
    assert "Someone is looking into it" in maya.get(mine).text
    pool = priya.get(f"{ROOT}/{cinema.pool_id}").text
    assert "Unknown card." in pool
    report = re.search(rf"{ROOT}/reports/\d+", pool)[0]
    data = hidden_fields(priya.get(report).text)
    answer = priya.post(report, data=data | {"reason": "Never activated."})
    assert "Maya Chen has another code and a letter" in priya.get(answer.location).text
    assert "not shown yet" in maya.get(mine).text


def test_who_waits_reads_the_place_in_line(maya, cinema, queue, time):
    cinema.load("S-0001,2026-12-20", "S-0002,2026-12-20", head="code,use by")
    first, second = cinema.ask(), cinema.ask()
    time.forward(days=20)
    for reference in (first, second):
        time.forward(minutes=1)
        line_id = line_of(reference).id
        session().close()
        run_handler("redemption.fulfill", {"line_id": line_id})
    page = maya.get(f"/redemptions/{second}").text
    assert "Waiting for a code" in page
    assert "One person’s code comes before yours." in page
    assert "You are the next to get one." in maya.get(f"/redemptions/{first}").text


def test_the_stock_page_of_the_catalog_says_who_counts(priya, cinema):
    page = priya.get(f"/manage/catalog/{cinema.offer.slug}/variants/{cinema.offer.variant_id}").text
    assert "It is counted by its codes in stock" in page
    assert "Change the stock" not in page


def test_nobody_else_sees_codes(maya, cinema):
    assert maya.get(ROOT).status_code == 403
    assert maya.get(f"{ROOT}/{cinema.pool_id}/codes.csv").status_code == 403


def test_ana_leaves_her_own_code_to_somebody_else(sign_in, cinema, queue):
    cinema.load("AAAA-1111")
    ana = actor(employ_ana())
    give_points(ana.id, 5_000)
    reference = ask_for(ana, cinema.offer)
    queue.run_due()
    show(ana, reference)
    code = voucher_of(reference).id
    session().close()
    with transaction():
        report_id = report_code(ana, code, "No.", request_key=new_key(), at=clock.now())
    page = sign_in(ana.id).get(f"{ROOT}/reports/{report_id}").text
    assert "somebody else at the desk looks into it" in page
    assert "Give another code" not in page
