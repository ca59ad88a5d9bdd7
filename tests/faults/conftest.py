"""A database of its own for each test, on either engine."""

import pytest

from tests.crash.conftest import mail, raised  # noqa: F401  a worker, and where its letters go
from tests.support.postgres import fresh_database


@pytest.fixture
def url(engine, request, tmp_path) -> str:
    """The address of an empty database on this engine."""
    if engine == "sqlite":
        return f"sqlite:///{tmp_path / 'laurel.db'}"
    return fresh_database(request.getfixturevalue("postgres_url"))
