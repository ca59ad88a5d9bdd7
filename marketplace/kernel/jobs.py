"""Work for later, promised inside the transaction that wants it done.

`enqueue` writes the job with the same commit as the business change: rolled back together, kept
together. A handler takes ids only and is safe to run again, because a worker that dies in the
middle starts it anew. The engine behind the port is DBOS (`jobs_engine`); tests use a queue that
they run by hand.
"""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol, TypeVar

from flask import Flask, current_app

Handler = Callable[..., None]
H = TypeVar("H", bound=Handler)
T = TypeVar("T")

log = logging.getLogger(__name__)

Value = int | str | bool | None


@dataclass(frozen=True, slots=True)
class Job:
    """One promised piece of work. `key` is unique for ever: the same key is the same job."""

    name: str
    key: str
    payload: dict[str, Value]
    delay: timedelta


class Queue(Protocol):
    """Where jobs go. `put` writes on the open transaction's connection."""

    def put(self, job: Job) -> None: ...


@dataclass(frozen=True, slots=True)
class Schedule:
    """A job that runs by the clock: cron fields in UTC."""

    name: str
    cron: str


HANDLERS: dict[str, Handler] = {}
SCHEDULES: dict[str, Schedule] = {}
QUEUE = "laurel.queue"


def job(name: str, *, cron: str | None = None) -> Callable[[H], H]:
    """Register the handler of `name`; with `cron` it also runs by the clock, without arguments."""

    def register(handler: H) -> H:
        if HANDLERS.setdefault(name, handler) is not handler:
            raise RuntimeError(f"Two handlers for the job {name}.")
        if cron:
            SCHEDULES[name] = Schedule(name, cron)
        return handler

    return register


def for_each(things: Iterable[T], work: Callable[[T], object]) -> None:
    """Do the same for each: one that fails keeps no other from it. Raises the first failure then.

    So a job by the clock that goes through many does all it can, and still counts as failed.
    """
    failures: list[Exception] = []
    for thing in things:
        try:
            work(thing)
        except Exception as error:
            log.exception("%s failed for %s; the others go on.", work.__qualname__, thing)
            failures.append(error)
    if failures:
        raise failures[0]


def use_queue(app: Flask, queue: Queue) -> None:
    """Set where the jobs of this application go: beside its own data, whatever else runs here."""
    app.extensions[QUEUE] = queue


def enqueue(name: str, *, key: str, delay: timedelta = timedelta(0), **payload: Value) -> None:
    """Promise `name(**payload)` after `delay`, once per `key`, if the open transaction commits."""
    queue: Queue = current_app.extensions[QUEUE]
    queue.put(Job(name, f"{name}:{key}", payload, delay))
