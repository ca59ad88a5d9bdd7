"""Killed at any named point around codes in stock: nothing is given twice, and none is lost."""

import signal

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.kernel.settings import ROOT
from marketplace.ledger.check import ledger_violations
from redemption.codes.models import CodePool, CodeReport, StockCode
from redemption.codes.operations import giving
from redemption.codes.operations.giving import Unit, claim
from redemption.codes.operations.pools import open_pool
from redemption.codes.operations.replacing import replace_reported
from redemption.codes.operations.reports import report_code
from redemption.codes.policies import Terms
from redemption.codes.states import CodeState
from redemption.fulfillment.operations.fulfilling import fulfill_line
from redemption.models import Redemption, RedemptionLine
from redemption.vouchers.models import Voucher
from redemption.vouchers.states import VoucherState
from tests.crash import world
from tests.support.codes import csv, load, show, states_now, stock_cinema, voucher_of
from tests.support.people import actor, employ_priya
from tests.support.redemption import new_key, stock_of

pytestmark = pytest.mark.crash

NO_MAIL = 25
DEEDS = "tests.crash.codes_deeds:add_commands"
ONE_BACK = ROOT / "redemption/vouchers/giving_back.py"
POINTS = sorted({*world.points_in(ROOT / "redemption/codes"), *world.points_in(ONE_BACK)})


class Stand:
    """Nimbus Cinema with Maya and Priya, and processes that die."""

    def __init__(self, raised, folder):
        self.raised, self.folder = raised, folder
        self.maya, self.priya = actor(world.maya_with_points()), actor(employ_priya())
        self.offer = stock_cinema()
        with transaction():
            self.pool_id = open_pool(self.priya, self.offer.variant_id, Terms(), at=clock.now())
        self.made = 0

    def file(self, count):
        """So many new codes."""
        rows = [f"CRASH-{self.made + number:05}" for number in range(count)]
        self.made += count
        return csv(*rows)

    def load(self, count):
        return load(self.priya, self.pool_id, self.file(count))

    def ask(self):
        """A request that nobody has begun with; its line and reference."""
        (line_id,) = world.ask(self.maya.id, [self.offer])
        reference = session().scalar(
            sa.select(Redemption.reference)
            .join(RedemptionLine, RedemptionLine.redemption_id == Redemption.id)
            .where(RedemptionLine.id == line_id)
        )
        session().close()
        return line_id, reference

    def run(self, *words, die_at=""):
        """A command in a process of its own; how it ended."""
        environment = self.raised.environment | {"LAUREL_CRASH_AT": die_at}
        log = self.raised.log
        self.raised.nursery.start(["codes", *words], environment, log=log, first=DEEDS)
        return self.raised.nursery.exit_status(log)

    def given(self):
        """Asked for and handed out."""
        line_id, reference = self.ask()
        assert self.run("fulfill", str(line_id)) == 0
        return line_id, reference

    def reported(self):
        """Seen, and said not to work."""
        line_id, reference = self.given()
        show(self.maya, reference)
        voucher_id = voucher_of(reference).id
        with transaction():
            report_code(self.maya, voucher_id, "No.", request_key=new_key(), at=clock.now())
        report_id = session().scalar(sa.select(sa.func.max(CodeReport.id)))
        session().close()
        return line_id, report_id


def loading(stand):
    path = stand.folder / f"{stand.made}.csv"
    path.write_bytes(stand.file(3))
    return "load", stand.offer.sku, str(path)


def withdrawing(stand):
    return "withdraw", str(stand.load(2)), "--reason", "Wrong card"


def handing_out(stand):
    stand.load(1)
    return "fulfill", str(stand.ask()[0])


def waiting(stand):
    """A code is promised and gone before it is given."""
    stand.load(1)
    line_id, _reference = stand.ask()
    with transaction():
        session().execute(
            sa.update(StockCode)
            .where(StockCode.state == CodeState.FREE)
            .values(valid_until=clock.today())
        )
    return "fulfill", str(line_id)


def taking_back(stand):
    stand.load(1)
    return "take-back", str(stand.maya.id), stand.given()[1]


def taking_out(stand):
    stand.load(2)
    return "replace", str(stand.reported()[1]), "--reason", "Never sold"


def following(stand):
    stand.load(1)
    line_id, report_id = stand.reported()
    with transaction():
        key = new_key()
        replace_reported(stand.priya, report_id, "No.", request_key=key, at=clock.now())
    stand.load(1)
    return "follow", str(line_id)


def giving_one_back(stand):
    stand.load(2)  # one waits before them
    return "give-back", str(stand.reported()[1]), "--reason", "Never sold"


DONE = {
    "codes.put_in": loading,
    "codes.stock_locked": loading,
    "codes.loaded": loading,
    "codes.withdrawn": withdrawing,
    "codes.claimed": handing_out,
    "codes.issued": handing_out,
    "codes.waiting": waiting,
    "codes.taken_back": taking_back,
    "codes.taken_out": taking_out,
    "codes.followed_up": following,
    "voiding.one_void": giving_one_back,
    "voiding.one_let_go": giving_one_back,
}


@pytest.fixture
def stand(url, raised, tmp_path):
    with world.house(url, NO_MAIL, raised):
        yield Stand(raised, tmp_path)


def test_every_point_in_the_source_is_killed_at():
    assert sorted(DONE) == POINTS


def test_killed_at_every_point_and_done_again_each_code_is_there_once(stand, dying_at):
    for point in dying_at(POINTS):
        leave_nothing_free(stand)
        deed = DONE[point](stand)
        session().close()
        before = states_now()
        assert stand.run(*deed, die_at=point) == -signal.SIGKILL, point
        assert states_now() == before, f"{point}: half of it was kept"
        assert stand.run(*deed) == 0, point
        session().close()
        assert ledger_violations() == [], point
        assert one_voucher_for_each_code(), point
    assert session().scalar(sa.select(sa.func.count()).select_from(StockCode)) == stand.made


def leave_nothing_free(stand):
    """What an earlier point left in stock is handed out first."""
    capacity, reserved, sold = stock_of(stand.offer.variant_id)
    session().close()
    for _code in range(capacity - reserved - sold):
        stand.given()


def one_voucher_for_each_code():
    rows = session().execute(
        sa.select(Voucher.stock_code_id, sa.func.count())
        .where(Voucher.state != VoucherState.VOID)
        .group_by(Voucher.stock_code_id)
    )
    issued = set(
        session().scalars(sa.select(StockCode.id).where(StockCode.state == CodeState.ISSUED))
    )
    found = {row[0]: row[1] for row in rows}
    return set(found) == issued and set(found.values()) <= {1}


def claimed_before_the_crash(stand):
    """A worker claimed a code for Maya's unit, committed, and died."""
    stand.load(2)
    line_id, _reference = stand.ask()
    with transaction():
        pool = session().get_one(CodePool, stand.pool_id)
        claim(pool, Unit(line_id, 1, 1), clock.now())
    return line_id


def test_the_same_line_gets_the_code_it_had_claimed(stand):
    line_id = claimed_before_the_crash(stand)
    assert stand.run("fulfill", str(line_id)) == 0
    assert sorted(states_now().values()) == ["free", "issued"]
    session().close()
    assert ledger_violations() == []


def test_control_who_does_not_look_claims_a_second_code_and_hits_the_wall(stand, monkeypatch):
    """The negative control: what the unit has already is not looked up."""
    line_id = claimed_before_the_crash(stand)
    monkeypatch.setattr(giving, "held_codes", lambda _line_id: [])
    with pytest.raises(IntegrityError), transaction():
        fulfill_line(line_id, at=clock.now())
