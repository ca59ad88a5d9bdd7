"""Six deeds with money, again and again, each time with another write or fsync that fails or kills.

One process reads everything in, does all six once so that every statement is prepared, and forks
another for each trial. strace watches that one and injects. What a deed left is acknowledged, as a
page would, by a line in a file.
"""

import ctypes
import json
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

from catalog import queries
from marketplace.access.actor import Actor
from marketplace.app import create_app
from marketplace.kernel import clock
from marketplace.kernel.db import db, session, transaction
from marketplace.kernel.failing_disk import end_with_the_disk
from marketplace.kernel.jobs_engine import run_handler
from redemption.approvals.states import Verdict
from redemption.operations.ending import cancel_redemption
from tests.support import redemption
from tests.support.people import actor
from tests.support.redemption import answer, ask_for, line_of
from tests.support.vouchers import newest_voucher, shown_code, use

environment = os.environ  # noqa: TID251  these are the tests' own settings, not the product's
FOLDER, PEOPLE, CARD, HOW, INJECTED = (
    "TESTS_FOLDER", "TESTS_PEOPLE", "TESTS_CARD", "TESTS_HOW", "TESTS_INJECTED",
)  # fmt: skip
BEFORE, WORKED_ON, SAID, TRACE, FOUND = "before.db", "laurel.db", "said", "trace", "found"
PR_SET_PTRACER, PR_SET_PTRACER_ANY = 0x59616D61, -1
T = TypeVar("T")
How = Callable[[Callable[[str], object]], None]
DEEDS = ("ask", "approve", "take_effect", "fulfill", "use", "take_back")
# What each deed leaves, and so what has to be there once it was acknowledged.
LEFT = {
    "ask": "SELECT COUNT(*) FROM redemptions",
    "approve": "SELECT COUNT(*) FROM approval_decisions",
    "take_effect": "SELECT COUNT(*) FROM redemption_lines WHERE state IN ('approved', 'fulfilled')",
    "fulfill": "SELECT COUNT(*) FROM vouchers",
    "use": "SELECT COUNT(*) FROM voucher_uses",
    "take_back": "SELECT COUNT(*) FROM redemption_lines WHERE state = 'withdrawn'",
}


class Deeds:
    """Each may be done again: it has a key of its own, or looks first."""

    def __init__(self) -> None:
        self.maya, self.omar, self.rosa = map(actor, map(int, environment[PEOPLE].split()))
        self.card = queries.offer(Actor.system(), int(environment[CARD]), at=clock.now())
        self.kept = self.returned = ""
        session().close()

    def ask(self) -> None:
        self.kept = ask_for(self.maya, self.card, key="the-form-of-the-card-that-stays")

    def approve(self) -> None:
        redemption.UNDO = timedelta(0)
        answer(self.omar, self.kept, Verdict.APPROVE, key="the-yes-of-omar-to-the-card")

    def take_effect(self) -> None:
        run_handler("redemption.apply_due_decisions", {})
        session().close()

    def fulfill(self) -> None:
        line_id = line_of(self.kept).id
        session().close()
        run_handler("redemption.fulfill", {"line_id": line_id})
        session().close()

    def use(self) -> None:
        shown_code(self.maya, self.kept)
        use(self.rosa, newest_voucher().id, 100, key="the-use-at-the-canteen")

    def take_back(self) -> None:
        self.returned = ask_for(self.maya, self.card, key="the-form-of-the-card-that-goes")
        with transaction():
            keys = {"request_key": "the-form-that-takes-it-back"}
            cancel_redemption(self.maya, self.returned, **keys, at=clock.now())


def try_all() -> None:
    """Each trial that was asked for, and what was found after it."""
    with create_app().app_context():
        trials = Trials(Path(environment[FOLDER]), PROCESSES[environment[HOW]])
        trials.warm_up()
        for call, fault, numbers in json.loads(environment[INJECTED]):
            for number in numbers if isinstance(numbers, list) else trials.spread(call, numbers):
                trials.run(f"{call}:{fault}:when={number}")
    os._exit(0)


def soundly(said: Callable[[str], object]) -> None:
    """As every process of ours: what is kept is acknowledged, and it ends where the disk fails."""
    end_with_the_disk()
    carelessly(said)


def carelessly(said: Callable[[str], object]) -> None:
    """Try again whatever the disk says, as somebody does who presses the button again."""
    deeds = _with_patience(Deeds)
    for name in DEEDS:
        _with_patience(getattr(deeds, name))
        said(name)


def hastily(said: Callable[[str], object]) -> None:
    """Acknowledge before it is kept."""
    deeds = Deeds()
    for name in DEEDS:
        said(name)
        getattr(deeds, name)()


def _with_patience(deed: Callable[[], T]) -> T:
    try:
        return deed()
    except Exception:  # noqa: BLE001  whatever a disk says
        session().rollback()
        session().close()
        return deed()


PROCESSES = {one.__name__: one for one in (soundly, carelessly, hastily)}


class Trials:
    """A house before the six deeds, of which each trial has a copy."""

    def __init__(self, folder: Path, how: How) -> None:
        self.folder, self.how = folder, how

    def warm_up(self) -> None:
        """Do all once, and leave no connection to those that are forked."""
        self._set_up()
        _do_them(carelessly, self.folder / SAID)
        db.session.remove()
        db.engine.dispose()

    def spread(self, call: str, few: int) -> range:
        """The numbers of all these calls, or, where few are wanted, of some from first to last."""
        self._set_up()
        assert self._forked(self.how, f"{call}:error=EIO:when=65535") == 0
        calls = (self.folder / TRACE).read_text().count(f" {call}(")
        return range(1, calls + 1, max(calls // few, 1) if few else 1)

    def run(self, inject: str) -> None:
        """Do all with this injected, look what is there, do it again, and look again."""
        self._set_up()
        found: dict[str, object] = {"inject": inject, "status": self._forked(self.how, inject)}
        found |= {"said": (self.folder / SAID).read_text().split(), "there": self._there()}
        trace = (self.folder / TRACE).read_text()
        found |= {"calls": trace.count("\n"), "injected": "INJECTED" in trace}
        found |= {"again": self._forked(soundly), "at_last": self._there()}
        with (self.folder / FOUND).open("a") as kept:
            kept.write(json.dumps(found) + "\n")

    def _set_up(self) -> None:
        for path in self.folder.glob(f"{WORKED_ON}*"):
            path.unlink()
        shutil.copyfile(self.folder / BEFORE, self.folder / WORKED_ON)
        for name in (SAID, TRACE):
            (self.folder / name).write_text("")

    def _forked(self, how: How, inject: str = "") -> int:
        pid = os.fork()
        if pid == 0:
            status = 1
            try:
                watcher = _watched(inject, self.folder / TRACE) if inject else None  # noqa: F841  kept while it watches
                _do_them(how, self.folder / SAID)
                status = 0
            finally:
                os._exit(status)
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])

    def _there(self) -> dict[str, int]:
        with closing(sqlite3.connect(self.folder / WORKED_ON)) as found:
            assert found.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            return {name: found.execute(query).fetchone()[0] for name, query in LEFT.items()}


def _do_them(how: How, said: Path) -> None:
    file = os.open(said, os.O_WRONLY | os.O_APPEND)
    how(lambda name: os.write(file, f"{name}\n".encode()))


def _watched(inject: str, trace: Path) -> subprocess.Popen[bytes]:
    """Be watched from here on by strace, which injects this into what goes to the disk."""
    ctypes.CDLL(None).prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY)
    return watch(os.getpid(), inject, trace)


def watch(pid: int, inject: str, trace: Path) -> subprocess.Popen[bytes]:
    """Let strace watch a process; it ends with it."""
    call = inject.partition(":")[0]
    options = ["-f", "-e", f"trace={call}", "-e", "signal=none", "-e", f"inject={inject}"]
    command = ["strace", *options, "-o", str(trace), "-p", str(pid)]
    watcher = subprocess.Popen(command, stderr=subprocess.PIPE)
    assert watcher.stderr is not None
    told = watcher.stderr.readline()
    assert b"attached" in told, told
    return watcher


def be_watched() -> None:
    """Let this process, a worker before it is one, be watched."""
    _watched(environment[INJECTED], Path(environment[FOLDER]) / TRACE)
