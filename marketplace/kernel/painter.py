"""Asking the process that draws, one document at a time; it is ended when it goes too far.

A process that hangs, dies or takes more than `Limits` is replaced at the next document, and nobody
but who wanted that one document notices.
"""

import atexit
import json
import logging
import os
import socket
import struct
import subprocess
import sys
import threading
import time
from dataclasses import astuple, dataclass
from typing import Any

from marketplace.kernel.errors import DomainError
from marketplace.kernel.settings import ROOT

log = logging.getLogger(__name__)
START_AT_MOST = 30  # seconds until a new process is ready: it loads much
WAITING_AT_MOST = 4  # who wants a document at the same time, with the one that is drawn
DOCUMENTS_EACH = 200  # then the process is replaced, whatever it kept
READY, DONE, REFUSED = b"!", b"+", b"-"
_HEAD = struct.Struct(">cI")
_KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "FONTCONFIG_PATH", "FONTCONFIG_FILE")


@dataclass(frozen=True, slots=True)
class Limits:
    """What one document may take: seconds of computing, seconds by the clock, bytes of memory."""

    computing: int = 10
    clock: int = 20
    memory: int = 512 * 1024 * 1024


class Refused(ValueError):
    """A document asked for something outside our own static files."""


class DocumentComing(DomainError):
    """A document can't be drawn now. It can be asked for again, as often as one likes."""

    status = 503
    code = "document_coming"
    title = "Your document is coming"

    def __init__(self, why: str) -> None:
        super().__init__(
            f"{why} Nothing is lost: what it shows is kept, and it is drawn anew whenever you ask "
            "for it. Your points are unchanged. Open it again in a minute."
        )


_BUSY = "Others are being drawn before yours."
_FAILED = "It could not be drawn just now."


class Wire:
    """One end of the socket between the two: a sign, a length, so many bytes."""

    def __init__(self, end: socket.socket) -> None:
        self._end = end

    def send(self, sign: bytes, body: bytes, within: float | None = None) -> None:
        """Send one message. Raises OSError, and TimeoutError where nobody reads it."""
        self._end.settimeout(within)
        self._end.sendall(_HEAD.pack(sign, len(body)) + body)

    def receive(self, within: float | None = None) -> tuple[bytes, bytes] | None:
        """The next message; None where the other end is gone. Raises OSError, TimeoutError."""
        ends = None if within is None else time.monotonic() + within
        head = self._exactly(_HEAD.size, ends)
        if head is None:
            return None
        sign, length = _HEAD.unpack(head)
        body = self._exactly(length, ends)
        return None if body is None else (sign, body)

    def _exactly(self, length: int, ends: float | None) -> bytes | None:
        parts, missing = [], length
        while missing:
            if ends is not None:
                self._end.settimeout(max(ends - time.monotonic(), 0.001))
            part = self._end.recv(min(missing, 1 << 20))
            if not part:
                return None
            parts.append(part)
            missing -= len(part)
        return b"".join(parts)

    def close(self) -> None:
        """Let go of it; the other end finds out."""
        self._end.close()


class Child:
    """A process that draws, from its start to its end."""

    def __init__(self, module: str, limits: Limits) -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            said = [str(number) for number in (theirs.fileno(), *astuple(limits))]
            self._process = subprocess.Popen(  # noqa: S603  our own module, and no words of others
                [sys.executable, "-P", "-m", module, *said],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                env=_environment(),
                cwd=ROOT,
            )
        self._wire, self._limits, self.left = Wire(ours), limits, DOCUMENTS_EACH

    def ask(self, order: bytes) -> tuple[bytes, bytes] | None:
        """What became of one order; None where the process died. Raises OSError, TimeoutError."""
        if self.left == DOCUMENTS_EACH and self._wire.receive(START_AT_MOST) is None:
            return None
        self.left -= 1
        self._wire.send(DONE, order, self._limits.clock)
        return self._wire.receive(self._limits.clock + 1)

    def end(self) -> None:
        """End it, whatever it does."""
        self._wire.close()
        self._process.kill()
        self._process.wait()


def _environment() -> dict[str, str]:
    """What a process that draws may know: no key, no database, no credentials."""
    ours = os.environ  # noqa: TID251  handed on in part
    kept = {name: ours[name] for name in _KEPT if name in ours}
    # Embedded fonts carry the time of their making; this keeps the bytes the same.
    return kept | {"PYTHONPATH": str(ROOT), "SOURCE_DATE_EPOCH": "1767225600"}


class Painter:
    """The one process of this process that draws, and the line before it."""

    def __init__(
        self, module: str = "marketplace.kernel.painting", limits: Limits | None = None
    ) -> None:
        self._module, self._limits = module, limits or Limits()
        self._places = threading.BoundedSemaphore(WAITING_AT_MOST)
        self._one = threading.Lock()
        self._child: Child | None = None

    def ask(self, deed: str, **of: Any) -> bytes:
        """Have a document drawn. Raises Refused, DocumentComing."""
        if not self._places.acquire(blocking=False):
            raise DocumentComing(_BUSY)
        try:
            if not self._one.acquire(timeout=self._limits.clock):
                raise DocumentComing(_BUSY)
            try:
                return self._drawn(json.dumps({"deed": deed, **of}).encode())
            finally:
                self._one.release()
        finally:
            self._places.release()

    def _drawn(self, order: bytes) -> bytes:
        child = self._child = self._child or Child(self._module, self._limits)
        answer = None
        try:
            answer = child.ask(order)
        except OSError as broken:  # a timeout is one, too
            log.warning("A document was given up: %s", broken or "it took too long.")
        finally:
            if answer is None or not child.left:
                self.close()
        if answer is None:
            raise DocumentComing(_FAILED)
        sign, body = answer
        if sign == REFUSED:
            raise Refused(body.decode())
        return body

    def close(self) -> None:
        """End the process; the next document gets another."""
        if self._child is not None:
            self._child.end()
            self._child = None


painter = Painter()
atexit.register(painter.close)
