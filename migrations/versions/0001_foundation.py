"""0001 Foundation.

Why: the first schema. Its DDL differs by engine (column checks, triggers, storage options), so it
     stands as SQL in `migrations/foundation/`, one file per engine.
Expand: everything is new.
Backfill: none.
Lock: none; the database is empty.
Back: drops every table, with its data.
"""

from pathlib import Path

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

FOLDER = Path(__file__).parents[1] / "foundation"
NEXT = "\n-- next\n"


def statements(dialect: str) -> list[str]:
    text = (FOLDER / f"{dialect}.sql").read_text("utf-8")
    return [part.strip().removesuffix(";") for part in text.split(NEXT)]


def upgrade() -> None:
    connection = op.get_bind()
    for statement in statements(connection.dialect.name):
        connection.exec_driver_sql(statement)


def downgrade() -> None:
    connection = op.get_bind()
    created = statements(connection.dialect.name)
    made = [s.split(" TABLE ")[1].split()[0] for s in created if " TABLE " in s[:21]]
    tables = [name.strip("(") for name in made]
    cascade = " CASCADE" if connection.dialect.name == "postgresql" else ""
    for table in reversed(tables):
        connection.execute(sa.text(f"DROP TABLE {table}{cascade}"))
    functions = [
        s.split("FUNCTION ")[1].split("(")[0] for s in created if "FUNCTION " in s[:30] and "CREATE" in s[:8]
    ]
    for function in dict.fromkeys(functions):
        connection.execute(sa.text(f"DROP FUNCTION {function}()"))
