"""The product as it really runs: a web server and a worker, on a database with the demo story."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from marketplace.kernel.settings import ROOT

UNDO_SECONDS = 4
PATIENCE_SECONDS = 90


@dataclass(frozen=True, slots=True)
class Site:
    """Where the product answers, and where its processes write."""

    address: str
    folder: Path

    def said(self) -> str:
        """The last words of both processes, for a failing test."""
        logs = sorted(self.folder.glob("*.log"))
        return "\n".join(
            f"--- {log.name}\n{log.read_text(errors='replace')[-3000:]}" for log in logs
        )


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def serving(database_url: str, folder: Path) -> Iterator[Site]:
    """Web server and worker on a fresh database with the demo story, until the end of the block."""
    port = free_port()
    given = os.environ  # noqa: TID251  children get what this process has, less its settings
    environment = {name: text for name, text in given.items() if not name.startswith("LAUREL_")} | {
        "PYTHONPATH": str(ROOT),
        "LAUREL_DATABASE_URL": database_url,
        "LAUREL_BASE_URL": f"http://127.0.0.1:{port}",
        "LAUREL_ARGON2": "cheap",
        "LAUREL_UNDO_SECONDS": str(UNDO_SECONDS),
    }
    _lay_story(database_url, environment, folder / "story.log")
    commands = (["serve", "--port", str(port)], ["worker", "--id", "worker-1"])
    running = [_start(command, environment, folder) for command in commands]
    site = Site(f"http://127.0.0.1:{port}", folder)
    try:
        _wait_until_answering(port, running, site)
        yield site
    finally:
        for process in running:
            process.send_signal(signal.SIGTERM)
        for process in running:
            process.wait(timeout=30)


_story_laid: list[bytes] = []  # it names no address, so each site begins with the same


def _lay_story(database_url: str, environment: dict[str, str], log: Path) -> None:
    """Tell the story there; on SQLite it is told once a process, and copied from then on."""
    file = Path(database_url.removeprefix("sqlite:///"))
    is_file = database_url.startswith("sqlite:")
    if is_file and _story_laid:
        file.write_bytes(_story_laid[0])
        return
    _run(["tests.support.live_server"], environment, log)
    if is_file:
        assert not file.with_name(f"{file.name}-wal").exists(), "somebody still writes"
        _story_laid.append(file.read_bytes())


def _run(arguments: list[str], environment: dict[str, str], log: Path) -> None:
    with log.open("wb") as output:
        subprocess.run(
            [sys.executable, "-P", "-m", *arguments],
            env=environment,
            cwd=ROOT,
            stdout=output,
            stderr=subprocess.STDOUT,
            check=True,
        )


def _start(command: list[str], environment: dict[str, str], folder: Path) -> subprocess.Popen:
    with (folder / f"{command[0]}.log").open("wb") as output:
        return subprocess.Popen(
            [sys.executable, "-P", "-m", "marketplace.cli", *command],
            env=environment,
            cwd=ROOT,
            stdout=output,
            stderr=subprocess.STDOUT,
        )


def _wait_until_answering(port: int, running: list[subprocess.Popen], site: Site) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        ended = [process for process in running if process.poll() is not None]
        assert not ended, f"a process ended by itself\n{site.said()}"
        if _answers(port) and "is ready" in (site.folder / "worker.log").read_text():
            return
        time.sleep(0.1)  # nothing can be waited for before the port is open
    raise TimeoutError(site.said())


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def tell_the_story() -> None:
    """Lay the schema and load the demo story; runs in a process of its own."""
    from marketplace.app import create_app
    from marketplace.demo.story import load_story
    from marketplace.kernel import clock, migrations
    from marketplace.kernel.db import db

    app = create_app()
    with app.app_context():
        migrations.upgrade(db.engine, app.config["LAUREL"])
        load_story(clock.now())
        db.session.remove()
        db.engine.dispose()


if __name__ == "__main__":
    tell_the_story()
