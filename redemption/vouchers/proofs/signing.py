"""The proof in a voucher's square: signed facts that anybody with the public key can check.

A square holds the address of the voucher's check, and behind `#` what no browser sends anywhere:
`1.<facts>.<signature>`. The facts are JSON in base64url; the signature is Ed25519 over the facts
and the code together, so that a proof can't be stuck on another code.
"""

import base64
import hashlib
import json
import re
from binascii import Error as NotBase64
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

from marketplace.kernel.codes import normal_code
from redemption.vouchers.proofs.errors import NotGenuine

VERSION = "1"
PURPOSE = "laurel voucher 1"
NAME_LENGTH = 8
LONGEST_TITLE = 60
LONGEST_TEXT = 2_000
_SQUARE = re.compile(r"/vouchers/([^/?#\s]+)#([0-9]+)\.([\w-]+)\.([\w-]+)\Z", re.ASCII)
NO_PROOF = (
    "There is no proof in this. Scan the whole square; vouchers from before this was introduced "
    "have none. Whether it counts can be checked with a network."
)
UNKNOWN_KEY = (
    "This was not signed with a key known here: it is another organization's, the key was "
    "withdrawn, or it is newer than the keys at hand. Don't accept it without checking online."
)
CHANGED = (
    "The signature does not fit: the square was changed, or belongs to another code. "
    "Don't accept it."
)


@dataclass(frozen=True, slots=True)
class Facts:
    """What a proof says: of the voucher as it was when its square was drawn.

    `value` is minor units of `currency` at issue; without a currency it counts uses.
    """

    number: str
    title: str
    value: int
    currency: str | None
    last_day: date
    issued_on: date


@dataclass(frozen=True, slots=True)
class MadeKey:
    """A key pair just made, in base64url."""

    name: str
    public: str
    private: str


@dataclass(frozen=True, slots=True)
class KeyInUse:
    """The key that signs now, opened."""

    name: str
    private: str


def make_key() -> MadeKey:
    """A new key pair."""
    key = Ed25519PrivateKey.generate()
    public = key.public_key().public_bytes_raw()
    return MadeKey(name_of(public), _text(public), _text(key.private_bytes_raw()))


def name_of(public: bytes) -> str:
    """What a proof calls a key: the beginning of the digest of its public half."""
    return _text(hashlib.sha256(public).digest())[:NAME_LENGTH]


def proof(facts: Facts, code: str, key: KeyInUse) -> str:
    """What stands behind `#` in the square of the voucher with this code. The same twice."""
    listed = [
        key.name,
        facts.number,
        facts.title[:LONGEST_TITLE],
        facts.value,
        facts.currency or "",
        facts.last_day.isoformat(),
        facts.issued_on.isoformat(),
    ]
    said = _text(json.dumps(listed, ensure_ascii=False, separators=(",", ":")).encode())
    private = Ed25519PrivateKey.from_private_bytes(_bytes(key.private))
    return f"{VERSION}.{said}.{_text(private.sign(_signed(code, said)))}"


def verified(square: str, keys: Mapping[str, str]) -> Facts:
    """What a scanned square proves with these public keys, by name. Raises NotGenuine."""
    found = _SQUARE.search(square.strip()[:LONGEST_TEXT])
    code = normal_code(found[1]) if found else None
    if found is None or code is None or found[2] != VERSION:
        raise NotGenuine(NO_PROOF)
    said = _said(found[3])
    public = keys.get(str(said[0]))
    if public is None:
        raise NotGenuine(UNKNOWN_KEY)
    try:
        signature = _bytes(found[4])
        key = Ed25519PublicKey.from_public_bytes(_bytes(public))
        key.verify(signature, _signed(code, found[3]))
        return _facts(said)
    except (InvalidSignature, ValueError, TypeError) as error:
        raise NotGenuine(CHANGED) from error


def _said(text: str) -> list[object]:
    try:
        said = json.loads(_bytes(text))
    except (NotBase64, ValueError) as error:
        raise NotGenuine(CHANGED) from error
    if not isinstance(said, list) or len(said) != 7:
        raise NotGenuine(CHANGED)
    return said


def _facts(said: list[object]) -> Facts:
    _name, number, title, value, currency, last_day, issued_on = said
    if not isinstance(value, int):
        raise TypeError(value)
    return Facts(
        number=str(number),
        title=str(title),
        value=value,
        currency=str(currency) or None,
        last_day=date.fromisoformat(str(last_day)),
        issued_on=date.fromisoformat(str(issued_on)),
    )


def _signed(code: str, said: str) -> bytes:
    return f"{PURPOSE}\n{code}\n{said}".encode()


def _text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
