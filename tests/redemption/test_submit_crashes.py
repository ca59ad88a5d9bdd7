"""Whoever dies at a named point of asking for several rewards leaves nothing half done."""

import pytest

from marketplace.kernel.db import session
from marketplace.kernel.settings import ROOT
from marketplace.ledger.check import ledger_violations
from redemption.basket import operations as basket
from redemption.operations import ending, submit
from redemption.states import LineState
from tests.crash.world import points_in
from tests.redemption.test_basket import orders_in, page_of, put
from tests.support.catalog import stock_gift_card, stock_reward
from tests.support.redemption import cancel, lines_of, new_key, points_now, send_orders

pytestmark = pytest.mark.usefixtures("unfulfilled")
CANCELING = ("redemption.cancel.", "redemption.end.")
FILES = ("redemption/operations/submit.py", "redemption/basket/operations.py")
POINTS = sorted(
    {point for name in FILES for point in points_in(ROOT / name)}
    | {
        point
        for point in points_in(ROOT / "redemption/operations/ending.py")
        if point.startswith(CANCELING)
    }
)


class Died(Exception):
    """The process is gone; what it had not committed is too."""


def _dies_once(monkeypatch, point, *, half_done=False):
    """Die at a named point the first time; `half_done`: with all that was written until then."""
    deaths = []

    def die(name):
        if name == point and not deaths:
            deaths.append(name)
            if half_done:
                session().connection().connection.commit()
            raise Died(name)

    for module in (submit, basket, ending):
        monkeypatch.setattr(module, "crashpoint", die)
    return deaths


def _again(work):
    """Do it, and do it again where the process died; then nothing may be half done."""
    try:
        return work()
    except Died:
        session().rollback()
        assert ledger_violations() == []
        session().close()
        return work()


def _there_and_back(house):
    """Two things go into a basket, are asked for with one form, and one by one form taken back."""
    mug, card = stock_reward("Laurel mug", points=1_500), stock_gift_card(points=5_000)
    for one in (mug, card):
        key = new_key()
        _again(lambda one=one, key=key: put(house.maya, one, key=key))
    shown, key = orders_in(house.maya), new_key()
    reference = _again(lambda: send_orders(house.maya, shown, key=key))
    assert send_orders(house.maya, shown, key=key) == reference
    assert points_now(house.maya).held == 6_500
    _again(lambda: cancel(house.maya, reference))
    return reference


@pytest.mark.parametrize("point", POINTS)
def test_who_dies_at_a_named_point_leaves_nothing_half_done(house, monkeypatch, point):
    deaths = _dies_once(monkeypatch, point)
    reference = _there_and_back(house)
    assert deaths == [point]
    assert [line.state for line in lines_of(reference)] == [LineState.CANCELLED] * 2
    assert page_of(house.maya).lines == ()
    assert points_now(house.maya).held == 0
    assert ledger_violations() == []


def test_control_committed_halfway_the_check_names_what_is_half_done(house, monkeypatch):
    _dies_once(monkeypatch, "redemption.submit.written", half_done=True)
    with pytest.raises(AssertionError, match="I26"):
        _there_and_back(house)
