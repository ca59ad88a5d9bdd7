"""What the ledger tests share: somebody signed in, statements counted, a history of everything."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from marketplace.budgets.models import Budget
from marketplace.kernel import clock
from marketplace.kernel.db import db, transaction
from marketplace.people.operations.sessions import Browser, start_session
from tests.ledger.world import build_world
from tests.support.database import empty

START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
AFTERWARDS = datetime(2026, 12, 14, 9, 0, tzinfo=UTC)


@pytest.fixture
def sign_in(browser: Callable[[], FlaskClient], at: datetime) -> Callable[[int], FlaskClient]:
    """A browser in which somebody is signed in."""

    def signed_in(employee_id: int) -> FlaskClient:
        with transaction():
            token = start_session(
                employee_id, Browser("127.0.0.1", "test"), at=at, lasts=timedelta(days=1)
            )
        client = browser()
        with client.session_transaction() as cookie:
            cookie["_user_id"] = token
            cookie["_fresh"] = True
        return client

    return signed_in


@pytest.fixture
def statements(app: Flask) -> Callable[[], AbstractContextManager[list[str]]]:
    """Collects the SQL statements that are sent, without BEGIN and PRAGMA."""

    @contextmanager
    def collecting() -> Iterator[list[str]]:
        sent: list[str] = []

        def note(_connection, _cursor, statement, *_more) -> None:
            if statement.split()[0] not in {"BEGIN", "PRAGMA", "SET"}:
                sent.append(statement)

        event.listen(db.engine, "before_cursor_execute", note)
        try:
            yield sent
        finally:
            event.remove(db.engine, "before_cursor_execute", note)

    return collecting


@pytest.fixture
def world(app: Flask, queue: object) -> Iterator[None]:
    """A history with one of everything; who uses it takes back what they break."""
    with app.app_context():
        if db.session.scalar(sa.select(Budget.id).where(Budget.slug == "world")) is None:
            db.session.close()
            empty(app)
            with clock.stepped(START) as time:
                build_world(time)
        with clock.stepped(AFTERWARDS):
            yield
        db.session.remove()
