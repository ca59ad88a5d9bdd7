"""The same at the command line; a code is never printed."""

import pytest
from click.testing import CliRunner, Result

from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from redemption.codes.cli import codes_cli
from redemption.codes.models import CodeReport
from redemption.codes.operations.reports import report_code
from tests.support.codes import codes, csv, show, shown, states_now, stock_cinema, voucher_of
from tests.support.redemption import new_key


def run(*words: str) -> Result:
    session().close()
    return CliRunner().invoke(codes_cli, words)


@pytest.fixture
def sku(cinema) -> str:
    return cinema.offer.sku


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "bought.csv"
    path.write_bytes(csv("AAAA-1111", "BBBB-2222", "=cmd()"))
    return str(path)


def test_a_file_with_errors_changes_nothing_unless_they_are_skipped(cinema, sku, file):
    refused = run("load", sku, file)
    assert refused.exit_code == 1
    assert "line 4" in refused.output
    assert "1 rows can't be loaded" in refused.output
    assert codes() == []
    assert "Would load 2 codes, 1 can't be loaded." in run("load", sku, file, "--dry-run").output
    assert codes() == []
    loaded = run("load", sku, file, "--skip-errors", "--cost", "13.50", "--currency", "usd")
    assert "Loaded 2 codes, 1 can't be loaded." in loaded.output
    assert "AAAA" not in loaded.output
    assert len(codes()) == 2


def test_the_same_file_again_says_so(cinema, sku, tmp_path):
    path = tmp_path / "bought.csv"
    path.write_bytes(csv("AAAA-1111"))
    assert run("load", sku, str(path)).exit_code == 0
    again = run("load", sku, str(path))
    assert "was loaded before" in str(again.exception or again.output)
    assert len(codes()) == 1


def test_lists_and_exports_tell_the_last_four(cinema, sku, queue):
    cinema.load("SECRET-AAAA-1111", "SECRET-BBBB-2222", supplier="Nimbus")
    cinema.ask()
    queue.run_due()
    assert "1 to ask for, 1 in stock, 1 handed out" in run("list").output
    assert "codes.csv  Loaded" in run("files", sku).output
    exported = run("export", sku).output
    assert "SECRET" not in exported
    assert "1111,Handed out" in exported


def test_a_batch_is_withdrawn(cinema, sku):
    batch_id = cinema.load("AAAA-1111", "BBBB-2222")
    said = run("withdraw", str(batch_id), "--reason", "Wrong card", "--dry-run").output
    assert said == "Would withdraw: 2 codes.\n"
    assert (
        run("withdraw", str(batch_id), "--reason", "Wrong card").output == "Withdrawn: 2 codes.\n"
    )
    assert set(states_now().values()) == {"withdrawn"}


def test_another_card_is_opened_and_looked_after(cinema, at):
    other = stock_cinema(name="Harbor Table gift card")
    assert "is fed by codes" in run("open", other.sku, "--low", "3").output
    assert run("set", other.sku, "--low", "4", "--guard", "30").output == f"{other.sku}: saved.\n"


def test_reports_are_listed_answered_and_settled(cinema, sku, queue):
    cinema.load("AAAA-1111", "BBBB-2222")
    reference = cinema.ask()
    queue.run_due()
    show(cinema.maya, reference)
    for words, deed in (("Typed wrong?", "answer"), ("Unknown card.", "replace")):
        voucher_id = voucher_of(reference).id
        with transaction():
            report_code(cinema.maya, voucher_id, words, request_key=new_key(), at=clock.now())
        assert f"…1111  Maya Chen ({reference}): {words}" in run("reports", sku).output
        report_id = str(session().query(CodeReport).order_by(CodeReport.id.desc()).first().id)
        option = "--words" if deed == "answer" else "--reason"
        assert run(deed, report_id, option, "Try again.").exit_code == 0
    assert "1111" in run("claims", sku).output
    assert shown(cinema.maya, reference) == ["BBBB-2222"]


@pytest.mark.parametrize("column", ["code", "secret=Code", "code="])
def test_a_column_is_named_as_a_pair(cinema, sku, file, column):
    assert "FIELD=HEADING" in run("load", sku, file, "--column", column).output
