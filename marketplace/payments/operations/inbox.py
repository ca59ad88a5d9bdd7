"""Events of Stripe: kept once each, and never believed beyond “look at this payment again”."""

from datetime import datetime

import sqlalchemy as sa

from marketplace.kernel.db import insert_or_skip, session
from marketplace.payments.models import Payment, StripeEvent
from marketplace.payments.operations.payments import wake
from marketplace.payments.signatures import Event
from marketplace.payments.states import EventVerdict


def take_event(event: Event, mode: str, *, at: datetime) -> EventVerdict | None:
    """Keep an event and have its payment looked at; None when it came before.

    What is about nothing of ours, or about money of another kind than the key here moves, is kept
    and changes nothing.
    """
    payment_id = _payment_of(event)
    verdict = EventVerdict.TAKEN if payment_id else EventVerdict.UNKNOWN
    if event.is_live != (mode == "live"):
        verdict = EventVerdict.OTHER_MODE
    kept = session().scalar(
        insert_or_skip(StripeEvent)
        .values(
            event_id=event.event_id,
            kind=event.kind,
            made_at=event.made_at,
            is_live=event.is_live,
            about=event.about,
            payment_id=payment_id,
            verdict=verdict,
            digest=event.digest,
            received_at=at,
        )
        .on_conflict_do_nothing()
        .returning(StripeEvent.id)
    )
    if kept is None:
        return None
    if payment_id is not None and verdict is EventVerdict.TAKEN:
        wake(payment_id, key=event.event_id, at=at)
    return verdict


def _payment_of(event: Event) -> int | None:
    """The payment an event is about, by our reference or by what Stripe calls it."""
    known = {
        Payment.reference: event.reference,
        Payment.checkout_id: event.checkout_id,
        Payment.intent_id: event.intent_id,
    }
    for column, value in known.items():
        if value and (found := session().scalar(sa.select(Payment.id).where(column == value))):
            return found
    return None
