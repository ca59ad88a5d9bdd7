"""Everything an operator may set. Read once from the environment; nothing else reads it."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Literal, get_args, get_origin

ROOT = Path(__file__).resolve().parents[2]
DEMO_KEY = "laurel-demo-key-not-for-production"
FEWEST_SIGNS = 10  # different ones in a secret key; a random one of 32 has twice as many
RANGES = {
    "brand_hue": (0, 359),
    "desk_undo_minutes": (1, 1_440),
    "goodwill_alone_points": (0, 100_000_000),
    "travel_canceled_days": (0, 366),
    "travel_identity_days": (0, 366),
    "travel_needs_days": (0, 366),
    "voucher_extension_days": (1, 3_660),
    "voucher_grace_days": (1, 3_660),
}
"""The lowest and the highest number of settings that take no others."""

KNOWN_KEYS = frozenset({DEMO_KEY, "secret", "changeme", "dev", "test", "password"})

_NAME_OF_A_KEY = re.compile("[a-z0-9][a-z0-9-]{0,29}")
_OWN_MACHINE = frozenset({"127.0.0.1", "::1", "localhost"})
_LIVE_KEYS = ("sk_live_", "rk_live_")
_STRIPE_KEYS = (*_LIVE_KEYS, "sk_test_", "rk_test_")
Mode = Literal["demo", "test", "production"]


class SettingsError(Exception):
    """A setting is missing or cannot be used; the text names it and says what to set."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """One field per `LAUREL_…` variable; `docs/settings.md` explains each (a test compares)."""

    mode: Mode = "demo"
    database_url: str = f"sqlite:///{ROOT / 'instance' / 'laurel.db'}"
    secret_key: str = DEMO_KEY
    vault_keys: str = ""
    base_url: str = "http://127.0.0.1:8000"
    trusted_hosts: str = "127.0.0.1,localhost"
    secure_cookies: bool = False
    proxies: int = 0
    mail: Literal["mailbox", "smtp"] = "mailbox"
    mail_from: str = "Laurel <laurel@example.com>"
    smtp_host: str = "127.0.0.1"
    smtp_port: int = 25
    smtp_user: str = ""
    smtp_password: str = ""
    smtp_starttls: bool = False
    pool_size: int = 8
    organization: str = "Evergreen Works"
    brand_hue: int = 168
    undo_seconds: int = 30
    desk_undo_minutes: int = 15
    goodwill_alone_points: int = 2_000
    voucher_extension_days: int = 365
    voucher_grace_days: int = 90
    travel_identity_days: int = 30
    travel_needs_days: int = 7
    travel_canceled_days: int = 7
    leaver_trips: Literal["terms", "whole", "keep"] = "terms"
    max_upload_mb: int = 64
    max_photo_mb: int = 10
    sign_in_days: int = 14
    provider_credentials: str = ""
    stripe_key: str = ""
    stripe_webhook_secrets: str = ""
    stripe_address: str = ""
    argon2: Literal["strong", "cheap"] = "strong"
    crash_at: str = ""

    def __post_init__(self) -> None:
        self._refuse_unknown_words()
        self._refuse_out_of_range()
        self._refuse_nameless_keys()
        self._refuse_odd_stripe()
        if not self.hosts:
            raise SettingsError("LAUREL_TRUSTED_HOSTS names no host; without one all are believed.")
        if self.mode == "production":
            self._refuse_half_configured()

    def _refuse_unknown_words(self) -> None:
        for field in fields(self):
            words, given = get_args(field.type), getattr(self, field.name)
            if get_origin(field.type) is Literal and given not in words:
                name = f"LAUREL_{field.name.upper()}"
                raise SettingsError(f"{name} is {given!r}; set {' or '.join(words)}.")

    def _refuse_out_of_range(self) -> None:
        for field, (low, high) in RANGES.items():
            given = getattr(self, field)
            if not low <= given <= high:
                raise SettingsError(
                    f"LAUREL_{field.upper()} is {given}; set a whole number from {low} to {high}."
                )

    def _refuse_nameless_keys(self) -> None:
        pairs = _pairs(self.vault_keys)
        names = [name for name, _ in pairs]
        odd = [name for name in names if name == "secret" or not _NAME_OF_A_KEY.fullmatch(name)]
        if odd or len(set(names)) < len(names) or not all(given for _, given in pairs):
            raise SettingsError(
                "LAUREL_VAULT_KEYS is a list of name=key, each name once, of lower-case letters, "
                "digits and hyphens, and none of them “secret”: 2027-01=…,2026-07=…"
            )

    def _refuse_odd_stripe(self) -> None:
        """A key that is none, half of what it needs, or an address where it would be overheard."""
        if self.stripe_key and not self.stripe_key.startswith(_STRIPE_KEYS):
            raise SettingsError(
                "LAUREL_STRIPE_KEY is no secret key of Stripe's: they begin with sk_ or rk_."
            )
        if self.mode == "production" and self.stripe_key and not is_live_key(self.stripe_key):
            raise SettingsError(
                "LAUREL_STRIPE_KEY is a test key, which takes no money. Set a live one in "
                "production, or none."
            )
        if self.mode != "production" and is_live_key(self.stripe_key):
            raise SettingsError(
                "LAUREL_STRIPE_KEY is a live key, which takes money. Only production may have one."
            )
        if bool(self.stripe_key) != bool(self.stripe_secrets):
            raise SettingsError(
                "Set LAUREL_STRIPE_KEY and LAUREL_STRIPE_WEBHOOK_SECRETS together, or neither: "
                "without the one nothing is paid, without the other nobody hears of it."
            )
        if not all(secret.startswith("whsec_") for secret in self.stripe_secrets):
            raise SettingsError(
                "LAUREL_STRIPE_WEBHOOK_SECRETS is a list of signing secrets, separated by commas; "
                "each begins with whsec_."
            )
        if self.stripe_address and not self.stripe_address.startswith(
            ("https://", "http://127.0.0.1:")
        ):
            raise SettingsError(
                "LAUREL_STRIPE_ADDRESS begins with https://, or http://127.0.0.1: for a double."
            )

    def _refuse_half_configured(self) -> None:
        if any(_is_poor(given) for given in self.vault_secrets.values()):
            raise SettingsError(
                "Each key of LAUREL_VAULT_KEYS must be a random text of at least 32 characters in "
                "production."
            )
        if self.secret_key in KNOWN_KEYS or _is_poor(self.secret_key):
            raise SettingsError(
                "LAUREL_SECRET_KEY must be a random text of at least 32 characters in production. "
                "Make one with: python3 -c 'import secrets; print(secrets.token_urlsafe(48))'"
            )
        if not self.base_url.startswith("https://"):
            raise SettingsError("LAUREL_BASE_URL must begin with https:// in production.")
        if not self.secure_cookies:
            raise SettingsError("Set LAUREL_SECURE_COOKIES=true in production.")
        if self.mail != "smtp":
            raise SettingsError(
                "LAUREL_MAIL=mailbox sends no letter to anyone. Set LAUREL_MAIL=smtp in production."
            )
        if self.smtp_password and not self.smtp_starttls and self.smtp_host not in _OWN_MACHINE:
            raise SettingsError(
                "LAUREL_SMTP_PASSWORD would travel in clear. Set LAUREL_SMTP_STARTTLS=true."
            )
        if self.argon2 != "strong" or self.crash_at:
            raise SettingsError("LAUREL_ARGON2 and LAUREL_CRASH_AT are for tests only.")

    def credentials_of(self, provider: str) -> str:
        """What a provider gave us to sign in with; empty when it is not set."""
        pairs = _pairs(self.provider_credentials)
        return next((given for name, given in pairs if name == provider), "")

    @property
    def stripe_secrets(self) -> list[str]:
        """What events of Stripe may be signed with; two while one takes the other's place."""
        return [one.strip() for one in self.stripe_webhook_secrets.split(",") if one.strip()]

    @property
    def vault_secrets(self) -> dict[str, str]:
        """What wraps the keys of people, by name, the one in use first."""
        return dict(_pairs(self.vault_keys))

    @property
    def is_sqlite(self) -> bool:
        return self.database_url.startswith("sqlite")

    @property
    def is_production(self) -> bool:
        return self.mode == "production"

    @property
    def hosts(self) -> list[str]:
        """Host names a request may name; anything else is refused."""
        return [host.strip() for host in self.trusted_hosts.split(",") if host.strip()]


def _pairs(text: str) -> list[tuple[str, str]]:
    """`name=value,name=value` as pairs; what has no value has an empty one."""
    split = (pair.strip().partition("=") for pair in text.split(",") if pair.strip())
    return [(name.strip(), given.strip()) for name, _, given in split]


def is_live_key(key: str) -> bool:
    """Whether a key of Stripe's moves real money."""
    return key.startswith(_LIVE_KEYS)


def _is_poor(secret: str) -> bool:
    return len(secret) < 32 or len(set(secret)) < FEWEST_SIGNS


_current: Settings | None = None


def use(settings: Settings) -> None:
    """Make `settings` those of this process; the app factory does it."""
    global _current  # noqa: PLW0603  one process has one set of settings
    _current = settings


def current() -> Settings:
    """The settings of this process."""
    if _current is None:
        raise SettingsError("No settings are in use yet; create_app sets them.")
    return _current


def _whole_number(name: str, text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise SettingsError(f"{name} is {text!r}; set a whole number.")
    return int(text)


def _yes_or_no(name: str, text: str) -> bool:
    if text.lower() in {"true", "1", "yes"}:
        return True
    if text.lower() in {"false", "0", "no", ""}:
        return False
    raise SettingsError(f"{name} is {text!r}; set true or false.")


def settings_from(environment: Mapping[str, str] | None = None) -> Settings:
    """Settings from `LAUREL_…` variables.

    Raises SettingsError for an unknown name or a value that cannot be read.
    """
    source = os.environ if environment is None else environment  # noqa: TID251  the only reading
    known = {f"LAUREL_{field.name.upper()}": field for field in fields(Settings)}
    given: dict[str, object] = {}
    for name, text in source.items():
        if not name.startswith("LAUREL_") or name.startswith("LAUREL_TEST_"):
            continue
        if name not in known:
            raise SettingsError(f"{name} is not a setting of Laurel. Known: {', '.join(known)}.")
        kind = known[name].type
        given[known[name].name] = (
            _whole_number(name, text)
            if kind is int
            else _yes_or_no(name, text)
            if kind is bool
            else text
        )
    if url := given.get("database_url"):
        given["database_url"] = normal_database_url(str(url))
    return Settings(**given)  # pyright: ignore[reportArgumentType]


def normal_database_url(url: str) -> str:
    """The same address with the driver Laurel uses (psycopg for PostgreSQL)."""
    for prefix in ("postgres://", "postgresql://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    if url.startswith(("sqlite:///", "postgresql+psycopg://")):
        return url
    raise SettingsError(
        f"LAUREL_DATABASE_URL is {url.rpartition('@')[2]!r}; it begins with sqlite:/// or postgresql://."
    )
