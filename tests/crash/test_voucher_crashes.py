"""A desk, an undo, an extension and a reissue, killed wherever they can be: all or nothing."""

import signal

import pytest
import sqlalchemy as sa

from marketplace.kernel.db import session
from marketplace.kernel.settings import ROOT
from marketplace.ledger.check import ledger_violations
from redemption.vouchers.desk.models import VoucherUse
from redemption.vouchers.models import Voucher
from redemption.vouchers.validity.models import VoucherExtension
from tests.crash import world
from tests.support.catalog import stock_gift_card
from tests.support.people import actor
from tests.support.redemption import ask_for
from tests.support.vouchers import newest_voucher, shown_code

pytestmark = pytest.mark.crash

SCANNER = "tests.crash.scanned:scan"
USE = ("desk", "use", "--amount", "12.40", "--place", "Canteen")
POINTS = sorted(
    point
    for point in world.points_in(ROOT / "redemption/vouchers")
    if point.startswith(world.NOT_FULFILLING) and not point.startswith("voiding.one_")
)


def written() -> tuple[int, int, int, list[int]]:
    """Uses, extensions, vouchers, and what is left on each."""
    session().close()
    counts = [
        session().scalar(sa.select(sa.func.count()).select_from(model))
        for model in (VoucherUse, VoucherExtension, Voucher)
    ]
    left = session().scalars(sa.select(Voucher.remaining).order_by(Voucher.id)).all()
    return (*counts, list(left))


def test_the_points_are_those_we_know_of():
    assert POINTS == [
        "desk.put_back",
        "desk.taken",
        "desk.written",
        "validity.lengthened",
        "voiding.between_codes",
    ]


def run(raised, command, crash_at="", code="", first=SCANNER):
    """Run a command with a code scanned; the exit status, a signal as a negative number."""
    environment = raised.environment | {"LAUREL_CRASH_AT": crash_at, "SCANNED": code}
    raised.nursery.start(command, environment, log=raised.log, first=first)
    return raised.nursery.exit_status(raised.log)


def undo() -> tuple[str, ...]:
    """The command that undoes the use booked last."""
    session().close()
    use_id = session().scalar(sa.select(sa.func.max(VoucherUse.id)))
    return ("desk", "undo", str(use_id), "--reason", "A slip.")


def extend() -> tuple[str, ...]:
    """The command that gives the voucher some months more."""
    card = newest_voucher()
    until = card.valid_until.replace(year=card.valid_until.year + 1, day=1).isoformat()
    return ("vouchers", "extend", str(card.id), "--until", until, "--reason", "Closed.")


def reissue() -> tuple[str, ...]:
    """The command that gives a new code."""
    return ("vouchers", "void", str(newest_voucher().id), "--reason", "Lost.", "--reissue")


STEPS = (
    (lambda: USE, ("desk.taken", "desk.written")),
    (undo, ("desk.put_back", "desk.written")),
    (extend, ("validity.lengthened",)),
    (reissue, ("voiding.between_codes",)),
)


def test_killed_at_every_point_nothing_is_done_and_then_it_is_done_once(raised, url, dying_at):
    with world.house(url, 1, raised):
        maya = actor(world.maya_with_points())
        reference = ask_for(maya, stock_gift_card())
        raised.work_until(lambda: bool(written()[2]))
        code = shown_code(maya, reference)
        for make, points in STEPS:
            command, before = make(), written()
            for point in dying_at(points):
                assert run(raised, command, point, code) == -signal.SIGKILL, point
                assert written() == before, point
                assert ledger_violations() == []
            assert run(raised, command, code=code) == 0, raised.log.read_text()[-2000:]
            assert written() != before
            assert ledger_violations() == []
        assert written() == (2, 1, 2, [5000, 5000])


def test_control_a_desk_that_commits_twice_loses_value_when_it_is_killed(raised, tmp_path):
    """The negative control: the test above would notice."""
    with world.house(f"sqlite:///{tmp_path / 'careless.db'}", 1, raised):
        maya = actor(world.maya_with_points())
        reference = ask_for(maya, stock_gift_card())
        raised.work_until(lambda: bool(written()[2]))
        code = shown_code(maya, reference)
        careless = "tests.crash.scanned:scan_carelessly"
        assert run(raised, USE, "desk.taken", code, first=careless) == -signal.SIGKILL
        assert written() == (0, 0, 1, [3760])
        assert {violation.id for violation in ledger_violations()} == {"I34-left"}
