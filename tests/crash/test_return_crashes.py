"""Sending, making good, taking back and giving: killed at any named point, nothing is half done."""

import pytest
import sqlalchemy as sa

from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.kernel.settings import ROOT
from marketplace.ledger.check import ledger_violations
from marketplace.ledger.models import Hold
from marketplace.people.queries import person
from redemption.fulfillment.models import FulfillmentTask, Shipment
from redemption.fulfillment.operations.fulfilling import fulfill_line
from redemption.fulfillment.operations.parcels import Parcel
from redemption.fulfillment.operations.shipping import mark_delivered, mark_sent, report_lost
from redemption.models import LineRefund, RedemptionLine
from redemption.operations import refunds
from redemption.operations.lines import lock_line
from redemption.operations.refunds import Part, refund_part
from redemption.sending_back.models import GoodsReturn
from redemption.sending_back.operations import Wanted, accept_return, ask_return
from redemption.states import LineState, RefundCause
from tests.crash import world
from tests.support.catalog import stock_reward
from tests.support.people import actor, employ_ana, employ_maya, employ_priya
from tests.support.redemption import ask_for, give_points, line_of, new_key

pytestmark = pytest.mark.crash

PLACES = (
    "redemption/operations/refunds.py",
    "redemption/fulfillment/operations/shipping.py",
    "redemption/sending_back",
    "redemption/goodwill",
)
POINTS = sorted({point for place in PLACES for point in world.points_in(ROOT / place)})


class Scene:
    """Three mugs of Maya's on their way, and everyone's address."""

    def __init__(self) -> None:
        ids = {"maya": employ_maya(), "ana": employ_ana(), "priya": employ_priya()}
        give_points(ids["maya"], 100_000)
        self.mail = {name: person(one).email for name, one in ids.items()}
        self.maya, self.ana = actor(ids["maya"]), actor(ids["ana"])
        self.reference = ask_for(self.maya, stock_reward("Mug", points=100), quantity=3)
        self.line_id = line_of(self.reference).id
        session().close()
        with transaction():
            fulfill_line(self.line_id, at=clock.now())
        self.task_id = session().scalar(sa.select(FulfillmentTask.id))
        session().close()

    def do(self, deed, *more, **facts):
        with transaction():
            deed(*more, request_key=new_key(), at=clock.now(), **facts)

    def sent(self, units=None):
        self.do(mark_sent, self.ana, self.task_id, Parcel("DHL", "", units))

    def lost(self):
        self.sent(2)
        self.do(report_lost, self.ana, self.task_id, 1, "It is gone.")

    def arrived(self):
        self.sent()
        self.do(mark_delivered, self.ana, self.task_id)

    def asked(self, *, agreed=False):
        self.arrived()
        self.do(ask_return, self.maya, self.reference, Wanted(2, "Too many."))
        if agreed:
            self.do(accept_return, self.ana, 1, "Rewards desk")

    def command(self, point, folder):
        """What is done and dies there, once everything before it is in place."""
        ana, maya, priya = self.mail["ana"], self.mail["maya"], self.mail["priya"]
        receive = ("returns", "receive", "1", "--by", ana, "--units", "2")
        file = folder / "sent.csv"
        file.write_text(f"{self.reference},DHL,JD0146,2\n")
        good = ("fulfillment", "make-good", self.reference, "1", "--by", ana)
        ask = ("returns", "ask", self.reference, "--by", maya, "--units", "1", "--reason", "No")
        gift = ("refunds", "give", self.reference, "100", "--by", priya, "--reason", "Late")
        decline = ("returns", "decline", "1", "--by", ana, "--why", "Used")
        return {
            "parcels.counted": (lambda: None, ("fulfillment", "send", str(file), "--by", ana)),
            "parcels.replaced": (self.lost, good),
            "parcels.refunded": (self.lost, (*good, "--points")),
            "sending_back.claimed": (self.arrived, ask),
            "sending_back.ended": (self.asked, decline),
            "sending_back.received": (lambda: self.asked(agreed=True), receive),
            "redemption.refund.reversed": (lambda: self.asked(agreed=True), receive),
            "redemption.refund.written": (lambda: self.asked(agreed=True), receive),
            "goodwill.moved": (self.arrived, gift),
        }[point]

    def figures(self):
        """Everything that a half-done deed would show in."""
        session().close()
        line = session().get_one(RedemptionLine, self.line_id)
        parcels = session().execute(sa.select(Shipment.number, Shipment.state)).all()
        returns = session().execute(sa.select(GoodsReturn.number, GoodsReturn.state)).all()
        count = session().scalar(sa.select(sa.func.count()).select_from(LineRefund))
        back = session().scalar(sa.select(sa.func.sum(Hold.refunded)))
        counted = (line.state, line.returned_units, line.returning_units, line.version)
        return counted, parcels, returns, count, back


def test_the_points_are_those_we_know_of():
    assert POINTS == [
        "goodwill.moved",
        "parcels.counted",
        "parcels.refunded",
        "parcels.replaced",
        "redemption.refund.reversed",
        "redemption.refund.written",
        "sending_back.claimed",
        "sending_back.ended",
        "sending_back.received",
    ]


@pytest.mark.parametrize("point", POINTS)
def test_killed_there_nothing_is_done_and_then_everything_once(raised, url, tmp_path, point):
    with world.house(url, 1, raised):
        scene = Scene()
        prepare, command = scene.command(point, tmp_path)
        prepare()
        before = scene.figures()
        assert raised.killed_at(point, command=command), f"{point} never killed"
        assert scene.figures() == before
        assert _violations() == []
        done = raised.nursery.run(command, raised.environment)
        assert done.status == 0, done.stderr
        after = scene.figures()
        assert after != before
        assert raised.nursery.run(command, raised.environment).status in {0, 1}
        assert _violations() == []


def _violations():
    """Without what only says that nobody works off the queue here."""
    return [one for one in ledger_violations() if not one.id.startswith("I45")]


class Killed(BaseException):
    """Stands for the end of the process at a named point."""


def test_control_without_one_transaction_a_kill_leaves_points_without_their_refund(
    app, at, queue, monkeypatch
):
    scene = Scene()
    scene.arrived()

    def keep_so_far_and_die(point: str) -> None:
        if point == "redemption.refund.reversed":
            session().commit()
            raise Killed

    monkeypatch.setattr(refunds, "crashpoint", keep_so_far_and_die)
    with pytest.raises(Killed), transaction():
        line = lock_line(scene.line_id, {LineState.FULFILLED})
        part = Part(RefundCause.NOT_DELIVERED, "task:1", 1)
        refund_part(line, part, actor_id=None, at=clock.now())
    assert "I26" in {one.id for one in ledger_violations()}
