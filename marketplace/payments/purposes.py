"""Whom payments are for: told of each in the same transaction, by whoever stands above."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from marketplace.payments.models import Payment, PaymentRefund
from marketplace.payments.states import PaymentPurpose


@dataclass(frozen=True, slots=True, kw_only=True)
class Purpose:
    """What becomes of a payment that was taken, of money that goes back, and of what did not.

    `return_endpoint` is the page that the payer comes back to, with `reference` in its address.
    """

    return_endpoint: str
    paid: Callable[[Payment, datetime], None]
    going_back: Callable[[Payment, PaymentRefund, datetime], None]
    stayed: Callable[[Payment, PaymentRefund, datetime], None]


_PURPOSES: dict[PaymentPurpose, Purpose] = {}


def register(kind: PaymentPurpose, purpose: Purpose) -> None:
    """Say what becomes of payments of this kind."""
    _PURPOSES[kind] = purpose


def purpose_of(kind: PaymentPurpose) -> Purpose:
    """What becomes of payments of this kind."""
    return _PURPOSES[kind]
