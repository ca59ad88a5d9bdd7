"""What every test may ask for: an app on each engine, a stepped clock, a queue run by hand."""

import gc
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from contextvars import Context
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import settings as hypothesis_settings
from playwright.sync_api import Browser, sync_playwright

from marketplace.app import create_app
from marketplace.kernel import clock, mail
from marketplace.kernel import settings as settings_module
from marketplace.kernel.clock import SteppedClock
from marketplace.kernel.db import db
from marketplace.kernel.settings import Settings
from tests.support.browsing import let_in
from tests.support.compiled import keep_addresses, keep_compiled
from tests.support.database import build_schema, empty, keep_plans
from tests.support.drawn import keep_drawn
from tests.support.engines import left_to_sqlite
from tests.support.jobs import HandQueue, watch_sessions
from tests.support.nursery import Nursery, nursery_in
from tests.support.postgres import fresh_database, postgres_server
from tests.support.processes import long_ones_first, scheduler
from tests.support.query_count import statements_sent
from tests.support.signing import hand_out_kept_keys

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)

_apps: dict[str, Flask] = {}
_queues: dict[str, HandQueue] = {}

hypothesis_settings.register_profile("laurel", deadline=None)  # a slow machine is no failure
hypothesis_settings.load_profile("laurel")
watch_sessions()
keep_addresses()


def pytest_collection_finish() -> None:
    """Look for garbage less often: what was read up to here stays, and each test leaves little."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Take `--whole`, which a path implies: who names one wants all of it."""
    parser.addoption("--whole", action="store_true", help="leave nothing to SQLite alone")


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Decide it here for the processes that run the tests: they are told in other words."""
    is_worker = hasattr(config, "workerinput")
    if not is_worker and config.args_source is not pytest.Config.ArgsSource.TESTPATHS:
        config.option.whole = True


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave to SQLite what a second engine would only repeat."""
    left = left_to_sqlite(items, whole=config.option.whole)
    config.hook.pytest_deselected(items=left)
    left_out = set(left)
    items[:] = long_ones_first([item for item in items if item not in left_out])


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Keep together, when several processes run the tests, those that share something dear."""
    return scheduler(config, log)


class FreshLookClient(FlaskClient):
    """A browser. The test's own session lets go first, so that it never looks at old data.

    Each request runs outside the test's application context, as it does in real life: otherwise
    two browsers would share who is signed in.
    """

    def open(self, *args, **kwargs):
        db.session.close()
        return Context().run(super().open, *args, **kwargs)


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The address of a PostgreSQL server for this test session."""
    with postgres_server() as url:
        yield url


@pytest.fixture(scope="session")
def nursery(tmp_path_factory) -> Iterator[Nursery]:
    """Commands of `bin/laurel` in processes of their own, started at once."""
    with nursery_in(tmp_path_factory.mktemp("nursery")) as raised:
        yield raised


def settings_for(database_url: str, **changes) -> Settings:
    """Settings for tests: cheap password hashing, mailbox instead of SMTP."""
    given = {
        "mode": "test",
        "database_url": database_url,
        "secret_key": "a-key-for-tests-only-0123456789abcdef",
        "base_url": "http://localhost",
        "argon2": "cheap",
    }
    return Settings(**(given | changes))


@pytest.fixture
def production_addresses(tmp_path) -> Iterator[list[str]]:
    """What an application in production answers to."""
    app = create_app(
        settings_for(
            f"sqlite:///{tmp_path / 'laurel.db'}",
            mode="production",
            base_url="https://laurel.example",
            secure_cookies=True,
            mail="smtp",
            argon2="strong",
        )
    )
    yield [rule.rule for rule in app.url_map.iter_rules()]
    with app.app_context():
        db.engine.dispose()


@pytest.fixture(
    scope="session",
    params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)],
)
def engine(request: pytest.FixtureRequest) -> str:
    """The engine a test runs on; every test that asks for a database runs on both."""
    return request.param


@pytest.fixture(scope="session")
def app(engine: str, request: pytest.FixtureRequest, tmp_path_factory) -> Flask:
    """The application on this engine, with the schema in place."""
    if engine not in _apps:
        if engine == "sqlite":
            folder: Path = tmp_path_factory.mktemp("database")
            url = f"sqlite:///{folder / 'laurel.db'}"
        else:
            url = fresh_database(request.getfixturevalue("postgres_url"))
        _apps[engine] = keep_compiled(create_app(settings_for(url)))
        _apps[engine].test_client_class = FreshLookClient
        keep_plans(_apps[engine])
        build_schema(_apps[engine])
        _queues[engine] = HandQueue(_apps[engine])
    return _apps[engine]


@pytest.fixture(scope="session", autouse=True)
def _close_engines() -> Iterator[None]:
    yield
    for app in _apps.values():
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


@pytest.fixture(scope="session", autouse=True)
def _kept() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        hand_out_kept_keys(patch)
        keep_drawn(patch)
        yield


NO_BROWSER = "Chromium is not installed: NOTHING is checked in a browser. Set LAUREL_TEST_CHROMIUM."


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One Chromium for all, or a loud skip; where CI runs, its absence is a failure."""
    given = os.environ  # noqa: TID251  test settings
    path = given.get("LAUREL_TEST_CHROMIUM") or shutil.which("chromium")
    if path is None:
        if given.get("CI") == "true":
            pytest.fail(NO_BROWSER)
        pytest.skip(NO_BROWSER)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture
def queue(app: Flask, engine: str) -> HandQueue:
    """Jobs promised during this test; `queue.run_due()` runs them."""
    _queues[engine].clear()
    return _queues[engine]


@pytest.fixture
def clean(app: Flask, queue: HandQueue) -> Iterator[None]:
    """An empty database and an application context around the test."""
    settings_module.use(app.config["LAUREL"])
    mail.use_post(mail.Post(app.config["LAUREL"]))
    empty(app)
    with app.app_context():
        yield
        db.session.remove()


@pytest.fixture
def at(clean: None) -> Iterator[datetime]:
    """The moment of the test: a Monday morning. The clock stands still; `forward` moves it."""
    with clock.stepped(MONDAY):
        yield MONDAY


@pytest.fixture
def time(at: datetime) -> SteppedClock:
    """The stepped clock itself."""
    stepped = clock._read
    assert isinstance(stepped, SteppedClock)
    return stepped


@pytest.fixture
def browser(app: Flask, at: datetime) -> Callable[[], FlaskClient]:
    """Makes browsers without JavaScript: `maya = browser()`."""
    return app.test_client


@pytest.fixture
def sign_in(browser: Callable[[], FlaskClient]) -> Callable[[int], FlaskClient]:
    """Makes browsers in which somebody is signed in: `maya = sign_in(maya_id)`."""
    return lambda employee_id: let_in(browser(), employee_id)


@pytest.fixture
def statements(clean: None) -> Callable[[], AbstractContextManager[list[str]]]:
    """Collects the SQL statements sent meanwhile: `with statements() as sent:`."""
    return lambda: statements_sent(db.engine)
