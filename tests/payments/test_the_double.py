"""The Stripe of the tests behaves like Stripe, as the real client sees it."""

import json
import random
from collections.abc import Iterator
from typing import Any

import pytest
import stripe as real  # noqa: TID251  the double is spoken to by the real client

from marketplace.payments.stripe_gateway import _OurDoor
from tests.support.stripe.events import signature
from tests.support.stripe.server import KEY, SECRET, Stripe, running

PAGE = {
    "mode": "payment",
    "client_reference_id": "F-1",
    "line_items": [
        {
            "price_data": {
                "currency": "usd",
                "unit_amount": 5_000,
                "product_data": {"name": "Reward fund"},
            },
            "quantity": 1,
        }
    ],
    "success_url": "https://laurel.example/back",
}


@pytest.fixture
def double() -> Stripe:
    return Stripe()


@pytest.fixture
def v1(double) -> Iterator[Any]:
    with running(double) as address:
        client = real.StripeClient(
            KEY, base_addresses={"api": address}, max_network_retries=0, http_client=_OurDoor()
        )
        yield client.v1


def opened(v1, key: str = "key-1", **changes: Any) -> Any:
    return v1.checkout.sessions.create(PAGE | changes, {"idempotency_key": key})


def test_a_page_is_paid_and_says_so(double, v1):
    page = opened(v1)
    assert (page.status, page.payment_status, page.amount_total) == ("open", "unpaid", 5_000)
    double.pay(page.id)
    found = v1.checkout.sessions.retrieve(page.id, {"expand": ["payment_intent.latest_charge"]})
    assert (found.status, found.payment_status) == ("complete", "paid")
    assert found.payment_intent.latest_charge.amount_captured == 5_000
    moved = v1.balance_transactions.list().data
    assert [(one.type, one.amount) for one in moved] == [("charge", 5_000)]


@pytest.mark.parametrize("card", ["declined", "abandoned"])
def test_a_card_that_pays_nothing_leaves_the_page_open(double, v1, card):
    page = opened(v1)
    double.pay(page.id, card)
    assert v1.checkout.sessions.retrieve(page.id).status == "open"
    double.pay(page.id)
    assert v1.checkout.sessions.retrieve(page.id).payment_status == "paid"


def test_the_same_key_is_the_same_page_and_another_body_is_refused(v1):
    assert opened(v1).id == opened(v1).id
    assert opened(v1, "key-2").id != opened(v1).id
    with pytest.raises(real.IdempotencyError):
        opened(v1, client_reference_id="F-2")


def test_a_stored_500_is_answered_again_although_the_page_is_there(double, v1):
    double.faults.set(error_after=1)
    for _again in range(2):
        with pytest.raises(real.APIError):
            opened(v1)
    assert [one.client_reference_id for one in v1.checkout.sessions.list().data] == ["F-1"]


def test_a_line_that_breaks_after_success_leaves_the_page_there(double, v1):
    double.faults.set(timeout_after=1)
    with pytest.raises(real.APIConnectionError) as broken:
        opened(v1)
    assert not broken.value.should_retry
    assert opened(v1).client_reference_id == "F-1"
    assert len(v1.checkout.sessions.list().data) == 1


def test_too_many_and_a_key_in_use_do_nothing(double, v1):
    double.faults.set(too_many=1)
    with pytest.raises(real.RateLimitError):
        opened(v1)
    double.faults.set(key_in_use=1)
    with pytest.raises(real.APIError) as busy:
        opened(v1)
    assert busy.value.http_status == 409
    assert v1.checkout.sessions.list().data == []


def test_no_more_goes_back_than_came(double, v1):
    page = opened(v1)
    double.pay(page.id)
    intent = v1.checkout.sessions.retrieve(page.id).payment_intent
    v1.refunds.create({"payment_intent": intent, "amount": 3_000})
    with pytest.raises(real.InvalidRequestError, match="greater than unrefunded"):
        v1.refunds.create({"payment_intent": intent, "amount": 2_001})
    v1.refunds.create({"payment_intent": intent, "amount": 2_000})
    with pytest.raises(real.InvalidRequestError) as over:
        v1.refunds.create({"payment_intent": intent})
    assert over.value.code == "charge_already_refunded"


def test_a_page_that_is_closed_or_whose_time_is_over_takes_no_money(v1, time):
    first, second = opened(v1), opened(v1, "key-2")
    v1.checkout.sessions.expire(first.id)
    with pytest.raises(real.InvalidRequestError, match="can be expired"):
        v1.checkout.sessions.expire(first.id)
    time.forward(hours=25)
    assert v1.checkout.sessions.retrieve(second.id).status == "expired"


def test_lists_come_in_pages_the_newest_first(v1):
    pages = [opened(v1, f"key-{number}").id for number in range(5)]
    listed = v1.checkout.sessions.list({"limit": 2}).auto_paging_iter()
    assert [one.id for one in listed] == pages[::-1]


def test_a_dispute_takes_the_money_and_a_won_one_brings_it_back(double, v1):
    page = opened(v1)
    double.pay(page.id)
    intent = v1.checkout.sessions.retrieve(page.id).payment_intent
    made = double.account.dispute(intent)
    double.account.close_dispute(made["id"], won=True)
    (found,) = v1.disputes.list({"payment_intent": intent}).data
    assert found.status == "won"
    assert sum(one.amount for one in v1.balance_transactions.list().data) == 5_000


def test_who_has_another_key_learns_nothing(double, v1):
    double.key = "sk_test_another"
    with pytest.raises(real.AuthenticationError):
        opened(v1)


def test_events_are_signed_as_stripe_does_and_come_doubled_late_or_never(double, v1):
    double.faults.set(hook_doubled=1)
    page = opened(v1)
    double.pay(page.id)  # doubled, and the intent's
    double.faults.set(hook_lost=1, hook_late=1)
    double.account.refund({"payment_intent": double.account.of("payment_intent")[0]["id"]})
    heard: list[str] = []

    def door(body: bytes, header: str) -> None:
        real.WebhookSignature.verify_header(body, header, SECRET, None)
        heard.append(real.Event.construct_from(json.loads(body), KEY).type)

    double.outbox.deliver(door, shuffled=random.Random(3))
    twice = ["checkout.session.completed"] * 2
    assert sorted(heard) == [*twice, "payment_intent.succeeded"]
    double.outbox.let_late_come()
    double.outbox.deliver(door)
    assert heard[-1] == "refund.created"


def test_a_signature_of_another_secret_is_not_theirs():
    header = signature(b"{}", "whsec_another", at=1)
    with pytest.raises(real.SignatureVerificationError):
        real.WebhookSignature.verify_header(b"{}", header, SECRET, None)
