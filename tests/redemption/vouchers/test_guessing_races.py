"""Rosa tries codes from many browsers at one moment: ten wrong ones are still all she gets."""

import threading

import pytest

from marketplace.kernel import clock
from marketplace.kernel.db import transaction
from redemption.vouchers.desk import operations
from redemption.vouchers.desk.errors import DeskClosed
from redemption.vouchers.desk.operations import find_at_desk
from redemption.vouchers.desk.policies import WRONG_AT_MOST
from tests.support.racing import all_at_once
from tests.support.redemption import furnish
from tests.support.vouchers import rosa_of_the_canteen

pytestmark = pytest.mark.race
BROWSERS = 14  # fewer than one process has connections


@pytest.fixture
def rosa(at):
    furnish()
    return rosa_of_the_canteen()


def guess(rosa, number):
    with transaction():
        return find_at_desk(rosa, f"{number:02d}".translate(_SIGNS) * 8 + "2", at=clock.now())


_SIGNS = str.maketrans("01", "23")


def answered(results):
    """How many learned that their code is none of ours."""
    assert {type(one) for one in results if one is not None} <= {DeskClosed}, results
    return results.count(None)


def test_of_many_guesses_at_one_moment_ten_are_answered(app, rosa):
    assert answered(all_at_once(app, BROWSERS, lambda n: guess(rosa, n))) == WRONG_AT_MOST


@pytest.mark.parametrize(
    "engine", [pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True
)
def test_control_who_takes_no_turns_gets_more_than_ten_answers(app, rosa, monkeypatch):
    """The negative control; on SQLite one writes at a time, so that nobody can be passed there."""
    together, look = threading.Barrier(BROWSERS), operations.voucher_with_code

    def look_together(typed):
        together.wait(timeout=30)
        return look(typed)

    monkeypatch.setattr(operations, "take_turns", lambda _ids: None)
    monkeypatch.setattr(operations, "voucher_with_code", look_together)
    assert answered(all_at_once(app, BROWSERS, lambda n: guess(rosa, n))) == BROWSERS
