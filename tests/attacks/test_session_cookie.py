"""Whoever owns a neighboring host name cannot plant a session in somebody's browser."""

from marketplace.app import create_app
from marketplace.kernel.db import db
from tests.conftest import settings_for

KEPT_BY_BROWSERS = {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"}


def test_over_https_the_session_has_a_name_that_only_this_host_can_set(tmp_path, clean):
    app = create_app(
        settings_for(
            f"sqlite:///{tmp_path / 'laurel.db'}",
            mode="production",
            base_url="https://localhost",
            secure_cookies=True,
            argon2="strong",
            mail="smtp",
        )
    )
    try:
        answer = app.test_client().get("/sign-in", base_url="https://localhost")
        name, *traits = answer.headers["Set-Cookie"].split("; ")
        assert name.startswith("__Host-laurel=")
        assert set(traits) >= KEPT_BY_BROWSERS
        assert not [trait for trait in traits if trait.startswith("Domain")]
    finally:
        with app.app_context():
            db.engine.dispose()
