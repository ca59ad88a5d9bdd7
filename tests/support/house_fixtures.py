"""The fixtures of the tests that look at whole houses; a conftest imports them."""

import shutil
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.houses import House, Houses
from tests.support.postgres import fresh_database


def _files(folder: Path) -> Callable[[str | None], str]:
    def new_url(template: str | None) -> str:
        path = folder / f"{uuid.uuid4().hex}.db"
        if template:
            shutil.copyfile(template.removeprefix("sqlite:///"), path)
        return f"sqlite:///{path}"

    return new_url


@pytest.fixture(scope="session")
def houses(engine: str, request: pytest.FixtureRequest, tmp_path_factory) -> Houses:
    """Houses on this engine."""
    if engine == "sqlite":
        return Houses(engine, _files(tmp_path_factory.mktemp("houses")))
    base = request.getfixturevalue("postgres_url")
    return Houses(engine, lambda template: fresh_database(base, template=template))


@pytest.fixture(scope="session")
def small_houses(tmp_path_factory) -> Houses:
    """Houses on SQLite, for what does not depend on the engine."""
    return Houses("sqlite", _files(tmp_path_factory.mktemp("houses")))


@pytest.fixture(scope="module")
def house(houses: Houses) -> Iterator[House]:
    """A told house for one module, on each engine. Its tests leave it as it is."""
    with houses.told() as house:
        yield house


@pytest.fixture(scope="module")
def small_house(small_houses: Houses) -> Iterator[House]:
    """A told house for one module, on SQLite only. Its tests leave it as it is."""
    with small_houses.told() as house:
        yield house
