"""What is asked of whoever takes the money, and what they tell: frozen values and one protocol.

Amounts are our smallest units of their currency. Nothing here knows Stripe.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol


class Kind(StrEnum):
    """What is known after asking. `RETRYABLE`: nothing was done; `UNKNOWN`: perhaps it was."""

    FOUND = "found"
    NOT_FOUND = "not_found"
    REFUSED = "refused"
    RETRYABLE = "retryable"
    UNKNOWN = "unknown"


class TheirState(StrEnum):
    """How far a checkout is. `OPEN` includes cards that were declined: the payer may go on."""

    OPEN = "open"
    PAID = "paid"
    EXPIRED = "expired"


class TheirRefund(StrEnum):
    """How far a refund is."""

    DONE = "done"
    PENDING = "pending"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkout:
    """A checkout page that is wanted. `key` makes the same asking the same page."""

    reference: str
    words: str
    minor: int
    currency: str
    key: str
    ends_at: datetime
    return_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A checkout as it is there, with what was captured and given back."""

    checkout_id: str
    reference: str
    minor: int
    currency: str
    is_live: bool
    state: TheirState
    ends_at: datetime
    url: str = ""
    intent_id: str = ""
    captured_minor: int = 0
    refunded_minor: int = 0
    receipt_url: str = ""
    declined: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldRefund:
    """A refund as it is there. `reference` is ours, empty for one that was made elsewhere."""

    refund_ref: str
    intent_id: str
    reference: str
    minor: int
    currency: str
    state: TheirRefund


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldDispute:
    """A dispute as it is there; `status` and `reason` are their words."""

    dispute_ref: str
    intent_id: str
    minor: int
    currency: str
    reason: str
    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedRefund:
    """Money that is to go back to whoever paid."""

    intent_id: str
    reference: str
    minor: int
    currency: str
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of asking. `words` say what went wrong; `wait` is how long they ask to wait.

    `is_key_spent`: a failure is stored under the key and would be answered again for ever.
    """

    kind: Kind
    told: Told | None = None
    refund: ToldRefund | None = None
    words: str = ""
    wait: timedelta | None = None
    is_key_spent: bool = False


class CannotList(Exception):
    """A list could not be had; the text says why."""


class Gateway(Protocol):
    """Whoever takes the money. Asked only while no transaction is open."""

    mode: str

    def open_checkout(self, wanted: Checkout) -> Outcome: ...
    def find_checkout(self, reference: str, since: datetime) -> Outcome: ...
    def look(self, checkout_id: str) -> Outcome: ...
    def close(self, checkout_id: str) -> Outcome: ...
    def give_back(self, wanted: WantedRefund) -> Outcome: ...
    def refunds_of(self, intent_id: str, currency: str) -> Sequence[ToldRefund]: ...
    def disputes_of(self, intent_id: str) -> Sequence[ToldDispute]: ...
    def checkouts(self, since: datetime, until: datetime) -> Sequence[Told]: ...
