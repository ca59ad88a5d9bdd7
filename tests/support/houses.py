"""Houses with an app and a database of their own: empty, or with the demo story and Maya's things.

The story is told once per engine; each house that asks for it gets a copy.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from flask import Flask

from marketplace.app import create_app
from marketplace.kernel import clock
from marketplace.kernel import settings as settings_module
from marketplace.kernel.db import db
from tests.conftest import MONDAY, settings_for
from tests.support.compiled import keep_compiled
from tests.support.database import build_schema
from tests.support.jobs import HandQueue
from tests.support.journeys import Visitor
from tests.support.world import World, build_world

_told: dict[str, tuple[str, World]] = {}


@dataclass(frozen=True, slots=True)
class House:
    """An app on a database of its own, the jobs that wait, and what stands in it."""

    app: Flask
    queue: HandQueue
    world: World | None = None

    def visitor(self, handle: str = "", **options: Any) -> Visitor:
        """Somebody signed in, by handle; without one, somebody who is not signed in."""
        return Visitor(self.app, self.story.people[handle] if handle else None, **options)

    @property
    def story(self) -> World:
        """What stands in a told house."""
        assert self.world is not None, "this house is empty"
        return self.world


@dataclass(frozen=True, slots=True)
class Houses:
    """Makes houses on one engine. `new_url` answers an empty database, or a copy of the named."""

    engine: str
    new_url: Callable[[str | None], str]

    @contextmanager
    def told(self, **changes: Any) -> Iterator[House]:
        """A house with the story and the world."""
        if self.engine not in _told:
            url = self.new_url(None)
            with self._house(url) as house:
                _told[self.engine] = (url, build_world(house.queue))
        template, world = _told[self.engine]
        with self._house(self.new_url(template), world, **changes) as house:
            yield house

    @contextmanager
    def empty(self, **changes: Any) -> Iterator[House]:
        """A house nobody has moved into yet."""
        with self._house(self.new_url(None), **changes) as house:
            yield house

    @contextmanager
    def _house(self, url: str, world: World | None = None, **changes: Any) -> Iterator[House]:
        before = settings_module._current
        app = keep_compiled(create_app(settings_for(url, **changes)))
        if world is None:
            build_schema(app)
        house = House(app, HandQueue(app), world)
        try:
            with app.app_context(), clock.stepped(MONDAY):
                yield house
        finally:
            settings_module._current = before
            with app.app_context():
                db.session.remove()
                db.engine.dispose()
