"""F06: PostgreSQL is restarted at once, in the middle of everything, and the web goes on."""

import subprocess
import threading
import time
from contextlib import contextmanager
from statistics import median_low

import pytest
from sqlalchemy.engine import URL

from marketplace.kernel.db import db
from tests.faults.desk import assert_whole, desk_at
from tests.support import postgres
from tests.support.journeys import Visitor
from tests.support.postgres import fresh_database
from tests.support.racing import all_at_once
from tests.support.redemption import new_key

pytestmark = pytest.mark.postgres
RESTARTS = [2, pytest.param(50, marks=[pytest.mark.soak, pytest.mark.timeout(3_600)])]
CLIENTS = 3
PATIENCE = 20.0  # seconds, where much else runs
BACK_WITHIN = 5.0  # seconds after the server is there again, in the middle of all restarts
# An answer may be believed only when what it tells of survives the server.
SETTINGS = "-c listen_addresses= -c synchronous_commit=on -c fsync=off -c max_connections=100"


class Server:
    """A server of its own that can be restarted as a power cut would."""

    def __init__(self, folder, programs):
        self.folder, self.control = folder, programs / "pg_ctl"

    def _do(self, *words):
        options = ["-o", f"-k {self.folder} {SETTINGS}"]
        command = [self.control, "-D", self.folder / "data", "-l", self.folder / "log"]
        subprocess.run(
            [*command, "-w", *options, *words],
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.STDOUT,
            **postgres._as_server_user(self.folder),
        )

    def start(self):
        self._do("start")

    def stop(self):
        self._do("-m", "immediate", "stop")

    def restart(self):
        self._do("-m", "immediate", "restart")


@contextmanager
def server_of_its_own():
    with postgres._temporary_folder() as folder:
        programs = postgres._server_programs(folder)
        initialize = [programs / "initdb", "-D", folder / "data", "-A", "trust", "-U", "postgres"]
        postgres._run_quietly([*initialize, "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"], folder)
        server = Server(folder, programs)
        server.start()
        try:
            yield server
        finally:
            server.stop()


@pytest.fixture
def desk():
    with server_of_its_own() as server:
        base = URL.create(
            "postgresql+psycopg",
            username="postgres",
            database="postgres",
            query={"host": str(server.folder)},
        ).render_as_string(hide_password=False)
        with desk_at(fresh_database(base)) as desk:
            yield desk, server


def send_until_it_counts(desk, visitor, form, seen: list[int]) -> float:
    """Send a form until it went through; how long that took at most between two answers."""
    began = time.monotonic()
    while time.monotonic() - began < PATIENCE:
        seen.append(visitor.post(desk.action, form).status)
        if seen[-1] == 303:
            return time.monotonic() - began
    raise AssertionError(f"not back within {PATIENCE} seconds: {seen[-5:]}")


@pytest.mark.parametrize("restarts", RESTARTS)
def test_each_form_counts_once_and_the_web_is_back_in_seconds(desk, restarts):
    maya, server = desk
    visitors = [Visitor(maya.app, maya.maya.id) for _ in range(CLIENTS)]
    stop, seen, forms = threading.Event(), [], [0] * CLIENTS
    outages: list[float] = []

    def press(number: int) -> float:
        longest = 0.0
        while not stop.is_set() or not forms[number]:
            form = maya_form | {"request_key": f"client-{number}-{forms[number]:06}"}
            longest = max(longest, send_until_it_counts(maya, visitors[number], form, seen))
            forms[number] += 1
        return longest

    maya_form = maya.form()
    db.session.remove()

    def restart(_number: int) -> None:
        try:
            for _ in range(restarts):
                before = sum(forms)
                server.restart()
                there, waited = time.monotonic(), threading.Event()
                while sum(forms) < before + CLIENTS:
                    waited.wait(0.02)  # until all went on
                outages.append(time.monotonic() - there)
        finally:
            stop.set()

    results = all_at_once(
        maya.app, CLIENTS + 1, lambda number: press(number) if number < CLIENTS else restart(0)
    )
    assert [one for one in results if isinstance(one, Exception)] == []
    assert median_low(outages) <= BACK_WITHIN
    assert set(seen) <= {303, 503}
    assert 503 in seen, "the restarts met nobody"
    assert maya.requests() == sum(forms)
    assert_whole()


def test_control_under_another_key_a_form_that_is_sent_again_counts_twice(desk):
    maya, server = desk
    form, seen = maya.form(), []
    send_until_it_counts(maya, maya.browser, form, seen)
    server.restart()
    send_until_it_counts(maya, maya.browser, form | {"request_key": new_key()}, seen)
    assert seen[0] == seen[-1] == 303
    assert maya.requests() == 2
