"""A browser without JavaScript that sends the forms it finds on pages."""

import re
from typing import Any

from flask.testing import FlaskClient

PASSWORD = "correct horse battery"


def token_of(html: str) -> dict[str, str]:
    """The hidden fields that make a form count."""
    fields = {}
    for name in ("csrf_token", "request_key"):
        found = re.search(rf'name="{name}"[^>]*value="([^"]+)"', html) or re.search(
            rf'value="([^"]+)"[^>]*name="{name}"', html
        )
        assert found, f"the page has no {name}"
        fields[name] = found[1]
    return fields


def send(client: FlaskClient, page: str, to: str | None = None, /, **fields: Any):
    """Open `page` and send its form to `to` (by default the same address)."""
    hidden = token_of(client.get(page).text)
    return client.post(to or page, data={**hidden, **fields})


def sign_in(client: FlaskClient, email: str, password: str = PASSWORD, **fields: Any):
    """Sign in with a password through the page."""
    return send(client, "/sign-in", email=email, password=password, **fields)


def be(client: FlaskClient, employee_id: int):
    """Sign in as somebody with the demo's picker."""
    return send(client, "/sign-in", f"/sign-in/as/{employee_id}")
