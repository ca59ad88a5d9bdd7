"""Events of a provider: signed, fresh, once, in any order, and only a reason to look again."""

import itertools
import json

import pytest
import sqlalchemy as sa

from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.kernel.refused_hooks import RefusedHooks
from marketplace.ledger.check import ledger_violations
from redemption.fulfillment.states import TaskState
from redemption.operations.lines import lock_line
from redemption.ordering.models import ProviderHook
from redemption.ordering.operations.wanting import order_line
from redemption.ordering.simulator.server import event_of, signed
from redemption.ordering.states import HookVerdict, OrderState
from redemption.ordering.views import REFUSED
from redemption.states import LineState
from tests.support.ordering import HOOK_KEY, orders, states
from tests.support.query_count import statements_sent
from tests.support.racing import all_at_once
from tests.support.redemption import line_of
from tests.support.shortages import task_of

WHERE = "/hooks/providers/cardhouse"


@pytest.fixture
def pending(cardhouse, queue):
    """A card that the provider works on; its request."""
    cardhouse.wrong(pending=1)
    reference = cardhouse.ask()
    queue.run_due()
    assert states(reference) == [OrderState.PENDING]
    return reference


@pytest.fixture
def tells(app, cardhouse):
    """Send an event to Laurel, whose process has refused none yet; its status."""
    app.extensions[REFUSED] = RefusedHooks()

    def tell(body, *, key=HOOK_KEY, at=None, headers=None):
        session().close()
        moment = int(clock.now().timestamp()) if at is None else at
        sent = signed(body, key, at=moment) if headers is None else headers
        return (
            app.test_client()
            .post(WHERE, data=body, headers=sent, content_type="application/json")
            .status_code
        )

    return tell


def complete(cardhouse):
    return cardhouse.simulator.store.move(cardhouse.theirs()[0].number, "COMPLETE")


def kept():
    session().close()
    return list(session().scalars(sa.select(ProviderHook.verdict).order_by(ProviderHook.id)))


def test_an_event_brings_the_card_at_once(cardhouse, pending, tells, queue):
    done = complete(cardhouse)
    assert tells(event_of(done, done.revision)) == 200
    queue.run_due()
    assert states(pending) == [OrderState.DELIVERED]
    assert kept() == [HookVerdict.TAKEN]


def test_an_event_that_lies_changes_nothing(cardhouse, pending, tells, queue):
    """It is a reason to look, and nothing of it is believed."""
    said = event_of(complete(cardhouse), 2).replace(b"COMPLETE", b"FAILED")
    cardhouse.simulator.store.move(cardhouse.theirs()[0].number, "PENDING")
    assert tells(said) == 200
    queue.run_due()
    assert states(pending) == [OrderState.PENDING]


def test_the_same_event_again_and_again_is_one(cardhouse, pending, tells, queue):
    done = complete(cardhouse)
    body = event_of(done, done.revision)
    assert [tells(body) for _ in range(20)] == [200] * 20
    queue.run_due()
    assert len(kept()) == 1
    assert states(pending) == [OrderState.DELIVERED]
    assert len(cardhouse.theirs()) == 1


def test_whatever_the_order_of_events_the_end_is_the_same(cardhouse, pending, tells, queue):
    done = complete(cardhouse)
    for revisions in itertools.permutations((1, 2, 3, 4)):
        for revision in revisions:
            assert tells(event_of(done, revision)) == 200
    queue.run_due()
    assert states(pending) == [OrderState.DELIVERED]
    assert orders(pending)[0].revision == 4
    assert kept().count(HookVerdict.TAKEN) == 4, "the first time through, and no older one"


def test_an_event_about_what_we_do_not_know_is_kept(cardhouse, pending, tells, queue):
    done = complete(cardhouse)
    assert tells(event_of(done, 2).replace(done.ref.encode(), b"somebody-elses")) == 200
    assert kept() == [HookVerdict.UNKNOWN]
    queue.run_due()
    assert states(pending) == [OrderState.PENDING]


def test_a_flood_of_what_nobody_signed_writes_next_to_nothing(cardhouse, pending, tells, time):
    """Strangers must not hold the lock that people need to write."""
    with statements_sent(session().get_bind().engine) as said:
        for _ in range(50):
            assert tells(b"junk") == 400
    assert sum(one.startswith("UPDATE") for one in said) == 1
    time.forward(seconds=11)
    assert tells(b"junk") == 400
    assert cardhouse.account().refused_hooks == 51


def test_forged_unsigned_stale_and_future_events_change_nothing_and_are_counted(
    cardhouse, pending, tells, queue, time
):
    body, now = event_of(complete(cardhouse), 2), int(clock.now().timestamp())
    assert tells(body, key="another-key") == 400
    assert tells(body, headers={}) == 400
    assert tells(body, at=now - 301) == 400
    assert tells(body, at=now + 301) == 400
    assert tells(body, headers={"X-Webhook-Timestamp": "x", "X-Webhook-Signature": "y"}) == 400
    assert tells(b"no json") == 400
    assert tells(json.dumps({"eventId": 4, "eventType": "ORDER"}).encode()) == 400
    queue.run_due()
    assert kept() == []
    time.forward(seconds=11)
    assert tells(b"") == 400
    assert cardhouse.account().refused_hooks == 8
    assert states(pending) == [OrderState.PENDING]


def test_a_signature_counts_for_its_own_body_only(cardhouse, pending, tells):
    body = event_of(complete(cardhouse), 2)
    others = signed(body, HOOK_KEY, at=int(clock.now().timestamp()))
    assert tells(body + b" ", headers=others) == 400


def test_too_much_is_not_read(cardhouse, pending, tells):
    assert tells(b"x" * (64 * 1024 + 1)) == 413
    assert kept() == []


def test_nobody_learns_which_providers_there_are(cardhouse, app):
    session().close()
    answers = [app.test_client().post(f"/hooks/providers/{slug}") for slug in ("cardhouse", "none")]
    assert {(answer.status_code, answer.text) for answer in answers} == {(400, answers[0].text)}


def test_what_an_event_says_lies_sealed(cardhouse, pending, tells):
    done = complete(cardhouse)
    tells(event_of(done, 2))
    session().close()
    assert done.ref.encode() not in session().scalars(sa.select(ProviderHook.body)).one()


@pytest.mark.parametrize("sign", ["\\u0000", "\\ud800"])
def test_an_event_with_a_sign_no_database_keeps_is_refused(cardhouse, pending, tells, sign):
    said = event_of(complete(cardhouse), 2)
    number = json.loads(said)["eventId"]
    assert tells(said.replace(number.encode(), f"{number}{sign}".encode())) == 400
    assert kept() == []


# What a person has


@pytest.fixture
def held(cardhouse, pending, queue, time):
    """The provider worked on it for three days, so a person looks; its request."""
    for _ in range(80):
        time.forward(hours=1)
        queue.run_due()
    assert states(pending) == [OrderState.HELD]
    return pending


def test_news_of_what_a_person_has_brings_the_card_and_takes_it_off_their_list(
    cardhouse, held, tells, queue
):
    done = complete(cardhouse)
    assert tells(event_of(done, done.revision)) == 200
    queue.run_due()
    assert states(held) == [OrderState.DELIVERED]
    assert task_of(held).state is TaskState.CLOSED
    assert len(cardhouse.theirs()) == 1
    assert ledger_violations() == []


def test_news_that_lies_about_what_a_person_has_orders_nothing_again(
    cardhouse, held, tells, queue, time
):
    """Only they say whether it is sent again, once nobody knows it."""
    said = event_of(complete(cardhouse), 2)
    cardhouse.simulator.store._db.execute("DELETE FROM orders")
    assert tells(said) == 200
    queue.run_due()
    assert states(held) == [OrderState.HELD]
    assert "does not know it any more" in task_of(held).problem
    assert cardhouse.theirs() == []


def test_old_news_of_what_a_person_has_changes_nothing(cardhouse, held, tells, queue):
    done = complete(cardhouse)
    version = orders(held)[0].version
    assert tells(event_of(done, 0)) == 200
    assert kept() == [HookVerdict.STALE]
    assert (orders(held)[0].state, orders(held)[0].version) == (OrderState.HELD, version)


def test_who_tries_again_at_the_moment_of_the_news_gets_one_card(
    app, cardhouse, held, tells, queue
):
    done = complete(cardhouse)
    line_id = line_of(held).id
    session().close()

    def either(number):
        if number:
            return tells(event_of(done, done.revision))
        with transaction():
            return order_line(lock_line(line_id, frozenset(LineState)), clock.now())

    assert all_at_once(app, 2, either) == [True, 200]
    queue.run_due()
    assert states(held) == [OrderState.DELIVERED]
    assert len(cardhouse.theirs()) == 1
    assert ledger_violations() == []
