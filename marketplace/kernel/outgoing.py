"""Asking another server: one door, with everything bounded, and never while a transaction is open.

Only https, or plain http to this machine; no redirect is followed, the answer may not be larger or
take longer than said, and neither headers nor address parts that may be secret are ever logged.
"""

import socket
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from urllib.parse import SplitResult, urlsplit

from flask import has_app_context

from marketplace.kernel.db import WRITES, session

MOST_BYTES = 20 * 1024 * 1024
AT_MOST = timedelta(seconds=60)
_CHUNK = 64 * 1024
_LONGEST_WAIT = 24 * 60 * 60
_OK, _TOO_MANY = 200, 429


class CannotFetch(Exception):
    """There is no usable answer; the text says why. `wait` is how long the server asks to wait.

    `was_sent`: the server may have done what it was asked, although nobody knows.
    """

    def __init__(
        self, message: str, *, wait: timedelta | None = None, was_sent: bool = False
    ) -> None:
        super().__init__(message)
        self.wait = wait
        self.was_sent = was_sent


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """The most an answer may weigh and take."""

    most_bytes: int = MOST_BYTES
    at_most: timedelta = AT_MOST


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """What is asked. A `body` is JSON."""

    method: str = "GET"
    headers: Mapping[str, str]
    body: bytes | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole answer, whatever its status; `wait` is how long the server asks to wait."""

    status: int
    body: bytes
    wait: timedelta | None = None


def address_problem(address: str) -> str:
    """Why an address may not be asked; empty when it may."""
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return "This is no address."
    if parts.username is not None or parts.password is not None:
        return "An address holds no name and no password: set them among the credentials."
    if not parts.hostname or port == 0 or any(sign <= " " for sign in address):
        return "This is no address."
    if parts.scheme == "https" or (parts.scheme == "http" and parts.hostname == "127.0.0.1"):
        return ""
    return "An address begins with https://, or http://127.0.0.1 on this machine."


def fetch(address: str, headers: Mapping[str, str], bounds: Bounds | None = None) -> bytes:
    """The body of a 200 answer to GET. Raises CannotFetch."""
    reply = send(address, Call(headers=headers), bounds)
    if 300 <= reply.status < 400:
        raise CannotFetch(f"The server wants to send us elsewhere ({reply.status}); we don't go.")
    if reply.status != _OK:
        raise CannotFetch(f"The server answered {reply.status}.", wait=reply.wait)
    return reply.body


def send(address: str, call: Call, bounds: Bounds | None = None) -> Reply:
    """The answer to a call, whatever its status. Raises CannotFetch when there is none."""
    if problem := address_problem(address):
        raise CannotFetch(problem)
    if has_app_context() and session().info.get(WRITES):
        raise RuntimeError("A transaction is open; ask other servers before or after it.")
    bounds = bounds or Bounds()
    parts, deadline = urlsplit(address), _Deadline(bounds.at_most)
    out_of_time, problem, reply, was_sent = threading.Event(), "", None, False
    with closing(_connection(parts)) as connection:
        try:
            connection.sock = line = _line(parts, deadline)
            with _hanging_up(line, deadline.left(), out_of_time):
                if isinstance(line, ssl.SSLSocket):
                    line.do_handshake()
                was_sent = True
                reply = _ask(connection, parts, call, bounds.most_bytes)
        except (OSError, HTTPException, ValueError) as broken:
            if isinstance(broken, TimeoutError):
                out_of_time.set()
            problem = f"The connection broke: {type(broken).__name__}."
    if out_of_time.is_set():  # a line that we broke off looks like an answer at its end
        late = f"The answer was not there after {bounds.at_most.total_seconds():g} seconds."
        raise CannotFetch(late, was_sent=was_sent)
    if reply is None:
        raise CannotFetch(problem, was_sent=was_sent)
    return reply


class _Deadline:
    """One end for the whole call: every address of a name, the greeting, asking and reading."""

    def __init__(self, at_most: timedelta) -> None:
        self._ends = time.monotonic() + at_most.total_seconds()

    def left(self) -> float:
        """The seconds that are left. Raises TimeoutError when none are."""
        left = self._ends - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left


def _connection(parts: SplitResult) -> HTTPConnection:
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    return kind(parts.hostname or "", parts.port)


def _line(parts: SplitResult, deadline: _Deadline) -> socket.socket:
    """A line to the first address that takes it; each gets its share of the time that is left."""
    host, is_https = parts.hostname or "", parts.scheme == "https"
    port = parts.port or (443 if is_https else 80)
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    places = [(str(row[4][0]), port) for row in found]
    problem = OSError("The name has no address.")
    for turn, place in enumerate(places):
        try:
            line = socket.create_connection(place, timeout=deadline.left() / (len(places) - turn))
        except OSError as broken:
            problem = broken
            continue
        line.settimeout(deadline.left())
        if not is_https:
            return line
        secure = ssl.create_default_context()
        return secure.wrap_socket(line, server_hostname=host, do_handshake_on_connect=False)
    raise problem


@contextmanager
def _hanging_up(
    line: socket.socket, seconds: float, out_of_time: threading.Event
) -> Iterator[None]:
    """Break off a server that sends a byte now and then, which no timeout of a socket notices."""

    def hang_up() -> None:
        out_of_time.set()
        with suppress(OSError):
            line.shutdown(socket.SHUT_RDWR)

    watchdog = threading.Timer(seconds, hang_up)
    watchdog.daemon = True
    watchdog.start()
    try:
        yield
    finally:
        watchdog.cancel()


def _ask(connection: HTTPConnection, parts: SplitResult, call: Call, most: int) -> Reply:
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    ours = {"Accept": "application/json", "User-Agent": "Laurel", "Accept-Encoding": "identity"}
    if call.body is not None:
        ours["Content-Type"] = "application/json"
    connection.request(call.method, path, body=call.body, headers=ours | dict(call.headers))
    with closing(connection.getresponse()) as answer:
        return Reply(answer.status, _body(answer, most), _wait(answer))


def _body(answer: HTTPResponse, most: int) -> bytes:
    length = answer.headers.get("Content-Length", "")
    if length.isascii() and length.isdigit() and int(length[:18]) > most:
        raise _too_large(most)
    body = bytearray()
    while chunk := answer.read1(_CHUNK):
        body += chunk
        if len(body) > most:
            raise _too_large(most)
    if answer.length:
        raise CannotFetch("The answer was cut off before its end.", was_sent=True)
    return bytes(body)


def _too_large(most: int) -> CannotFetch:
    return CannotFetch(f"The answer is larger than {most // (1024 * 1024)} MB.", was_sent=True)


def _wait(answer: HTTPResponse) -> timedelta | None:
    wait = answer.headers.get("Retry-After", "") if answer.status in {_TOO_MANY, 503} else ""
    seconds = int(wait) if wait.isascii() and wait.isdigit() and len(wait) < 9 else 0
    return timedelta(seconds=min(seconds, _LONGEST_WAIT)) if seconds else None
