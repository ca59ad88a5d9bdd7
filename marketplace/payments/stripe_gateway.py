"""Stripe: the one module that imports its client.

The client speaks through `kernel.outgoing`, so that its calls are bounded and refused in a
transaction like all others, and never tries again by itself: what is asked again, when and under
which key is decided and kept by us.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import stripe  # noqa: TID251  the one door

from marketplace.kernel.outgoing import Bounds, Call, CannotFetch, send
from marketplace.kernel.settings import is_live_key
from marketplace.payments.gateway import (
    CannotList,
    Checkout,
    Kind,
    Outcome,
    TheirRefund,
    TheirState,
    Told,
    ToldDispute,
    ToldRefund,
    WantedRefund,
)
from marketplace.payments.units import from_stripe, to_stripe

AT_MOST = timedelta(seconds=20)
BOUNDS = Bounds(most_bytes=4 * 1024 * 1024, at_most=AT_MOST)
A_PAGE = 100
EXPAND = ["payment_intent.latest_charge"]
_REFUNDS = {"succeeded": TheirRefund.DONE, "failed": TheirRefund.FAILED}
_REFUNDS |= {"canceled": TheirRefund.FAILED}


class _OurDoor(stripe.HTTPClient):
    """The client's way out, through ours."""

    name = "laurel"

    def request(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None,
        post_data: Any = None,
        *,
        _usage: list[str] | None = None,
    ) -> tuple[str, int, Mapping[str, str]]:
        """Ask once. Raises APIConnectionError; `should_retry` says that nothing was done."""
        body = post_data.encode() if isinstance(post_data, str) else post_data
        try:
            call = Call(method=method.upper(), headers=dict(headers or {}), body=body)
            reply = send(url, call, BOUNDS)
        except CannotFetch as problem:
            raise stripe.APIConnectionError(
                str(problem), should_retry=not problem.was_sent
            ) from problem
        wait = {"retry-after": str(int(reply.wait.total_seconds()))} if reply.wait else {}
        return reply.body.decode(errors="replace"), reply.status, wait

    def close(self) -> None:
        """Nothing stays open."""


class StripeGateway:
    """Stripe's API with one key."""

    def __init__(self, key: str, address: str = "") -> None:
        base: Any = {"api": address.rstrip("/")} if address else None
        self._client = stripe.StripeClient(
            key, base_addresses=base, max_network_retries=0, http_client=_OurDoor()
        )
        self.mode = "live" if is_live_key(key) else "test"

    def open_checkout(self, wanted: Checkout) -> Outcome:
        """A new page of Stripe's, or the one that the same key got before."""
        about = {"laurel": wanted.reference}
        price = {
            "currency": wanted.currency.lower(),
            "unit_amount": to_stripe(wanted.minor, wanted.currency),
            "product_data": {"name": wanted.words},
        }
        body: Any = {
            "mode": "payment",
            "payment_method_types": ["card"],
            "line_items": [{"price_data": price, "quantity": 1}],
            "client_reference_id": wanted.reference,
            "metadata": about,
            "payment_intent_data": {"metadata": about},
            "expires_at": int(wanted.ends_at.timestamp()),
            "success_url": wanted.return_url,
            "cancel_url": wanted.return_url,
        }
        options: Any = {"idempotency_key": wanted.key}
        return _asked(lambda: self._told(self._client.v1.checkout.sessions.create(body, options)))

    def find_checkout(self, reference: str, since: datetime) -> Outcome:
        """The checkout of a reference among those made since a moment; a paid one before all."""

        def find() -> Told | None:
            mine = [one for one in self._listed(since, None) if one.reference == reference]
            return next((one for one in mine if one.captured_minor), mine[0] if mine else None)

        return _asked(find)

    def look(self, checkout_id: str) -> Outcome:
        """A checkout as it is now."""
        asked: Any = {"expand": EXPAND}
        sessions = self._client.v1.checkout.sessions
        return _asked(lambda: self._told(sessions.retrieve(checkout_id, asked)))

    def close(self, checkout_id: str) -> Outcome:
        """Let nobody pay there any more; one that is paid stays so, which `look` says then."""
        sessions = self._client.v1.checkout.sessions
        closed = _asked(lambda: self._told(sessions.expire(checkout_id)))
        return self.look(checkout_id) if closed.kind is Kind.REFUSED else closed

    def give_back(self, wanted: WantedRefund) -> Outcome:
        """Give money back, or what the same key gave back before."""
        body: Any = {
            "payment_intent": wanted.intent_id,
            "amount": to_stripe(wanted.minor, wanted.currency),
            "metadata": {"laurel": wanted.reference},
        }
        options: Any = {"idempotency_key": wanted.key}
        return _asked(lambda: _refund(self._client.v1.refunds.create(body, options)))

    def refunds_of(self, intent_id: str, currency: str) -> Sequence[ToldRefund]:
        """All refunds of a payment. Raises CannotList."""
        asked: Any = {"payment_intent": intent_id, "limit": A_PAGE}
        found = _list(lambda: self._client.v1.refunds.list(asked).auto_paging_iter(), _refund)
        return [one for one in found if one.currency == currency]

    def disputes_of(self, intent_id: str) -> Sequence[ToldDispute]:
        """All disputes of a payment. Raises CannotList."""
        asked: Any = {"payment_intent": intent_id, "limit": A_PAGE}
        return _list(lambda: self._client.v1.disputes.list(asked).auto_paging_iter(), _dispute)

    def checkouts(self, since: datetime, until: datetime) -> Sequence[Told]:
        """The checkouts made from `since` until before `until`. Raises CannotList."""
        return _list(lambda: self._listed(since, until), lambda one: one)

    def _listed(self, since: datetime, until: datetime | None) -> Iterator[Told]:
        span = {"gte": int(since.timestamp())}
        if until is not None:
            span["lt"] = int(until.timestamp())
        expand = [f"data.{path}" for path in EXPAND]
        asked: Any = {"created": span, "limit": A_PAGE, "expand": expand}
        pages = self._client.v1.checkout.sessions.list(asked)
        return (self._told(one) for one in pages.auto_paging_iter())

    def _told(self, session: Any) -> Told:
        facts = session.to_dict()
        intent = facts.get("payment_intent")
        intent = intent if isinstance(intent, dict) else {"id": intent or ""}
        charge = intent.get("latest_charge")
        charge = charge if isinstance(charge, dict) else {}
        currency = facts["currency"].upper()
        paid = facts["status"] == "complete" and facts["payment_status"] == "paid"
        state = TheirState.PAID if paid else TheirState.OPEN
        if facts["status"] == "expired":
            state = TheirState.EXPIRED
        total = from_stripe(facts["amount_total"] or 0, currency)
        return Told(
            checkout_id=facts["id"],
            reference=facts.get("client_reference_id") or "",
            minor=total,
            currency=currency,
            is_live=bool(facts["livemode"]),
            state=state,
            ends_at=datetime.fromtimestamp(facts["expires_at"], UTC),
            url=_page(facts.get("url")),
            intent_id=intent["id"],
            captured_minor=from_stripe(charge.get("amount_captured", 0), currency),
            refunded_minor=from_stripe(charge.get("amount_refunded", 0), currency),
            receipt_url=_page(charge.get("receipt_url")),
            declined="The card was declined." if intent.get("last_payment_error") else "",
        )


def _page(address: str | None) -> str:
    """An address that a link may lead to. Raises ValueError for one that is not https."""
    if address and not address.startswith("https://"):
        raise ValueError("A page of Stripe's begins with https://.")
    return address or ""


def _refund(refund: Any) -> ToldRefund:
    facts = refund.to_dict()
    currency = facts["currency"].upper()
    return ToldRefund(
        refund_ref=facts["id"],
        intent_id=facts.get("payment_intent") or "",
        reference=(facts.get("metadata") or {}).get("laurel", ""),
        minor=from_stripe(facts["amount"], currency),
        currency=currency,
        state=_REFUNDS.get(facts["status"], TheirRefund.PENDING),
    )


def _dispute(dispute: Any) -> ToldDispute:
    facts = dispute.to_dict()
    currency = facts["currency"].upper()
    return ToldDispute(
        dispute_ref=facts["id"],
        intent_id=facts.get("payment_intent") or "",
        minor=from_stripe(facts["amount"], currency),
        currency=currency,
        reason=facts["reason"],
        status=facts["status"],
    )


def _list(pages: Callable[[], Any], read: Callable[[Any], Any]) -> list[Any]:
    try:
        return [read(one) for one in pages()]
    except (stripe.StripeError, KeyError, ValueError, TypeError) as problem:
        raise CannotList(_words(problem)) from problem


def _asked(ask: Callable[[], Told | ToldRefund | None]) -> Outcome:
    """What came of asking, whatever went wrong."""
    try:
        found = ask()
    except stripe.APIConnectionError as problem:
        kind = Kind.RETRYABLE if problem.should_retry else Kind.UNKNOWN
        return Outcome(kind=kind, words=_words(problem))
    except stripe.StripeError as problem:
        return _refusal(problem)
    except (KeyError, ValueError, TypeError, AttributeError) as problem:
        words = f"The answer can't be read: {type(problem).__name__}."
        return Outcome(kind=Kind.UNKNOWN, words=words)
    if found is None:
        return Outcome(kind=Kind.NOT_FOUND)
    if isinstance(found, Told):
        return Outcome(kind=Kind.FOUND, told=found)
    return Outcome(kind=Kind.FOUND, refund=found)


def _refusal(problem: stripe.StripeError) -> Outcome:
    """401, 403, 409 and 429 did nothing and may pass; another 4xx is a no, and 5xx is unknown."""
    status, words = problem.http_status or 0, _words(problem)
    if status in {401, 403, 409, 429}:
        seconds = str((problem.headers or {}).get("retry-after", ""))
        wait = timedelta(seconds=int(seconds)) if seconds.isdigit() else None
        return Outcome(kind=Kind.RETRYABLE, words=words, wait=wait)
    if status == 404:
        return Outcome(kind=Kind.NOT_FOUND, words=words)
    if 400 <= status < 500:
        return Outcome(kind=Kind.REFUSED, words=words)
    return Outcome(kind=Kind.UNKNOWN, words=words, is_key_spent=True)


def _words(problem: Exception) -> str:
    """What went wrong, for a person; Stripe never puts a card number or a key into it."""
    said = getattr(problem, "user_message", None) or str(problem)
    return f"Stripe: {said}"[:400]
