"""Plain drivers without SQLAlchemy, set up as the product sets its connections up: the floor.

Imports nothing of the product, so that a process of clients starts at once and stays small.
"""

import sqlite3
from typing import Any

BUSY_SECONDS = 15
PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "cache_size=-16000")


def is_postgres(url: str) -> bool:
    """Whether it is an address of PostgreSQL and not the path of a SQLite file."""
    return url.startswith("postgresql://")


def connect(url: str) -> Any:
    """A connection of sqlite3 or psycopg."""
    if is_postgres(url):
        import psycopg

        return psycopg.connect(url, options="-c lock_timeout=3000")
    connection = sqlite3.connect(
        url, isolation_level=None, timeout=BUSY_SECONDS, check_same_thread=False
    )
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
    return connection
