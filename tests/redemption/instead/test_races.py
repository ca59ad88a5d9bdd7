"""Choosing, packing, canceling and the clock at once; with the protection off as control."""

import pytest

from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.ledger.check import ledger_violations
from redemption.fulfillment.operations import desk as desk_work
from redemption.instead.operations import choosing
from redemption.models import RedemptionLine
from redemption.states import LineState
from tests.support.ledger import give_points
from tests.support.racing import all_at_once, in_turn
from tests.support.redemption import new_key, order_for, points_now, story_of
from tests.support.shortages import mark, shortage_of, task_of

pytestmark = pytest.mark.race


def _at_once(app, desk, run=all_at_once):
    """Maya exchanges it in two tabs and takes the points back in a third; the desk sends it."""
    shortage_id = mark(desk.ana, desk.reference)
    order, task_id = order_for(desk.watch), task_of(desk.reference).id
    until = shortage_of(desk.reference).answer_by
    line_id = shortage_of(desk.reference).line_id
    session().close()

    def act(number):
        key = new_key()
        with transaction():
            if number < 2:
                at = clock.now()
                return choosing.take_instead(desk.maya, shortage_id, order, request_key=key, at=at)
            if number == 2:
                return choosing.take_points_back(
                    desk.maya, shortage_id, request_key=key, at=clock.now()
                )
            if number == 3:
                parcel = desk_work.Parcel("By hand")
                return desk_work.mark_sent(
                    desk.ana, task_id, parcel, request_key=key, at=clock.now()
                )
            return choosing.lapse(line_id, at=until)

    return run(app, 5, act)


@pytest.mark.parametrize("attempt", range(3))
def test_of_all_that_may_happen_exactly_one_does(app, desk, attempt):
    answers = _at_once(app, desk)
    taken = [answer for answer in answers[:2] if isinstance(answer, str)]
    happened = [len(taken), answers[2] is None, answers[3] is None, answers[4] is True]
    assert sum(map(int, happened)) == 1, answers
    old = story_of(desk.reference)[-1]
    assert old in {LineState.CANCELLED, LineState.FULFILLED, LineState.FAILED}
    assert points_now(desk.maya).held == (8_000 if taken else 0)
    assert ledger_violations() == []


def test_control_without_lock_and_guarded_move_it_is_exchanged_twice(app, desk, monkeypatch):
    def no_lock(line_id, _among):
        return session().get(RedemptionLine, line_id, populate_existing=True)

    monkeypatch.setattr(choosing, "lock_line", no_lock)
    monkeypatch.setattr(choosing, "is_still_missing", lambda _line_id: True)
    for guarded in ("move_shortage", "end_locked", "_remember_taken"):
        monkeypatch.setattr(choosing, guarded, lambda *_shortage, **_more: None)
    shortage_id, order = mark(desk.ana, desk.reference), order_for(desk.watch)
    give_points(desk.maya.id, 20_000)
    session().close()

    def act(_number):
        key, at = new_key(), clock.now()
        with transaction():
            return choosing.take_instead(desk.maya, shortage_id, order, request_key=key, at=at)

    assert len({answer for answer in in_turn(app, 2, act) if isinstance(answer, str)}) == 2
    assert points_now(desk.maya).held == 8_900 + 2 * 8_000
