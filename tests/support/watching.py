"""Eyes and ears for canaries: every answer of an app, every record of the log, every cache."""

import functools
import gc
import logging
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from werkzeug.exceptions import HTTPException

from redemption.travel.vault.states import VaultField
from tests.support.canaries import Found, Nose, in_cookie

Sighting = tuple[str, int, str, VaultField]  # endpoint, status, whose, what
OURS = ("marketplace", "catalog", "redemption")
NOT_STORED = "no-store"


class Watch:
    """Stands in front of an app and looks at every answer, whoever asked for it and how.

    `stored` are sightings in answers that a browser may keep, `kinds` what was looked at.
    """

    def __init__(self, app: Flask, nose: Nose) -> None:
        self.app, self.nose, self.behind = app, nose, app.wsgi_app
        self.seen: set[Sighting] = set()
        self.stored: set[Sighting] = set()
        self.kinds: Counter[str] = Counter()
        self.statuses: Counter[int] = Counter()

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        began: list[tuple[str, list[tuple[str, str]]]] = []

        def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            began.append((status, headers))
            return start_response(status, headers, *rest)

        body = self.behind(environ, start)
        content = b"".join(body)
        if hasattr(body, "close"):
            body.close()  # pyright: ignore[reportAttributeAccessIssue]
        status, headers = began[-1]
        self._look(self._endpoint(environ), int(status[:3]), headers, content)
        return [content]

    def _endpoint(self, environ: dict[str, Any]) -> str:
        try:
            return str(self.app.url_map.bind_to_environ(environ).match()[0])
        except HTTPException:
            return ""

    def _look(
        self, endpoint: str, status: int, headers: list[tuple[str, str]], content: bytes
    ) -> None:
        said = [f"{name}: {value}".encode() for name, value in headers]
        said += [in_cookie(value) for name, value in headers if name.lower() == "set-cookie"]
        found: Found = {one for part in (content, *said) for one in self.nose.in_words(part)}
        sightings = {(endpoint, status, *one) for one in found}
        by_name = {name.lower(): value for name, value in headers}
        self.seen |= sightings
        self.kinds[by_name.get("content-type", "").partition(";")[0]] += 1
        self.statuses[status] += 1
        if NOT_STORED not in by_name.get("cache-control", ""):
            self.stored |= sightings

    def noting(self, deed: Callable[[], object]) -> set[Sighting]:
        """What was seen while something was done."""
        before, self.seen = self.seen, set()
        deed()
        now, self.seen = self.seen, before | self.seen
        return now


@contextmanager
def watching(app: Flask, nose: Nose) -> Iterator[Watch]:
    """Look at every answer of the app until the end of the block."""
    watch = Watch(app, nose)
    app.wsgi_app = watch
    try:
        yield watch
    finally:
        app.wsgi_app = watch.behind


class Listener(logging.Handler):
    """Hears every record of the log, however unimportant, and what failed with its trace."""

    def __init__(self, nose: Nose) -> None:
        super().__init__(logging.DEBUG)
        self.nose = nose
        self.found: set[tuple[str, str, VaultField]] = set()
        self.heard: Counter[str] = Counter()

    def emit(self, record: logging.LogRecord) -> None:
        self.heard[record.name.partition(".")[0]] += 1
        said = self.nose.in_words(self.format(record).encode(errors="replace"))
        self.found |= {(record.name, *one) for one in said}


@contextmanager
def listening(nose: Nose) -> Iterator[Listener]:
    """Hear everything until the end of the block, each statement with its parameters, too.

    Statements go by nobody else's ear: kept for the report of a failing test, they fill its memory.
    """
    listener, root, sent = Listener(nose), logging.getLogger(), logging.getLogger("sqlalchemy")
    before = root.level, sent.level, sent.propagate
    root.addHandler(listener)
    sent.addHandler(listener)
    root.setLevel(logging.DEBUG)
    sent.setLevel(logging.INFO)
    sent.propagate = False
    try:
        yield listener
    finally:
        root.removeHandler(listener)
        sent.removeHandler(listener)
        root.setLevel(before[0])
        sent.setLevel(before[1])
        sent.propagate = before[2]


def cached(modules: Iterable[str] = OURS) -> bytes:
    """What the caches of functions hold, as text; those of methods, too."""
    places = tuple(modules)
    found = [module for name, module in list(sys.modules.items()) if name.startswith(places)]
    things = [thing for module in found for one in vars(module).values() for thing in _within(one)]
    caches = [one for one in things if isinstance(one, functools._lru_cache_wrapper)]
    return repr([gc.get_referents(one) for one in caches]).encode()


def _within(thing: object) -> Iterable[object]:
    return (thing, *vars(thing).values()) if isinstance(thing, type) else (thing,)
