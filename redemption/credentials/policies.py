"""Rules about credentials that need no database: digests, bits, and what takes how long."""

import base64
import gzip
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from marketplace.kernel.errors import DomainError
from redemption.credentials.errors import NotRevocable
from redemption.credentials.states import PLACES_IN_A_LIST
from redemption.refusals import OwnRequest

TRIES_FOR_A_PLACE = 8
KEY_BITS = 2048
LIST_DAYS = 2
KEPT_FOR = 300
"""Seconds for which anyone may keep a status list or a page of keys."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Whose a badge or certificate is, and whether it was taken back."""

    owner_id: int
    is_void: bool


def revoke_obstacle(actor_id: int | None, standing: Standing) -> DomainError | None:
    """Why this person can't take it back; None when they can."""
    if standing.is_void:
        return NotRevocable()
    return OwnRequest() if actor_id == standing.owner_id else None


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
