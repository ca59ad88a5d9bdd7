"""What the database itself refuses, with raw SQL and every wall standing, on both engines."""

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from marketplace.kernel.db import transaction
from marketplace.ledger.check import ledger_violations

A_TRANSFER = """INSERT INTO transfers (kind, debit_id, credit_id, amount, pending_id, reverses_id,
source_key, journal, reference, reason, occurred_at, posted_at)
SELECT {kind}, {debit}, {credit}, {amount}, {pending}, {reverses}, {source}, journal, reference,
reason, occurred_at, posted_at FROM transfers
WHERE id = (SELECT MAX(id) FROM transfers WHERE {like})"""


def forge(like: str, **changes: str) -> str:
    """Insert a transfer like an honest one, but for the changes."""
    columns = {
        "kind": "kind", "debit": "debit_id", "credit": "credit_id", "amount": "amount",
        "pending": "pending_id", "reverses": "reverses_id", "source": "'forged'",
    }  # fmt: skip
    return A_TRANSFER.format(like=like, **(columns | changes))


OPEN_HOLD = "(SELECT MAX(transfer_id) FROM holds WHERE state = 'open')"

ATTACKS = {
    "I01 nothing moves": forge("kind = 'grant'", amount="0"),
    "I01 points move backwards": forge("kind = 'grant'", amount="-5"),
    "I01 points move in a circle": forge("kind = 'grant'", debit="credit_id"),
    "I02 from nowhere": forge("kind = 'grant'", debit="999999"),
    "I05 held without cover": "UPDATE account_balances SET held = posted - floor + 1",
    "I05 below zero": "UPDATE account_balances SET posted = floor - 1, held = 0",
    "I05 a floor above zero": "UPDATE account_balances SET floor = 1",
    "I05 held below zero": "UPDATE account_balances SET held = -1",
    "I07 a hold is captured and released": forge("kind = 'capture'", kind="'release'"),
    "I07 a hold is captured twice": forge("kind = 'capture'"),
    "I07 open and resolved": "UPDATE holds SET state = 'open' WHERE state = 'captured'",
    "I08 more is captured than was held": forge(
        "kind = 'hold' AND id = " + OPEN_HOLD, kind="'capture'", pending="id", amount="amount + 1"
    ),
    "I08 captured into another account": forge(
        "kind = 'hold' AND id = " + OPEN_HOLD,
        kind="'capture'",
        pending="id",
        credit="(SELECT id FROM accounts WHERE kind = 'breakage')",
    ),
    "I08 a capture without a hold": forge("kind = 'capture'", pending="NULL"),
    "I08 a grant that resolves a hold": forge("kind = 'grant'", pending=OPEN_HOLD),
    "I08 a capture of a grant": forge("kind = 'grant'", kind="'capture'", pending="id"),
    "I09 a lot below zero": "UPDATE lots SET remaining = -1, held = 0",
    "I09 a lot above its grant": "UPDATE lots SET remaining = granted + 1",
    "I09 a lot holds more than remains": "UPDATE lots SET held = remaining + 1",
    "I16 the same source twice": forge("kind = 'grant'", source="source_key"),
    "I17 a capture is refunded twice": forge("kind = 'refund'"),
    "I17 a refund is refunded": forge(
        "kind = 'refund'", debit="credit_id", credit="debit_id", reverses="id"
    ),
    "I17 a refund of nothing": forge("kind = 'refund'", reverses="NULL"),
    "I18 more is refunded than was captured": forge(
        "kind = 'capture' AND id NOT IN (SELECT reverses_id FROM transfers WHERE kind = 'refund')",
        kind="'refund'", debit="credit_id", credit="debit_id", pending="NULL", reverses="id",
        amount="amount + 1",
    ),
    "I19 half a point": forge("kind = 'grant'", amount="1.5 * 0.3"),
    "I19 words for points": "UPDATE lots SET granted = 'twelve'",
    "I19 more than 10 to the 12": forge("kind = 'grant'", amount="1000000000001"),
    "I21 a budget is overspent": "UPDATE budget_balances SET spent = amount - reserved + 1",
    "I21 a budget is lowered below its use": (
        "UPDATE budget_balances SET amount = spent + reserved - 1"
    ),
    "I21 the same reference twice": """INSERT INTO budget_entries
        (budget_id, kind, points, reference, reason, at)
        SELECT budget_id, kind, points, reference, reason, at FROM budget_entries""",
    "I21 spending backwards": """INSERT INTO budget_entries
        (budget_id, kind, points, reference, reason, at)
        SELECT budget_id, kind, -points, 'forged', reason, at FROM budget_entries
        WHERE kind = 'spend'""",
    "I23 the same award twice": """INSERT INTO awards
        (program_id, rule_version, employee_id, subject, revision, points,
        reason, explanation, budget_id, transfer_id, occurred_on, granted_at)
        SELECT program_id, rule_version, employee_id, subject, revision, points, reason,
        explanation, budget_id, (SELECT MIN(id) FROM transfers), occurred_on, granted_at
        FROM awards WHERE id = (SELECT MAX(id) FROM awards)""",
    "an award of nothing": """INSERT INTO awards
        (program_id, rule_version, employee_id, subject, revision, points,
        reason, explanation, budget_id, transfer_id, occurred_on, granted_at)
        SELECT program_id, rule_version, employee_id, subject, 99, 0, reason, explanation,
        budget_id, (SELECT MIN(id) FROM transfers), occurred_on, granted_at
        FROM awards WHERE id = (SELECT MAX(id) FROM awards)""",
    "a second account for Maya": """INSERT INTO accounts (kind, owner_id, opened_at)
        SELECT kind, owner_id, opened_at FROM accounts WHERE kind = 'member'""",
    "an account of an unknown kind": "UPDATE accounts SET kind = 'pocket'",
    "an account without an owner": "UPDATE accounts SET owner_id = 0 WHERE kind = 'member'",
    "a transfer of an unknown kind": forge("kind = 'grant'", kind="'gift'"),
    "a lot that grows by itself": """INSERT INTO lot_moves (lot_id, transfer_id, kind, delta)
        SELECT lot_id, (SELECT MAX(id) FROM transfers), kind, 5 FROM lot_moves
        WHERE kind = 'spend'""",
    "two lots of one grant": """INSERT INTO lots
        (account_id, transfer_id, grant_id, granted, remaining, held)
        SELECT account_id, transfer_id, grant_id, granted, remaining, held FROM lots""",
    "two holds under one reference": "UPDATE holds SET reference = 'redemption:same'",
    "a lot of nobody": "UPDATE lots SET account_id = 999999",
    "a point value of nothing": """INSERT INTO point_values
        (country, currency, minor, per_points, valid_from)
        VALUES ('US', 'USD', 0, 1, '2026-01-01')""",
    **{
        f"{table} is changed": f"UPDATE {table} SET {column} = {column}"
        for table, column in [
            ("transfers", "amount"), ("lot_moves", "delta"), ("hold_lots", "amount"),
            ("budget_entries", "points"), ("awards", "points"),
        ]
    },
    **{
        f"{table} is emptied": f"DELETE FROM {table}"
        for table in ("transfers", "lot_moves", "hold_lots", "budget_entries", "awards")
    },
}  # fmt: skip


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS.keys())
def test_the_database_refuses(world, attack):
    with pytest.raises(DBAPIError), transaction(undo=True) as db:
        db.execute(sa.text(attack))


@pytest.mark.postgres
def test_postgresql_refuses_to_truncate_what_is_remembered(world, engine):
    if engine != "postgresql":
        return  # SQLite has no TRUNCATE
    for table in ("transfers", "lot_moves", "hold_lots", "budget_entries", "awards"):
        with pytest.raises(DBAPIError, match="append-only"), transaction(undo=True) as db:
            db.execute(sa.text(f"TRUNCATE {table} CASCADE"))


def test_an_honest_row_like_the_forged_ones_is_taken(world):
    """The control: the same INSERT without the lie goes through, so the lie is what is refused."""
    honest = [
        forge("kind = 'grant'"),
        forge("kind = 'hold' AND id = " + OPEN_HOLD, kind="'capture'", pending="id"),
        forge(
            "kind = 'capture' AND id NOT IN "
            "(SELECT reverses_id FROM transfers WHERE kind = 'refund')",
            kind="'refund'", debit="credit_id", credit="debit_id", pending="NULL", reverses="id",
        ),
    ]  # fmt: skip
    for statement in honest:
        with transaction(undo=True) as db:
            assert db.execute(sa.text(statement)).rowcount == 1
    assert ledger_violations() == []
