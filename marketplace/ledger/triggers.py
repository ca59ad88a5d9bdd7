"""Second wall of the ledger: the database compares a transfer with the one it resolves or reverses.

A capture or release has the accounts and the amount of its hold; what reverses goes the same way
back, and refunds together bring back at most what was captured.
"""

from sqlalchemy import DDL, Table, event

_RESOLVES = """SELECT 1 FROM transfers AS held WHERE held.id = NEW.pending_id AND held.kind = 'hold'
AND held.debit_id = NEW.debit_id AND held.credit_id = NEW.credit_id AND held.amount = NEW.amount"""

_REVERSES = """SELECT 1 FROM transfers AS first WHERE first.id = NEW.reverses_id
AND first.kind = CASE NEW.kind WHEN 'refund' THEN 'capture' ELSE 'expiry' END
AND first.debit_id = NEW.credit_id AND first.credit_id = NEW.debit_id
AND first.amount >= NEW.amount + CASE NEW.kind WHEN 'refund' THEN (
SELECT COALESCE(SUM(other.amount), 0) FROM transfers AS other
WHERE other.reverses_id = NEW.reverses_id) ELSE 0 END
AND (NEW.kind = 'refund' OR first.amount = NEW.amount)"""

_CONDITIONS = f"""(NEW.pending_id IS NOT NULL AND NOT EXISTS ({_RESOLVES}))
OR (NEW.reverses_id IS NOT NULL AND NOT EXISTS ({_REVERSES}))"""

_REFUSAL = "this transfer does not fit the one it resolves or reverses"

NAME = "transfers_fit_together"

_SQLITE = f"""CREATE TRIGGER {NAME} BEFORE INSERT ON transfers
WHEN NEW.pending_id IS NOT NULL OR NEW.reverses_id IS NOT NULL
BEGIN SELECT RAISE(ABORT, '{_REFUSAL}') WHERE {_CONDITIONS}; END"""

_POSTGRESQL_FUNCTION = f"""CREATE OR REPLACE FUNCTION {NAME}() RETURNS trigger AS $$
BEGIN
  IF {_CONDITIONS} THEN RAISE EXCEPTION '{_REFUSAL}'; END IF;
  RETURN NEW;
END $$ LANGUAGE plpgsql"""

_POSTGRESQL = f"""CREATE TRIGGER {NAME} BEFORE INSERT ON transfers FOR EACH ROW
WHEN (NEW.pending_id IS NOT NULL OR NEW.reverses_id IS NOT NULL) EXECUTE FUNCTION {NAME}()"""


def fit_together_statements(dialect: str) -> list[str]:
    """The DDL of the trigger on `sqlite` or `postgresql`."""
    return [_SQLITE] if dialect == "sqlite" else [_POSTGRESQL_FUNCTION, _POSTGRESQL]


def fit_together(transfers: Table) -> Table:
    """Let `create_all` and the migrations both give the table its trigger."""
    transfers.info.setdefault("triggers", []).append(fit_together_statements)
    for dialect in ("sqlite", "postgresql"):
        for statement in fit_together_statements(dialect):
            event.listen(transfers, "after_create", DDL(statement).execute_if(dialect=dialect))
    return transfers
