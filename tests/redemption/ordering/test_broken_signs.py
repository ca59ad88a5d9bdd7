"""A provider that answers with signs no database keeps, or with sums no machine counts."""

import json
from dataclasses import replace

import pytest

from marketplace.ledger.check import ledger_violations
from redemption.ordering.adapters import tango
from redemption.ordering.states import OrderState
from tests.support.ordering import states
from tests.support.redemption import points_now

HALF, NOTHING = "\ud800", "\0"


def lie(monkeypatch, change):
    """Let every order the provider tells be changed on its way to us."""
    ask = tango._ask

    def changed(*call):
        reply = ask(*call)
        found = json.loads(reply.body)
        if "referenceOrderID" in found:
            change(found)
        return replace(reply, body=json.dumps(found).encode())

    monkeypatch.setattr(tango, "_ask", changed)


def code(sign):
    def change(found):
        for one in found.get("reward", {}).get("credentialList", []):
            one["value"] = f"{one['value']}{sign}"

    return change


def label(sign):
    def change(found):
        for one in found.get("reward", {}).get("credentialList", []):
            one["label"] = f"PIN{sign}"

    return change


def instructions(sign):
    def change(found):
        if "reward" in found:
            found["reward"]["redemptionInstructions"] = f"At the till{sign}"

    return change


def number(sign):
    return lambda found: found.update(referenceOrderID=f"RA{sign}")


def amount(value):
    return lambda found: found["denomination"].update(value=value)


def charged(value):
    return lambda found: found.update(amountCharged={"value": value, "currencyCode": "EUR"})


@pytest.mark.parametrize("sign", [HALF, NOTHING], ids=["half", "nothing"])
@pytest.mark.parametrize("where", [code, label, instructions, number])
def test_a_broken_sign_never_makes_the_worker_fail(
    cardhouse, queue, time, monkeypatch, where, sign
):
    lie(monkeypatch, where(sign))
    reference = cardhouse.ask()
    queue.run_due()
    for _try in range(8):
        time.forward(minutes=31)
        queue.run_due()
    assert states(reference) == [OrderState.HELD], "a person looks, and the points are set aside"
    assert points_now(cardhouse.maya).held == 5_000
    assert ledger_violations() == []


@pytest.mark.parametrize(
    "value", ["1e999999", "-1e999999", "NaN", "Infinity", "1e-999999", 10**300]
)
@pytest.mark.parametrize("where", [amount, charged])
def test_a_sum_beyond_counting_never_makes_the_worker_fail(
    cardhouse, queue, time, monkeypatch, where, value
):
    lie(monkeypatch, where(value))
    reference = cardhouse.ask()
    queue.run_due()
    for _try in range(8):
        time.forward(minutes=31)
        queue.run_due()
    assert states(reference)[0] in {OrderState.HELD, OrderState.QUARANTINED}
    assert points_now(cardhouse.maya).held == 5_000
