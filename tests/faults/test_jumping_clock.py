"""F12: the clock jumps, forward and back, over gap and overlap, a leap day and a year's end.

Everything that the clock does is done after each jump, as by a scheduler that knows no better.
"""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from marketplace.kernel.db import session
from marketplace.kernel.jobs import SCHEDULES
from marketplace.kernel.jobs_engine import run_handler
from marketplace.kernel.mail import Letter
from marketplace.ledger.check import ledger_violations
from marketplace.ledger.models import Transfer
from marketplace.ledger.states import TransferKind
from redemption.states import LineState
from tests.crash.mix import Mix, by
from tests.support.approvals import in_the_way
from tests.support.away import be_away
from tests.support.catalog import stock_gift_card
from tests.support.ledger import give_points
from tests.support.redemption import ask_for, furnish, line_of

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
JUMPS = (HOUR, -2 * HOUR, DAY, -DAY, 3 * DAY, -5 * DAY, 400 * DAY, -400 * DAY, 401 * DAY, 2 * DAY)
ALARMS = {"I45-holds"}  # Ana has two parcels and sends nothing for a year
BEGINNINGS = {
    "a leap day": datetime(2028, 2, 28, 23, 30, tzinfo=UTC),
    "the gap of spring": datetime(2027, 3, 28, 0, 30, tzinfo=UTC),
    "the overlap of autumn": datetime(2027, 10, 31, 0, 30, tzinfo=UTC),
    "the end of a year": datetime(2026, 12, 31, 23, 30, tzinfo=UTC),
}
FIRST, *OTHERS = (pytest.param(at, id=name) for name, at in BEGINNINGS.items())
AT_LENGTH = [pytest.mark.soak, pytest.mark.timeout(600)]
BEGIN = [FIRST, *(pytest.param(*one.values, id=one.id, marks=AT_LENGTH) for one in OTHERS)]


@pytest.mark.parametrize("beginning", BEGIN)
def test_whatever_the_clock_does_each_thing_ends_once(time, queue, beginning):
    time.at = beginning - 30 * DAY
    house = furnish(points=1_000_000)
    others = Mix(house, stock_gift_card())
    in_the_way("manager")
    time.at = beginning
    queue.run_due()
    others.do_everything(time)
    give_points(house.maya.id, 100, days=5)
    unanswered = ask_for(house.maya, others.card)
    be_away(house.omar, house.wei)
    for jump in JUMPS:
        time.at += jump
        for _ in range(2):
            do_what_the_clock_does(queue)
        assert {one.id for one in ledger_violations()} <= ALARMS, jump
    others.assert_done("")
    assert line_of(unanswered).state is LineState.EXPIRED
    kinds = by(Transfer.kind)
    assert kinds[TransferKind.EXPIRY] == 1
    keys = Counter(session().scalars(sa.select(Letter.key)))
    assert set(keys.values()) == {1}


def do_what_the_clock_does(queue) -> None:
    session().close()
    for name in sorted(SCHEDULES):
        run_handler(name, {})
        session().close()
    queue.run_due()
    session().close()
