"""Second wall of the ledger: what the database itself looks at when a transfer is posted.

A capture or release has the accounts and the amount of its hold; what reverses goes the same way
back, and refunds together bring back at most what was captured. Nothing is posted into a period
whose books are closed.
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


_CLOSED = "SELECT 1 FROM ledger_periods WHERE ends_at > NEW.posted_at"
_TOO_LATE = "the books of that time are closed"

_CLOSED_SQLITE = f"""CREATE TRIGGER transfers_keep_closed BEFORE INSERT ON transfers
BEGIN SELECT RAISE(ABORT, '{_TOO_LATE}') WHERE EXISTS ({_CLOSED}); END"""

_CLOSED_FUNCTION = f"""CREATE OR REPLACE FUNCTION transfers_keep_closed() RETURNS trigger AS $$
BEGIN
  IF EXISTS ({_CLOSED}) THEN RAISE EXCEPTION '{_TOO_LATE}'; END IF;
  RETURN NEW;
END $$ LANGUAGE plpgsql"""

_CLOSED_POSTGRESQL = """CREATE TRIGGER transfers_keep_closed BEFORE INSERT ON transfers
FOR EACH ROW EXECUTE FUNCTION transfers_keep_closed()"""


def fit_together(transfers: Table) -> Table:
    """Compare each transfer with the one it resolves or reverses."""
    return _watched(transfers, sqlite=[_SQLITE], postgresql=[_POSTGRESQL_FUNCTION, _POSTGRESQL])


def keep_closed(periods: Table) -> Table:
    """Refuse transfers of a closed time, from the moment there is a table of periods."""
    on_postgresql = [_CLOSED_FUNCTION, _CLOSED_POSTGRESQL]
    return _watched(periods, sqlite=[_CLOSED_SQLITE], postgresql=on_postgresql)


def _watched(table: Table, **statements: list[str]) -> Table:
    """Let `create_all` and the migrations both lay the triggers together with the table."""
    for dialect, ddl in statements.items():
        for statement in ddl:
            event.listen(table, "after_create", DDL(statement).execute_if(dialect=dialect))
    return table
