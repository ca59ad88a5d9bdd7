"""Workers to be killed, and a database of its own for each engine."""

from collections.abc import Callable, Iterable, Iterator

import pytest

from tests.crash import world
from tests.support.postbox import Postbox, postbox
from tests.support.postgres import fresh_database


@pytest.fixture(scope="session")
def raised(nursery, tmp_path_factory) -> world.Workers:
    """Workers that start at once."""
    return world.Workers(nursery, tmp_path_factory.mktemp("workers") / "worker.log")


@pytest.fixture
def url(engine, request, tmp_path) -> str:
    """The address of an empty database on this engine."""
    if engine == "sqlite":
        return f"sqlite:///{tmp_path / 'laurel.db'}"
    return fresh_database(request.getfixturevalue("postgres_url"))


@pytest.fixture
def dying_at(engine: str, pytestconfig: pytest.Config) -> Callable[[Iterable], list]:
    """The points one after the other: SQLite dies at each, PostgreSQL at the first.

    `--whole` and whoever names a path have it die at all of them.
    """
    is_all = engine == "sqlite" or pytestconfig.option.whole
    return lambda points: list(points) if is_all else list(points)[:1]


@pytest.fixture
def mail() -> Iterator[Postbox]:
    """The mail server that the workers send their letters to."""
    with postbox() as box:
        yield box
