"""A browser, the product to look at, and people who look at it."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser.person import Look, Person
from tests.support.live_server import Site, serving
from tests.support.postgres import fresh_database


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
