"""A browser without JavaScript that sends the forms it finds on pages."""

import re
from datetime import timedelta
from typing import Any

from flask.testing import FlaskClient

from marketplace.kernel import clock
from marketplace.people.operations.sessions import Browser, start_session
from tests.support.page_lint import lint_page
from tests.support.transactions import in_transaction


def let_in(client: FlaskClient, employee_id: int) -> FlaskClient:
    """Make a browser one in which somebody is signed in, without going through the page."""
    here = Browser("127.0.0.1", "test")
    token = in_transaction(
        lambda: start_session(employee_id, here, at=clock.now(), lasts=timedelta(days=30))
    )
    with client.session_transaction() as cookie:
        cookie["_user_id"] = token
        cookie["_fresh"] = True
    return client


def hidden_fields(html: str) -> dict[str, str]:
    """What makes a form of a page count: its CSRF token and its request key."""
    fields = {}
    for name in ("csrf_token", "request_key"):
        found = re.search(rf'name="{name}"[^>]*value="([^"]+)"', html) or re.search(
            rf'value="([^"]+)"[^>]*name="{name}"', html
        )
        assert found, f"the page has no {name}"
        fields[name] = found[1]
    return fields


def words_on(html: str) -> str:
    """The words of a page, without its tags and with one space between any two of them."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def read(client: FlaskClient, path: str) -> str:
    """A page that is there and well made."""
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    assert lint_page(answer.text) == []
    return answer.text


def send(client: FlaskClient, page: str, to: str | None = None, /, **fields: Any):
    """Open `page` and send its form to `to` (by default the same address)."""
    return client.post(to or page, data=hidden_fields(client.get(page).text) | fields)
