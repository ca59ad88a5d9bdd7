"""Passwords under argon2id. Nothing here knows whose they are."""

import functools

from argon2 import PasswordHasher, profiles
from argon2.exceptions import InvalidHashError, VerificationError

from marketplace.kernel import settings

_PROFILES = {"strong": profiles.RFC_9106_LOW_MEMORY, "cheap": profiles.CHEAPEST}


@functools.cache
def _hasher(strength: str) -> PasswordHasher:
    return PasswordHasher.from_parameters(_PROFILES[strength])


@functools.cache
def _nobodys_hash(strength: str) -> str:
    return _hasher(strength).hash("nobody has this password")


def hash_password(password: str) -> str:
    """What is stored instead of `password`."""
    return _hasher(settings.current().argon2).hash(password)


def password_matches(stored: str | None, password: str) -> bool:
    """Whether `password` is the stored one. Takes as long when nothing is stored."""
    strength = settings.current().argon2
    try:
        _hasher(strength).verify(stored or _nobodys_hash(strength), password)
    except (VerificationError, InvalidHashError):
        return False
    return stored is not None


def is_outdated(stored: str) -> bool:
    """Whether the stored hash was made with other parameters than today's."""
    return _hasher(settings.current().argon2).check_needs_rehash(stored)
