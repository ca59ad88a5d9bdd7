"""Orders at a provider of the shape of Tango's second interface.

A new order is answered 201, a repeated reference 200 with the first one. An answer of 500 and more
may hide an order that went through. Unknown fields are left alone; amounts are read exactly or not
at all.
"""

import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any
from urllib.parse import quote, urlencode

from catalog.providers.adapters.tango import basic_sign_in
from marketplace.kernel.outgoing import Bounds, Call, CannotFetch, Reply, send
from marketplace.kernel.parsing import CannotRead, currency_places
from redemption.ordering.adapter import (
    Can,
    CannotTell,
    Door,
    Event,
    Kind,
    Outcome,
    TheirState,
    Told,
    Wanted,
)
from redemption.ordering.policies import AT_MOST, FRESH
from redemption.vouchers.received import Credential

BOUNDS = Bounds(most_bytes=2 * 1024 * 1024, at_most=AT_MOST)
A_BLOCK = 100
MOST_BLOCKS = 500
LONGEST = 200
_NEW, _REPEATED = 201, 200
_STATES = {
    "COMPLETE": TheirState.COMPLETE,
    "PENDING": TheirState.PENDING,
    "FAILED": TheirState.FAILED,
    "CANCELED": TheirState.CANCELED,
    "REISSUED": TheirState.REPLACED,
}
_OUTCOMES = {
    (_NEW, TheirState.PENDING): Kind.IN_REVIEW,
    (_NEW, TheirState.COMPLETE): Kind.ACCEPTED,
    (_NEW, TheirState.FAILED): Kind.ACCEPTED,
    (_NEW, TheirState.CANCELED): Kind.ACCEPTED,
}
Object = dict[str, Any]


class _Unreadable(Exception):
    """An answer that is not what the interface promises."""


class TangoOrders:
    """Speaks the second interface of Tango (RaaS v2).

    It sends nothing again: `sendEmail` is off, so the codes come to us and are shown on purpose.
    """

    can = frozenset({Can.CANCEL, Can.REISSUE})

    def submit(self, door: Door, wanted: Wanted) -> Outcome:
        """Order it, once for its reference."""
        places = currency_places(wanted.currency)
        body = {
            "accountIdentifier": door.account,
            "customerIdentifier": door.customer,
            "utid": wanted.sku,
            "amount": float(Decimal(wanted.minor).scaleb(-places)),
            "externalRefID": wanted.client_ref,
            "sendEmail": False,
        }
        return _ordered(door, "/orders", body)

    def find(self, door: Door, client_ref: str) -> Outcome:
        """The order with our reference, with its codes."""
        try:
            query = urlencode({"externalRefID": client_ref})
            reply = _ask(door, f"/orders?{query}")
            if reply.status != 200:
                return _refused(reply, may_reject=False)
            orders = _list(_object(reply), "orders")
            if not orders:
                return Outcome(kind=Kind.NOT_FOUND, words="The provider knows no such order.")
            number = _text(orders[0], "referenceOrderID")
            reply = _ask(door, f"/orders/{quote(number, safe='')}")
            if reply.status != 200:
                return _refused(reply, may_reject=False)
            return Outcome(kind=Kind.ACCEPTED, order=_told(_object(reply)))
        except (CannotFetch, _Unreadable) as broken:
            return _broken(broken)

    def cancel(self, door: Door, told: Told) -> Outcome:
        """Ask for a cancellation of the only line item."""
        try:
            reply = _ask(door, f"{_line_item(told)}/cancel", {"reasonCode": "RECIPIENT_REQUESTED"})
        except CannotFetch as broken:
            return _broken(broken)
        return Outcome(kind=Kind.ACCEPTED) if reply.status == 202 else _refused(reply)

    def reissue(self, door: Door, old: Told, wanted: Wanted) -> Outcome:
        """Another card in place of `old`, once for its own reference."""
        body = {"externalRefID": wanted.client_ref, "reasonCode": "CODE_NOT_WORKING"}
        return _ordered(door, f"{_line_item(old)}/reissue", body)

    def resend(self, door: Door, told: Told) -> Outcome:  # noqa: ARG002  never sent
        """Refused without asking: what the provider never sent can't be sent again."""
        return Outcome(kind=Kind.REJECTED, words="The provider sent this card to nobody but us.")

    def balance(self, door: Door, currency: str) -> int:
        """What is left on our account, in minor units."""
        try:
            reply = _ask(door, f"/accounts/{quote(door.account, safe='')}")
            if reply.status != 200:
                raise CannotTell(_refused(reply).words, wait=reply.wait)
            found = _object(reply)
            if _text(found, "currencyCode") != currency:
                raise CannotTell("The account is in another currency than we were told.")
            return _minor(found.get("currentBalance"), currency)
        except (CannotFetch, _Unreadable) as broken:
            raise CannotTell(_broken(broken).words) from broken

    def listed(self, door: Door, since: datetime, until: datetime) -> list[Told]:
        """Every order of a stretch of time, a block at a time."""
        try:
            return [_told(told) for told in _blocks(door, since, until)]
        except (CannotFetch, _Unreadable) as broken:
            raise CannotTell(_broken(broken).words) from broken

    def signed(self, headers: Mapping[str, str], body: bytes, key: str, at: datetime) -> bool:
        """Whether the body carries our signature of it and of a moment that is fresh."""
        moment, given = headers.get("X-Webhook-Timestamp", ""), headers.get("X-Webhook-Signature")
        if not (key and given and moment.isascii() and moment.isdigit() and len(moment) <= 12):
            return False
        ours = hmac.new(key.encode(), moment.encode() + b"." + body, hashlib.sha256).hexdigest()
        is_fresh = abs(at.timestamp() - int(moment)) <= FRESH.total_seconds()
        return hmac.compare_digest(ours.encode(), given.encode()) and is_fresh

    def event(self, body: bytes) -> Event | None:
        """What an event says about itself; none where it can't be read."""
        try:
            found = _object(Reply(200, body))
            event_id, kind = _text(found, "eventId"), _text(found, "eventType")
        except _Unreadable:
            return None
        data, revision = found.get("eventData"), found.get("revision")
        ref = data.get("externalRefID") if isinstance(data, dict) else None
        count = revision if isinstance(revision, int) and revision is not True else 0
        return Event(
            event_id=event_id,
            kind=kind,
            revision=min(max(count, 0), 10**9),
            client_ref=ref[:LONGEST] if isinstance(ref, str) else "",
            body=body,
        )


def _ask(door: Door, path: str, body: Object | None = None) -> Reply:
    text = None if body is None else json.dumps(body).encode()
    method = "GET" if body is None else "POST"
    headers = basic_sign_in(door.credentials)
    return send(
        door.address.rstrip("/") + path, Call(method=method, headers=headers, body=text), BOUNDS
    )


def _line_item(told: Told) -> str:
    """The path of the only line item of an order."""
    return f"/lineItems/{quote(told.line_ref or told.provider_ref, safe='')}"


def _ordered(door: Door, path: str, body: Object) -> Outcome:
    """What comes of asking for an order: a new one, or the first one of its reference."""
    try:
        reply = _ask(door, path, body)
        if reply.status not in {_NEW, _REPEATED}:
            return _refused(reply)
        told = _told(_object(reply))
    except (CannotFetch, _Unreadable) as broken:
        return _broken(broken)
    return Outcome(kind=_OUTCOMES.get((reply.status, told.state), Kind.DUPLICATE), order=told)


def _broken(broken: CannotFetch | _Unreadable) -> Outcome:
    was_sent = isinstance(broken, _Unreadable) or broken.was_sent
    return Outcome(kind=Kind.UNKNOWN if was_sent else Kind.RETRYABLE, words=str(broken))


def _refused(reply: Reply, *, may_reject: bool = True) -> Outcome:
    """What an answer that is no order means. Only our own fault with the order is a rejection."""
    words = f"The provider answered {reply.status}{_why(reply)}."
    if reply.status == 402 and may_reject:
        return Outcome(kind=Kind.PARKED_NO_FUNDS, words=words)
    if reply.status in {401, 402, 403, 408, 425, 429}:
        return Outcome(kind=Kind.RETRYABLE, words=words, wait=reply.wait)
    if 400 <= reply.status < 500 and reply.status != 409 and may_reject:
        return Outcome(kind=Kind.REJECTED, words=words)
    return Outcome(kind=Kind.UNKNOWN, words=words, wait=reply.wait)


def _why(reply: Reply) -> str:
    """What the answer says about its fields, where it can be read."""
    try:
        errors = _object(reply).get("errors")
    except _Unreadable:
        return ""
    told = [one for one in errors if isinstance(one, dict)] if isinstance(errors, list) else []
    said = [f"{one.get('path', '')} {one.get('message', '')}".strip() for one in told]
    text = "; ".join(filter(None, said))
    return f": {' '.join(text.split())[:LONGEST].rstrip('.')}" if text else ""


def _blocks(door: Door, since: datetime, until: datetime) -> Iterator[Object]:
    for page in range(MOST_BLOCKS):
        query = urlencode(
            {
                "startDate": since.isoformat(),
                "endDate": until.isoformat(),
                "page": page,
                "elementsPerBlock": A_BLOCK,
            }
        )
        reply = _ask(door, f"/orders?{query}")
        if reply.status != 200:
            raise CannotTell(_refused(reply, may_reject=False).words, wait=reply.wait)
        orders = _list(_object(reply), "orders")
        yield from orders
        if len(orders) < A_BLOCK:
            return
    raise CannotTell(f"The list has more than {MOST_BLOCKS * A_BLOCK:,} orders.")


def _told(found: Object) -> Told:
    face, charged = found.get("denomination"), found.get("amountCharged")
    if not isinstance(face, dict):
        raise _Unreadable("The order in the answer has no amount.")
    state = _STATES.get(_text(found, "status"))
    if state is None:
        raise _Unreadable(f"The order's status is {_text(found, 'status')[:40]!r}, unknown to us.")
    currency, charge = _text(face, "currencyCode"), charged if isinstance(charged, dict) else {}
    charged_in = _text(charge, "currencyCode") if charge else None
    return Told(
        provider_ref=_text(found, "referenceOrderID"),
        client_ref=_text(found, "externalRefID"),
        sku=_text(found, "utid"),
        state=state,
        minor=_minor(face.get("value"), currency),
        currency=currency,
        charged_minor=_minor(charge.get("value"), charged_in) if charged_in else None,
        charged_currency=charged_in,
        line_ref=str(found.get("referenceLineItemID") or ""),
        credentials=tuple(_credentials(found.get("reward"))),
        instructions=_instructions(found.get("reward")),
    )


def _credentials(reward: Any) -> Iterator[Credential]:
    listed = reward.get("credentialList") if isinstance(reward, dict) else None
    for one in listed if isinstance(listed, list) else []:
        label, value = (
            (one.get(n) for n in ("label", "value")) if isinstance(one, dict) else ("",) * 2
        )
        if isinstance(value, str) and value.strip() and len(value) <= 2000:
            name = label if isinstance(label, str) and label.strip() else "Code"
            yield Credential(" ".join(name.split())[:60], " ".join(value.split()))


def _instructions(reward: Any) -> str:
    text = reward.get("redemptionInstructions") if isinstance(reward, dict) else None
    return text[:2000] if isinstance(text, str) else ""


def _minor(value: Any, currency: str) -> int:
    """An amount in whole units of its currency as minor units, exactly."""
    try:
        amount = Decimal(str(value)) if isinstance(value, int | Decimal | str) else None
        minor = amount.scaleb(currency_places(currency)) if amount is not None else None
    except (CannotRead, ArithmeticError):
        minor = None
    if isinstance(value, bool) or minor is None or not minor.is_finite():
        raise _Unreadable(f"The amount {str(value)[:40]!r} {currency[:8]} can't be read.")
    if minor != minor.to_integral_value() or abs(minor) > 10**12:
        raise _Unreadable(
            f"The amount {str(value)[:40]} {currency[:8]} is no whole number of smallest units."
        )
    return int(minor)


def _object(reply: Reply) -> Object:
    try:
        found = json.loads(reply.body, parse_float=Decimal, object_hook=_storable)
    except UnicodeError as broken:
        raise _Unreadable("A text in the answer has signs that are none.") from broken
    except (ValueError, RecursionError) as broken:
        raise _Unreadable("The answer is no whole JSON: it may have been cut off.") from broken
    if not isinstance(found, dict):
        raise _Unreadable("The answer is no JSON object.")
    return found


def _storable(found: Object) -> Object:
    """The object again. Raises UnicodeError for a NUL or half a character, which none can keep."""
    for text in found.values():
        if isinstance(text, str):
            text.replace("\0", "\ud800").encode()
    return found


def _list(found: Object, name: str) -> list[Object]:
    listed = found.get(name)
    if not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
        raise _Unreadable(f"The answer has no list of {name}.")
    return listed


def _text(found: Object, name: str) -> str:
    """A text that has to be there."""
    given = found.get(name)
    if not isinstance(given, str) or not given or len(given) > LONGEST:
        raise _Unreadable(f"The answer has no usable {name}.")
    return given
