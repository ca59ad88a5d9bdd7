"""`bin/laurel waiting`."""

from click.testing import CliRunner

from redemption.waiting.cli import waiting_cli
from redemption.waiting.states import WaitState
from tests.support.redemption import cancel
from tests.support.waiting import join, wait_of


def run(*words):
    return CliRunner().invoke(waiting_cli, words)


def test_what_the_browser_does_the_terminal_does_too(line):
    sku, ben, cleo = line.backpack.sku, line.ben.email, line.cleo.email
    assert run("join", ben, sku).output == "Ben Osei is first in line. No points are set aside.\n"
    join(line.cleo, line.backpack)
    assert "2 wait, 0 short of points, 0 kept for somebody; order 2" in run("lines").output
    assert "   2  Cleo Marsh, since 23 Nov 2026" in run("show", sku).output
    cancel(line.maya, line.taken)
    assert run("turns").output == "Turns given: 1\n"
    assert "Ben Osei, kept until 23 Nov 2026, 17:00 UTC" in run("show", sku).output
    assert "kept until 23 Nov 2026, 17:00 UTC" in run("mine", ben).output
    wait_id = str(wait_of(line.ben, line.backpack).id)
    assert run("leave", ben, wait_id).output == "The next in line gets it.\n"
    assert run("turns").output == "Turns given: 1\n"
    assert wait_of(line.cleo, line.backpack).state is WaitState.OFFERED
    assert "Cleo Marsh stands in 1 of their lines." in run("mine", cleo).output


def test_an_unknown_sku_is_said_with_where_to_look(line):
    said = run("show", "NO-SUCH")
    assert said.exit_code == 1
    assert "No variant has the SKU 'NO-SUCH'" in str(said.exception)
