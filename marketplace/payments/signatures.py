"""Whether an event is Stripe's: the signature over the raw body, and its age both ways.

Stripe's own client takes a signature that is dated a year ahead; this takes five minutes.
"""

import hashlib
import hmac
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from marketplace.payments.policies import LATE_EVENTS

_LONGEST_HEADER = 2_000
_MOST_SIGNATURES = 10
_LONGEST_ID = 255
_FIRST, _LAST = 0, 253_402_300_799


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What an event is about. It is believed no further than that something is to be looked at."""

    event_id: str
    kind: str
    made_at: datetime
    is_live: bool
    about: str
    reference: str
    checkout_id: str
    intent_id: str
    digest: str


def is_signed(header: str, body: bytes, secrets: Sequence[str], at: datetime) -> bool:
    """Whether one of the secrets signed this body within five minutes of `at`, before or after."""
    if len(header) > _LONGEST_HEADER:
        return False
    parts = [part.strip().partition("=") for part in header.split(",")]
    moments = [value for name, _, value in parts if name == "t"]
    given = [value for name, _, value in parts if name == "v1"][:_MOST_SIGNATURES]
    if len(moments) != 1 or not _is_number(moments[0]):
        return False
    if abs(at.timestamp() - int(moments[0])) > LATE_EVENTS.total_seconds():
        return False
    text, found = moments[0].encode() + b"." + body, False
    for secret in secrets:
        wanted = hmac.new(secret.encode(), text, hashlib.sha256).hexdigest().encode()
        for one in given:
            found |= hmac.compare_digest(wanted, one.encode())
    return found


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 11


def read_event(body: bytes) -> Event | None:
    """An event as it stands in a body; None when it is none."""
    try:
        event = json.loads(body)
        thing = event["data"]["object"]
        made = event["created"]
        if not (isinstance(thing, dict) and isinstance(made, int) and _FIRST <= made <= _LAST):
            return None
        is_page = thing.get("object") == "checkout.session"
        is_intent = thing.get("object") == "payment_intent"
        return Event(
            event_id=_id(event, "id", needed=True),
            kind=_id(event, "type", needed=True),
            made_at=datetime.fromtimestamp(made, UTC),
            is_live=event["livemode"] is True,
            about=_id(thing, "id"),
            reference=_id(thing, "client_reference_id") or _laurel(thing),
            checkout_id=_id(thing, "id") if is_page else "",
            intent_id=_id(thing, "id") if is_intent else _id(thing, "payment_intent"),
            digest=hashlib.sha256(body).hexdigest(),
        )
    except (KeyError, TypeError, ValueError, RecursionError):
        return None


def _id(thing: dict[str, Any], name: str, *, needed: bool = False) -> str:
    """A short text of a thing, empty when it has none. Raises ValueError for another thing."""
    given = thing.get(name)
    if given is None and not needed:
        return ""
    if not isinstance(given, str) or not 0 < len(given) <= _LONGEST_ID or "\0" in given:
        if needed:
            raise ValueError(name)
        return ""
    return given


def _laurel(thing: dict[str, Any]) -> str:
    about = thing.get("metadata")
    return _id(about, "laurel") if isinstance(about, dict) else ""
