"""Laurel starts only when it is told everything it needs, and says what is missing."""

import dataclasses
import re
from pathlib import Path

import pytest

from marketplace.kernel.settings import DEMO_KEY, ROOT, Settings, SettingsError, settings_from

GOOD = {
    "LAUREL_MODE": "production",
    "LAUREL_SECRET_KEY": "k3y-of-forty-characters-that-nobody-knows",
    "LAUREL_BASE_URL": "https://rewards.example.com",
    "LAUREL_SECURE_COOKIES": "true",
    "LAUREL_MAIL": "smtp",
}


def test_production_starts_with_a_secret_https_secure_cookies_and_mail():
    assert settings_from(GOOD).is_production


@pytest.mark.parametrize("key", ["", "secret", DEMO_KEY, "short"])
def test_production_refuses_a_known_or_short_secret(key):
    with pytest.raises(SettingsError, match="LAUREL_SECRET_KEY"):
        settings_from(GOOD | {"LAUREL_SECRET_KEY": key})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("LAUREL_BASE_URL", "http://rewards.example.com"),
        ("LAUREL_SECURE_COOKIES", "false"),
        ("LAUREL_ARGON2", "cheap"),
        ("LAUREL_CRASH_AT", "mail.before_send"),
        ("LAUREL_POOL_SIZE", "1_000"),
        ("LAUREL_SECURE_COOKIES", "perhaps"),
        ("LAUREL_BRAND_HUE", "400"),
        ("LAUREL_DESK_UNDO_MINUTES", "0"),
        ("LAUREL_DESK_UNDO_MINUTES", "1441"),
        ("LAUREL_GOODWILL_ALONE_POINTS", "-1"),
        ("LAUREL_VOUCHER_EXTENSION_DAYS", "3661"),
        ("LAUREL_VOUCHER_GRACE_DAYS", "0"),
        ("LAUREL_TRAVEL_IDENTITY_DAYS", "367"),
        ("LAUREL_VAULT_KEYS", "2027-01"),
        ("LAUREL_VAULT_KEYS", "secret=k3y-of-forty-characters-that-nobody-knows"),
        ("LAUREL_VAULT_KEYS", "Two Words=k3y-of-forty-characters-that-nobody-knows"),
        ("LAUREL_VAULT_KEYS", "a=k3y-of-forty-characters-that-nobody-knows,a=another"),
        ("LAUREL_VAULT_KEYS", "2027-01=too-short"),
        ("LAUREL_MODE", "prod"),
        ("LAUREL_MAIL", "smpt"),
        ("LAUREL_MAIL", "mailbox"),
        ("LAUREL_ARGON2", "weak"),
        ("LAUREL_STRIPE_KEY", "sk_test_0123456789"),
        ("LAUREL_STRIPE_KEY", "pk_live_0123456789"),
        ("LAUREL_STRIPE_KEY", "sk_live_key"),  # and no secret for its events
        ("LAUREL_STRIPE_WEBHOOK_SECRETS", "whsec_0123456789"),  # and no key
        ("LAUREL_STRIPE_ADDRESS", "http://stripe.example.com"),
        ("LAUREL_STRIPE_ADDRESS", "http://127.0.0.1.example.com"),
        ("LAUREL_DATABASE_URL", "mysql://somewhere/db"),
        ("LAUREL_DATBASE_URL", "sqlite:////tmp/x.db"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(name, value):
    with pytest.raises(SettingsError, match=name):
        settings_from(GOOD | {name: value})


def test_production_takes_a_live_key_with_all_its_secrets():
    stripe = {"LAUREL_STRIPE_KEY": "rk_live_1", "LAUREL_STRIPE_WEBHOOK_SECRETS": "whsec_a, whsec_b"}
    assert settings_from(GOOD | stripe).stripe_secrets == ["whsec_a", "whsec_b"]
    for odd in ("whsec_a,b", "a"):
        with pytest.raises(SettingsError, match="LAUREL_STRIPE_WEBHOOK_SECRETS"):
            settings_from(GOOD | stripe | {"LAUREL_STRIPE_WEBHOOK_SECRETS": odd})


def test_what_is_not_production_moves_no_money():
    stripe = {"LAUREL_STRIPE_KEY": "sk_live_1", "LAUREL_STRIPE_WEBHOOK_SECRETS": "whsec_a"}
    with pytest.raises(SettingsError, match="LAUREL_STRIPE_KEY"):
        settings_from(stripe | {"LAUREL_MODE": "demo"})


def test_the_password_in_a_database_address_is_not_repeated():
    with pytest.raises(SettingsError) as error:
        settings_from(GOOD | {"LAUREL_DATABASE_URL": "mysql://maya:hush@somewhere/db"})
    assert "hush" not in str(error.value)


def test_the_address_of_postgresql_gets_our_driver():
    settings = settings_from(GOOD | {"LAUREL_DATABASE_URL": "postgres://db.example.com/laurel"})
    assert settings.database_url == "postgresql+psycopg://db.example.com/laurel"


def test_every_setting_is_documented_and_nothing_else_is():
    documented = set(
        re.findall(r"`(LAUREL_[A-Z0-9_]+)`", Path(ROOT, "docs/settings.md").read_text())
    )
    known = {f"LAUREL_{field.name.upper()}" for field in dataclasses.fields(Settings)}
    assert documented == known
