"""A browser, the product to look at, and people who look at it."""

import os
import shutil
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.person import Look, Person
from tests.support.live_server import Site, serving
from tests.support.postgres import fresh_database

MISSING = "Chromium is not installed: NOTHING is checked in a browser. Set LAUREL_TEST_CHROMIUM."


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Chromium, or a loud skip; where CI runs, its absence is a failure."""
    given = os.environ  # noqa: TID251  test settings
    path = given.get("LAUREL_TEST_CHROMIUM") or shutil.which("chromium")
    if path is None:
        if given.get("CI") == "true":
            pytest.fail(MISSING)
        pytest.skip(MISSING)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture(scope="session")
def site(tmp_path_factory) -> Iterator[Site]:
    """The product on SQLite."""
    folder = tmp_path_factory.mktemp("site")
    with serving(f"sqlite:///{folder / 'laurel.db'}", folder) as served:
        yield served


@pytest.fixture(scope="module")
def postgres_site(postgres_url: str, tmp_path_factory) -> Iterator[Site]:
    """The product on PostgreSQL."""
    with serving(fresh_database(postgres_url), tmp_path_factory.mktemp("site")) as served:
        yield served


@pytest.fixture
def people_at(chromium: Browser) -> Iterator[Callable[..., Person]]:
    """Makes people in front of a browser; what their consoles complain of fails the test."""
    present: list[Person] = []

    def somebody(site: Site, look: Look, name: str = "") -> Person:
        present.append(Person(chromium, site.address, look))
        if name:
            present[-1].sign_in(name)
        return present[-1]

    yield somebody
    for person in present:
        person.leave()
    assert [said for person in present for said in person.complaints] == []


@pytest.fixture
def somebody(people_at, site) -> Callable[..., Person]:
    """The same on the site on SQLite: `somebody(look, "Maya Chen")`."""
    return lambda look, name="": people_at(site, look, name)
