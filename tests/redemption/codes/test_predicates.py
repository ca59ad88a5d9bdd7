"""Each predicate of codes in stock bites: a row is forged and exactly that is named."""

import pytest

from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.ledger.check import ledger_violations
from redemption.codes.models import CodeReport
from redemption.codes.operations.replacing import replace_reported
from redemption.codes.operations.reports import report_code
from tests.support.codes import csv, load, show, voucher_of, withdraw
from tests.support.redemption import new_key
from tests.support.tampering import named_when

FORGED = [
    ("I26-codes", "UPDATE variant_stock SET capacity = capacity + 1 WHERE capacity IS NOT NULL"),
    ("I26-codes", "UPDATE code_pools SET owed = owed + 1"),
    ("I26-codes", "UPDATE code_pools SET elsewhere = elsewhere + 1"),
    ("I26-codes", "DELETE FROM stock_codes WHERE state = 'free'"),
    ("I26-codes", """UPDATE variant_stock SET capacity = NULL
     WHERE variant_id IN (SELECT variant_id FROM code_pools)"""),
    ("I34-codes", "UPDATE vouchers SET fingerprint = 'another' WHERE state <> 'void'"),
    ("I34-codes", "UPDATE vouchers SET state = 'void' WHERE stock_code_id IS NOT NULL"),
    ("I34-codes", "UPDATE vouchers SET unit_no = 9 WHERE stock_code_id IS NOT NULL"),
    ("I34-codes", """UPDATE vouchers SET fingerprint = (SELECT MIN(fingerprint) FROM stock_codes
     WHERE state = 'claimed') WHERE state = 'void'"""),
    ("I34-codes", "UPDATE stock_codes SET state = 'free' WHERE state = 'issued'"),
    ("I34-seen", "UPDATE stock_codes SET state = 'free' WHERE state = 'bad'"),
    ("I34-seen", "UPDATE stock_codes SET state = 'withdrawn' WHERE state = 'bad'"),
    ("I36-codes", "UPDATE redemption_lines SET state = 'refunded' WHERE state = 'fulfilled'"),
    ("I36-codes", "UPDATE redemption_lines SET state = 'cancelled' WHERE state = 'fulfilling'"),
    ("I36-codes", "UPDATE stock_codes SET line_id = NULL WHERE state = 'claimed'"),
    ("I31-codes", "UPDATE stock_code_events SET to_state = 'spent' WHERE from_state = 'free'"),
    ("I31-codes", "UPDATE stock_code_events SET to_state = 'bad' WHERE from_state IS NULL"),
    ("I31-codes", "UPDATE code_batch_events SET from_state = 'discarded' WHERE seq = 2"),
    ("I31-codes", "UPDATE code_batch_events SET to_state = 'loaded' WHERE seq = 1"),
    ("I32-codes", "UPDATE stock_codes SET state = 'spent' WHERE state = 'bad'"),
    ("I32-codes", "DELETE FROM stock_code_events"),
    ("I32-codes", "UPDATE code_batches SET state = 'withdrawn' WHERE state = 'loaded'"),
    ("I32-codes", "DELETE FROM code_batch_events"),
    ("I49-codes", "UPDATE stock_codes SET cipher = {bare}"),
    ("I45-codes", "UPDATE redemption_lines SET state = 'declined' WHERE state = 'fulfilling'"),
    ("I45-codes", "UPDATE code_waits SET replaces = {true}"),
    ("I45-codes", """UPDATE code_waits SET unit_no = (SELECT unit_no FROM stock_codes
     WHERE state = 'claimed')"""),
    ("I45-codes", """UPDATE code_waits SET since = '2020-01-01 00:00:00';
     UPDATE stock_codes SET since = '2020-01-01 00:00:00', state = 'free', line_id = NULL
     WHERE state = 'bad'"""),
]  # fmt: skip
TWICE = "UPDATE stock_codes SET fingerprint = 'the same'"


@pytest.fixture
def house(cinema, queue, time):
    """Codes free, handed out, bad, withdrawn and set aside for a request that waits for more."""
    cinema.load("AAAA-0001", "BBBB-0002")
    reference = cinema.ask()
    queue.run_due()
    show(cinema.maya, reference)
    voucher_id = voucher_of(reference).id
    with transaction():
        report_code(cinema.maya, voucher_id, "No.", request_key=new_key(), at=clock.now())
    report_id = session().query(CodeReport).one().id
    with transaction():
        replace_reported(cinema.priya, report_id, "No.", request_key=new_key(), at=clock.now())
    withdraw(cinema.priya, cinema.load("CCCC-0003"))
    rows = ("SOON-0004,2026-12-20", "KEPT-0005,2028-01-01")
    load(cinema.priya, cinema.pool_id, csv(*rows, head="code,use by"))
    cinema.ask(quantity=2)
    time.forward(days=20)
    queue.run_due()
    return cinema


def test_nothing_is_found_when_all_is_well(house):
    assert ledger_violations() == []


def test_each_side_of_each_predicate_bites(house):
    is_postgresql = session().get_bind().dialect.name == "postgresql"
    words = {
        "bare": "'\\x4141'" if is_postgresql else "'AAAA-0001'",
        "true": "true" if is_postgresql else "1",
    }
    found = []
    for name, forged in FORGED:
        statements = forged.format(**words).split(";\n")
        found.append((name, forged, named_when(name, *statements)))
    assert found == [(name, forged, {name}) for name, forged in FORGED]


def test_a_code_that_is_there_twice_is_named(house):
    """The unique key is told otherwise first."""
    assert named_when("I34-codes", *_without_unique_key(), TWICE) == {"I34-codes"}


def _without_unique_key():
    if session().get_bind().dialect.name == "postgresql":
        key = "uq_stock_codes_fingerprint"
        return (f"ALTER TABLE stock_codes DROP CONSTRAINT {key}",)
    return (
        "CREATE TABLE copied AS SELECT * FROM stock_codes",
        "DROP TABLE stock_codes",
        "ALTER TABLE copied RENAME TO stock_codes",
    )
