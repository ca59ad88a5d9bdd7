"""Houses with an app and a database of their own: empty, or with the demo story and Maya's things.

The story is told once per engine; each house that asks for it gets a copy.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from flask import Flask

from marketplace.app import create_app
from marketplace.kernel import clock, jobs
from marketplace.kernel import settings as settings_module
from marketplace.kernel.db import db
from marketplace.kernel.settings import Settings
from tests.conftest import MONDAY, _here, settings_for
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
        app = keep_compiled(create_app(settings_for(url, **changes)))
        if world is None:
            build_schema(app)
        house = House(app, HandQueue(app), world)
        try:
            with live_in(house):
                yield house
        finally:
            with app.app_context():
                db.session.remove()
                db.engine.dispose()


@contextmanager
def live_in(house: House) -> Iterator[None]:
    """Make the house the one of this process: its settings, its jobs, its moment."""
    before, settings = jobs._queue, _settings_in_use()
    settings_module.use(house.app.config["LAUREL"])
    jobs.use_queue(house.queue)
    _here.append(house.queue)
    with house.app.app_context(), clock.stepped(MONDAY):
        try:
            yield
        finally:
            db.session.remove()
            _here.pop()
            settings_module._current, jobs._queue = settings, before


def _settings_in_use() -> Settings | None:
    return settings_module._current
