"""Getting in line for what is sold out, and out of it again."""

import pytest

from catalog.errors import SoldOut, WaitsForIt
from catalog.operations import adjust_stock, set_capacity
from marketplace.access.roles import Role
from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.kernel.errors import KeyUsedDifferently, NotFound
from redemption.waiting.errors import (
    AlreadyWaiting,
    CannotWait,
    NoLongerWaiting,
    OneIsLeft,
    TooManyLines,
)
from redemption.waiting.models import MOST_LINES
from redemption.waiting.policies import place_words
from redemption.waiting.queries.standing import standing_in_line
from redemption.waiting.states import WaitState
from tests.support.catalog import stock_reward
from tests.support.redemption import ask_for, cancel, points_now
from tests.support.waiting import (
    deliver,
    join,
    leave,
    left_for,
    line_stock,
    moves_of,
    somebody,
    turns,
    wait_of,
)


def test_ben_waits_for_the_backpack_without_setting_points_aside(line):
    join(line.ben, line.backpack)
    assert wait_of(line.ben, line.backpack).state is WaitState.WAITING
    assert points_now(line.ben).held == 0
    assert line_stock(line.backpack) == (1, 0, 1)
    assert wait_of(line.ben, line.backpack).seen_points == line.backpack.points


def test_who_waits_in_line_makes_no_more_of_it(line):
    join(line.ben, line.backpack)
    variant_id, at = line.backpack.variant_id, clock.now()
    for more in (
        lambda: set_capacity(line.ben, variant_id, 5, reason="More came", at=at),
        lambda: set_capacity(line.ben, variant_id, None, reason="No limit", at=at),
        lambda: adjust_stock(line.ben, variant_id, 1, reason="One came", at=at),
    ):
        session().close()
        with pytest.raises(WaitsForIt, match="somebody else"), transaction():
            more()
    with transaction():
        assert adjust_stock(line.cleo, variant_id, 1, reason="One came", at=at) == 2


def test_places_are_in_the_order_of_joining(line):
    for who in (line.ben, line.cleo, line.dara):
        join(who, line.backpack)
    standing = standing_in_line(line.dara, line.backpack.variant_id)
    assert (standing.place, standing.in_line, standing.state) == (3, 3, WaitState.WAITING)
    assert standing_in_line(line.maya, line.backpack.variant_id).place == 0


def test_places_are_said_in_words():
    said = [place_words(number) for number in (1, 3, 9, 10, 11, 12, 13, 21, 22, 103, 111, 1_002)]
    assert said == [
        *("first in line", "third in line", "ninth in line", "10th in line", "11th in line"),
        *("12th in line", "13th in line", "21st in line", "22nd in line", "103rd in line"),
        *("111th in line", "1,002nd in line"),
    ]


def test_the_same_form_again_changes_nothing(line):
    join(line.ben, line.backpack, key="the-same-form")
    join(line.ben, line.backpack, key="the-same-form")
    assert line_stock(line.backpack)[2] == 1
    with pytest.raises(KeyUsedDifferently):
        join(line.ben, stock_reward("Another bag", capacity=0), key="the-same-form")


def test_nobody_stands_twice_in_a_line(line):
    join(line.ben, line.backpack)
    with pytest.raises(AlreadyWaiting, match="your place is as it was"):
        join(line.ben, line.backpack)
    assert line_stock(line.backpack)[2] == 1


def test_nobody_stands_in_more_lines_than_five(line):
    bags = [stock_reward(f"Bag {number}", capacity=0) for number in range(MOST_LINES + 1)]
    for bag in bags[:-1]:
        join(line.ben, bag)
    with pytest.raises(TooManyLines, match="You wait in 5 lines already"):
        join(line.ben, bags[-1])
    assert line_stock(bags[-1])[2] == 0
    leave(line.ben, wait_of(line.ben, bags[2]).id)
    join(line.ben, bags[-1])


def test_there_is_no_line_while_one_is_left(line):
    deliver(line.backpack, 1)
    with pytest.raises(OneIsLeft, match="you can get it now"):
        join(line.ben, line.backpack)
    with pytest.raises(OneIsLeft):
        join(line.ben, stock_reward("Plenty of bags"))


def test_the_line_is_for_those_who_have_the_points(line):
    poor = somebody("Petra Quist", points=100)
    with pytest.raises(CannotWait, match=r"8,800 points to go\. So you can't wait"):
        join(poor, line.backpack)


def test_who_had_all_they_may_have_does_not_wait(line):
    bag = stock_reward("One each", capacity=1, limit_per_person=1, limit_period="ever")
    ask_for(line.ben, bag)
    with pytest.raises(CannotWait, match="You have had this already"):
        join(line.ben, bag)


def test_what_is_not_theirs_to_see_is_not_found(line):
    with pytest.raises(NotFound):
        join(line.ben, 987_654)


def test_ben_leaves_and_those_behind_move_up(line):
    for who in (line.ben, line.cleo):
        join(who, line.backpack)
    assert leave(line.ben, wait_of(line.ben, line.backpack).id) is WaitState.LEFT
    assert line_stock(line.backpack) == (1, 0, 1)
    assert standing_in_line(line.cleo, line.backpack.variant_id).place == 1
    with pytest.raises(NoLongerWaiting):
        leave(line.ben, wait_of(line.ben, line.backpack).id)


def test_who_comes_back_starts_at_the_end(line):
    for who in (line.ben, line.cleo):
        join(who, line.backpack)
    leave(line.ben, wait_of(line.ben, line.backpack).id)
    join(line.ben, line.backpack)
    assert standing_in_line(line.ben, line.backpack.variant_id).place == 2


def test_a_place_of_somebody_else_is_not_found(line):
    wait_id = join(line.ben, line.backpack)
    for other in (line.cleo, somebody("Priya Two", roles=(Role.PROGRAM_MANAGER,))):
        with pytest.raises(NotFound):
            leave(other, wait_id)


def test_ben_lets_the_next_one_have_it(line):
    for who in (line.ben, line.cleo):
        join(who, line.backpack)
    cancel(line.maya, line.taken)
    turns()
    assert leave(line.ben, wait_of(line.ben, line.backpack).id) is WaitState.PASSED_ON
    turns()
    assert wait_of(line.cleo, line.backpack).state is WaitState.OFFERED
    assert moves_of(line.ben, line.backpack)[-1] is WaitState.PASSED_ON


def test_what_comes_back_is_never_left_for_who_comes_by(line):
    join(line.ben, line.backpack)
    cancel(line.maya, line.taken)
    assert left_for(line.cleo, line.backpack) == 0
    with pytest.raises(SoldOut):
        ask_for(line.cleo, line.backpack)
    turns()
    with pytest.raises(SoldOut):
        ask_for(line.cleo, line.backpack)


def test_what_is_more_than_people_wait_for_is_for_everybody(line):
    join(line.ben, line.backpack)
    deliver(line.backpack, 3)
    assert left_for(line.cleo, line.backpack) == 2
    ask_for(line.cleo, line.backpack)
    turns()
    assert wait_of(line.ben, line.backpack).state is WaitState.OFFERED
    assert line_stock(line.backpack) == (3, 0, 0)
