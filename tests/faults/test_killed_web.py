"""F04: the web process dies between COMMIT and answer; the browser sends the same form again."""

import http.client
import os
import signal
import time
from contextlib import suppress
from urllib.parse import urlencode

import pytest

from marketplace.kernel.db import db
from tests.faults.desk import assert_whole, desk_at
from tests.faults.serving import DIES, PORT
from tests.support.live_server import free_port
from tests.support.redemption import new_key

SERVE = "tests.faults.serving:serve"
STARTS_WITHIN = 60.0


class Web:
    """Web processes one after the other, and a browser that knows no other product's code."""

    def __init__(self, nursery, log, desk):
        self.nursery, self.log, self.desk = nursery, log, desk
        self.port, self.pid, self.runs, self.said = free_port(), 0, False, ""
        settings = desk.app.config["LAUREL"]
        self.environment = {
            "LAUREL_MODE": "test",
            "LAUREL_DATABASE_URL": settings.database_url,
            "LAUREL_SECRET_KEY": settings.secret_key,
            "LAUREL_BASE_URL": settings.base_url,
            "LAUREL_ARGON2": "cheap",
            PORT: str(self.port),
        }

    def start(self, *, dies: bool) -> None:
        environment = self.environment | {DIES: str(int(dies))}
        self.pid = self.nursery.start(("worker",), environment, log=self.log, first=SERVE)
        self.runs = True
        until = time.monotonic() + STARTS_WITHIN
        while time.monotonic() < until:
            try:
                if self.ask("GET", "/healthz")[0] == 200:
                    return
            except OSError:
                time.sleep(0.05)  # nothing can be waited for before the port is open
        raise TimeoutError(self.log.read_text())

    def stop(self) -> int:
        with suppress(ProcessLookupError):  # it has ended by itself
            os.kill(self.pid, signal.SIGKILL)
        return self.ended()

    def ended(self) -> int:
        self.runs = False
        return self.nursery.exit_status(self.log)

    def leave(self) -> None:
        """Leave nothing running, whatever became of the test."""
        if self.runs:
            self.stop()

    def ask(self, method, address, form=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        cookie = self.desk.browser.client.get_cookie("laurel")
        headers = {"Cookie": f"laurel={cookie.value}", "Host": "localhost"}
        if form is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            connection.request(method, address, urlencode(form or {}, doseq=True), headers)
            answer = connection.getresponse()
            self.said = answer.read().decode(errors="replace")
            return answer.status, answer.headers.get("Location")
        finally:
            connection.close()


@pytest.fixture
def web(url, nursery, tmp_path):
    with desk_at(url) as desk:
        (tmp_path / "web.log").write_text("")
        served = Web(nursery, tmp_path / "web.log", desk)
        yield served
        served.leave()


def killed_and_sent_again(web, **changed) -> int:
    """Send a form to a process that dies of it, and again to the next; how many requests came."""
    desk = web.desk
    form = desk.form() | {"csrf_token": desk.browser.token}
    db.session.remove()
    web.start(dies=True)
    with pytest.raises((ConnectionError, http.client.HTTPException)):
        web.ask("POST", desk.action, form)
    assert web.ended() == -signal.SIGKILL
    assert desk.requests() == 1, web.log.read_text()
    web.start(dies=False)
    try:
        status, there = web.ask("POST", desk.action, form | changed)
        assert status == 303
        assert web.ask("GET", there)[0] == 200
    finally:
        web.stop()
    return desk.requests()


def test_the_same_form_leads_to_what_was_committed(web):
    assert killed_and_sent_again(web) == 1
    assert_whole()


def test_control_under_another_key_it_counts_twice(web):
    assert killed_and_sent_again(web, request_key=new_key()) == 2
