"""What the ledger tests share: a history of everything."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from flask import Flask

from marketplace.budgets.models import Budget
from marketplace.kernel import clock
from marketplace.kernel.db import db
from tests.ledger.world import build_world
from tests.support.database import empty

START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
AFTERWARDS = datetime(2026, 12, 14, 9, 0, tzinfo=UTC)


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
