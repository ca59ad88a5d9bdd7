"""What happens on a page of the sandbox: no money, only what Stripe would keep of it."""

from datetime import datetime

import sqlalchemy as sa

from marketplace.kernel.db import rows_changed, session
from marketplace.payments.gateway import TheirState
from marketplace.payments.models import SandboxCheckout
from marketplace.payments.operations.payments import wake
from marketplace.payments.queries import SandboxPage
from marketplace.payments.states import Card


def use_card(page: SandboxPage, card: Card, *, key: str, at: datetime) -> None:
    """Pay, be declined, or leave the page open; and let the payment hear of it."""
    values = {
        Card.PAYS: {"state": TheirState.PAID.value, "declined": False},
        Card.DECLINED: {"declined": True},
        Card.LEAVES: {"declined": False},
    }[card]
    changed = session().execute(
        sa.update(SandboxCheckout)
        .where(
            SandboxCheckout.token == page.token,
            SandboxCheckout.state == TheirState.OPEN.value,
            SandboxCheckout.ends_at > at,
        )
        .values(**values)
    )
    if rows_changed(changed):
        wake(page.payment_id, key=f"sandbox:{key}", at=at)
