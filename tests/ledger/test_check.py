"""Each predicate of the ledger check bites: the row that was tampered with is named."""

from pathlib import Path
from typing import NamedTuple

import pytest
import sqlalchemy as sa

from marketplace.kernel.db import session
from marketplace.ledger.check import PREDICATES, ledger_violations, predicate
from tests.support.tampering import walls_down


class Tamper(NamedTuple):
    """What is broken (`:target` is the row), and the column that must name it."""

    predicate: str
    target: str
    column: str
    sql: str


def on(table: str, where: str = "true", key: str = "id") -> str:
    return f"SELECT MAX({key}) FROM {table} WHERE {where}"


COPY = """INSERT INTO transfers (id, kind, debit_id, credit_id, amount, pending_id, reverses_id,
source_key, journal, reference, reason, occurred_at, posted_at)
SELECT {id}, {kind}, {debit}, {credit}, {amount}, {pending}, {reverses}, {source}, journal,
reference, reason, occurred_at, posted_at FROM transfers WHERE id = :target"""


def copy(**changes: str) -> str:
    columns = {
        "id": "900001", "kind": "kind", "debit": "debit_id", "credit": "credit_id",
        "amount": "amount", "pending": "pending_id", "reverses": "reverses_id", "source": "NULL",
    }  # fmt: skip
    return COPY.format(**(columns | changes))


TAMPERS = [
    Tamper("I01", on("transfers"), "id", "UPDATE transfers SET amount = 0 WHERE id = :target"),
    Tamper("I01", on("transfers"), "id",
           "UPDATE transfers SET debit_id = credit_id WHERE id = :target"),
    Tamper("I02", on("transfers"), "id",
           "UPDATE transfers SET debit_id = 987654321 WHERE id = :target"),
    Tamper("I03", on("account_balances", key="account_id"), "account_id",
           "UPDATE account_balances SET posted = posted + 1 WHERE account_id = :target"),
    Tamper("I03", on("transfers", "kind = 'grant'", "credit_id"), "account_id",
           "UPDATE transfers SET amount = amount + 1 WHERE kind = 'grant' AND credit_id = :target"),
    Tamper("I03-rows", on("account_balances", key="account_id"), "account_id",
           "DELETE FROM account_balances WHERE account_id = :target"),
    Tamper("I03-rows", on("account_balances", key="account_id"), "account_id",
           "DELETE FROM accounts WHERE id = :target"),
    Tamper("I04", on("transfers", "kind = 'grant'"), "id",
           "UPDATE transfers SET kind = 'fund' WHERE id = :target"),
    Tamper("I05", on("account_balances", key="account_id"), "account_id",
           "UPDATE account_balances SET held = posted - floor + 1 WHERE account_id = :target"),
    Tamper("I05", on("account_balances", key="account_id"), "account_id",
           "UPDATE account_balances SET floor = 1 WHERE account_id = :target"),
    Tamper("I06", on("account_balances", key="account_id"), "account_id",
           "UPDATE account_balances SET held = held + 1 WHERE account_id = :target"),
    Tamper("I06-lots", on("lots"), "lot_id", "UPDATE lots SET held = held + 1 WHERE id = :target"),
    Tamper("I07", on("holds", "state = 'open'"), "hold_id",
           "UPDATE holds SET state = 'captured' WHERE id = :target"),
    Tamper("I07", on("holds", "state = 'captured'"), "hold_id",
           "UPDATE holds SET state = 'released' WHERE id = :target"),
    Tamper("I07", on("holds", "state = 'released'"), "hold_id",
           "DELETE FROM transfers WHERE pending_id = "
           "(SELECT transfer_id FROM holds WHERE id = :target)"),
    Tamper("I07-refund", on("holds", "state = 'refunded'"), "hold_id",
           "UPDATE holds SET state = 'captured' WHERE id = :target"),
    Tamper("I07-refund", on("holds", "state = 'captured'"), "hold_id",
           "UPDATE holds SET refunded = refunded + 1 WHERE id = :target"),
    Tamper("I07-lots", on("lot_moves", "kind = 'refund'", "lot_id"), "lot_id",
           "UPDATE lot_moves SET delta = delta + 1000 WHERE kind = 'refund' AND lot_id = :target"),
    Tamper("I07-hold", on("holds", key="transfer_id"), "transfer_id",
           "DELETE FROM holds WHERE transfer_id = :target"),
    Tamper("I07-hold", on("transfers", "kind = 'grant'"), "transfer_id",
           "UPDATE holds SET transfer_id = :target WHERE id = (SELECT MAX(id) FROM holds)"),
    Tamper("I08", on("transfers", "kind = 'capture'"), "transfer_id",
           "UPDATE transfers SET amount = amount + 1 WHERE id = :target"),
    Tamper("I08-lots", on("hold_lots", key="hold_id"), "hold_id",
           "UPDATE hold_lots SET amount = amount + 1 WHERE hold_id = :target"),
    Tamper("I08-lots", on("holds"), "hold_id", "DELETE FROM hold_lots WHERE hold_id = :target"),
    Tamper("I09", on("lots"), "lot_id",
           "UPDATE lots SET remaining = granted + 1 WHERE id = :target"),
    Tamper("I09", on("lots"), "lot_id", "UPDATE lots SET held = remaining + 1 WHERE id = :target"),
    Tamper("I10", on("lots", "remaining > 0"), "lot_id",
           "UPDATE lots SET remaining = remaining - 1 WHERE id = :target"),
    Tamper("I10", on("lot_moves", key="lot_id"), "lot_id",
           "DELETE FROM lot_moves WHERE lot_id = :target"),
    Tamper("I10-transfers", on("lot_moves", "kind = 'spend'", "transfer_id"), "transfer_id",
           "DELETE FROM lot_moves WHERE transfer_id = :target"),
    Tamper("I10-transfers", on("lot_moves", "kind = 'claw_back'", "transfer_id"), "transfer_id",
           "UPDATE lot_moves SET delta = delta - 1000 WHERE transfer_id = :target"),
    Tamper("I10-kinds", on("lot_moves", "kind = 'spend'"), "lot_move_id",
           "UPDATE lot_moves SET kind = 'expiry' WHERE id = :target"),
    Tamper("I10-kinds", on("lot_moves", "kind = 'spend'"), "lot_move_id",
           "UPDATE lots SET account_id = 1 WHERE id = "
           "(SELECT lot_id FROM lot_moves WHERE id = :target)"),
    Tamper("I11", on("lots", "remaining > 0", "account_id"), "account_id",
           "UPDATE lots SET remaining = remaining - 1 "
           "WHERE account_id = :target AND remaining > 0"),
    Tamper("I11-debt", on("account_balances", key="account_id"), "account_id",
           "UPDATE account_balances SET floor = floor - 5 WHERE account_id = :target"),
    Tamper("I11-origin", on("lots", key="transfer_id"), "transfer_id",
           "DELETE FROM lots WHERE transfer_id = :target"),
    Tamper("I11-origin", on("lots", key="transfer_id"), "transfer_id",
           "UPDATE transfers SET kind = 'fund' WHERE id = :target"),
    Tamper("I11-earned", on("lots"), "lot_id",
           "UPDATE lots SET grant_id = (SELECT MIN(id) FROM transfers) WHERE id = :target"),
    Tamper("I11-earned", on("lots l", "transfer_id <> grant_id", "l.id"), "lot_id",
           "UPDATE lots SET country = 'XX' WHERE id = :target"),
    Tamper("I12", on("hold_lots", key="lot_id"), "lot_id",
           "UPDATE lots SET expires_at = '2020-01-01 00:00:00.000000' WHERE id = :target"),
    Tamper("I13", on("lots", "remaining > held"), "lot_id",
           "UPDATE lots SET expires_at = '2020-01-01 00:00:00.000000', closed_at = NULL "
           "WHERE id = :target"),
    Tamper("I13-closed", on("lots", "closed_at IS NOT NULL"), "lot_id",
           "UPDATE lots SET remaining = 1 WHERE id = :target"),
    Tamper("I14", on("ledger_periods"), "period_id",
           "UPDATE ledger_periods SET closed_at = ends_at WHERE id = :target"),
    Tamper("I15", on("ledger_periods"), "period_id",
           "UPDATE ledger_periods SET transfers = 1 WHERE id = :target"),
    Tamper("I15", on("ledger_periods"), "period_id",
           "UPDATE transfers SET posted_at = '2020-01-01 00:00:00.000000' "
           "WHERE kind = 'grant' AND :target > 0"),
    Tamper("I20", on("transfers"), "transfer_id",
           "UPDATE transfers SET posted_at = '2020-01-01 00:00:00.000000' WHERE id = :target"),
    Tamper("I16", on("transfers", "source_key IS NOT NULL", "source_key"), "source_key",
           "DROP INDEX uq_transfers_kind_source_key;"
           "UPDATE transfers SET source_key = :target, kind = 'fund' "
           "WHERE kind IN ('fund', 'grant')"),
    Tamper("I16-grants", on("transfers", "kind = 'grant'"), "id",
           "UPDATE transfers SET source_key = NULL WHERE id = :target"),
    Tamper("I17", on("transfers", "kind = 'capture'"), "reverses_id",
           "DROP INDEX uq_transfers_graced;"
           "UPDATE transfers SET reverses_id = :target WHERE kind IN ('grace', 'refund')"),
    Tamper("I17", on("transfers", "kind = 'refund'"), "reverses_id",
           copy(kind="'refund'", reverses=":target")),
    Tamper("I18", on("transfers", "kind = 'refund'", "reverses_id"), "reverses_id",
           "UPDATE transfers SET amount = (SELECT o.amount FROM transfers o WHERE o.id = :target) "
           "WHERE kind = 'refund' AND reverses_id = :target"),
    Tamper("I18", on("transfers", "kind = 'refund'"), "id",
           "UPDATE transfers SET amount = amount + 1 WHERE id = :target"),
    Tamper("I19", on("transfers"), "id",
           "UPDATE transfers SET amount = 1000000000001 WHERE id = :target"),
    Tamper("I41", on("transfers", "actor_id IS NOT NULL"), "id",
           "UPDATE employees SET status = 'left', left_on = '2026-01-31' "
           "WHERE id = (SELECT actor_id FROM transfers WHERE id = :target)"),
    Tamper("I45-holds", on("holds", "state = 'open'"), "hold_id",
           "UPDATE holds SET expires_at = '2020-01-01 00:00:00.000000' WHERE id = :target"),
    Tamper("I21", on("budget_balances", key="budget_id"), "budget_id",
           "UPDATE budget_balances SET spent = amount + 1 WHERE budget_id = :target"),
    Tamper("I21-entries", on("budget_balances", key="budget_id"), "budget_id",
           "UPDATE budget_balances SET amount = amount + 1 WHERE budget_id = :target"),
    Tamper("I21-reserved", on("budget_entries", "kind = 'release'", "reference"), "reference",
           "DELETE FROM budget_entries WHERE kind = 'reserve' AND reference = :target"),
    Tamper("I21-ledger", on("budgets", "purpose = 'awards'"), "budget_id",
           "UPDATE budget_balances SET spent = spent - 1 WHERE budget_id = :target"),
    Tamper("I21-rows", on("budgets"), "budget_id",
           "DELETE FROM budget_balances WHERE budget_id = :target"),
    Tamper("I21-awards", on("awards", key="budget_id"), "budget_id",
           "UPDATE budget_balances SET amount = 1 WHERE budget_id = :target"),
    Tamper("I22", on("awards"), "award_id", "UPDATE awards SET points = 7 WHERE id = :target"),
    Tamper("I22", on("awards"), "award_id", "UPDATE awards SET employee_id = employee_id + 1 "
           "WHERE id = :target"),
    Tamper("I22-postings", on("awards", key="transfer_id"), "transfer_id",
           "DELETE FROM awards WHERE transfer_id = :target"),
    Tamper("I22-postings", on("awards", "program_id = 1000000", "transfer_id"), "transfer_id",
           "DELETE FROM awards WHERE transfer_id = :target"),
    Tamper("I22-kept", on("awards", "points < 0"), "award_id",
           "UPDATE awards SET kept_from = granted_at WHERE id = :target"),
    Tamper("I22-kept", on("awards", "points > 0"), "award_id",
           "UPDATE awards SET kept_from = '2020-01-01 00:00:00.000000' WHERE id = :target"),
    Tamper("I21-tree", on("budgets"), "budget_id",
           "UPDATE budgets SET parent_id = id WHERE id = :target"),
    Tamper("I21-tree", on("budgets", "purpose = 'rewards'"), "budget_id",
           "UPDATE budgets SET parent_id = (SELECT MIN(id) FROM budgets WHERE purpose = 'awards') "
           "WHERE id = :target"),
    Tamper("I21-transfers", on("budget_transfers", "state = 'asked'"), "budget_transfer_id",
           "UPDATE budget_transfers SET state = 'approved', decided_by_id = asked_by_id "
           "WHERE id = :target"),
    Tamper("I21-transfers", on("budget_transfers", "state = 'approved'"), "budget_transfer_id",
           "UPDATE budget_transfers SET decided_by_id = asked_by_id WHERE id = :target"),
    Tamper("I21-transfers", on("budget_transfers", "state = 'approved'"), "budget_transfer_id",
           "UPDATE budget_transfers SET points = points + 1 WHERE id = :target"),
    Tamper("I23", on("awards", "revision > 1", "subject"), "subject",
           "DELETE FROM awards WHERE revision = 1 AND subject = :target"),
]  # fmt: skip


def tamper(db, one: Tamper):
    target = db.scalar(sa.text(one.target))
    for statement in one.sql.split(";"):
        used = [sa.bindparam("target", target)] if ":target" in statement else []
        db.execute(sa.text(statement).bindparams(*used))
    return target


def test_an_honest_history_breaks_nothing(world):
    assert ledger_violations() == []


@pytest.mark.parametrize("one", TAMPERS, ids=lambda one: one.predicate)
def test_the_check_names_the_row_that_was_tampered_with(world, one):
    with walls_down() as db:
        target = tamper(db, one)
        found = ledger_violations([one.predicate])
    assert target is not None
    assert target in [violation.row[one.column] for violation in found]


def test_sqlite_reports_what_is_no_whole_number(world, engine):
    if engine != "sqlite":
        return  # PostgreSQL keeps the type by itself, with or without constraints
    for table, column in [
        ("transfers", "amount"), ("account_balances", "posted"), ("lots", "remaining"),
        ("lot_moves", "delta"), ("holds", "amount"),
    ]:  # fmt: skip
        with walls_down() as db:
            db.execute(sa.text(f"UPDATE {table} SET {column} = 1.5"))
            found = ledger_violations(["I19"])
        assert 1.5 in [violation.row["found"] for violation in found]


def test_every_predicate_of_points_budgets_and_awards_has_its_tamper_test(app):
    from marketplace.awards import predicates as awards
    from marketplace.budgets import predicates as budgets
    from marketplace.ledger import predicates as ledger

    sources = [Path(str(module.__file__)).read_text() for module in (ledger, budgets, awards)]
    ours = {name for name in PREDICATES if any(f'"{name}",' in source for source in sources)}
    assert ours == {one.predicate for one in TAMPERS}


def test_two_predicates_never_share_a_name(app):
    with pytest.raises(ValueError, match="I01"):
        predicate("I01", "something else", "SELECT 1 AS one")


def test_the_check_is_green_again_after_the_tampering_was_taken_back(world):
    with walls_down() as db:
        tamper(db, TAMPERS[0])
        assert ledger_violations(["I01"])
    session().close()
    assert ledger_violations() == []


def test_every_predicate_of_every_slice_has_a_test_that_tampers_with_it(app):
    folder = Path(__file__).parents[1]
    texts = [path.read_text() for path in folder.rglob("test_*.py")]
    tampered = "\n".join(text for text in texts if "tests.support.tampering import" in text)
    assert [name for name in PREDICATES if f'"{name}"' not in tampered] == []
