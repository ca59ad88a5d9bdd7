"""One request at a time in a process, in the order they came, as long as none takes long.

Threads of a Python process share one interpreter and take it from each other at every statement:
pages made at once are all slow, and together they take longer than one after the other.
"""

import threading
import time
from collections import deque
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

LONGEST_SECONDS = 0.1


class InTurn:
    """A WSGI application whose requests wait for their turn.

    A turn ends with its request or after `longest` seconds: what takes more, a report or a writer
    who waits for another, goes on beside the next.
    """

    def __init__(self, application: "WSGIApplication", longest: float = LONGEST_SECONDS) -> None:
        self._application = application
        self._longest = longest
        self._change = threading.Lock()
        self._line: deque[threading.Event] = deque()
        self._turn: threading.Event | None = None
        self._began = 0.0

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        mine = threading.Event()
        self._wait(mine)
        try:
            return self._application(environ, start_response)
        finally:
            self._end(mine)

    def _wait(self, mine: threading.Event) -> None:
        with self._change:
            self._line.append(mine)
            if self._turn is None:
                self._next()
        while not mine.wait(self._longest):
            with self._change:
                if time.monotonic() - self._began >= self._longest:
                    self._next()

    def _end(self, mine: threading.Event) -> None:
        with self._change:
            if self._turn is mine:
                self._next()

    def _next(self) -> None:
        self._turn = self._line.popleft() if self._line else None
        self._began = time.monotonic()
        if self._turn is not None:
            self._turn.set()
