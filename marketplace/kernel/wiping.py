"""Making deleted rows unreadable where they lay, as far as the engine lets one.

SQLite overwrites them with zeros when told to, and has older pages in its log, which is emptied.
PostgreSQL gives the room of deleted rows away when it vacuums. What archives and copies hold is out
of reach for both: there only the key goes that wraps the keys of people (`kernel.wrapping`).
"""

import sqlalchemy as sa

from marketplace.kernel.db import db, engine_name, session


def overwrite_deleted() -> None:
    """From now on this connection overwrites what it deletes. In the transaction that does."""
    if engine_name() == "sqlite":
        session().connection().exec_driver_sql("PRAGMA secure_delete=ON").close()


def forget_deleted(*tables: str) -> bool:
    """Let go of what was deleted from tables. Outside any transaction.

    False while somebody still reads what was there before: SQLite keeps its log for them.
    """
    is_sqlite = engine_name() == "sqlite"
    session().close()
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if is_sqlite:
            driver = connection.connection.driver_connection
            assert driver is not None
            busy, *_pages = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            return not busy
        for table in tables:
            connection.execute(sa.text(f"VACUUM {table}"))
    return True
