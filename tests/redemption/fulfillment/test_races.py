"""Fulfillment against cancelling, showing against cancelling: exactly one of the two, always."""

import pytest
import sqlalchemy as sa

from marketplace.kernel import clock
from marketplace.kernel.db import db, session, transaction
from marketplace.ledger.check import ledger_violations
from marketplace.ledger.models import Hold
from marketplace.ledger.states import HoldState
from redemption.fulfillment.operations.fulfilling import fulfill_line
from redemption.models import RedemptionLine
from redemption.operations import ending, refunds
from redemption.operations.ending import cancel_redemption
from redemption.queries import standing
from redemption.refusals import NotCancellable
from redemption.states import LineState
from redemption.vouchers.errors import NotReady
from redemption.vouchers.models import Certificate
from redemption.vouchers.operations import reveal_codes
from redemption.vouchers.states import ShownAs
from tests.support.catalog import stock_certificate, stock_gift_card
from tests.support.racing import all_at_once
from tests.support.redemption import ask_for, furnish, line_of, new_key

pytestmark = pytest.mark.race
ROUNDS = 6


def cancelling(maya, reference):
    with transaction():
        return cancel_redemption(maya, reference, request_key=new_key(), at=clock.now())


def fulfilling(line_id):
    with transaction():
        return fulfill_line(line_id, at=clock.now())


def showing(maya, reference):
    with transaction():
        return reveal_codes(maya, reference, shown_as=ShownAs.PAGE, at=clock.now())


def race(app, first, second):
    """Both three times at once, in turns."""
    return all_at_once(app, 6, lambda number: (first, second)[number % 2]())


def test_cancelling_and_fulfilling_end_in_exactly_one(app, at, queue):
    maya, offer = furnish().maya, stock_certificate()
    for _ in range(ROUNDS):
        reference = ask_for(maya, offer)
        line_id = line_of(reference).id
        db.session.remove()
        results = race(
            app, lambda own=line_id: fulfilling(own), lambda r=reference: cancelling(maya, r)
        )
        assert not [
            r for r in results if isinstance(r, Exception) and type(r) is not NotCancellable
        ]
        line = line_of(reference)
        hold = session().get(Hold, line.hold_id)
        made = session().scalar(sa.select(sa.func.count()).where(Certificate.line_id == line_id))
        assert (line.state, hold.state, made) in {
            (LineState.FULFILLED, HoldState.CAPTURED, 1),
            (LineState.CANCELLED, HoldState.RELEASED, 0),
        }
        assert (results.count(True) == 1) == (line.state is LineState.FULFILLED)
    assert ledger_violations() == []


def test_showing_and_cancelling_end_in_exactly_one(app, at, queue):
    maya, offer = furnish().maya, stock_gift_card()
    for _ in range(ROUNDS):
        reference = ask_for(maya, offer)
        queue.run_due()
        db.session.remove()
        results = race(
            app, lambda r=reference: showing(maya, r), lambda r=reference: cancelling(maya, r)
        )
        shown = [r for r in results if isinstance(r, list)]
        cancelled = [r for r in results if isinstance(r, str)]
        refused = [r for r in results if isinstance(r, Exception)]
        assert {type(r) for r in refused} <= {NotCancellable, NotReady}
        assert bool(shown) != bool(cancelled)
        state = LineState.FULFILLED if shown else LineState.REFUNDED
        assert line_of(reference).state is state
    assert ledger_violations() == []


def test_without_the_lock_on_the_line_a_cancelled_card_is_shown(at, queue, monkeypatch):
    """The negative control: two decide by what they read before, and both go ahead."""
    maya = furnish().maya
    reference = ask_for(maya, stock_gift_card())
    queue.run_due()
    read_before = line_of(reference)
    session().expunge(read_before)
    showing(maya, reference)
    monkeypatch.setattr(ending, "lock_line", lambda line_id, among: read_before)
    monkeypatch.setattr(standing, "untouched", sa.true)
    monkeypatch.setattr(refunds, "move_line", _move_unguarded)
    cancelling(maya, reference)
    assert line_of(reference).state is LineState.REFUNDED


def _move_unguarded(line, to, **_more):
    session().execute(
        sa.update(RedemptionLine).where(RedemptionLine.id == line.id).values(state=to)
    )
