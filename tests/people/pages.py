"""Signing in through the page, with a password or as a persona."""

from typing import Any

from flask.testing import FlaskClient

from tests.support.browsing import send

PASSWORD = "correct horse battery"


def sign_in(client: FlaskClient, email: str, password: str = PASSWORD, **fields: Any):
    """Sign in with a password through the page."""
    return send(client, "/sign-in", email=email, password=password, **fields)


def be(client: FlaskClient, employee_id: int):
    """Sign in as somebody with the demo's picker."""
    return send(client, "/sign-in", f"/sign-in/as/{employee_id}")
