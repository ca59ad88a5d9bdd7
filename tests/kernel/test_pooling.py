"""Connections of the pool: one cut by the database while nobody used it is replaced in silence."""

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from marketplace.kernel import pooling
from marketplace.kernel.db import prepare_engine

pytestmark = pytest.mark.postgres


@pytest.fixture
def engine_of(postgres_url):
    """Engines on the database server, with one connection in their pool each."""
    made = []

    def make() -> sa.Engine:
        made.append(sa.create_engine(postgres_url, pool_size=1, max_overflow=0))
        prepare_engine(made[-1])
        return made[-1]

    yield make
    for engine in made:
        engine.dispose()


def backend_of(engine: sa.Engine) -> int:
    with engine.connect() as connection:
        return connection.scalar(sa.text("SELECT pg_backend_pid()"))


def cut(engine_of, backend: int) -> None:
    with engine_of().connect() as other:
        assert other.scalar(sa.text("SELECT pg_terminate_backend(:it, 5000)"), {"it": backend})


def test_a_connection_that_was_cut_while_it_lay_still_is_replaced(engine_of, monkeypatch):
    monkeypatch.setattr(pooling, "QUIET_SECONDS", 0.0)
    engine = engine_of()
    before = backend_of(engine)
    cut(engine_of, before)
    assert backend_of(engine) != before


def test_one_used_a_moment_ago_is_not_asked_and_only_its_first_user_hears_of_the_cut(
    engine_of, monkeypatch
):
    monkeypatch.setattr(pooling, "QUIET_SECONDS", 3600.0)
    engine = engine_of()
    before = backend_of(engine)
    cut(engine_of, before)
    with pytest.raises(OperationalError):
        backend_of(engine)
    assert backend_of(engine) != before
