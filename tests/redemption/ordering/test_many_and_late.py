"""F13 and F14: the same event a thousand times at once, and one that comes three days late."""

import itertools

import pytest
import sqlalchemy as sa

from marketplace.kernel import clock
from marketplace.kernel.db import db, session
from marketplace.kernel.jobs import enqueue
from marketplace.ledger.check import ledger_violations
from redemption.ordering import views
from redemption.ordering.models import ProviderHook, ProviderOrder
from redemption.ordering.simulator.server import event_of, signed
from redemption.ordering.states import HookVerdict, OrderState
from tests.support.ordering import HOOK_KEY, states
from tests.support.racing import all_at_once

pytestmark = pytest.mark.race

HOOK = "/hooks/providers/cardhouse"
SIDES = 10
EACH = [10, pytest.param(100, marks=[pytest.mark.soak, pytest.mark.timeout(600)])]
LOOK = "GET /orders"


@pytest.fixture
def pending(cardhouse, queue):
    """A card that the provider works on; its request."""
    cardhouse.wrong(pending=1)
    reference = cardhouse.ask()
    queue.run_due()
    assert states(reference) == [OrderState.PENDING]
    db.session.remove()
    return reference


def done(cardhouse) -> bytes:
    """The provider has made the card; its event."""
    number = cardhouse.theirs()[0].number
    return event_of(cardhouse.simulator.store.move(number, "COMPLETE"), 2)


def tell(app, body) -> int:
    headers = signed(body, HOOK_KEY, at=int(clock.now().timestamp()))
    return app.test_client().post(HOOK, data=body, headers=headers).status_code


def looks_after(cardhouse, app, queue, each) -> int:
    """Tell it from ten sides at once, so often each; how often the provider is asked for it."""
    body = done(cardhouse)
    answers = all_at_once(app, SIDES, lambda _side: {tell(app, body) for _ in range(each)})
    assert answers == [{200}] * SIDES
    before = looks(cardhouse)
    queue.run_due()
    return looks(cardhouse) - before


def looks(cardhouse) -> int:
    return cardhouse.simulator.calls.count(LOOK)


@pytest.mark.parametrize("each", EACH)
def test_the_same_event_again_and_again_from_ten_sides_has_one_effect(
    app, cardhouse, pending, queue, each
):
    assert looks_after(cardhouse, app, queue, each) == 1
    assert session().scalar(sa.select(sa.func.count()).select_from(ProviderHook)) == 1
    assert states(pending) == [OrderState.DELIVERED]
    assert len(cardhouse.theirs()) == 1
    assert ledger_violations() == []


def test_control_without_the_row_that_remembers_it_each_asks_the_provider(
    app, cardhouse, pending, queue, monkeypatch
):
    count = itertools.count()

    def take_every_event(_provider_id, event, *, at):
        order = session().scalars(sa.select(ProviderOrder)).one()
        order.next_at, key = at, f"{event.event_id}:{next(count)}"
        enqueue("ordering.go_on", key=key, order_id=order.id)
        return HookVerdict.TAKEN

    monkeypatch.setattr(views, "take_event", take_every_event)
    body = done(cardhouse)
    cardhouse.simulator.store.move(cardhouse.theirs()[0].number, "PENDING")
    for _ in range(3):
        assert tell(app, body) == 200
        session().close()
        before = looks(cardhouse)
        queue.run_due()
        assert looks(cardhouse) == before + 1


@pytest.mark.parametrize(("hours", "before"), [(71, "pending"), (80, "held")])
def test_an_event_that_comes_days_late_brings_the_card_also_when_a_person_has_it_by_then(
    app, cardhouse, pending, queue, time, hours, before
):
    for _ in range(hours):
        time.forward(hours=1)
        queue.run_due()
    assert states(pending) == [OrderState(before)]
    assert tell(app, done(cardhouse)) == 200
    queue.run_due()
    assert states(pending) == [OrderState.DELIVERED]
    assert len(cardhouse.theirs()) == 1
    assert ledger_violations() == []
