"""A file of codes: checked first, loaded once, and whatever is hostile in it found."""

from io import BytesIO

import pytest
import sqlalchemy as sa

from catalog.models import VariantStock
from catalog.operations import set_worth
from catalog.operations.variants import Worth
from catalog.states import Kind
from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.kernel.errors import BadInput
from marketplace.kernel.tabular import CannotReadTable, write_xlsx
from marketplace.ledger.check import ledger_violations
from redemption.codes import reading
from redemption.codes.errors import (
    BatchMoved,
    LoadedBefore,
    NotForCodes,
    NothingNew,
    NothingToWithdraw,
)
from redemption.codes.models import CodeBatch, StockCode
from redemption.codes.operations import batches, loading
from redemption.codes.operations.pools import open_pool
from redemption.codes.policies import MOST_UNPACKED, Terms
from redemption.codes.queries.batches import batch_page, codes_of_pool
from redemption.codes.queries.pools import pool_row, worth_of
from redemption.codes.reading import Manner
from redemption.codes.states import BatchState, CodeState
from redemption.fulfillment.jobs import fulfill
from tests.kernel.test_tabular_xlsx import crafted
from tests.support.catalog import stock_badge, stock_reward
from tests.support.codes import (
    check,
    codes,
    csv,
    load,
    open_cinema,
    shown,
    states_now,
    stock_cinema,
    withdraw,
)
from tests.support.redemption import ask_for, line_of, subjects_to


@pytest.fixture(autouse=True)
def _adds_up(cinema):
    yield
    session().close()
    assert ledger_violations() == []


def problems(cinema, *rows, head="code", **more):
    """What is said of the rows of a file whose first row is good."""
    batch_id = check(
        cinema.priya,
        cinema.pool_id,
        csv("GOOD-0001" + "," * head.count(","), *rows, head=head),
        **more,
    )
    return {one.line: one.words for one in batch_page(batch_id).problems}


def test_a_file_is_checked_first_and_nothing_is_in_stock_yet(cinema):
    batch_id = check(cinema.priya, cinema.pool_id, csv("AAAA-1111", "BBBB-2222", "AAAA1111"))
    page = batch_page(batch_id)
    assert (page.good_rows, page.known_rows, page.bad_rows) == (2, 0, 1)
    assert page.problems[0].words == "The same code stands in line 2."
    assert (codes(), cinema.stock()) == ([], (0, 0, 0))


def test_the_same_file_again_changes_nothing(cinema):
    content = csv("AAAA-1111", "BBBB-2222")
    load(cinema.priya, cinema.pool_id, content)
    with pytest.raises(LoadedBefore, match=r"“codes.csv” with 2 codes, by Priya Nair"):
        check(cinema.priya, cinema.pool_id, content)
    with pytest.raises(NothingNew, match="came here before"):
        check(cinema.priya, cinema.pool_id, csv("bbbb2222", " AAAA 1111 "))
    assert cinema.stock() == (2, 0, 0)


def test_a_corrected_file_takes_in_only_what_is_missing(cinema):
    cinema.load("AAAA-1111", "=BAD()")
    batch_id = check(cinema.priya, cinema.pool_id, csv("AAAA-1111", "CCCC-3333"))
    page = batch_page(batch_id)
    assert (page.good_rows, page.known_rows, page.bad_rows) == (1, 1, 0)


def test_a_code_of_another_pool_or_once_handed_out_is_refused(cinema, queue):
    cinema.load("AAAA-1111", "BBBB-2222")
    reference = cinema.ask()
    queue.run_due()
    other = open_cinema(cinema.house, name="Harbor Table gift card")
    batch_id = check(other.priya, other.pool_id, csv("NEW1-0001", "BBBB-2222", "AAAA-1111"))
    told = {one.line: one.words for one in batch_page(batch_id).problems}
    where = "This code came before, for Nimbus Cinema gift card, $15."
    assert told == {3: where, 4: where}
    assert line_of(reference)


HOSTILE = {
    "=HYPERLINK(1)": "begins with a letter or digit",
    "+CMD1234": "begins with a letter or digit",
    "@SUM12345": "begins with a letter or digit",
    "-12345678": "begins with a letter or digit",
    "ＡＢＣＤ１２３４": "letters A to Z",
    "КОДЫ1234": "letters A to Z",
    "<script>1</script>": "letters A to Z",
    "A1": "4 to 64",
    "X" * 65: "4 to 64",
    "1.23457E+15": "A spreadsheet has shortened this number",
    "https://cards.example/ä": "can't be read",
}


@pytest.mark.parametrize("code", HOSTILE)
def test_what_can_be_no_code_is_said_so(cinema, code):
    (words,) = problems(cinema, code).values()
    assert HOSTILE[code] in words


@pytest.mark.parametrize("sign", ["\x00", "\u202e", "\u200b", "\x07"])
def test_signs_that_the_eye_would_miss_are_refused(cinema, sign):
    try:
        found = problems(cinema, f"HIDE{sign}12345")
    except CannotReadTable:
        return
    assert set(found) == {3}


def test_what_is_said_of_a_row_never_holds_the_code(cinema):
    cinema.load("SECRET-CODE-1234")
    batch_id = check(
        cinema.priya,
        cinema.pool_id,
        csv("GOOD-0001,2030-01-01", "SECRETBAD9999,2020-01-01", head="code,valid until"),
    )
    session().close()
    batch = session().get_one(CodeBatch, batch_id)
    assert "SECRET" not in str(batch.problems)
    assert b"GOOD" not in (batch.sealed or b"")
    assert batch_page(batch_id).problems[0].tail == "9999"


def test_a_link_is_a_code_too(cinema, queue):
    cinema.load("https://cards.example/c/9f3kq2")
    reference = cinema.ask()
    queue.run_due()
    assert shown(cinema.maya, reference) == ["https://cards.example/c/9f3kq2"]


def test_value_and_currency_are_a_check(cinema):
    rows = ("AAAA-0002,15.00,USD", "BBBB-0003,25.00,USD", "CCCC-0004,15,EUR", "DDDD-0005,$15,")
    found = problems(cinema, *rows, head="code,value,currency")
    assert {line: words for line, words in found.items() if line > 2} == {
        4: "It is over 25.00 USD; these codes are over 15.00.",
        5: "It is over EUR; these codes are over USD.",
    }


def test_what_ends_too_soon_is_not_loaded(cinema):
    found = problems(
        cinema, "AAAA-0002,2026-12-01", "BBBB-0003,2027-06-30", head="code,valid until"
    )
    assert found[3] == "It is valid until 1 December 2026, which is too soon to hand it out."
    assert set(found) == {3}


def test_headings_of_their_own_and_lists_without_any_are_read(cinema):
    manner = Manner(headings={"code": "Kartennummer"})
    load(cinema.priya, cinema.pool_id, csv("AAAA-1111", head="Kartennummer"), manner=manner)
    bare = Manner(has_header=False)
    load(cinema.priya, cinema.pool_id, b"BBBB-2222\nCCCC-3333\n", manner=bare)
    load(cinema.priya, cinema.pool_id, csv("DDDD-4444;7", head="Voucher code;PIN"))
    assert set(states_now()) == {"1111", "2222", "3333", "4444"}


def test_a_file_without_a_column_of_codes_says_what_to_do(cinema):
    with pytest.raises(CannotReadTable, match="Call it “Code”"):
        check(cinema.priya, cinema.pool_id, csv("1,2", head="number,name"))


def test_a_spreadsheet_is_read(cinema):
    target = BytesIO()
    write_xlsx([["AAAA-1111", "0042"], ["BBBB-2222", None]], ["Code", "PIN"], target)
    load(cinema.priya, cinema.pool_id, target.getvalue(), name="codes.xlsx")
    assert set(states_now()) == {"1111", "2222"}


def test_too_large_and_too_long_files_are_refused(cinema, monkeypatch):
    monkeypatch.setattr(reading, "MOST_ROWS", 2)
    with pytest.raises(CannotReadTable, match="A file may have 2 codes"):
        check(cinema.priya, cinema.pool_id, csv("AAAA-1", "AAAA-2", "AAAA-3"))
    monkeypatch.setattr(reading, "MOST_BYTES", 1024 * 1024)
    with pytest.raises(CannotReadTable, match="A file may have 1 MB"):
        check(cinema.priya, cinema.pool_id, b"code\n" + b"X" * 1024 * 1024)


@pytest.mark.parametrize(
    "content", [b"", b"\n\n", b"code\n", b"\xd0\xcf\x11\xe0old", b"PK\x03\x04x"]
)
def test_what_is_no_table_is_refused(cinema, content):
    with pytest.raises(BadInput):
        check(cinema.priya, cinema.pool_id, content)
    assert session().scalar(sa.select(sa.func.count()).select_from(CodeBatch)) == 0


def test_codes_are_sealed_and_the_rows_that_waited_are_gone_once_loaded(cinema):
    batch_id = cinema.load("AAAA-1111-TEST")
    session().close()
    (code,) = session().scalars(sa.select(StockCode))
    assert b"AAAA" not in code.cipher
    assert "AAAA" not in code.fingerprint
    assert session().get_one(CodeBatch, batch_id).sealed is None
    assert [one.last4 for one in codes_of_pool(cinema.pool_id)] == ["TEST"]


def test_a_file_is_loaded_once(cinema):
    batch_id = cinema.load("AAAA-1111")
    with pytest.raises(BatchMoved, match="loaded by now"), transaction():
        loading.load_batch(cinema.priya, batch_id, at=clock.now())


def test_what_came_in_another_way_since_the_check_is_left_out(cinema):
    content = csv("AAAA-1111", "BBBB-2222")
    first = check(cinema.priya, cinema.pool_id, content)
    load(cinema.priya, cinema.pool_id, csv("BBBB-2222"))
    with transaction():
        assert loading.load_batch(cinema.priya, first, at=clock.now()) == 1
    assert cinema.stock() == (2, 0, 0)


def test_a_file_that_nobody_loads_is_forgotten_after_a_day(cinema, time):
    batch_id = check(cinema.priya, cinema.pool_id, csv("AAAA-1111"))
    time.forward(hours=25)
    with transaction():
        assert batches.forget_unloaded(at=clock.now()) == 1
    assert batch_page(batch_id).state is BatchState.DISCARDED
    with pytest.raises(BatchMoved), transaction():
        loading.load_batch(cinema.priya, batch_id, at=clock.now())


def test_withdrawing_takes_what_is_free_and_leaves_what_was_promised(cinema, queue):
    batch_id = cinema.load("AAAA-1111", "BBBB-2222", "CCCC-3333")
    cinema.ask()
    assert withdraw(cinema.priya, batch_id) == 2
    assert cinema.stock() == (1, 1, 0)
    queue.run_due()
    assert sorted(states_now().values()) == ["issued", "withdrawn", "withdrawn"]
    with pytest.raises(NothingToWithdraw):
        withdraw(cinema.priya, batch_id)


def test_what_was_withdrawn_may_be_loaded_again_for_another_card(cinema):
    content = csv("AAAA-1111", "BBBB-2222")
    withdraw(cinema.priya, load(cinema.priya, cinema.pool_id, content))
    other = open_cinema(cinema.house, name="Harbor Table gift card")
    load(other.priya, other.pool_id, content)
    assert states_now() == {"1111": "free", "2222": "free"}
    assert (cinema.stock(), other.stock()) == ((0, 0, 0), (2, 0, 0))


def test_withdrawing_needs_a_reason(cinema):
    batch_id = cinema.load("AAAA-1111")
    with pytest.raises(BadInput, match="Write why"):
        withdraw(cinema.priya, batch_id, "  ")
    assert [code.state for code in codes()] == [CodeState.FREE]


def test_stock_value_margin_and_forecast_are_known(cinema, queue):
    cinema.load("AAAA-1111", "BBBB-2222", "CCCC-3333", unit_cost_minor=1_350, cost_currency="USD")
    cinema.ask()
    queue.run_due()
    worth = worth_of(cinema.pool_id)
    assert [(one.minor, one.currency) for one in worth.values] == [(2_700, "USD")]
    assert str(worth.discount(1_500, "USD")) == "10.0"
    row = pool_row(cinema.pool_id, at=clock.now())
    assert (row.available, row.forecast.days_left) == (2, 180)


def test_the_alarm_rings_once_when_few_are_left_and_again_after_it_was_enough(cinema, queue):
    cinema.load("AAAA-1111", "BBBB-2222", "CCCC-3333")
    assert cinema.pool().low_since is None
    cinema.ask()
    queue.run_due()
    assert cinema.pool().low_since is not None
    cinema.ask()
    queue.run_due()
    said = "Few codes are left: Nimbus Cinema gift card, $15"
    assert subjects_to(cinema.priya).count(said) == 1
    cinema.load("DDDD-4444", "EEEE-5555", "FFFF-6666")
    assert cinema.pool().low_since is None


def test_only_cards_over_one_amount_are_fed(cinema, at):
    badge = stock_badge()
    worth = {"label": "Any", "cash_minor": 1_000, "currency": "USD"}
    ranged = stock_reward(
        "Any amount", kind=Kind.GIFT_CARD, points=1_000,
        variant=worth | {"range_to_minor": 5_000, "step_minor": 500},
    )  # fmt: skip
    for offer, words in (
        (badge, "Only gift cards"),
        (ranged, "choose the amount"),
        (cinema.offer, "already"),
    ):
        with pytest.raises(NotForCodes, match=words), transaction():
            open_pool(cinema.priya, offer.variant_id, Terms(), at=at)


def test_what_was_promised_before_the_codes_came_gets_one_too(cinema, queue, unfulfilled):
    offer = stock_cinema(name="Harbor Table gift card")
    reference = ask_for(cinema.maya, offer)
    with transaction():
        pool_id = open_pool(cinema.priya, offer.variant_id, Terms(), at=clock.now())
    queue.clear()
    load(cinema.priya, pool_id, csv("HARB-0001", "HARB-0002"))
    stock = session().get_one(VariantStock, offer.variant_id)
    assert (stock.capacity, stock.reserved) == (2, 1)
    line_id = line_of(reference).id
    session().close()
    fulfill(line_id)
    assert shown(cinema.maya, reference) == ["HARB-0001"]


def test_the_value_of_what_is_fed_by_codes_stays(cinema, at):
    with pytest.raises(BadInput, match="Its value is that of its codes"), transaction():
        set_worth(cinema.priya, cinema.offer.variant_id, Worth(minor=2_000, currency="USD"), at=at)


def unpacks_to(size):
    """A spreadsheet of a few kilobytes whose rows of nothing come to so many bytes."""
    row = "<row>" + "<c/>" * 1_000 + "</row>"
    many = row * (size // len(row) + 1)
    return crafted(f"<worksheet><sheetData>{many}</sheetData></worksheet>").getvalue()


def test_a_small_spreadsheet_that_holds_an_hour_of_reading_is_refused_before_it_is_read(
    cinema, monkeypatch
):
    monkeypatch.setattr(reading, "open_table", lambda *_: pytest.fail("it was read"))
    bomb = unpacks_to(MOST_UNPACKED)
    assert len(bomb) < 100_000
    with pytest.raises(CannotReadTable, match="unpacks to more than 8 MB"):
        check(cinema.priya, cinema.pool_id, bomb)
    assert codes() == []


def test_control_up_to_its_limit_a_spreadsheet_is_read(cinema, monkeypatch):
    monkeypatch.setattr(reading, "MOST_UNPACKED", 200_000)
    with pytest.raises(CannotReadTable, match="holds no rows"):
        check(cinema.priya, cinema.pool_id, unpacks_to(150_000))
    with pytest.raises(CannotReadTable, match="unpacks to more than"):
        check(cinema.priya, cinema.pool_id, unpacks_to(200_000))
