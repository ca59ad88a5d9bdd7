"""Without a key of Stripe's: pages of our own that take no money, for trying it out.

Production never gets here (`gateways.mode_here`), nor are the pages there.
"""

import secrets
from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from marketplace.kernel import clock
from marketplace.kernel.db import insert_or_skip, session, transaction
from marketplace.payments.gateway import (
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
from marketplace.payments.models import SandboxCheckout

PAGES = "/sandbox/checkout"


class SandboxGateway:
    """A gateway that keeps its pages in the database and has no money."""

    mode = "sandbox"

    def open_checkout(self, wanted: Checkout) -> Outcome:
        """A new page, or the one of the same reference."""
        with transaction():
            session().execute(
                insert_or_skip(SandboxCheckout)
                .values(
                    token=secrets.token_urlsafe(18),
                    reference=wanted.reference,
                    words=wanted.words,
                    minor=wanted.minor,
                    currency=wanted.currency,
                    state=TheirState.OPEN.value,
                    return_url=wanted.return_url,
                    ends_at=wanted.ends_at,
                    created_at=clock.now(),
                )
                .on_conflict_do_nothing()
            )
        return self._found(SandboxCheckout.reference == wanted.reference)

    def find_checkout(self, reference: str, since: datetime) -> Outcome:  # noqa: ARG002
        """The page of a reference."""
        return self._found(SandboxCheckout.reference == reference)

    def look(self, checkout_id: str) -> Outcome:
        """A page as it is now."""
        return self._found(SandboxCheckout.token == checkout_id)

    def close(self, checkout_id: str) -> Outcome:
        """Let nobody pay there any more."""
        mine = SandboxCheckout.token == checkout_id
        with transaction():
            session().execute(
                sa.update(SandboxCheckout)
                .where(mine, SandboxCheckout.state == TheirState.OPEN.value)
                .values(state=TheirState.EXPIRED.value)
            )
        return self._found(mine)

    def give_back(self, wanted: WantedRefund) -> Outcome:
        """Say that it went back; there was no money."""
        told = ToldRefund(
            refund_ref=f"sandbox-{wanted.reference}",
            intent_id=wanted.intent_id,
            reference=wanted.reference,
            minor=wanted.minor,
            currency=wanted.currency,
            state=TheirRefund.DONE,
        )
        with transaction():
            session().execute(
                sa.update(SandboxCheckout)
                .where(SandboxCheckout.token == wanted.intent_id)
                .values(refunded_minor=SandboxCheckout.refunded_minor + wanted.minor)
            )
        return Outcome(kind=Kind.FOUND, refund=told)

    def refunds_of(self, intent_id: str, currency: str) -> Sequence[ToldRefund]:  # noqa: ARG002
        """None that were made elsewhere."""
        return ()

    def disputes_of(self, intent_id: str) -> Sequence[ToldDispute]:  # noqa: ARG002
        """None."""
        return ()

    def checkouts(self, since: datetime, until: datetime) -> Sequence[Told]:
        """The pages made in a stretch of time."""
        made = SandboxCheckout.created_at
        rows = (
            session().scalars(sa.select(SandboxCheckout).where(made >= since, made < until)).all()
        )
        told = [told_of(row, at=clock.now()) for row in rows]
        session().close()
        return told

    def _found(self, which: sa.ColumnElement[bool]) -> Outcome:
        row = session().scalars(sa.select(SandboxCheckout).where(which)).one_or_none()
        told = told_of(row, at=clock.now()) if row else None
        session().close()
        return Outcome(kind=Kind.FOUND if told else Kind.NOT_FOUND, told=told)


def told_of(row: SandboxCheckout, *, at: datetime) -> Told:
    """A page as Stripe would tell of it."""
    state, is_paid = TheirState(row.state), row.state == TheirState.PAID.value
    if state is TheirState.OPEN and row.ends_at <= at:
        state = TheirState.EXPIRED
    return Told(
        checkout_id=row.token,
        reference=row.reference,
        minor=row.minor,
        currency=row.currency,
        is_live=False,
        state=state,
        ends_at=row.ends_at,
        url=f"{PAGES}/{row.token}",
        intent_id=row.token if is_paid else "",
        captured_minor=row.minor if is_paid else 0,
        refunded_minor=row.refunded_minor,
        declined="The card was declined." if row.declined else "",
    )
