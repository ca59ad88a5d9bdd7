"""`bin/laurel shortages`."""

from click.testing import CliRunner

from redemption.instead.cli import shortages_cli
from redemption.states import LineState
from tests.support.catalog import stock_reward
from tests.support.redemption import ask_for, story_of
from tests.support.shortages import BROKEN, shortage_of


def run(*words):
    return CliRunner().invoke(shortages_cli, words)


def test_what_the_browser_does_the_terminal_does_too(desk, queue):
    ana, maya = desk.ana.email, desk.maya.email
    marked = run("mark", ana, desk.reference, BROKEN)
    assert marked.output == "They are asked what should happen.\n", marked.exception
    assert f"{desk.reference}  Trail backpack for Maya Chen: to be chosen" in run("list").output
    assert run("answer", maya, desk.reference, "wait").output == "They keep waiting.\n"
    taken = run("take", maya, desk.reference, desk.watch.sku)
    assert taken.output.startswith("Field watch takes its place: R-"), taken.exception
    assert shortage_of(desk.reference).taken_id is not None
    assert run("list").output == "0 missing.\n"
    other = ask_for(desk.maya, stock_reward("Pen", points=100))
    queue.run_due()
    run("mark", ana, other, BROKEN)
    assert run("answer", maya, other, "back").output == "The points are back.\n"
    assert story_of(other)[-1] is LineState.CANCELLED


def test_a_request_of_which_nothing_is_missing_is_said(desk):
    said = run("answer", desk.maya.email, desk.reference, "back")
    assert f"Nothing is missing of {desk.reference}" in str(said.exception)
