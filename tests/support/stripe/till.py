"""Felix of finance tops funds up, at the Stripe of the tests."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from marketplace.access.actor import Actor
from marketplace.access.roles import Role
from marketplace.funds.models import Fund, FundEntry
from marketplace.funds.operations import top_ups
from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.payments import runner
from marketplace.payments.gateways import mode_here
from marketplace.payments.models import Payment, PaymentRefund
from marketplace.payments.operations.payments import wake
from tests.support.people import actor, employ
from tests.support.settings import set_here
from tests.support.stripe.server import KEY, SECRET, Stripe, running

HOOK = "/hooks/stripe"


@dataclass(frozen=True, slots=True)
class Till:
    """Stripe, the app that listens to it, and who pays."""

    stripe: Stripe
    app: Any
    queue: Any
    felix: Actor

    def wrong(self, **faults: int) -> None:
        """Switch faults: how often each comes."""
        self.stripe.faults.set(**faults)

    def want(self, minor: int = 500_000, currency: str = "USD") -> str:
        """A top-up that nobody was asked for yet; its reference."""
        session().close()
        with transaction():
            return top_ups.top_up(self.felix, minor, currency, mode_here(), at=clock.now())

    def open(self, minor: int = 500_000, currency: str = "USD") -> str:
        """A top-up whose page is open; its reference."""
        reference = self.want(minor, currency)
        self.go_on(reference)
        return reference

    def go_on(self, reference: str) -> Payment:
        """Do the next thing about a payment, and read it anew."""
        runner.go_on(self.payment(reference).id)
        return self.payment(reference)

    def look(self, reference: str) -> Payment:
        """Have a payment looked at now."""
        payment_id = self.payment(reference).id
        session().close()
        with transaction():
            wake(payment_id, key=f"{clock.now()}", at=clock.now())
        return self.go_on(reference)

    def payment(self, reference: str) -> Payment:
        """A payment, read anew."""
        session().close()
        found = session().scalars(sa.select(Payment).where(Payment.reference == reference)).one()
        session().close()
        return found

    def page(self, reference: str) -> str:
        """The number of its page at Stripe."""
        return self.payment(reference).checkout_id or ""

    def pay(self, reference: str, card: str = "good", **more: Any) -> None:
        """Somebody pays at the page of a top-up, or tries to."""
        self.stripe.pay(self.page(reference), card, **more)

    def paid(self, minor: int = 500_000, currency: str = "USD") -> str:
        """A top-up that was paid and heard of; its reference."""
        reference = self.open(minor, currency)
        self.pay(reference)
        self.hear()
        return reference

    def tell(self, body: bytes, header: str) -> int:
        """Send an event to Laurel; the status of its answer."""
        session().close()
        headers = {"Stripe-Signature": header}
        answer = self.app.test_client().post(HOOK, data=body, headers=headers)
        return answer.status_code

    def hear(self, **how: Any) -> list[int]:
        """Let Stripe tell what waits, and Laurel do what is due then."""
        answers = self.stripe.outbox.deliver(self.tell, **how)
        self.queue.run_due()
        return answers

    def give_back(self, reference: str, minor: int) -> None:
        """Finance sends a part of a top-up back; nobody has asked Stripe yet."""
        session().close()
        with transaction():
            top_ups.give_back(self.felix, reference, minor, "Too much", at=clock.now())


def balance(currency: str = "USD") -> int:
    """What is in a fund."""
    session().close()
    found = session().scalar(sa.select(Fund.balance_minor).where(Fund.currency == currency))
    session().close()
    return found or 0


def entries() -> list[tuple[str, int]]:
    """Every change of every fund, in order."""
    session().close()
    rows = session().execute(sa.select(FundEntry.kind, FundEntry.minor).order_by(FundEntry.id))
    found = [(kind.value, minor) for kind, minor in rows]
    session().close()
    return found


def refunds() -> list[PaymentRefund]:
    """What went back or is to, in order."""
    session().close()
    found = list(session().scalars(sa.select(PaymentRefund).order_by(PaymentRefund.id)))
    session().close()
    return found


@contextmanager
def till(app: Any, queue: Any, monkeypatch: Any) -> Iterator[Till]:
    """A Stripe beside the test, and Felix of finance."""
    stripe = Stripe()
    with running(stripe) as address:
        set_here(monkeypatch, stripe_key=KEY, stripe_webhook_secrets=SECRET, stripe_address=address)
        felix = actor(employ("Felix Brandt", department="Finance", roles=(Role.FINANCE,)))
        yield Till(stripe, app, queue, felix)
