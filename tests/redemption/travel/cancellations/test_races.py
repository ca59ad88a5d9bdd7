"""The traveler gives up the place while those who plan the trip cancel it: the points come once."""

import pytest
import sqlalchemy as sa

from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.kernel.errors import IllegalMove
from marketplace.ledger.check import ledger_violations
from redemption.models import RedemptionLine
from redemption.operations.ending import cancel_redemption
from redemption.refusals import NotCancellable
from redemption.travel.cancellations.operations import making_whole
from redemption.travel.cancellations.operations.making_whole import refund_line
from tests.redemption.travel.cancellations.conftest import book
from tests.support.racing import all_at_once, in_turn
from tests.support.redemption import line_of, new_key, points_now

pytestmark = pytest.mark.race


def _both(off, line_id):
    def act(number):
        with transaction():
            if number % 2:
                return refund_line(off.trip.variant_id, line_id, at=clock.now())
            return cancel_redemption(off.maya, off.asked, request_key=new_key(), at=clock.now())

    return act


@pytest.mark.parametrize("is_booked", [False, True])
def test_of_both_at_once_one_gives_the_points_back(app, off, is_booked):
    if is_booked:
        book(off)
    before, line_id = points_now(off.maya).available, line_of(off.asked).id
    session().close()
    off.cancel()
    answers = all_at_once(app, 6, _both(off, line_id))
    won = [one for one in answers if one is True or one == off.asked]
    assert len(won) == 1
    assert all(one is False or isinstance(one, NotCancellable) for one in answers if one not in won)
    assert points_now(off.maya).available == before + 48_000
    assert ledger_violations() == []


def test_control_without_the_lock_the_second_runs_into_the_wall_behind_it(app, off, monkeypatch):
    def unlocked(line_id, _among):
        found = sa.select(RedemptionLine).where(RedemptionLine.id == line_id)
        return session().scalars(found).one()

    line_id = line_of(off.asked).id
    session().close()
    off.cancel()
    monkeypatch.setattr(making_whole, "lock_line", unlocked)
    first, second = in_turn(app, 2, _both(off, line_id))
    assert first == off.asked
    assert isinstance(second, (IllegalMove, KeyError))
