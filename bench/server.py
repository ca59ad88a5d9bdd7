"""The product's own web server on a free port, for as long as a bench needs it."""

import http.client
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import click

from bench.browsing import HOST
from bench.house import House

START_SECONDS = 60
STOP_SECONDS = 20


@contextmanager
def serving(house: House, *, workers: int) -> Iterator[int]:
    """Run `laurel serve` and answer its port."""
    house.let_go()
    port = _free_port()
    log = (house.folder / f"server-{port}.log").open("w+b")
    where = ("--host", HOST, "--port", str(port), "--workers", str(workers))
    server = subprocess.Popen(
        [sys.executable, "-P", "-m", "marketplace.cli", "serve", *where],
        env=house.environment,
        stdout=log,
        stderr=subprocess.STDOUT,
    )
    try:
        if not _answers(port, server):
            log.seek(0)
            said = log.read().decode(errors="replace")[-2000:]
            raise click.ClickException(f"The server did not start:\n{said}")
        yield port
    finally:
        server.send_signal(signal.SIGINT)
        try:
            server.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()
        log.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return probe.getsockname()[1]


def _answers(port: int, server: subprocess.Popen[bytes]) -> bool:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        connection = http.client.HTTPConnection(HOST, port, timeout=5)
        try:
            connection.request("GET", "/healthz")
            if connection.getresponse().status < 500:
                return True
        except OSError:
            time.sleep(0.05)
        finally:
            connection.close()
    return False
