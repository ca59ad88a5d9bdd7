"""Production does not start, or send, with something that only looks like protection."""

import ssl
from typing import Any, Self

import pytest

from marketplace.kernel import clock
from marketplace.kernel.mail import Letter, Post
from marketplace.kernel.settings import SettingsError, settings_from
from tests.conftest import settings_for
from tests.kernel.test_settings import GOOD


@pytest.mark.parametrize("key", ["x" * 40, "changeme" * 6, "0123456" * 6])
def test_production_refuses_a_long_secret_that_anyone_would_guess(key):
    with pytest.raises(SettingsError, match="LAUREL_SECRET_KEY"):
        settings_from(GOOD | {"LAUREL_SECRET_KEY": key})


def test_no_trusted_host_does_not_mean_that_every_host_is_trusted():
    with pytest.raises(SettingsError, match="LAUREL_TRUSTED_HOSTS"):
        settings_from({"LAUREL_TRUSTED_HOSTS": " , "})


MAIL = {"LAUREL_MAIL": "smtp", "LAUREL_SMTP_USER": "laurel", "LAUREL_SMTP_PASSWORD": "hush"}


def test_production_refuses_to_send_the_mail_password_in_clear():
    away = MAIL | {"LAUREL_SMTP_HOST": "mail.example.com"}
    with pytest.raises(SettingsError, match="LAUREL_SMTP_STARTTLS"):
        settings_from(GOOD | away)
    assert settings_from(GOOD | away | {"LAUREL_SMTP_STARTTLS": "true"}).smtp_starttls
    assert settings_from(GOOD | MAIL).smtp_password, "the own machine may listen"


class PoliteServer:
    """Takes part in the conversation and remembers how it was to be trusted."""

    asked: ssl.SSLContext | None = None

    def __init__(self, *_address: Any, **_options: Any) -> None: ...

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None: ...

    def starttls(self, *, context: ssl.SSLContext | None = None) -> None:
        PoliteServer.asked = context

    def send_message(self, _message: object) -> None: ...


def test_whoever_pretends_to_be_the_mail_server_is_not_believed(monkeypatch):
    monkeypatch.setattr("smtplib.SMTP", PoliteServer)
    letter = Letter(
        id=1, to_address="maya@example.com", subject="Hello", text="Hello", html="<p>Hello</p>",
        written_at=clock.now(),
    )  # fmt: skip
    Post(settings_for("sqlite:///unused.db", mail="smtp", smtp_starttls=True)).send(letter)
    assert PoliteServer.asked is not None
    assert PoliteServer.asked.check_hostname
    assert PoliteServer.asked.verify_mode is ssl.CERT_REQUIRED
