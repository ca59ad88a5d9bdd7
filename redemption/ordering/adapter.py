"""What is told to and by every provider when something is ordered, and what an adapter can do.

An adapter asks through `kernel.outgoing` and nowhere else, never inside a transaction. It answers
with values, never with a failure of the network: an `Outcome` always says what may be done next.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Protocol

from redemption.vouchers.received import Credential


class Kind(StrEnum):
    """What came of asking.

    After `unknown` the order may be there: it is looked up by reference before anything else.
    """

    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"
    IN_REVIEW = "in_review"
    PARKED_NO_FUNDS = "parked_no_funds"
    REJECTED = "rejected"
    RETRYABLE = "retryable"
    UNKNOWN = "unknown"
    NOT_FOUND = "not_found"


class Can(StrEnum):
    """What a provider may be asked for beyond an order, by the name of an item's capability.

    Both have to have it: the adapter for its provider, the item for itself.
    """

    CANCEL = "can_cancel"
    RESEND = "can_resend"
    REISSUE = "can_reissue"


class TheirState(StrEnum):
    """How far an order is, as the provider tells it. `replaced`: another counts in its place."""

    PENDING = "pending"
    COMPLETE = "complete"
    FAILED = "failed"
    CANCELED = "canceled"
    REPLACED = "replaced"


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """Where a provider takes orders and as whom we come. `credentials` are never logged."""

    address: str
    account: str
    customer: str
    credentials: str

    def __repr__(self) -> str:
        """Without the credentials."""
        return f"Door({self.address!r}, account={self.account!r})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is ordered: `minor` units of `currency` are its face value."""

    client_ref: str
    sku: str
    minor: int
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """An order as the provider tells it. `credentials` are there once it is complete."""

    provider_ref: str
    client_ref: str
    sku: str
    state: TheirState
    minor: int
    currency: str
    charged_minor: int | None = None
    charged_currency: str | None = None
    line_ref: str = ""
    credentials: tuple[Credential, ...] = ()
    instructions: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of asking, in words for the desk; `order` where the provider told one."""

    kind: Kind
    words: str = ""
    order: Told | None = None
    wait: timedelta | None = None

    @property
    def is_failure(self) -> bool:
        """Whether the provider did not answer as a provider that is well."""
        return self.kind in {Kind.RETRYABLE, Kind.UNKNOWN}


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What an event says about itself; an empty `client_ref` is about no order."""

    event_id: str
    kind: str
    revision: int
    client_ref: str
    body: bytes


def offers(adapter: "OrderingAdapter", item: Mapping[str, Any], what: Can) -> bool:
    """Whether a provider does this, with an item of these capabilities."""
    return what in adapter.can and bool(item.get(what))


class CannotTell(Exception):
    """A balance or a list could not be had; the text says why, `wait` how long to wait."""

    def __init__(self, message: str, *, wait: timedelta | None = None) -> None:
        super().__init__(message)
        self.wait = wait


class OrderingAdapter(Protocol):
    """Speaks with one kind of provider about orders.

    `can` is what its provider does at all; nobody asks it for anything else.
    """

    can: frozenset[Can]

    def submit(self, door: Door, wanted: Wanted) -> Outcome:
        """Order it, once for its reference."""
        ...

    def find(self, door: Door, client_ref: str) -> Outcome:
        """The order with our reference: accepted, in review, or not found."""
        ...

    def cancel(self, door: Door, told: Told) -> Outcome:
        """Ask for a cancellation; accepted means that it is under way."""
        ...

    def reissue(self, door: Door, old: Told, wanted: Wanted) -> Outcome:
        """Another card in place of `old`, which counts no more; once for its own reference."""
        ...

    def resend(self, door: Door, told: Told) -> Outcome:
        """Have the provider send what it sent before to the same person once more."""
        ...

    def balance(self, door: Door, currency: str) -> int:
        """What is left on our account there, in minor units. Raises CannotTell."""
        ...

    def listed(self, door: Door, since: datetime, until: datetime) -> list[Told]:
        """Every order between two moments, without codes. Raises CannotTell."""
        ...

    def signed(self, headers: Mapping[str, str], body: bytes, key: str, at: datetime) -> bool:
        """Whether an event is theirs and fresh."""
        ...

    def event(self, body: bytes) -> Event | None:
        """What an event says about itself; none where it can't be read."""
        ...
