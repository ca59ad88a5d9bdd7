"""F11: the power fails, and the last page of SQLite's log is torn; what was answered is there."""

import random
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from marketplace.kernel.db import db, session
from tests.faults.desk import assert_whole, desk_at, opened

CUTS = [25, pytest.param(5_000, marks=[pytest.mark.soak, pytest.mark.timeout(3_600)])]
REQUESTS = 6


@pytest.fixture
def written(tmp_path):
    """A database and its log while both are open, and how long the log was after each answer."""
    path = tmp_path / "laurel.db"
    with desk_at(f"sqlite:///{path}") as desk:
        keep_the_log()
        answered = {log_of(path).stat().st_size: 0}
        for number in range(1, REQUESTS + 1):
            assert desk.send(desk.form()).status == 303
            answered[log_of(path).stat().st_size] = number
        yield path, answered


def keep_the_log() -> None:
    """Begin an empty log, and never write it into the database by itself."""
    session().close()
    connection = db.engine.raw_connection()
    connection.execute("PRAGMA query_only=OFF")
    assert connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0
    connection.close()


def log_of(path: Path) -> Path:
    return path.with_name(f"{path.name}-wal")


def cut(path: Path, folder: Path, at: int) -> Path:
    """The database as a power cut leaves it that lost all of the log from this byte on."""
    copy = folder / "cut.db"
    copy.with_name("cut.db-shm").unlink(missing_ok=True)
    shutil.copyfile(path, copy)
    log_of(copy).write_bytes(log_of(path).read_bytes()[:at])
    return copy


def requests_in(path: Path) -> int:
    with closing(sqlite3.connect(path)) as found:
        assert found.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return found.execute("SELECT COUNT(*) FROM redemptions").fetchone()[0]


@pytest.mark.parametrize("cuts", CUTS)
def test_wherever_the_log_ends_all_that_was_answered_before_is_there(written, tmp_path, cuts):
    path, answered = written
    longest = max(answered)
    dice = random.Random(cuts)
    for at in [*answered, *(dice.randrange(longest) for _ in range(cuts))]:
        kept = max(number for size, number in answered.items() if size <= at)
        assert requests_in(cut(path, tmp_path, at)) == kept, at


def test_what_is_left_is_whole(written, tmp_path):
    path, answered = written
    dice = random.Random(11)
    session().close()
    for at in [dice.randrange(max(answered)) for _ in range(2)]:
        with opened(f"sqlite:///{cut(path, tmp_path, at)}", schema=False):
            assert_whole()


def test_control_a_byte_torn_before_the_end_takes_an_answer_with_it(written, tmp_path):
    path, answered = written
    sizes = sorted(answered)
    copy = cut(path, tmp_path, sizes[-1])
    log = bytearray(log_of(copy).read_bytes())
    log[sizes[-2] - 100] ^= 0xFF
    log_of(copy).write_bytes(log)
    assert requests_in(copy) < REQUESTS
