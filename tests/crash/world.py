"""A database for each engine, lines to fulfill in it, and a worker that can be killed."""

import ast
import os
import select
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from unittest import mock

import sqlalchemy as sa
from flask import Flask

from catalog.offers import Offer
from catalog.states import Kind
from marketplace.app import create_app
from marketplace.kernel import settings as settings_module
from marketplace.kernel.db import db, session
from marketplace.kernel.mail import Letter
from marketplace.kernel.settings import ROOT
from redemption.models import RedemptionLine
from redemption.operations import submit
from redemption.states import LineState
from tests.conftest import settings_for
from tests.support.catalog import (
    IN_MAY,
    stock_certificate,
    stock_gift_card,
    stock_reward,
)
from tests.support.database import build_schema
from tests.support.nursery import PATIENCE, Nursery
from tests.support.people import actor, employ_ana, employ_maya
from tests.support.redemption import ask_for, give_points

WORKER = "crash-1"
AS_WORKER = ("worker", "--id", WORKER)
CARELESS = "tests.crash.careless:replace_handler"
AT_ONCE = 4  # jobs a worker runs side by side
SOURCES = (
    "redemption/fulfillment",
    "redemption/vouchers",
    "redemption/credentials",
    "marketplace/kernel/mail.py",
)
NOT_FULFILLING = ("desk.", "validity.", "voiding.")  # what becomes of vouchers later
FINISHING = ("redemption/operations/ending.py", "redemption.finish.")


def points_of_fulfillment() -> list[str]:
    """Every named point a worker passes while fulfilling, as the source has them.

    What people at the desk do with parcels has a test of its own.
    """
    found = [point for source in SOURCES for point in points_in(ROOT / source)]
    found = [point for point in found if not point.startswith("parcels.")]
    source, prefix = FINISHING
    found += [point for point in points_in(ROOT / source) if point.startswith(prefix)]
    return sorted(point for point in set(found) if not point.startswith(NOT_FULFILLING))


def points_in(place: Path) -> Iterator[str]:
    """The named points in a file, or in every file of a folder."""
    for path in sorted(place.rglob("*.py")) if place.is_dir() else [place]:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "crashpoint":
                (name,) = node.args
                assert isinstance(name, ast.Constant), f"{path}: name the point in place"
                yield name.value


@dataclass
class Workers:
    """Workers that are forked and killed one after the other, always under the same name."""

    nursery: Nursery
    log: Path
    environment: dict[str, str] = field(default_factory=dict)

    def start(
        self,
        crash_at: str = "",
        *,
        careless: bool = False,
        first: str = "",
        command: Sequence[str] = AS_WORKER,
    ) -> int:
        """Start the worker, or another command, after the function `first`; its process id."""
        return self.nursery.start(
            command,
            self.environment | {"LAUREL_CRASH_AT": crash_at},
            log=self.log,
            first=CARELESS if careless else first,
        )

    def killed_at(
        self, point: str, *, careless: bool = False, command: Sequence[str] = AS_WORKER
    ) -> bool:
        """Start a worker (or another command) that dies at this point; whether it did."""
        self.start(point, careless=careless, command=command)
        return self.nursery.exit_status(self.log) == -signal.SIGKILL

    def dies(self, first: str) -> bool:
        """Start a worker that somebody kills; whether it was killed."""
        self.start(first=first)
        return self.nursery.exit_status(self.log) == -signal.SIGKILL

    def work_until(
        self, done: Callable[[], bool], *, careless: bool = False, first: str = ""
    ) -> None:
        """Let a sound worker run until all is done, then stop it gently; it may not stand still."""
        pid = self.start(careless=careless, first=first)
        try:
            ended, until = jobs_ended(), time.monotonic() + PATIENCE
            while not done():
                if (now := jobs_ended()) > ended:
                    ended, until = now, time.monotonic() + PATIENCE
                log = self.log.read_text()[-2000:]
                assert time.monotonic() < until, f"{left_to_do()} left: {log}"
                select.select([], [], [], 0.1)
        finally:
            os.kill(pid, signal.SIGTERM)
        assert self.nursery.exit_status(self.log) in {0, -signal.SIGTERM}


@contextmanager
def house(url: str, smtp_port: int, raised: Workers) -> Iterator[Flask]:
    """An app with a schema at `url`, people and stock in it; the workers serve it."""
    settings = settings_for(url, mail="smtp", smtp_port=smtp_port)
    app = create_app(settings)
    build_schema(app)
    raised.environment = {
        "LAUREL_MODE": "test",
        "LAUREL_DATABASE_URL": url,
        "LAUREL_SECRET_KEY": settings.secret_key,
        "LAUREL_ARGON2": "cheap",
        "LAUREL_BASE_URL": settings.base_url,
        "LAUREL_MAIL": "smtp",
        "LAUREL_SMTP_PORT": str(smtp_port),
    }
    with app.app_context():
        settings_module.use(settings)
        try:
            yield app
        finally:
            db.session.remove()
            db.engine.dispose()


def maya_with_points() -> int:
    """Maya with points enough, and Ana at the desk; Maya's id."""
    maya = employ_maya()
    employ_ana()
    give_points(maya, 10_000_000)
    return maya


def one_of_each() -> list:
    """A gift card, a certificate and a backpack, plenty of each, for everyone."""
    return [stock_gift_card(), stock_certificate(), stock_reward()]


def another_trip(number: int) -> Offer:
    """A group trip of its own: nobody goes on the same departure twice."""
    trip = {"label": "13 to 16 May 2027", "departure": IN_MAY}
    name = f"Lisbon together, group {number}"
    return stock_reward(name, kind=Kind.GROUP_TRIP, points=48_000, variant=trip)


def ask(maya: int, offers: list) -> list[int]:
    """Maya asks for each, as if nobody had to agree; the ids of the lines."""
    with mock.patch.object(submit, "_routed", lambda asking: asking):
        references = [ask_for(actor(maya), offer) for offer in offers]
    session().close()
    return list(
        session().scalars(
            sa.select(RedemptionLine.id).order_by(RedemptionLine.id.desc()).limit(len(references))
        )
    )


WAITS_FOR_THE_QUARTER_HOUR = "redemption.tell_of_changes"


def is_quiet() -> bool:
    """Whether every job has ended and every letter has left."""
    return not left_to_do()


def left_to_do() -> int:
    """How many jobs have not ended, letters not left, and lines not begun."""
    session().close()
    busy = _jobs(
        "status NOT IN ('SUCCESS', 'ERROR', 'CANCELLED') AND queue_name = 'laurel' "
        f"AND workflow_uuid NOT LIKE '{WAITS_FOR_THE_QUARTER_HOUR}:%'"
    )
    waiting = session().scalar(sa.select(sa.func.count()).where(Letter.sent_at.is_(None)))
    approved = session().scalar(
        sa.select(sa.func.count()).where(RedemptionLine.state == LineState.APPROVED)
    )
    return sum(filter(None, (busy, waiting, approved)))


def jobs_ended() -> int:
    """How many jobs have ended, well or not; more are promised all the time."""
    session().close()
    return _jobs("status IN ('SUCCESS', 'ERROR', 'CANCELLED') AND queue_name = 'laurel'")


def _jobs(which: str) -> int:
    schema = "dbos." if db.engine.dialect.name == "postgresql" else ""
    asked = sa.text(f"SELECT COUNT(*) FROM {schema}workflow_status WHERE {which}")
    return session().scalar(asked) or 0
