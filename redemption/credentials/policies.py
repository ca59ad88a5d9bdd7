"""Rules about credentials that need no database: digests, bits, and what takes how long."""

import base64
import gzip
import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from redemption.credentials.states import PLACES_IN_A_LIST

TRIES_FOR_A_PLACE = 8
KEY_BITS = 2048
LIST_DAYS = 2
KEPT_FOR = 300
"""Seconds for which anyone may keep a status list or a page of keys."""

SEALED_FOR = "signing_keys:sealed:"


def identity_hash(email: str, salt: str) -> str:
    """The salted digest by which somebody who knows an e-mail recognizes it."""
    return "sha256$" + hashlib.sha256(f"{email.lower()}{salt}".encode()).hexdigest()


def encoded_list(revoked: Iterable[int]) -> str:
    """A status list with these places set: bits from the left, packed, as base64url behind `u`."""
    bits = bytearray(PLACES_IN_A_LIST // 8)
    for place in revoked:
        bits[place // 8] |= 0x80 >> place % 8
    packed = gzip.compress(bytes(bits), 9, mtime=0)
    return "u" + base64.urlsafe_b64encode(packed).decode().rstrip("=")


def list_ends(at: datetime) -> datetime:
    """Until when a status list handed out now may be believed: the same for a whole day."""
    day = at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return day + timedelta(days=LIST_DAYS)


def moment(at: datetime) -> str:
    """A moment as credentials write it: whole seconds in UTC."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
