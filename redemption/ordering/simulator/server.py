"""The interface of the simulated provider, on this machine only."""

import base64
import hashlib
import hmac
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from marketplace.kernel import clock
from marketplace.kernel.outgoing import Bounds, Call, CannotFetch, send
from redemption.ordering.simulator.faults import Fault, Faults
from redemption.ordering.simulator.store import Kept, Store

BASE = "/raas/v2"
LARGEST = 64 * 1024
BLOCK = 100
Answer = tuple[int, dict[str, Any]]


@dataclass(slots=True)
class Simulator:
    """One simulated provider: what it keeps, what goes wrong, and whom it tells."""

    store: Store
    faults: Faults = field(default_factory=Faults)
    credentials: str = ""
    webhook: str = ""
    webhook_key: str = ""
    slow_seconds: float = 3.0
    hang_seconds: float = 45.0
    settle_seconds: float | None = None
    calls: list[str] = field(default_factory=list)  # "POST /orders", for whoever looks

    def tell(self, *events: tuple[Kept, int]) -> None:
        """Send events about orders, in this order, as badly as it was said."""
        if not self.webhook:
            return
        if self.faults.comes(Fault.WEBHOOK_LOST):
            return
        if self.faults.comes(Fault.WEBHOOK_OUT_OF_ORDER):
            events = tuple(reversed(events))
        bodies = [event_of(kept, revision) for kept, revision in events]
        if self.faults.comes(Fault.WEBHOOK_DOUBLED):
            bodies += bodies
        for body in bodies:
            with suppress(CannotFetch):
                headers = signed(body, self.webhook_key)
                send(self.webhook, Call(method="POST", headers=headers, body=body), _SHORT)

    def settle(self, number: str, status: str = "COMPLETE") -> Kept | None:
        """Finish what was pending, and tell."""
        kept = self.store.move(number, status)
        if kept is not None:
            self.tell((kept, 1), (kept, kept.revision))
        return kept


_SHORT = Bounds(most_bytes=LARGEST, at_most=timedelta(seconds=5))


def event_of(kept: Kept, revision: int) -> bytes:
    """An event about an order."""
    event = {
        "eventId": secrets.token_hex(8),
        "revision": revision,
        "category": "ORDER",
        "eventType": f"ORDER.{kept.status}",
        "eventOccurredAt": clock.now().isoformat(),
        "eventData": {"externalRefID": kept.ref, "referenceOrderID": kept.number},
    }
    return json.dumps(event).encode()


def signed(body: bytes, key: str, *, at: int | None = None) -> dict[str, str]:
    """The headers by which an event is known to be ours."""
    moment = str(int(clock.now().timestamp()) if at is None else at)
    text = moment.encode() + b"." + body
    signature = hmac.new(key.encode(), text, hashlib.sha256).hexdigest()
    return {"X-Webhook-Timestamp": moment, "X-Webhook-Signature": signature}


def error(status: int, path: str, message: str) -> Answer:
    """A refusal as the interface tells it."""
    return status, {
        "httpCode": status,
        "requestId": secrets.token_hex(4),
        "errors": [{"path": path, "i18nKey": f"error.{path or 'request'}", "message": message}],
    }


_NO_ORDER = error(404, "", "No such order.")


class Handler(BaseHTTPRequestHandler):
    """One request. `simulator` is set by the server's own class of this."""

    simulator: Simulator
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._answer(self._get)

    def do_POST(self) -> None:
        self._answer(self._post)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say what was asked, never with what."""

    def _answer(self, work: Any) -> None:
        self.close_connection = True
        parts = urlsplit(self.path)
        path = unquote(parts.path).removeprefix(BASE)
        self.simulator.calls.append(f"{self.command} {path}")
        is_control = path.startswith("/simulator")
        if not is_control and not self._is_known():
            self._write(*error(401, "", "Who is asking?"))
            return
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        with suppress(OSError):
            answer = work(path, query)
            if answer is not None:
                self._write(*answer)

    def _is_known(self) -> bool:
        wanted = self.simulator.credentials
        given = self.headers.get("Authorization", "")
        text = f"Basic {base64.b64encode(wanted.encode()).decode()}"
        return not wanted or hmac.compare_digest(given.encode(), text.encode())

    def _write(self, status: int, body: dict[str, Any] | bytes) -> None:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        if status == 429:
            self.send_header("Retry-After", "30")
        self.send_header("Content-Type", "application/json")
        length = len(content)
        if self.command == "POST" and status == 201 and self._comes(Fault.TRUNCATED):
            content = content[: length // 2]
        self.send_header("Content-Length", str(length))
        self.end_headers()
        self.wfile.write(content)

    def _comes(self, fault: Fault) -> bool:
        return self.simulator.faults.comes(fault)

    def _get(self, path: str, query: dict[str, str]) -> Any:
        store = self.simulator.store
        fixed = {
            "/simulator/faults": self.simulator.faults.shown(),
            "/catalogs": store.catalog,
        }
        if path in fixed:
            return 200, fixed[path]
        if self._comes(Fault.SLOW):
            time.sleep(self.simulator.slow_seconds)
        if self._comes(Fault.ERROR):
            return error(500, "", "Something broke.")
        if path.startswith("/accounts/"):
            return 200, self._account(path.removeprefix("/accounts/"))
        if path == "/orders":
            return 200, self._listed(query)
        if path.startswith("/orders/"):
            kept = store.by_number(path.removeprefix("/orders/"))
            return (200, store.told(kept, with_code=True)) if kept else _NO_ORDER
        return error(404, "", "There is nothing here.")

    def _account(self, name: str) -> dict[str, Any]:
        store = self.simulator.store
        return {
            "accountIdentifier": name,
            "currentBalance": float(store.balance),
            "currencyCode": store.currency,
            "status": "ACTIVE",
        }

    def _listed(self, query: dict[str, str]) -> dict[str, Any]:
        store, page = self.simulator.store, int(query.get("page", "0"))
        size = min(int(query.get("elementsPerBlock", BLOCK)), BLOCK)
        if ref := query.get("externalRefID"):
            found = store.by_ref(ref)
        else:
            found = store.between(query.get("startDate", ""), query.get("endDate", "9"))
        block = found[page * size : (page + 1) * size]
        return {
            "page": {"number": page, "resultCount": len(block), "totalCount": len(found)},
            "orders": [store.told(kept, with_code=False) for kept in block],
        }

    def _post(self, path: str, _query: dict[str, str]) -> Any:
        length = self.headers.get("Content-Length", "0")
        if not length.isdigit() or int(length) > LARGEST:
            return error(413, "", "That is too much.")
        try:
            asked = json.loads(self.rfile.read(int(length)) or b"{}", parse_float=Decimal)
        except ValueError:
            return error(400, "", "That is no JSON.")
        if path.startswith("/simulator/"):
            return self._control(path.removeprefix("/simulator/"), asked)
        if path == "/orders":
            return self._order(asked)
        return self._reissue(path, asked) if path.endswith("/reissue") else self._cancel(path)

    def _reissue(self, path: str, asked: dict[str, Any]) -> Any:
        """Another card in place of one that counts; once for its own reference."""
        store = self.simulator.store
        if self._comes(Fault.SLOW):
            time.sleep(self.simulator.slow_seconds)
        number = path.removeprefix("/lineItems/").removesuffix("/reissue").removesuffix("-1")
        old, ref = store.by_number(number), str(asked.get("externalRefID", ""))
        if refusal := self._before_reissue(old, ref):
            return refusal
        first, is_forgetful = store.by_ref(ref), self._comes(Fault.FORGETFUL)
        if first and not is_forgetful:
            return 200, store.told(first[0], with_code=True)
        assert old is not None
        if old.status != "COMPLETE" and not is_forgetful:
            return error(422, "referenceLineItemID", f"is {old.status.lower()}")
        code = old.code if self._comes(Fault.DUPLICATE_CODE) else ""
        kept = store.reissue(old, ref, status=self._outcome(), code=code, at=clock.now())
        self._settle_later(kept)
        return self._answered(kept)

    def _before_reissue(self, old: Kept | None, ref: str) -> Answer | None:
        """What stands in the way before another card is made."""
        if not ref:
            return error(400, "externalRefID", "is missing")
        if old is None:
            return error(404, "", "No such line item.")
        if self._comes(Fault.NO_REISSUE):
            return error(422, "referenceLineItemID", "was spent already")
        return self._stumbles()

    def _stumbles(self) -> Answer | None:
        """An answer of a provider that is not well, before anything was done."""
        if self._comes(Fault.ERROR):
            return error(500, "", "Something broke.")
        return error(429, "", "Slowly.") if self._comes(Fault.TOO_MANY) else None

    def _cancel(self, path: str) -> Answer:
        if not (path.startswith("/lineItems/") and path.endswith("/cancel")):
            return error(404, "", "There is nothing here.")
        number = path.removeprefix("/lineItems/").removesuffix("/cancel").removesuffix("-1")
        kept = self.simulator.settle(number, "CANCELED")
        return (202, {}) if kept else error(404, "", "No such line item.")

    def _order(self, asked: dict[str, Any]) -> Any:
        simulator = self.simulator
        if self._comes(Fault.SLOW):
            time.sleep(simulator.slow_seconds)
        if refusal := self._before(asked):
            return refusal
        first = simulator.store.by_ref(str(asked["externalRefID"]))
        if first and not self._comes(Fault.FORGETFUL):
            return 200, simulator.store.told(first[0], with_code=True)
        return self._answered(self._make(asked))

    def _answered(self, kept: Kept) -> Any:
        """The answer to a new order, or what goes wrong with it after all was done."""
        if self._comes(Fault.ERROR_AFTER):
            return error(500, "", "Something broke, perhaps after all was done.")
        if self._comes(Fault.TIMEOUT):
            time.sleep(self.simulator.hang_seconds)
            return None
        return 201, self._told_badly(kept)

    def _told_badly(self, kept: Kept) -> dict[str, Any]:
        """The order as it is, or with what goes wrong now."""
        told = self.simulator.store.told(kept, with_code=True)
        if self._comes(Fault.WRONG_ORDER):
            told["externalRefID"] = "somebody-elses"
        if self._comes(Fault.WRONG_AMOUNT):
            told["denomination"]["value"] *= 10
        return told

    def _before(self, asked: dict[str, Any]) -> Answer | None:
        """What stands in the way before anything is ordered."""
        store = self.simulator.store
        missing = [name for name in ("utid", "amount", "externalRefID") if not asked.get(name)]
        if missing:
            return error(400, missing[0], "is missing")
        if asked["utid"] not in store.items:
            return error(404, "utid", "is not in the catalog")
        if stumble := self._stumbles():
            return stumble
        is_new = not store.by_ref(str(asked["externalRefID"]))
        is_short = Decimal(str(asked["amount"])) > store.balance
        if is_new and (is_short or self._comes(Fault.OUT_OF_FUNDS)):
            return error(402, "accountIdentifier", "has insufficient funds")
        return None

    def _make(self, asked: dict[str, Any]) -> Kept:
        simulator, status = self.simulator, self._outcome()
        code = simulator.store.last_code() if self._comes(Fault.DUPLICATE_CODE) else ""
        dear = 2 if self._comes(Fault.OVERCHARGE) else 1
        kept = simulator.store.order(asked, status=status, code=code, at=clock.now(), times=dear)
        self._settle_later(kept)
        return kept

    def _outcome(self) -> str:
        """How far a new order is at once."""
        if self._comes(Fault.PENDING):
            return "PENDING"
        return "FAILED" if self._comes(Fault.FAILED) else "COMPLETE"

    def _settle_later(self, kept: Kept) -> None:
        seconds = self.simulator.settle_seconds
        if kept.status == "PENDING" and seconds is not None:
            later = threading.Timer(seconds, self.simulator.settle, (kept.number,))
            later.daemon = True
            later.start()

    def _control(self, what: str, asked: dict[str, Any]) -> Answer:
        simulator = self.simulator
        try:
            if what == "faults":
                simulator.faults.set(asked)
                return 200, simulator.faults.shown()
            if what == "pay-in":
                simulator.store.pay_in(Decimal(str(asked["amount"])))
                return 200, {"currentBalance": float(simulator.store.balance)}
            if what == "settle":
                kept = simulator.settle(str(asked["number"]), str(asked.get("status", "COMPLETE")))
                told = simulator.store.told(kept, with_code=False) if kept else None
                return (200, told) if told else _NO_ORDER
        except (ValueError, KeyError, TypeError, ArithmeticError) as wrong:
            return error(400, "", f"{type(wrong).__name__}: {wrong}")
        return error(404, "", "There is nothing here.")


def server_of(simulator: Simulator, port: int) -> ThreadingHTTPServer:
    """A server for a simulator, on this machine only; port 0 takes any."""
    handler = type("OwnHandler", (Handler,), {"simulator": simulator})
    server = ThreadingHTTPServer(("127.0.0.1", port), handler)
    server.daemon_threads = True
    return server


@contextmanager
def running(simulator: Simulator) -> Iterator[str]:
    """The address of a simulator that runs beside this thread."""
    server = server_of(simulator, 0)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}{BASE}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
        simulator.store.close()
