"""An application on a database of its own, Maya in front of it, and a form she sends again."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from catalog.offers import Offer
from marketplace.access.actor import Actor
from marketplace.app import create_app
from marketplace.kernel import settings as settings_module
from marketplace.kernel.db import db, session
from marketplace.ledger.check import ledger_violations
from redemption.models import Redemption
from tests.conftest import settings_for
from tests.support.catalog import stock_gift_card
from tests.support.compiled import keep_compiled
from tests.support.database import build_schema
from tests.support.jobs import HandQueue
from tests.support.journeys import Seen, Visitor
from tests.support.redemption import furnish, new_key

POINTS = 10_000_000


@dataclass
class Desk:
    """Where Maya asks for cards."""

    app: Flask
    queue: HandQueue
    maya: Actor
    card: Offer
    browser: Visitor

    @property
    def address(self) -> str:
        return f"/rewards/{self.card.slug}/redeem?variant={self.card.variant_id}"

    def form(self) -> dict[str, Any]:
        """A form for one card with a key of its own, as the check page has it."""
        page = self.browser.get(self.address)
        found = next(form for form in page.forms() if "expected_points" in form.kinds)
        self.action = found.action
        data = found.filled(request_key=new_key())
        del data["csrf_token"], data["seen_before"]  # who asks again and again here means it
        return data

    def send(self, form: dict[str, Any]) -> Seen:
        """Press the button."""
        return self.browser.post(self.action, form)

    def requests(self) -> int:
        """How many requests are kept."""
        session().close()
        found = session().scalar(sa.select(sa.func.count()).select_from(Redemption))
        session().close()
        return found or 0


@contextmanager
def opened(url: str, *, schema: bool = True) -> Iterator[Flask]:
    """An application at this address, and its context."""
    app = keep_compiled(create_app(settings_for(url)))
    app.test_client_class = FlaskClient
    before = settings_module._current
    if schema:
        build_schema(app)
    with app.app_context():
        settings_module.use(app.config["LAUREL"])
        try:
            yield app
        finally:
            settings_module._current = before
            db.session.remove()
            db.engine.dispose()


@contextmanager
def desk_at(url: str) -> Iterator[Desk]:
    """A desk with everything on it: people, points, and cards without number."""
    with opened(url) as app:
        queue = HandQueue(app)
        maya = furnish(points=POINTS).maya
        card = stock_gift_card(limit_per_person=None, limit_period=None)
        session().close()
        yield Desk(app, queue, maya, card, Visitor(app, maya.id))


def assert_whole() -> None:
    """Nothing that must hold is broken."""
    session().close()
    assert ledger_violations() == []
    session().close()
