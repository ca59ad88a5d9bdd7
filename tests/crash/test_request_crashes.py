"""Who dies while asking, taking back or ending a request has done nothing; then it is done once."""

import signal
from collections import Counter
from datetime import timedelta

import pytest
import sqlalchemy as sa

from marketplace.kernel import clock
from marketplace.kernel.db import db, session, transaction
from marketplace.kernel.jobs_engine import run_handler
from marketplace.kernel.settings import ROOT
from marketplace.ledger.check import ledger_violations
from redemption.models import RedemptionLine
from redemption.states import LineState
from tests.crash import world
from tests.crash.deeds import DEED, WHAT, WHO
from tests.support.approvals import in_the_way
from tests.support.catalog import stock_gift_card
from tests.support.redemption import Points, ask_for, furnish, line_of, points_now

pytestmark = pytest.mark.crash

NO_MAIL = 25
SUBMITTING = sorted(set(world.points_in(ROOT / "redemption/operations/submit.py")))
ENDING = ("redemption.end.moved", "redemption.end.released")
TAKING_BACK = (
    "redemption.cancel.locked",
    "redemption.refund.reversed",
    "redemption.refund.written",
    "redemption.cancel.taken_back",
)
POINTS = sorted({*SUBMITTING, *ENDING, *TAKING_BACK})
S = LineState


class People:
    """Maya, who does it in a process of her own, and a card that Omar has to agree to."""

    def __init__(self, raised):
        self.raised, self.house = raised, furnish()
        in_the_way("manager")
        self.card = stock_gift_card(capacity=100, limit_per_person=None, limit_period=None)
        self.given = dict(raised.environment)

    @property
    def maya(self):
        return self.house.maya

    def does(self, deed: str, what: object = "", *, at: str = "", how: str = "do") -> int:
        """Do it, and die at a point; how the process ended."""
        db.session.remove()
        settings = {DEED: deed, WHO: str(self.maya.id), WHAT: str(what)}
        self.raised.environment = self.given | settings
        self.raised.start(at, first=f"tests.crash.deeds:{how}")
        return self.raised.nursery.exit_status(self.raised.log)

    def points(self) -> Points:
        return points_now(self.maya)

    def waits(self) -> str:
        """A card that Maya asked for and nobody answered; its reference."""
        return ask_for(self.maya, self.card)


@pytest.fixture
def people(url, raised):
    with world.house(url, NO_MAIL, raised):
        yield People(raised)


def states() -> Counter:
    session().close()
    return Counter(session().scalars(sa.select(RedemptionLine.state)))


def test_every_point_of_these_files_is_one_of_those_we_die_at():
    files = ("redemption/operations/ending.py", "redemption/operations/refunds.py")
    ending = {point for name in files for point in world.points_in(ROOT / name)}
    fulfilling = {point for point in ending if point.startswith("redemption.finish.")}
    assert ending - fulfilling == {*ENDING, *TAKING_BACK}


def test_who_dies_while_asking_has_asked_for_nothing(people):
    before = people.points()
    for point in SUBMITTING:
        assert people.does("ask", people.card.variant_id, at=point) == -signal.SIGKILL, point
        assert (states(), people.points()) == ({}, before), point
    for _again in range(2):
        assert people.does("ask", people.card.variant_id) == 0
    assert states() == {S.PENDING_APPROVAL: 1}
    assert people.points().held == people.card.points
    assert ledger_violations() == []


@pytest.mark.parametrize("deed", ["take back", "expire"])
def test_who_dies_while_ending_it_has_ended_nothing(people, deed):
    reference = people.waits()
    if deed == "expire":
        line = line_of(reference)
        session().close()
        _let_it_be_over(line.id)
    for point in ENDING:
        assert people.does(deed, reference, at=point) == -signal.SIGKILL, point
        assert states() == {S.PENDING_APPROVAL: 1}, point
        assert people.points().held == people.card.points, point
    assert people.does(deed, reference) == 0
    assert states() == {S.WITHDRAWN if deed == "take back" else S.EXPIRED: 1}
    assert people.points().held == 0
    assert ledger_violations() == []


def _let_it_be_over(line_id: int) -> None:
    with transaction():
        over = clock.now() - timedelta(minutes=1)
        session().execute(
            sa.update(RedemptionLine)
            .where(RedemptionLine.id == line_id)
            .values(decide_by=over, decide_before=over)
        )
    session().close()


def test_who_dies_while_taking_back_what_was_there_has_taken_nothing_back(people):
    (line_id,) = world.ask(people.maya.id, [people.card])
    run_handler("redemption.fulfill", {"line_id": line_id})
    session().close()
    reference = session().scalar(sa.text("SELECT reference FROM redemptions"))
    before = people.points()
    for point in TAKING_BACK:
        assert people.does("take back", reference, at=point) == -signal.SIGKILL, point
        assert (states(), people.points()) == ({S.FULFILLED: 1}, before), point
    assert people.does("take back", reference) == 0
    assert states() == {S.REFUNDED: 1}
    assert people.points().available == before.available + people.card.points
    assert ledger_violations() == []


def test_control_without_one_transaction_who_dies_leaves_points_set_aside_for_nothing(people):
    point = "redemption.submit.held"
    ended = people.does("ask", people.card.variant_id, at=point, how="do_carelessly")
    assert ended == -signal.SIGKILL
    assert states() == {}
    assert people.points().held == people.card.points
    assert ledger_violations() != []
