"""Secrets: AES-256-GCM for what must be shown again, HMAC for what must be found.

Keys are derived from the secret key by HKDF, one per purpose, so that no key does two jobs.
"""

import hashlib
import hmac
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from marketplace.kernel import settings

_VERSION = b"\x01"
_NONCE_BYTES = 12


class CannotOpen(Exception):
    """The sealed text was changed, belongs elsewhere, or another secret key is set."""


def key_for(purpose: str) -> bytes:
    """A 32-byte key for one purpose, the same on every process with the same secret key."""
    return derived(settings.current().secret_key, purpose)


def derived(secret: str, purpose: str) -> bytes:
    """A 32-byte key for one purpose, made from a secret text."""
    kdf = HKDF(algorithm=SHA256(), length=32, salt=b"laurel", info=purpose.encode())
    return kdf.derive(secret.encode())


def seal(text: str, context: str) -> bytes:
    """Encrypt `text`, bound to `context` (table:column:row), so it opens nowhere else."""
    return seal_bytes(text.encode(), context)


def seal_bytes(content: bytes, context: str) -> bytes:
    """The same for a file."""
    return seal_with(key_for("seal"), content, context)


def open_sealed(sealed: bytes, context: str) -> str:
    """The text sealed for `context`. Raises CannotOpen."""
    return open_bytes(sealed, context).decode()


def open_bytes(sealed: bytes, context: str) -> bytes:
    """The file sealed for `context`. Raises CannotOpen."""
    return open_with(key_for("seal"), sealed, context)


def seal_with(key: bytes, plain: bytes, context: str) -> bytes:
    """The same with a key at hand."""
    nonce = os.urandom(_NONCE_BYTES)
    return _VERSION + nonce + AESGCM(key).encrypt(nonce, plain, context.encode())


def open_with(key: bytes, sealed: bytes, context: str) -> bytes:
    """What was sealed for `context` with this key. Raises CannotOpen."""
    nonce, rest = sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
    if sealed[:1] != _VERSION:
        raise CannotOpen("The sealed text has an unknown version.")
    try:
        return AESGCM(key).decrypt(nonce, rest, context.encode())
    except (InvalidTag, ValueError) as error:
        raise CannotOpen(f"The sealed text does not open as {context}.") from error


def fingerprint(text: str, purpose: str) -> str:
    """A keyed digest by which a secret is found without being stored."""
    return hmac.new(key_for(f"fingerprint:{purpose}"), text.encode(), hashlib.sha256).hexdigest()
