"""The letter that money came too late and goes back."""

from datetime import datetime

from marketplace.kernel.db import session
from marketplace.payments.models import Payment
from marketplace.people.queries import person
from marketplace.web.letters import write_letter


def write_late(payment_id: int, *, at: datetime) -> None:
    """Tell whoever paid, once."""
    payment = session().get_one(Payment, payment_id)
    key = f"payment_late:{payment.reference}"
    write_letter("payment_late", to=person(payment.payer_id), key=key, at=at, payment=payment)
