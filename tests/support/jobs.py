"""A job queue that tests run by hand: promised with the commit, dropped with the rollback."""

from dataclasses import dataclass
from datetime import datetime

from flask import Flask
from sqlalchemy import event
from sqlalchemy.orm import Session

from marketplace.app import job_scope
from marketplace.kernel import clock
from marketplace.kernel.db import session
from marketplace.kernel.jobs import Job, use_queue
from marketplace.kernel.jobs_engine import run_handler

PROMISED = "promised_jobs"


@dataclass(frozen=True, slots=True)
class Waiting:
    """A job that waits for its moment."""

    job: Job
    due_at: datetime


class HandQueue:
    """The jobs of an app wait here until a test runs those that are due by the stepped clock."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        use_queue(app, self)
        self.waiting: list[Waiting] = []
        self.keys: set[str] = set()

    def put(self, job: Job) -> None:
        session().info.setdefault(PROMISED, []).append((self, job))

    def keep(self, job: Job) -> None:
        if job.key not in self.keys:
            self.keys.add(job.key)
            self.waiting.append(Waiting(job, clock.now() + job.delay))

    def names(self) -> list[str]:
        """The names of the jobs that wait, in the order they were promised."""
        return [entry.job.name for entry in self.waiting]

    def run_due(self) -> int:
        """Run what is due now, and what that promises, until nothing is; answers how many ran."""
        ran = 0
        while due := [entry for entry in self.waiting if entry.due_at <= clock.now()]:
            self.waiting.remove(due[0])
            with job_scope(self.app):
                run_handler(due[0].job.name, due[0].job.payload)
            ran += 1
        return ran

    def clear(self) -> None:
        self.waiting.clear()
        self.keys.clear()


def watch_sessions() -> None:
    """Hand promised jobs to their queues at commit and forget them at rollback."""

    @event.listens_for(Session, "after_commit")
    def _keep(committed: Session) -> None:
        for queue, job in committed.info.pop(PROMISED, ()):
            queue.keep(job)

    @event.listens_for(Session, "after_rollback")
    def _forget(rolled_back: Session) -> None:
        rolled_back.info.pop(PROMISED, None)
