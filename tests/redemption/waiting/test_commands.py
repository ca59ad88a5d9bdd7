"""`bin/laurel waiting`."""

from click.testing import CliRunner

from catalog.trips.states import LineRule
from redemption.waiting.cli import waiting_cli
from redemption.waiting.states import WaitState
from tests.support.redemption import cancel
from tests.support.trips import with_terms
from tests.support.waiting import join, wait_of


def run(*words):
    return CliRunner().invoke(waiting_cli, [str(word) for word in words])


def test_what_the_browser_does_the_terminal_does_too(line):
    sku, ben, cleo = line.backpack.sku, line.ben.email, line.cleo.email
    assert run("join", ben, sku).output == "Ben Osei is first in line. No points are set aside.\n"
    join(line.cleo, line.backpack)
    assert "2 wait, 0 short of points, 0 kept for somebody; 2 still needed" in run("lines").output
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


def test_parties_and_the_rule_of_the_line_are_said_in_the_terminal(outing):
    sku, ben = outing.trip.sku, outing.ben.email
    assert run("join", ben, sku, "--places", 3).output.startswith("Ben Osei is first in line.")
    join(outing.cleo, outing.trip)
    assert "2 wait for 4 places, 0 short of points" in run("lines").output
    said = run("show", sku).output
    assert "nobody is passed over" in said
    assert "   1  Ben Osei, 3 places, since 23 Nov 2026" in said
    assert "Lisbon together, 13 to 16 May 2027, 3 places: first in line" in run("mine", ben).output
    wait_id = wait_of(outing.ben, outing.trip).id
    smaller = run("party", ben, wait_id, 2).output
    assert smaller == "Ben Osei waits for 2 places, at the same place in line.\n"
    larger = run("party", ben, wait_id, 4).output
    assert larger == "Ben Osei waits for 4 places, at the end of the line.\n"
    with_terms(outing.trip, line_rule=LineRule.SKIP_TO_FIT)
    assert "a smaller one behind it may take them" in run("show", sku).output
    cancel(outing.liam, outing.taken)
    assert run("turns").output == "Turns given: 1\n"
    assert "Cleo Marsh, 1 place, kept until" in run("show", sku).output
