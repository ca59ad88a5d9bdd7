"""A disk that fails: this process writes nothing more, and ends.

After one failed fsync the system may have dropped what it was to keep, and the next fsync says that
all is well. What a commit left is known only to a process that reads the file anew, so none goes on
that met the failure. PostgreSQL does the same by itself.
"""

import logging
import os
import sqlite3
import threading

from sqlalchemy import event
from sqlalchemy.engine import Engine, ExceptionContext
from sqlalchemy.exc import OperationalError

EXIT_STATUS = 74  # that of sysexits.h for input and output
ANSWER_SECONDS = 3.0
_WORDS = "disk I/O error"

log = logging.getLogger(__name__)
_is_met = threading.Event()


def is_disk_failing(error: BaseException | None) -> bool:
    """Whether SQLite could not read or write its files."""
    return isinstance(error, sqlite3.OperationalError) and _WORDS in str(error)


def end_with_the_disk(*, after: float = 0) -> None:
    """Let this process end so many seconds after any statement of it met a failing disk.

    Until then, time for an answer, it begins no transaction that writes. Whoever supervises it
    starts another. Nothing is closed: the last to close SQLite's log would write.
    """

    def end(context: ExceptionContext) -> None:
        if not is_disk_failing(context.original_exception) or _is_met.is_set():
            return
        _is_met.set()
        log.critical("The disk under the database fails; this process ends.")
        if not after:
            os._exit(EXIT_STATUS)
        timer = threading.Timer(after, os._exit, [EXIT_STATUS])
        timer.daemon = True
        timer.start()

    event.listen(Engine, "handle_error", end)


def refuse_to_write() -> None:
    """Raise OperationalError where this process has met a failing disk; otherwise nothing."""
    if _is_met.is_set():
        raise OperationalError("BEGIN IMMEDIATE", None, sqlite3.OperationalError(_WORDS))
