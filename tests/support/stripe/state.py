"""What an account at Stripe holds: sessions, intents, refunds, disputes and what moved its balance.

Amounts are in Stripe's smallest units; a yen has none. Everything is as the API tells it, so that
the server only has to hand it out.
"""

import copy
import itertools
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from marketplace.kernel import clock

OPEN_FOR = timedelta(hours=24)
SMALLEST = 50
Thing = dict[str, Any]
KINDS = ("checkout.session", "payment_intent", "charge", "refund", "dispute", "balance_transaction")


class Refused(Exception):
    """What Stripe answers instead: a status, a type and words."""

    def __init__(
        self, message: str, *, status: int = 400, kind: str = "invalid_request_error", **more: str
    ) -> None:
        super().__init__(message)
        self.status, self.body = status, {"type": kind, "message": message} | more


def seconds(moment: datetime) -> int:
    return int(moment.timestamp())


@dataclass(slots=True)
class Account:
    """Everything of one account. `tell` hears of each event as it happens."""

    livemode: bool = False
    tell: Callable[[str, Thing], None] = lambda _kind, _thing: None
    things: dict[str, Thing] = field(default_factory=dict)
    lock: Any = field(default_factory=threading.RLock)
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def add(self, prefix: str, kind: str, **facts: Any) -> Thing:
        """A new thing, the newest of its kind."""
        number = next(self._numbers)
        key = f"{prefix}_test_{number:06d}"
        made = {"created": seconds(clock.now()), "livemode": self.livemode, "_number": number}
        self.things[key] = {"id": key, "object": kind} | made | facts
        return self.things[key]

    def get(self, kind: str, key: str) -> Thing:
        """One thing. Raises Refused (404)."""
        found = self.things.get(key)
        if found is None or found["object"] != kind:
            raise Refused(f"No such {kind}: '{key}'", status=404, code="resource_missing")
        return found

    def of(self, kind: str, **facts: Any) -> list[Thing]:
        """Those of a kind that agree with these facts, the newest first."""
        found = [
            one
            for one in self.things.values()
            if one["object"] == kind and all(one.get(name) == fact for name, fact in facts.items())
        ]
        return sorted(found, key=lambda one: -one["_number"])

    def open_session(self, body: Thing) -> Thing:
        """A Checkout Session for one price, open for a day or as long as was said."""
        if body.get("mode") != "payment":
            raise Refused("Invalid mode: must be payment", param="mode")
        (item,) = body["line_items"].values()
        price = item["price_data"]
        amount = int(price["unit_amount"]) * int(item.get("quantity", 1))
        if amount < SMALLEST:
            raise Refused(
                "The Checkout Session's total amount must convert to at least 50 cents.",
                code="amount_too_small",
            )
        ends = int(body.get("expires_at", seconds(clock.now() + OPEN_FOR)))
        now = seconds(clock.now())
        if not now + 1_800 <= ends <= now + 86_400:
            raise Refused("The `expires_at` timestamp must be 30 minutes to 24 hours away.")
        made = self.add(
            *("cs", "checkout.session"),
            mode="payment",
            status="open",
            payment_status="unpaid",
            amount_total=amount,
            currency=price["currency"],
            client_reference_id=body.get("client_reference_id"),
            metadata=body.get("metadata", {}),
            payment_intent=None,
            expires_at=ends,
            success_url=body.get("success_url"),
            cancel_url=body.get("cancel_url"),
            _intent_metadata=body.get("payment_intent_data", {}).get("metadata", {}),
        )
        made["url"] = f"https://checkout.stripe.invalid/c/pay/{made['id']}"
        return made

    def expire_session(self, key: str) -> Thing:
        """Close an open session. Raises Refused for one that is not open."""
        found = self.get("checkout.session", key)
        if found["status"] != "open":
            raise Refused("Only Checkout Sessions with a status in [open] can be expired.")
        found |= {"status": "expired", "url": None}
        self.tell("checkout.session.expired", found)
        return found

    def let_pass(self) -> None:
        """Close every session whose time is over."""
        for one in self.of("checkout.session", status="open"):
            if one["expires_at"] <= seconds(clock.now()):
                self.expire_session(one["id"])

    def pay(self, key: str, card: str = "good", *, amount: int | None = None) -> Thing:
        """Somebody pays at the page of a session with a `good` card, or tries to.

        A `declined` card and a bank page that is `abandoned` leave the session open.
        """
        session = self.get("checkout.session", key)
        if session["status"] != "open":
            raise Refused("This Checkout Session is not open any more.")
        intent = self._intent_of(session)
        if card == "declined":
            intent |= {"status": "requires_payment_method", "last_payment_error": "card_declined"}
            self.tell("payment_intent.payment_failed", intent)
        elif card == "abandoned":
            intent["status"] = "requires_action"
            self.tell("payment_intent.requires_action", intent)
        else:
            self._capture(session, intent, session["amount_total"] if amount is None else amount)
        return session

    def _intent_of(self, session: Thing) -> Thing:
        if session["payment_intent"]:
            return self.get("payment_intent", session["payment_intent"])
        intent = self.add(
            *("pi", "payment_intent"),
            amount=session["amount_total"],
            amount_received=0,
            currency=session["currency"],
            status="requires_payment_method",
            latest_charge=None,
            metadata=session["_intent_metadata"],
        )
        session["payment_intent"] = intent["id"]
        return intent

    def _capture(self, session: Thing, intent: Thing, amount: int) -> None:
        charge = self.add(
            *("ch", "charge"),
            amount=amount,
            amount_captured=amount,
            amount_refunded=0,
            currency=intent["currency"],
            payment_intent=intent["id"],
            disputed=False,
            receipt_url=f"https://pay.stripe.invalid/receipts/{intent['id']}",
        )
        intent |= {"status": "succeeded", "amount_received": amount, "latest_charge": charge["id"]}
        session |= {"status": "complete", "payment_status": "paid", "url": None}
        session["amount_total"] = amount
        self._move(charge["id"], "charge", amount, intent["currency"])
        self.tell("checkout.session.completed", session)
        self.tell("payment_intent.succeeded", intent)

    def refund(self, body: Thing, *, fails: bool = False) -> Thing:
        """Give money back, never more than was captured and not given back yet."""
        intent = self.get("payment_intent", body["payment_intent"])
        charge = self.get("charge", intent["latest_charge"] or "none")
        left = charge["amount_captured"] - charge["amount_refunded"]
        amount = int(body.get("amount", left))
        if not 0 < amount <= left:
            raise Refused(
                f"Refund amount ({amount}) is greater than unrefunded amount on charge ({left})",
                code="charge_already_refunded" if left == 0 else "amount_too_large",
            )
        made = self.add(
            *("re", "refund"),
            amount=amount,
            currency=charge["currency"],
            payment_intent=intent["id"],
            charge=charge["id"],
            metadata=body.get("metadata", {}),
            status="failed" if fails else "succeeded",
        )
        if not fails:
            charge["amount_refunded"] += amount
            self._move(made["id"], "refund", -amount, charge["currency"])
            self.tell("charge.refunded", charge)
        self.tell("refund.created", made)
        return made

    def send_back(self, refund_id: str) -> None:
        """A bank does not take what went back to it days ago."""
        found = self.get("refund", refund_id)
        found["status"] = "failed"
        self.get("charge", found["charge"])["amount_refunded"] -= found["amount"]
        self._move(found["id"], "refund_failure", found["amount"], found["currency"])
        self.tell("refund.failed", found)

    def dispute(self, intent_id: str) -> Thing:
        """The owner of the card asks their bank for the money back."""
        intent = self.get("payment_intent", intent_id)
        charge = self.get("charge", intent["latest_charge"])
        charge["disputed"] = True
        made = self.add(
            *("dp", "dispute"),
            amount=charge["amount_captured"],
            currency=charge["currency"],
            charge=charge["id"],
            payment_intent=intent_id,
            reason="fraudulent",
            status="needs_response",
        )
        self._move(made["id"], "adjustment", -made["amount"], made["currency"])
        self.tell("charge.dispute.created", made)
        return made

    def close_dispute(self, dispute_id: str, *, won: bool) -> Thing:
        """The bank decides."""
        found = self.get("dispute", dispute_id)
        found["status"] = "won" if won else "lost"
        if won:
            self._move(found["id"], "adjustment", found["amount"], found["currency"])
        self.tell("charge.dispute.closed", found)
        return found

    def _move(self, source: str, kind: str, amount: int, currency: str) -> None:
        facts = {"source": source, "type": kind, "amount": amount, "currency": currency}
        self.add("txn", "balance_transaction", **facts, fee=0, net=amount)


def told(thing: Thing) -> Thing:
    """A thing as the API tells it: without what only this server knows."""
    return copy.deepcopy({name: fact for name, fact in thing.items() if name[0] != "_"})
