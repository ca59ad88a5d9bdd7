"""Events of Stripe: signed, fresh both ways, once, in any order, and never more than a hint."""

import json
import random

import pytest
import sqlalchemy as sa
import stripe as real  # noqa: TID251  its own signature is the measure

from marketplace.kernel import clock
from marketplace.kernel.db import session
from marketplace.kernel.refused_hooks import RefusedHooks
from marketplace.ledger.check import ledger_violations
from marketplace.payments.models import StripeEvent
from marketplace.payments.signatures import is_signed, read_event
from marketplace.payments.states import EventVerdict, PaymentState
from marketplace.payments.views.hooks import MOST_BYTES, REFUSED
from tests.support.query_count import statements_sent
from tests.support.settings import set_here
from tests.support.stripe.events import signature
from tests.support.stripe.server import SECRET
from tests.support.stripe.till import HOOK, balance

OLD_SECRET = "whsec_which_is_being_replaced"


@pytest.fixture(autouse=True)
def _none_refused(app):
    app.extensions[REFUSED] = RefusedHooks()


@pytest.fixture
def paid(felix) -> bytes:
    """The event of a payment that Laurel has not heard of."""
    felix.pay(felix.open())
    return felix.stripe.outbox.waiting[0]


def kept() -> list[EventVerdict]:
    session().close()
    return list(session().scalars(sa.select(StripeEvent.verdict).order_by(StripeEvent.id)))


def seconds(offset: int = 0) -> int:
    return int(clock.now().timestamp()) + offset


@pytest.mark.parametrize("offset", [-301, 301, 31_536_000])
def test_what_is_too_old_or_of_the_future_is_refused(felix, paid, offset):
    assert felix.tell(paid, signature(paid, SECRET, at=seconds(offset))) == 400
    assert kept() == []


def test_control_stripes_own_client_takes_a_signature_of_next_year(monkeypatch):
    header = signature(b"{}", SECRET, at=4_000_000_000)
    assert real.WebhookSignature.verify_header(b"{}", header, SECRET, 300)


@pytest.mark.parametrize("offset", [-300, 0, 300])
def test_what_is_five_minutes_off_is_taken(felix, paid, offset):
    assert felix.tell(paid, signature(paid, SECRET, at=seconds(offset))) == 200


def test_the_signature_is_the_one_that_stripe_makes(at):
    body, now = b'{"a": 1}', clock.now()
    moment = int(now.timestamp())
    header = real.WebhookSignature.generate_signature_header(body.decode(), SECRET, moment)
    assert is_signed(header, body, [SECRET], now)
    assert not is_signed(header, body + b" ", [SECRET], now)


def test_two_secrets_count_while_one_takes_the_others_place(felix, paid, monkeypatch):
    set_here(monkeypatch, stripe_webhook_secrets=f"{OLD_SECRET},{SECRET}")
    assert felix.tell(paid, signature(paid, OLD_SECRET)) == 200
    assert felix.tell(paid, signature(paid, SECRET)) == 200
    set_here(monkeypatch, stripe_webhook_secrets=SECRET)
    assert felix.tell(paid, signature(paid, OLD_SECRET)) == 400


@pytest.mark.parametrize(
    "header",
    [
        *("", "t=,v1=", "v1=abc", "t=1,t=2,v1=a", "t=²,v1=a", "t=-1,v1=a", "x" * 3_000),
        *("t=99999999999999999999,v1=a", "t=1_0,v1=a"),
    ],
)
def test_a_header_that_is_none_is_refused(felix, paid, header):
    assert felix.tell(paid, header.encode().decode("latin-1")) == 400


@pytest.mark.parametrize(
    "body",
    [
        *(b"", b"[]", b"null", b"{}", b"\xff\xfe", b"[" * 5_000, b'{"data": {"object": []}}'),
        b'{"id": 7, "type": "x", "created": 1, "livemode": false, "data": {"object": {}}}',
        b'{"id": "e", "type": "x", "created": 1e400, "livemode": false, "data": {"object": {}}}',
        b'{"id": "e", "type": "x", "created": -1, "livemode": false, "data": {"object": {}}}',
    ],
)
def test_a_signed_body_that_is_no_event_is_refused(felix, body):
    assert felix.tell(body, signature(body, SECRET)) == 400
    assert kept() == []


def test_what_is_too_large_is_refused_unread(felix):
    body = b" " * (MOST_BYTES + 1)
    assert felix.tell(body, signature(body, SECRET)) == 413


def test_a_body_of_odd_things_is_still_an_event():
    thing = {"object": "charge", "id": {"x": 1}, "payment_intent": {"id": "pi"}, "metadata": []}
    event = {"id": "e", "type": "x", "created": 1, "livemode": False, "data": {"object": thing}}
    read = read_event(json.dumps(event).encode())
    assert read is not None
    assert (read.about, read.intent_id, read.reference) == ("", "", "")


def test_an_event_comes_once_however_often_it_is_sent(felix, paid):
    promised = felix.queue.names().count("payments.go_on")
    for _time in range(3):
        assert felix.tell(paid, signature(paid, SECRET)) == 200
    assert kept() == [EventVerdict.TAKEN]
    assert felix.queue.names().count("payments.go_on") == promised + 1
    felix.queue.run_due()
    assert balance() == 500_000


def test_an_event_of_another_kind_of_money_changes_nothing(felix, paid):
    body = paid.replace(b'"livemode": false, "data"', b'"livemode": true, "data"')
    assert felix.tell(body, signature(body, SECRET)) == 200
    felix.queue.run_due()
    assert kept() == [EventVerdict.OTHER_MODE]
    assert balance() == 0


def test_an_event_about_nothing_of_ours_is_kept_and_changes_nothing(felix):
    body = felix.stripe.outbox.event("customer.created", {"id": "cus_1", "object": "customer"})
    assert felix.tell(body, signature(body, SECRET)) == 200
    assert kept() == [EventVerdict.UNKNOWN]


def test_an_event_that_lies_changes_nothing(felix):
    reference = felix.open()
    page = felix.stripe.account.get("checkout.session", felix.page(reference))
    lie = page | {"status": "complete", "payment_status": "paid"}
    body = felix.stripe.outbox.event("checkout.session.completed", lie)
    assert felix.tell(body, signature(body, SECRET)) == 200
    felix.queue.run_due()
    assert felix.payment(reference).state is PaymentState.OPEN
    assert balance() == 0


def test_an_event_is_taken_with_few_statements_and_asks_nobody(app, felix, paid):
    from marketplace.kernel.db import db

    calls = len(felix.stripe.calls)
    with statements_sent(db.engine) as sent:
        assert felix.tell(paid, signature(paid, SECRET)) == 200
    assert len(sent) <= 5
    assert len(felix.stripe.calls) == calls


def test_without_a_key_every_event_is_refused(felix, paid, monkeypatch):
    set_here(monkeypatch, stripe_key="", stripe_webhook_secrets="")
    assert felix.tell(paid, signature(paid, "")) == 400
    assert felix.app.test_client().get(HOOK).status_code == 405


def world_after(felix, luck: random.Random, number: int) -> None:
    """So many top-ups, their events doubled, shuffled, late or lost, and then everything heard."""
    references = [felix.open(10_000 + one) for one in range(number)]
    for one, reference in enumerate(references):
        fault = luck.choice(["", "hook_doubled", "hook_late", "hook_lost"])
        if fault:
            felix.wrong(**{fault: 1})
        felix.pay(reference, "declined" if one % 7 == 6 else "good")
        if one % 5 == 4 and one % 7 != 6:
            intent = felix.stripe.account.of("payment_intent")[0]["id"]
            felix.stripe.account.refund({"payment_intent": intent, "amount": "1000"})
    felix.wrong(hook_doubled=0, hook_late=0, hook_lost=0)


def outcome(references: list[str], felix) -> list[tuple[str, int, int]]:
    return [
        (found.state.value, found.captured_minor, found.refunded_minor)
        for found in map(felix.payment, references)
    ]


def run(felix, time, seed: int, number: int) -> tuple[list[tuple[str, int, int]], int]:
    """The end of a run with bad luck; how many deliveries there were."""
    luck = random.Random(seed)
    before = {one["client_reference_id"] for one in felix.stripe.account.of("checkout.session")}
    world_after(felix, luck, number)
    made = felix.stripe.account.of("checkout.session")
    mine = [one["client_reference_id"] for one in made]
    mine = sorted(set(mine) - before, key=mine.index, reverse=True)
    deliveries = len(felix.hear(shuffled=luck))
    time.forward(hours=1)
    felix.stripe.outbox.let_late_come()
    deliveries += len(felix.hear(shuffled=luck))
    from marketplace.payments.jobs import reconcile

    time.forward(hours=2)
    felix.queue.run_due()
    reconcile()
    felix.queue.run_due()
    return outcome(mine, felix), deliveries


def ordered(number: int) -> list[tuple[str, int, int]]:
    """What a run without any bad luck ends in."""
    return [
        ("open", 0, 0) if one % 7 == 6 else ("paid", 10_000 + one, 1_000 if one % 5 == 4 else 0)
        for one in range(number)
    ]


def test_doubled_shuffled_late_and_lost_events_end_as_the_ordered_run(felix, time):
    found, deliveries = run(felix, time, 7, 42)
    assert found == ordered(42)
    assert deliveries > 60
    assert balance() == sum(taken - back for _state, taken, back in found)
    assert ledger_violations() == []


def test_control_without_looks_and_comparing_lost_events_stay_lost(felix, time, monkeypatch):
    from marketplace.payments import jobs

    monkeypatch.setattr(jobs.reconciler, "reconcile", lambda _back: None)
    monkeypatch.setattr(
        "marketplace.payments.operations.payments.look_again_at", lambda _p, at: at.replace(2040)
    )
    found, _deliveries = run(felix, time, 7, 42)
    assert found != ordered(42)


@pytest.mark.soak
def test_ten_thousand_deliveries_end_as_the_ordered_run(felix, time):
    seen = seed = 0
    while seen < 10_000:
        found, deliveries = run(felix, time, seed, 200)
        assert found == ordered(200), seed
        seen, seed = seen + deliveries, seed + 1
    assert ledger_violations() == []
