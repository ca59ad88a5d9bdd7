"""A worker killed at any named point of an order buys one card, and Maya gets one code."""

import os
import select
import signal
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.kernel.jobs_engine import run_handler
from marketplace.kernel.settings import ROOT
from marketplace.ledger.check import ledger_violations
from redemption.codes.operations.reports import report_code
from redemption.models import RedemptionLine
from redemption.ordering import queries, runner
from redemption.ordering.adapter import Kind, Outcome, TheirState, Told
from redemption.ordering.adapters import tango
from redemption.ordering.models import ProviderOrder
from redemption.ordering.states import OrderState
from redemption.vouchers.models import Voucher
from tests.crash import world
from tests.support.codes import show
from tests.support.ordering import HOOK_KEY, KEY, known_here, offer_of, open_account, simulated
from tests.support.people import actor
from tests.support.redemption import new_key

pytestmark = pytest.mark.crash

NO_MAIL = 25
GOING_ON = ("ordering", "run")
POINTS = sorted(set(world.points_in(ROOT / "redemption/ordering")))
ASKED_ANEW = "ordering.reissue_wanted"  # the desk dies at it, nobody who goes on
ONLY_FIRST = {"ordering.issued"}  # where the last of the cards is given out
ONLY_AGAIN = {"ordering.between_cards"}


@pytest.fixture
def provider(url, raised, monkeypatch):
    """Maya with points, and a simulated provider."""
    with simulated("100000") as (simulator, address), world.house(url, NO_MAIL, raised):
        known_here(monkeypatch)
        raised.environment["LAUREL_PROVIDER_CREDENTIALS"] = (
            f"cardhouse={KEY},cardhouse.webhook={HOOK_KEY}"
        )
        maya = world.maya_with_points()
        open_account(address)
        yield maya, simulator


def wanted(maya: int) -> None:
    """A card that nobody has asked the provider for yet."""
    (line_id,) = world.ask(maya, [offer_of("B-50")])
    session().close()
    run_handler("redemption.fulfill", {"line_id": line_id})
    session().close()


def who_comes_next() -> None:
    """Somebody sound, once the lease of the one who died is over."""
    with clock.stepped(clock.now() + timedelta(minutes=10)):
        due = queries.due_orders(at=clock.now())
        session().close()
        for order_id, _version in due:
            runner.go_on(order_id)


def vouchers() -> int:
    session().close()
    return session().scalar(sa.select(sa.func.count()).select_from(Voucher))


def test_the_search_for_points_finds_those_we_know_of():
    assert {"ordering.intent_kept", "ordering.answered", "ordering.received"} <= set(POINTS)


def test_killed_at_every_point_one_card_is_bought_and_given(provider, raised, dying_at):
    maya, simulator = provider
    simulator.faults.set({"forgetful": -1})
    points = [one for one in POINTS if one not in {ASKED_ANEW, *ONLY_AGAIN}]
    for number, point in enumerate(dying_at(points), start=1):
        wanted(maya)
        assert raised.killed_at(point, command=GOING_ON), point
        who_comes_next()
        assert len(simulator.store.everything()) == number, point
        assert vouchers() == number, point
    session().close()
    assert set(session().scalars(sa.select(ProviderOrder.state))) == {OrderState.DELIVERED}
    assert ledger_violations() == []


def reported(maya: int) -> int:
    """A card that Maya has, has seen, and says does not work; the report."""
    wanted(maya)
    for order_id, _version in queries.due_orders(at=clock.now()):
        session().close()
        runner.go_on(order_id)
    session().close()
    who = actor(maya)
    line = session().scalars(sa.select(RedemptionLine).order_by(RedemptionLine.id.desc())).first()
    reference, line_id = line.reference, line.id
    session().close()
    show(who, reference)
    of_line = sa.select(Voucher.id).where(Voucher.line_id == line_id)
    voucher_id = session().scalar(of_line)
    session().close()
    with transaction():
        key = new_key()
        return report_code(who, voucher_id, "No.", request_key=key, at=clock.now())


def cards(simulator, status: str) -> int:
    return [one.status for one in simulator.store.everything()].count(status)


def test_killed_at_every_point_of_a_reissue_one_other_card_is_made(provider, raised, dying_at):
    maya, simulator = provider
    simulator.faults.set({"forgetful": -1})
    points = [one for one in POINTS if one not in {ASKED_ANEW, *ONLY_FIRST}]
    for number, point in enumerate(dying_at(points), start=1):
        asking = ("ordering", "reissue", str(reported(maya)))
        if number == 1:
            assert raised.killed_at(ASKED_ANEW, command=asking)
            assert cards(simulator, "REISSUED") == 0
        assert raised.killed_at("", command=asking) is False
        assert raised.killed_at(point, command=GOING_ON), point
        who_comes_next()
        counts = (cards(simulator, "REISSUED"), cards(simulator, "COMPLETE"))
        assert counts == (number, number), point
        assert vouchers() == 2 * number, point
    session().close()
    assert ledger_violations() == []


def test_control_without_looking_a_reissue_is_made_twice(provider, raised, monkeypatch):
    maya, simulator = provider
    simulator.faults.set({"forgetful": -1})
    asking = ("ordering", "reissue", str(reported(maya)))
    assert raised.killed_at("", command=asking) is False
    assert raised.killed_at("ordering.answered", command=GOING_ON)
    first = simulator.store.everything()[0]
    told = Told(
        provider_ref=first.number,
        client_ref=first.ref,
        sku=first.utid,
        state=TheirState.COMPLETE,
        minor=5_000,
        currency=first.currency,
    )

    def blind(self, door, ref):
        if ref == first.ref:
            return Outcome(kind=Kind.ACCEPTED, order=told)
        return Outcome(kind=Kind.NOT_FOUND)

    monkeypatch.setattr(tango.TangoOrders, "find", blind)
    who_comes_next()
    assert len(simulator.store.everything()) == 3


def test_control_without_looking_who_comes_next_buys_a_second_card(provider, raised, monkeypatch):
    found = Outcome(kind=Kind.NOT_FOUND)
    monkeypatch.setattr(tango.TangoOrders, "find", lambda self, door, ref: found)
    maya, simulator = provider
    simulator.faults.set({"forgetful": -1})
    wanted(maya)
    assert raised.killed_at("ordering.answered", command=GOING_ON)
    who_comes_next()
    assert len(simulator.store.everything()) == 2


# F20: one that stood still past its lease


def stands_still(raised, how: str) -> int:
    """Start somebody who asks the provider and stops with the answer in hand."""
    pid = raised.start(command=GOING_ON, first=f"tests.crash.mortal:{how}")
    while Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][0] != "T":
        select.select([], [], [], 0.02)
    return pid


def goes_on(raised, pid: int) -> int:
    os.kill(pid, signal.SIGCONT)
    return raised.nursery.exit_status(raised.log)


def test_who_stood_still_past_the_lease_comes_too_late(provider, raised):
    maya, simulator = provider
    simulator.faults.set({"forgetful": -1})
    wanted(maya)
    pid = stands_still(raised, "be_a_zombie")
    who_comes_next()
    assert (len(simulator.store.everything()), vouchers()) == (1, 1)
    assert goes_on(raised, pid) == 0
    assert (len(simulator.store.everything()), vouchers()) == (1, 1)
    session().close()
    assert set(session().scalars(sa.select(ProviderOrder.state))) == {OrderState.DELIVERED}
    assert ledger_violations() == []


def test_control_without_its_version_the_late_answer_meets_the_second_wall(provider, raised):
    maya, simulator = provider
    simulator.faults.set({"forgetful": -1})
    wanted(maya)
    pid = stands_still(raised, "be_a_careless_zombie")
    who_comes_next()
    assert goes_on(raised, pid) != 0
    assert vouchers() == 1
