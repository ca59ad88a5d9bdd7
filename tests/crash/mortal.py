"""A worker that is killed from outside, a moment after one of its jobs began.

Another process sends the SIGKILL, so that it comes at any instant: between two statements, inside a
commit, while an answer is on its way. The worker's clock runs ahead by as much as it is told, so
that each is a later one than the one before. Runs in the forked worker, before it is one.
"""

import ctypes
import os
import select
import signal
from dataclasses import replace
from datetime import timedelta

import sqlalchemy as sa

from marketplace.kernel import clock, jobs_engine
from marketplace.kernel.db import session
from redemption.ordering import runner
from redemption.ordering.adapter import Kind, Outcome
from redemption.ordering.adapters import tango
from redemption.ordering.models import ProviderOrder

environment = os.environ  # noqa: TID251  these are the tests' own settings, not the product's
AFTER_JOBS, AFTER_MS = "TESTS_KILL_AFTER_JOBS", "TESTS_KILL_AFTER_MS"
AHEAD = "TESTS_CLOCK_AHEAD_SECONDS"
IDLE_SECONDS = 1.0


def be_late() -> None:
    """Let the clock of this process run ahead; it is not killed."""
    ahead = timedelta(seconds=float(environment[AHEAD]))
    clock._read = lambda: clock._system_time() + ahead


def be_mortal() -> None:
    """Be killed so many milliseconds after the job of that number begins, or when idle."""
    be_late()
    worker, (told, tell) = os.getpid(), os.pipe()
    if os.fork() == 0:
        os.close(tell)
        _kill(worker, told, int(environment[AFTER_JOBS]), float(environment[AFTER_MS]) / 1_000)
    os.close(told)
    run = jobs_engine.run_handler

    def run_handler(name, payload):
        os.write(tell, b"x")
        run(name, payload)

    jobs_engine.run_handler = run_handler


def be_late_and_careless() -> None:
    """Never look at the provider whether an order is there already."""
    tango.TangoOrders.find = lambda self, door, ref: Outcome(kind=Kind.NOT_FOUND)
    be_late()


def be_a_zombie() -> None:
    """Stand still with the answer in hand, until somebody lets it go on."""

    def stand_still(name: str) -> None:
        if name == "ordering.answered":
            os.kill(os.getpid(), signal.SIGSTOP)

    runner.crashpoint = stand_still


def be_a_careless_zombie() -> None:
    """The same, and take the order as one's own whatever became of it meanwhile."""
    be_a_zombie()
    settle = runner.settle

    def settle_anyway(step, outcome, *, at):
        version = session().scalar(sa.select(ProviderOrder.version))
        return settle(replace(step, version=version), outcome, at=at)

    runner.settle = settle_anyway


def be_two() -> None:
    """Have a second worker beside this one, under another name; it ends with this one."""
    be_late()
    worker = os.getpid()
    if os.fork() == 0:
        _end_with(worker)
        start = jobs_engine.start_worker
        jobs_engine.start_worker = lambda settings, _id, scope: start(settings, "crash-2", scope)


def _end_with(worker: int) -> None:
    end_with_parent = 1  # PR_SET_PDEATHSIG
    ctypes.CDLL(None).prctl(end_with_parent, signal.SIGTERM)
    if os.getppid() != worker:
        os._exit(0)


def _kill(worker: int, told: int, jobs: int, after: float) -> None:
    """Wait for that many jobs, then a moment; a worker that ended by itself is let be."""
    alive = bool(os.read(told, 1))
    for _job in range(jobs):
        ready, _, _ = select.select([told], [], [], IDLE_SECONDS)
        alive = alive and (not ready or bool(os.read(told, 1)))
    if alive:
        select.select([], [], [], after)
        os.kill(worker, signal.SIGKILL)
    os._exit(0)
