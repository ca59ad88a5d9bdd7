"""Stripe's API of the tests, spoken to over HTTP by the real client."""

import hashlib
import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.support.stripe.events import Outbox
from tests.support.stripe.faults import Fault, Faults
from tests.support.stripe.state import Account, Refused, Thing, told

KEY = "sk_test_of_the_tests_0123456789"
SECRET = "whsec_of_the_tests_0123456789"
LISTS = {
    "/v1/checkout/sessions": "checkout.session",
    "/v1/payment_intents": "payment_intent",
    "/v1/refunds": "refund",
    "/v1/disputes": "dispute",
    "/v1/balance_transactions": "balance_transaction",
}
EXPANDABLE = {"payment_intent": "payment_intent", "latest_charge": "charge"}
Answer = tuple[int, Thing]


@dataclass(slots=True)
class Stripe:
    """One account, its keys, what goes wrong and what it tells."""

    faults: Faults = field(default_factory=Faults)
    key: str = KEY
    secret: str = SECRET
    account: Account = field(default_factory=Account)
    kept: dict[str, tuple[str, Answer]] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)  # "POST /v1/refunds", for whoever looks
    outbox: Outbox = field(init=False)

    def __post_init__(self) -> None:
        self.outbox = Outbox(self.secret, self.faults, self.account.livemode)
        self.account.tell = self.outbox.note

    def pay(self, session_id: str, card: str = "good", **more: Any) -> Thing:
        """Somebody pays, or tries to."""
        with self.account.lock:
            return self.account.pay(session_id, card, **more)

    def answer(self, method: str, path: str, body: Thing, key: str | None) -> Answer:
        """What is answered; the same key with the same body is answered the same, also a 500."""
        with self.account.lock:
            if self.faults.comes(Fault.TOO_MANY):
                return 429, _error("Too many requests", "rate_limit_error", code="rate_limit")
            if method == "POST" and self.faults.comes(Fault.KEY_IN_USE):
                return 409, _error("In use", "idempotency_error", code="idempotency_key_in_use")
            if method != "POST" or key is None or self.faults.comes(Fault.FORGETFUL):
                return self._once(method, path, body)
            digest = hashlib.sha256(json.dumps([path, body], sort_keys=True).encode()).hexdigest()
            if key not in self.kept:
                self.kept[key] = digest, self._once(method, path, body)
            before, answer = self.kept[key]
            if before != digest:
                words = "Keys for idempotent requests can only be used with the same parameters"
                return 400, _error(words, "idempotency_error")
            return answer

    def _once(self, method: str, path: str, body: Thing) -> Answer:
        if self.faults.comes(Fault.ERROR):
            return 500, _error("Something went wrong", "api_error")
        self.account.let_pass()
        try:
            answer = 200, self._work(method, path, body)
        except Refused as refusal:
            return refusal.status, {"error": refusal.body}
        if method == "POST" and self.faults.comes(Fault.ERROR_AFTER):
            return 500, _error("Something went wrong, afterwards", "api_error")
        return answer

    def _work(self, method: str, path: str, body: Thing) -> Thing:
        if method == "GET" and path in LISTS:
            return self._listed(LISTS[path], path, body)
        if method == "POST" and path == "/v1/checkout/sessions":
            made = told(self.account.open_session(body))
            if self.faults.comes(Fault.WRONG_AMOUNT):
                made["amount_total"] += 1
            return made
        if method == "POST" and path == "/v1/refunds":
            fails = self.faults.comes(Fault.REFUND_FAILS)
            return told(self.account.refund(body, fails=fails))
        if found := re.fullmatch(r"/v1/checkout/sessions/(\w+)/expire", path):
            return told(self.account.expire_session(found[1]))
        if method == "GET" and (found := re.fullmatch(r"(/v1/[\w/]+)/(\w+)", path)):
            kind = LISTS.get(found[1])
            if kind is not None:
                thing = self.account.get(kind, found[2])
                return self._expanded(told(thing), _values(body.get("expand", {})))
        raise Refused(f"Unrecognized request URL ({method}: {path})", status=404)

    def _listed(self, kind: str, path: str, body: Thing) -> Thing:
        wanted = {name: body[name] for name in ("payment_intent", "status") if name in body}
        found = self.account.of(kind, **wanted)
        span = body.get("created", {})
        found = [one for one in found if int(span.get("gte", 0)) <= one["created"]]
        found = [one for one in found if one["created"] < int(span.get("lt", 2**62))]
        if after := body.get("starting_after"):
            number = self.account.get(kind, after)["_number"]
            found = [one for one in found if one["_number"] < number]
        most = int(body.get("limit", 10))
        expand = [one.removeprefix("data.") for one in _values(body.get("expand", {}))]
        data = [self._expanded(told(one), expand) for one in found[:most]]
        return {"object": "list", "url": path, "has_more": len(found) > most, "data": data}

    def _expanded(self, thing: Thing, paths: list[str]) -> Thing:
        for path in paths:
            at = thing
            for name in path.split("."):
                if isinstance(at.get(name), str):
                    at[name] = told(self.account.get(EXPANDABLE[name], at[name]))
                if not isinstance(at.get(name), dict):
                    break
                at = at[name]
        return thing


def _error(message: str, kind: str, **more: str) -> Thing:
    return {"error": {"type": kind, "message": message} | more}


def _values(given: Any) -> list[str]:
    return list(given.values()) if isinstance(given, dict) else list(given)


def nested(pairs: list[tuple[str, str]]) -> Thing:
    """`a[b][0]=c` as it is meant."""
    found: Thing = {}
    for name, value in pairs:
        at, parts = found, re.findall(r"[^\[\]]+", name)
        for part in parts[:-1]:
            at = at.setdefault(part, {})
        at[parts[-1]] = value
    return found


class Handler(BaseHTTPRequestHandler):
    """One request. `stripe` is set by the server's own class of this."""

    stripe: Stripe
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._answer(urlsplit(self.path).query)

    def do_POST(self) -> None:
        self._answer(self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode())

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing: who looks reads `calls`."""

    def _answer(self, text: str) -> None:
        self.close_connection = True
        path = urlsplit(self.path).path
        self.stripe.calls.append(f"{self.command} {path}")
        body = nested(parse_qsl(text, keep_blank_values=True))
        if self.headers.get("Authorization") != f"Bearer {self.stripe.key}":
            return self._write(401, _error("Invalid API Key provided", "invalid_request_error"))
        status, answer = self.stripe.answer(
            self.command, path, body, self.headers.get("Idempotency-Key")
        )
        changes = self.command == "POST"
        if changes and self.stripe.faults.comes(Fault.TIMEOUT_AFTER):
            return None  # the line breaks, and nobody knows
        return self._write(status, answer)

    def _write(self, status: int, answer: Thing) -> None:
        body = json.dumps(answer).encode()
        slow = self.stripe.faults.comes(Fault.SLOW)
        with suppress(OSError):
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body) + (1 if slow else 0)))
            self.send_header("Request-Id", "req_test")
            self.end_headers()
            self.wfile.write(body)  # a slow one promises a byte that never comes


@contextmanager
def running(stripe: Stripe) -> Iterator[str]:
    """The base address of a Stripe that runs beside this thread."""
    handler: Callable[..., Any] = type("StripeHandler", (Handler,), {"stripe": stripe})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
