"""A worker killed at any named point of a payment opens one page, and gives back once."""

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from marketplace.access.actor import Actor
from marketplace.access.roles import Role
from marketplace.funds.operations import top_ups
from marketplace.kernel import clock
from marketplace.kernel import settings as settings_module
from marketplace.kernel.db import session, transaction
from marketplace.kernel.settings import ROOT
from marketplace.ledger.check import ledger_violations
from marketplace.payments import queries, runner
from marketplace.payments.models import Payment
from marketplace.payments.operations.payments import wake
from marketplace.payments.states import PaymentState
from tests.crash import world
from tests.support.people import actor, employ
from tests.support.settings import set_here
from tests.support.stripe.server import KEY, SECRET, Stripe, running

pytestmark = pytest.mark.crash

NO_MAIL = 25
GOING_ON = ("payments", "run")
POINTS = sorted(set(world.points_in(ROOT / "marketplace/payments")))
BACK = [point for point in POINTS if "refund" in point]
THERE = [point for point in POINTS if "refund" not in point]


@pytest.fixture
def stripe(url, raised, monkeypatch):
    """A Stripe that forgets keys, so that asking twice shows."""
    double = Stripe()
    with running(double) as address, world.house(url, NO_MAIL, raised):
        raised.environment |= {
            "LAUREL_STRIPE_KEY": KEY,
            "LAUREL_STRIPE_WEBHOOK_SECRETS": SECRET,
            "LAUREL_STRIPE_ADDRESS": address,
        }
        here = {"stripe_key": KEY, "stripe_webhook_secrets": SECRET, "stripe_address": address}
        set_here(monkeypatch, **here)
        assert settings_module.current().stripe_key
        double.faults.set(forgetful=-1)
        yield double


def wanted() -> int:
    """A top-up that nobody has asked Stripe for; its number."""
    at = clock.now()
    felix = actor(employ(f"Felix {at.timestamp()}", roles=(Role.FINANCE,)))
    with transaction():
        reference = top_ups.top_up(felix, 500_000, "USD", "test", at=at)
    return payment(reference).id


def payment(key: str | int) -> Payment:
    session().close()
    which = Payment.reference if isinstance(key, str) else Payment.id
    found = session().scalars(sa.select(Payment).where(which == key)).one()
    session().close()
    return found


def who_comes_next() -> None:
    """Somebody sound, once the lease of the one who died is over."""
    with clock.stepped(clock.now() + timedelta(minutes=3)):
        payments, refunds = queries.due(at=clock.now())
        runner.run_due(payments, refunds)


def paid(stripe, payment_id: int) -> str:
    """Somebody pays, and Laurel looks; what Stripe calls the payment."""
    stripe.pay(payment(payment_id).checkout_id)
    with transaction():
        wake(payment_id, key="paid", at=clock.now())
    runner.go_on(payment_id)
    return payment(payment_id).intent_id or ""


def give_back(reference: str) -> None:
    """The command line wants it, and nobody has asked Stripe."""
    with transaction():
        top_ups.give_back(Actor.system(), reference, 100_000, "Too much", at=clock.now())


def test_the_search_for_points_finds_those_we_know_of():
    assert {"payments.intent_kept", "payments.refund_answered"} <= set(POINTS)


def test_killed_at_every_point_one_page_is_opened_and_paid_once(stripe, raised):
    for number, point in enumerate(THERE, start=1):
        payment_id = wanted()
        assert raised.killed_at(point, command=GOING_ON), point
        who_comes_next()
        assert payment(payment_id).state is PaymentState.OPEN, point
        assert len(stripe.account.of("checkout.session")) == number, point
        paid(stripe, payment_id)
        assert payment(payment_id).state is PaymentState.PAID, point
    assert ledger_violations() == []


def test_killed_at_every_point_of_a_refund_it_goes_back_once(stripe, raised):
    for point in BACK:
        payment_id = wanted()
        runner.go_on(payment_id)
        intent = paid(stripe, payment_id)
        reference = payment(payment_id).reference
        give_back(reference)
        assert raised.killed_at(point, command=GOING_ON), point
        who_comes_next()
        made = stripe.account.of("refund", payment_intent=intent)
        assert [one["amount"] for one in made] == [100_000], point
    assert ledger_violations() == []


def test_control_without_looking_first_a_refund_goes_back_twice(stripe, raised, monkeypatch):
    payment_id = wanted()
    runner.go_on(payment_id)
    paid(stripe, payment_id)
    give_back(payment(payment_id).reference)
    assert raised.killed_at("payments.refund_answered", command=GOING_ON)
    ask = runner._ask_back
    monkeypatch.setattr(runner, "_ask_back", lambda step: ask(_as_first(step)))
    who_comes_next()
    assert len(stripe.account.of("refund")) == 2


def _as_first(step):
    return replace(step, is_first=True)
