"""Keys that wrap the keys of people: the first of the settings wraps, every one of them opens.

They are named, so that one can follow another: what the old one wrapped is wrapped anew, and once
it is taken out of the settings nothing that an old copy of the database holds opens any more.
"""

import os

from marketplace.kernel import settings
from marketplace.kernel.secrets import CannotOpen, derived, open_with, seal_with

OF_THE_SECRET = "secret"  # noqa: S105  a name
"""What the key is called that is made from the secret key itself."""

_PURPOSE = "vault"


def wrapping_key_id() -> str:
    """The name of the key that wraps now."""
    return next(iter(_secrets()))


def fresh_key() -> bytes:
    """A random key of 256 bits."""
    return os.urandom(32)


def wrap(key: bytes, context: str) -> tuple[str, bytes]:
    """A key wrapped for `context`, with the name of what wrapped it."""
    name, secret = next(iter(_secrets().items()))
    return name, seal_with(derived(secret, _PURPOSE), key, context)


def unwrap(name: str, wrapped: bytes, context: str) -> bytes:
    """The key wrapped under `name`. Raises CannotOpen, also when no setting knows that name."""
    secret = _secrets().get(name)
    if secret is None:
        raise CannotOpen(f"No key of LAUREL_VAULT_KEYS is called {name!r}.")
    return open_with(derived(secret, _PURPOSE), wrapped, context)


def _secrets() -> dict[str, str]:
    current = settings.current()
    return current.vault_secrets | {OF_THE_SECRET: current.secret_key}
