"""F03 and F10: the n-th write or fsync of SQLite kills the process, or the disk fails at it.

The database opens, what was acknowledged is there, and the same keys again make each thing once. A
process whose disk failed ends; it never calls fsync again to hear that all is well.
"""

import json
import os
import shutil
import signal
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from marketplace.kernel.db import db, session
from marketplace.kernel.failing_disk import EXIT_STATUS
from redemption.vouchers.models import Voucher
from tests.crash import world
from tests.faults import injected
from tests.faults.desk import assert_whole, desk_at, opened
from tests.faults.test_killed_web import Web
from tests.support.approvals import in_the_way
from tests.support.catalog import stock_gift_card
from tests.support.redemption import furnish
from tests.support.vouchers import rosa_of_the_canteen

pytestmark = pytest.mark.crash

KILL, FAIL, FULL = "signal=SIGKILL", "error=EIO", "error=ENOSPC"
SYNC, WRITE = "fdatasync", "pwrite64"
ONCE = dict.fromkeys(injected.DEEDS, 1) | {"ask": 2}
WITHOUT = "strace is not here or may not watch: NOTHING is injected below SQLite."


@pytest.fixture(scope="module")
def strace() -> None:
    """What injects; where CI runs, its absence is a failure. A kernel may refuse all watching."""
    if shutil.which("strace") is None:
        given = os.environ  # noqa: TID251  test settings
        if given.get("CI") == "true":
            pytest.fail(WITHOUT)
        pytest.skip(WITHOUT)
    if subprocess.run(["strace", "-o", "/dev/null", "true"], check=False).returncode:
        pytest.skip(WITHOUT)


class Stage:
    """A house before six deeds with money, and whoever tries them on a copy of it."""

    def __init__(self, folder: Path, nursery):
        self.folder, self.nursery = folder, nursery
        with opened(f"sqlite:///{folder / injected.BEFORE}") as app:
            house, rosa = furnish(), rosa_of_the_canteen()
            in_the_way("manager")
            card = stock_gift_card(limit_per_person=None, limit_period=None)
            settings = app.config["LAUREL"]
            self.environment = {
                "LAUREL_MODE": "test",
                "LAUREL_DATABASE_URL": f"sqlite:///{folder / injected.WORKED_ON}",
                "LAUREL_SECRET_KEY": settings.secret_key,
                "LAUREL_BASE_URL": settings.base_url,
                injected.PEOPLE: " ".join(str(one.id) for one in (house.maya, house.omar, rosa)),
                injected.CARD: str(card.variant_id),
                injected.FOLDER: str(folder),
            }
            db.session.remove()

    def found(
        self, *trials: tuple[str, str, list[int] | int], how: str = "soundly"
    ) -> list[dict[str, Any]]:
        """What was found after each trial: of a call, what becomes of it, and which or how many."""
        (self.folder / injected.FOUND).write_text("")
        more = {injected.INJECTED: json.dumps(trials), injected.HOW: how}
        log, first = self.folder / "log", "tests.faults.injected:try_all"
        self.nursery.start(("worker",), self.environment | more, log=log, first=first)
        assert self.nursery.exit_status(log) == 0, log.read_text()[-3000:]
        return [json.loads(one) for one in (self.folder / injected.FOUND).read_text().splitlines()]


@pytest.fixture(scope="module")
def stage(strace, nursery, tmp_path_factory):
    return Stage(tmp_path_factory.mktemp("disk"), nursery)


def assert_kept(found: Sequence[dict[str, Any]], ended: set[int]) -> None:
    """What was acknowledged is there, and done again everything is there once."""
    for one in found:
        assert one["status"] in ended, one
        assert {name for name in one["said"] if not one["there"][name]} == set(), one
        assert (one["again"], one["at_last"]) == (0, ONCE), one


ALL = 0
FEW = [2, pytest.param(ALL, marks=[pytest.mark.soak, pytest.mark.timeout(3_600)])]


@pytest.mark.parametrize("few", FEW)
def test_killed_at_any_fsync_or_write_nothing_acknowledged_is_lost(stage, few):
    found = stage.found((SYNC, KILL, few), (WRITE, KILL, few))
    assert_kept(found, {-signal.SIGKILL})
    assert_all_whole(stage)


@pytest.mark.parametrize("few", FEW)
def test_where_the_disk_fails_the_process_ends_and_another_goes_on(stage, few):
    """SQLite alone overlooks one fsync: that of the folder, when its log is made."""
    found = stage.found((SYNC, FAIL, ALL), (WRITE, FAIL, few))
    overlooked = [one for one in found if one["status"] == 0]
    assert_kept([one for one in found if one not in overlooked], {EXIT_STATUS})
    assert_kept(overlooked, {0})
    assert [one["inject"].split(":")[0] for one in overlooked] == [SYNC]
    assert_all_whole(stage)


@pytest.mark.parametrize("few", FEW)
def test_where_the_disk_is_full_for_a_moment_the_same_process_goes_on(stage, few):
    """But for the first write, which makes memory to share: SQLite calls that a failure."""
    first, *others = stage.found((WRITE, FULL, few))
    assert_kept([first], {EXIT_STATUS})
    assert_kept(others, {0})
    assert_all_whole(stage)


def assert_all_whole(stage: Stage) -> None:
    """The last of them has no violation."""
    with opened(f"sqlite:///{stage.folder / injected.WORKED_ON}", schema=False):
        assert_whole()


def test_what_is_refused_may_have_been_kept_all_the_same(stage):
    """Why the page does not say that nothing was spent: the log held the commit that failed."""
    (found,) = stage.found((SYNC, FAIL, [3]))
    assert (found["said"], found["there"]["ask"]) == ([], 1)


def test_control_who_does_not_end_calls_fsync_again_and_hears_that_all_is_well(stage):
    (found,) = stage.found((SYNC, FAIL, [3]), how="carelessly")
    assert found["status"] == 0
    assert found["calls"] > 4


def test_control_who_says_so_before_it_is_kept_loses_it(stage):
    (found,) = stage.found((WRITE, KILL, [20]), how="hastily")
    assert (found["said"], found["there"]["ask"]) == (["ask"], 0)


@pytest.fixture
def web(strace, nursery, tmp_path):
    with desk_at(f"sqlite:///{tmp_path / 'laurel.db'}") as desk:
        (tmp_path / "web.log").write_text("")
        served = Web(nursery, tmp_path / "web.log", desk)
        yield served
        served.leave()


def test_maya_reads_that_nobody_knows_and_the_same_form_counts_once(web, tmp_path):
    desk = web.desk
    form = desk.form() | {"csrf_token": desk.browser.token}
    db.session.remove()
    web.start(dies=False)
    watcher = injected.watch(web.pid, f"{SYNC}:{FAIL}:when=1", tmp_path / "trace")
    status, _there = web.ask("POST", desk.action, form)
    assert (status, "We could not hear whether this went through" in web.said) == (503, True)
    assert web.ended() == EXIT_STATUS
    watcher.communicate()
    web.start(dies=False)
    assert web.ask("POST", desk.action, form)[0] == 303
    web.stop()
    assert desk.requests() == 1
    assert_whole()


def test_a_worker_whose_disk_fails_ends_and_the_next_does_its_work(strace, raised, mail, tmp_path):
    with world.house(f"sqlite:///{tmp_path / 'laurel.db'}", mail.port, raised):
        world.ask(world.maya_with_points(), [stock_gift_card()])
        db.session.remove()
        raised.environment |= {
            injected.INJECTED: f"{SYNC}:{FAIL}:when=4",
            injected.FOLDER: str(tmp_path),
        }
        raised.start(first="tests.faults.injected:be_watched")
        assert raised.nursery.exit_status(raised.log) == EXIT_STATUS, raised.log.read_text()[-2000:]
        raised.work_until(world.is_quiet)
        assert session().scalar(sa.select(sa.func.count()).select_from(Voucher)) == 1
        assert_whole()
