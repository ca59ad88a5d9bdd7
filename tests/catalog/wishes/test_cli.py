"""The same by hand: `bin/laurel wishes …`."""

import pytest

from catalog.wishes.cli import wishes_cli
from catalog.wishes.operations import saving
from marketplace.app import job_scope
from marketplace.kernel.db import transaction
from tests.support.catalog import stock_badge, stock_gift_card
from tests.support.ledger import give_points


@pytest.fixture
def laurel(app):
    """Runs a command; answers what it says."""

    def run(*words: str) -> str:
        with job_scope(app):
            answer = app.test_cli_runner().invoke(wishes_cli, words)
        assert answer.exit_code == 0, answer.output
        return answer.output

    return run


def test_it_shows_what_somebody_saved(maya, laurel, at):
    with transaction():
        saving.save_wish(maya, stock_badge().slug, at=at)
        saving.make_goal(maya, stock_gift_card().slug, at=at)
    said = laurel("show", "maya.chen@evergreen.example")
    assert "Maya Chen: 2 saved; notes: goal, price, stock" in said
    assert "goal 2026-11-23  lumen-books-gift-card" in said
    assert "5,000 points (saved at 5,000)  plenty" in said


def test_it_writes_notes_by_day_and_says_so_at_night(maya, laurel, time, at):
    with transaction():
        saving.make_goal(maya, stock_gift_card().slug, at=at)
    give_points(maya.id, 5_000)
    time.forward(hours=14)
    assert "Notes are written from 7:00 to 19:00 UTC. None was." in laurel("follow")
    time.forward(hours=10)
    assert "Letters written: 1" in laurel("follow")
    assert "Letters written: 0" in laurel("follow")


def test_it_counts_choices_once_a_week(laurel, at):
    assert laurel("count-choices") == "Counted.\n"
    assert "Counted already for this week." in laurel("count-choices")
