"""What attackers begin with: somebody's browser, signed in."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask.testing import FlaskClient

from marketplace.kernel.db import transaction
from marketplace.people.operations.sessions import Browser, start_session


@pytest.fixture
def signed_in(browser: Callable[[], FlaskClient], at: datetime) -> Callable[[int], FlaskClient]:
    """A browser in which somebody is signed in."""

    def open_browser(employee_id: int) -> FlaskClient:
        with transaction():
            token = start_session(
                employee_id, Browser("127.0.0.1", "test"), at=at, lasts=timedelta(days=1)
            )
        client = browser()
        with client.session_transaction() as cookie:
            cookie["_user_id"] = token
            cookie["_fresh"] = True
        return client

    return open_browser
