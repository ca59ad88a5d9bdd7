"""What the simulated provider remembers: orders and what is left on the account, in SQLite."""

import json
import secrets
import sqlite3
import threading
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from marketplace.kernel.codes import grouped, new_code

_SCHEMA = """
CREATE TABLE IF NOT EXISTS orders (
    number TEXT PRIMARY KEY, ref TEXT NOT NULL, utid TEXT NOT NULL, value TEXT NOT NULL,
    currency TEXT NOT NULL, status TEXT NOT NULL, code TEXT NOT NULL, revision INTEGER NOT NULL,
    made_at TEXT NOT NULL, times INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS by_ref ON orders (ref);
CREATE TABLE IF NOT EXISTS reissues (number TEXT PRIMARY KEY, old TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS account (balance TEXT NOT NULL);
"""
_COLUMNS = "number, ref, utid, value, currency, status, code, revision, made_at, times"
INSTRUCTIONS = "Enter the code at the checkout.\nWhat is left on the card stays on it."


@dataclass(frozen=True, slots=True)
class Item:
    """What can be ordered: its currency."""

    name: str
    currency: str


@dataclass(frozen=True, slots=True)
class Kept:
    """One order as it is kept, charged so many `times` what it costs."""

    number: str
    ref: str
    utid: str
    value: str
    currency: str
    status: str
    code: str
    revision: int
    made_at: str
    times: int = 1


class Store:
    """Orders and the account. Every deed holds one lock, as the handlers run side by side."""

    def __init__(self, path: str = ":memory:", *, balance: Decimal, catalog: bytes = b"{}") -> None:
        self.catalog = catalog
        self.items = items_of(catalog)
        self.currency = next((item.currency for item in self.items.values()), "USD")
        self.rates = rates_of(catalog)
        self._lock = threading.RLock()
        self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._db.executescript(_SCHEMA)
        if self._db.execute("SELECT COUNT(*) FROM account").fetchone()[0] == 0:
            self._db.execute("INSERT INTO account VALUES (?)", (str(balance),))

    @classmethod
    def at(cls, path: Path | None, *, balance: Decimal, catalog: bytes) -> "Store":
        """In a file, or in memory."""
        return cls(str(path) if path else ":memory:", balance=balance, catalog=catalog)

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    @property
    def balance(self) -> Decimal:
        """What is left on the account."""
        with self._lock:
            return Decimal(self._db.execute("SELECT balance FROM account").fetchone()[0])

    def pay_in(self, amount: Decimal) -> None:
        """Put money on the account, or take some."""
        with self._lock:
            new = self.balance + amount
            self._db.execute("UPDATE account SET balance = ?", (str(new),))

    def order(
        self, asked: dict[str, Any], *, status: str, code: str, at: datetime, times: int = 1
    ) -> Kept:
        """Make an order and charge it, so many times what it costs."""
        number = f"RA{secrets.token_hex(6).upper()}"
        value, utid = str(Decimal(str(asked["amount"]))), str(asked["utid"])
        kept = Kept(
            number=number,
            ref=str(asked["externalRefID"]),
            utid=utid,
            value=value,
            currency=self.items[utid].currency,
            status=status,
            code=code or grouped(new_code()),
            revision=1,
            made_at=at.isoformat(),
            times=times,
        )
        with self._lock:
            row = [getattr(kept, name) for name in Kept.__slots__]
            self._db.execute(f"INSERT INTO orders ({_COLUMNS}) VALUES ({'?,' * 9}?)", row)  # noqa: S608
            if status != "FAILED":
                self.pay_in(-self.cost(kept))
        return kept

    def reissue(self, old: Kept, ref: str, *, status: str, code: str, at: datetime) -> Kept:
        """Make another card in place of one, at no charge; then the old one counts no more.

        It counts again when the other fails.
        """
        asked = {"externalRefID": ref, "amount": old.value, "utid": old.utid}
        with self._lock:
            new = self.order(asked, status=status, code=code, at=at, times=0)
            if status != "FAILED":
                self.move(old.number, "REISSUED")
                self._db.execute("INSERT INTO reissues VALUES (?, ?)", (new.number, old.number))
            return new

    def cost(self, kept: Kept) -> Decimal:
        """What an order costs in the currency of the account."""
        theirs, ours = (self.rates.get(one, Decimal(1)) for one in (kept.currency, self.currency))
        fair = (Decimal(kept.value) * ours / theirs).quantize(Decimal("0.01"))
        return fair * kept.times

    def by_ref(self, ref: str) -> list[Kept]:
        """The orders of a reference, the first one first."""
        return self._all("WHERE ref = ? ORDER BY rowid", (ref,))

    def by_number(self, number: str) -> Kept | None:
        """One order."""
        return next(iter(self._all("WHERE number = ?", (number,))), None)

    def between(self, since: str, until: str) -> list[Kept]:
        """The orders of a stretch of time."""
        return self._all("WHERE made_at BETWEEN ? AND ? ORDER BY rowid", (since, until))

    def everything(self) -> list[Kept]:
        """Every order."""
        return self._all("ORDER BY rowid", ())

    def move(self, number: str, status: str) -> Kept | None:
        """Bring an order into another state; what was charged comes back when it ends."""
        with self._lock:
            kept = self.by_number(number)
            if kept is None:
                return None
            self._db.execute(
                "UPDATE orders SET status = ?, revision = revision + 1 WHERE number = ?",
                (status, number),
            )
            if status in {"CANCELED", "FAILED"} and kept.status in {"COMPLETE", "PENDING"}:
                self.pay_in(self.cost(kept))
            if status == "FAILED":
                self._let_old_count(number)
            return self.by_number(number)

    def _let_old_count(self, number: str) -> None:
        """No card was made in place of the old one."""
        row = self._db.execute("SELECT old FROM reissues WHERE number = ?", (number,)).fetchone()
        if row is not None:
            self.move(row[0], "COMPLETE")

    def last_code(self) -> str:
        """The code of the last order; empty before the first."""
        found = self._all("ORDER BY rowid DESC LIMIT 1", ())
        return found[0].code if found else ""

    def told(self, kept: Kept, *, with_code: bool) -> dict[str, Any]:
        """An order as the interface tells it, with what it cost in the account's currency."""
        amount = {"value": float(kept.value), "currencyCode": kept.currency}
        charge = {"value": float(self.cost(kept)), "currencyCode": self.currency}
        answer: dict[str, Any] = {
            "referenceOrderID": kept.number,
            "referenceLineItemID": f"{kept.number}-1",
            "externalRefID": kept.ref,
            "utid": kept.utid,
            "status": kept.status,
            "createdAt": kept.made_at,
            "denomination": amount,
            "amountCharged": charge | {"fee": 0, "total": charge["value"]},
            "somethingNew": {"that": "no client knows"},
        }
        if with_code and kept.status == "COMPLETE":
            answer["reward"] = {
                "credentialList": [
                    {"label": "Code", "value": kept.code, "type": "text", "credentialType": "code"},
                    {"label": "PIN", "value": kept.number[-4:], "type": "text"},
                ],
                "redemptionInstructions": INSTRUCTIONS,
            }
        return answer

    def _all(self, which: str, values: tuple[str, ...]) -> list[Kept]:
        with self._lock:
            rows = self._db.execute(f"SELECT {_COLUMNS} FROM orders {which}", values).fetchall()  # noqa: S608
        return [Kept(*row) for row in rows]


def items_of(catalog: bytes) -> dict[str, Item]:
    """What a catalog of Tango's first shape offers, by its number."""
    brands = json.loads(catalog).get("brands", [])
    return {
        item["sku"]: Item(item.get("description", ""), item["currency_code"])
        for brand in brands
        for item in brand["rewards"]
    }


def rates_of(catalog: bytes) -> dict[str, Decimal]:
    """Units of each currency for one of a common base, as the catalog tells."""
    told = json.loads(catalog).get("xrates", {}).get("rates", {})
    return {currency: Decimal(rate) for currency, rate in told.items()}
