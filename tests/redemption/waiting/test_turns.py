"""Units that come back are offered in order, for a time, to who can have them."""

from datetime import UTC, datetime

import pytest

from catalog import operations as catalog_operations
from catalog.errors import PriceChanged, SoldOut
from catalog.states import AudienceAttribute
from marketplace.access.actor import Actor
from marketplace.kernel import clock
from marketplace.kernel.db import transaction
from marketplace.ledger.check import ledger_violations
from marketplace.people.operations.employment import mark_left
from redemption.states import LineState
from redemption.waiting.jobs import tidy
from redemption.waiting.states import WaitState
from tests.support.catalog import stock_gift_card, stock_reward
from tests.support.ledger import give_points
from tests.support.redemption import (
    approve,
    ask_for,
    cancel,
    decline,
    line_of,
    points_now,
    story_of,
    subjects_to,
)
from tests.support.waiting import (
    deliver,
    join,
    leave,
    line_stock,
    moves_of,
    somebody,
    turns,
    wait_of,
)

W = WaitState


def _state(who, line):
    return wait_of(who, line.backpack).state


@pytest.fixture
def waiting(line):
    """Ben, Cleo and Dara wait, in this order."""
    for who in (line.ben, line.cleo, line.dara):
        join(who, line.backpack)
    return line


def test_the_unit_that_comes_back_is_kept_for_who_is_first(waiting, queue):
    cancel(waiting.maya, waiting.taken)
    assert turns() == 1
    assert [_state(who, waiting) for who in (waiting.ben, waiting.cleo)] == [W.OFFERED, W.WAITING]
    assert line_stock(waiting.backpack) == (1, 0, 2)
    queue.run_due()
    assert subjects_to(waiting.ben) == ["It is your turn: Trail backpack"]
    assert subjects_to(waiting.cleo) == []
    assert ledger_violations() == []


def test_it_is_kept_for_eight_working_hours_of_their_site(waiting):
    """The test begins on a Monday at nine, so that is the end of the day's work."""
    cancel(waiting.maya, waiting.taken)
    turns()
    until = wait_of(waiting.ben, waiting.backpack).kept_until
    assert until == datetime(2026, 11, 23, 17, 0, tzinfo=UTC)


def test_asking_takes_the_unit_that_is_kept(waiting):
    cancel(waiting.maya, waiting.taken)
    turns()
    reference = ask_for(waiting.ben, waiting.backpack)
    wait = wait_of(waiting.ben, waiting.backpack)
    assert (wait.state, wait.line_id) == (W.TAKEN, line_of(reference).id)
    assert line_stock(waiting.backpack) == (1, 0, 2)
    assert points_now(waiting.ben).held == waiting.backpack.points
    assert story_of(reference) == [LineState.APPROVED]
    assert ledger_violations() == []


def test_who_took_it_and_cancels_waits_no_more_and_the_next_is_asked(waiting):
    cancel(waiting.maya, waiting.taken)
    turns()
    cancel(waiting.ben, ask_for(waiting.ben, waiting.backpack))
    turns()
    assert _state(waiting.ben, waiting) is W.TAKEN
    assert _state(waiting.cleo, waiting) is W.OFFERED
    assert ledger_violations() == []


def test_an_offer_nobody_comes_for_goes_to_the_next(waiting, queue, time):
    cancel(waiting.maya, waiting.taken)
    turns()
    time.forward(hours=8)
    assert turns() == 1
    assert [_state(who, waiting) for who in (waiting.ben, waiting.cleo)] == [W.MISSED, W.OFFERED]
    queue.run_due()
    assert subjects_to(waiting.ben)[-1] == "Your turn is over: Trail backpack"
    with pytest.raises(SoldOut):
        ask_for(waiting.ben, waiting.backpack)


def test_an_offer_is_over_on_the_minute_also_before_the_job_ran(waiting, time):
    cancel(waiting.maya, waiting.taken)
    turns()
    time.forward(hours=8)
    with pytest.raises(SoldOut):
        ask_for(waiting.ben, waiting.backpack)
    assert _state(waiting.ben, waiting) is W.OFFERED
    turns()
    assert _state(waiting.ben, waiting) is W.MISSED


def test_three_units_are_offered_to_three_people(waiting):
    deliver(waiting.backpack, 3)
    assert turns() == 3
    assert {_state(who, waiting) for who in (waiting.ben, waiting.cleo, waiting.dara)} == {
        W.OFFERED
    }
    assert turns() == 0


def test_without_a_limit_everybody_gets_their_turn(waiting):
    with transaction():
        catalog_operations.set_capacity(
            Actor.system(), waiting.backpack.variant_id, None, reason="Plenty", at=clock.now()
        )
    assert turns() == 3


def test_who_is_short_of_points_keeps_the_place_while_others_go_ahead(waiting, queue):
    ask_for(waiting.ben, stock_gift_card(points=45_000, name="A large card"))
    cancel(waiting.maya, waiting.taken)
    turns()
    assert [_state(who, waiting) for who in (waiting.ben, waiting.cleo)] == [W.PAUSED, W.OFFERED]
    queue.run_due()
    assert subjects_to(waiting.ben)[-1] == "Short of points: Trail backpack"
    give_points(waiting.ben.id, 10_000)
    deliver(waiting.backpack, 1)
    turns()
    assert moves_of(waiting.ben, waiting.backpack) == [W.WAITING, W.PAUSED, W.WAITING, W.OFFERED]
    assert _state(waiting.dara, waiting) is W.WAITING
    assert ledger_violations() == []


def test_what_only_those_wait_for_who_are_short_of_points_is_for_everybody(line):
    join(line.ben, line.backpack)
    ask_for(line.ben, stock_gift_card(points=45_000, name="A large card"))
    cancel(line.maya, line.taken)
    turns()
    ask_for(line.cleo, line.backpack)
    assert line_stock(line.backpack) == (1, 0, 0)


def test_who_left_is_passed_over_and_hears_nothing(waiting, queue):
    with transaction():
        mark_left(waiting.ben.id, on=clock.today(), actor=Actor.system(), at=clock.now())
    cancel(waiting.maya, waiting.taken)
    turns()
    assert [_state(who, waiting) for who in (waiting.ben, waiting.cleo)] == [W.ENDED, W.OFFERED]
    queue.run_due()
    assert subjects_to(waiting.ben) == []


def test_whom_it_is_not_for_any_more_is_passed_over_and_told(waiting, queue):
    with transaction():
        catalog_operations.open_to(
            {AudienceAttribute.COUNTRY: ["BR"]},
            reward_id=waiting.backpack.reward_id,
            at=clock.now(),
        )
    cancel(waiting.maya, waiting.taken)
    turns()
    assert _state(waiting.ben, waiting) is W.ENDED
    assert line_stock(waiting.backpack) == (0, 0, 0)
    queue.run_due()
    assert subjects_to(waiting.ben) == ["You no longer wait for Trail backpack"]


def test_who_had_all_they_may_have_by_now_is_passed_over(line):
    bag = stock_reward("One each", capacity=2, limit_per_person=1, limit_period="ever")
    first, _second = ask_for(line.maya, bag), ask_for(line.dara, bag)
    join(line.ben, bag)
    deliver(bag, 2)
    ask_for(line.ben, bag)  # as everybody can, without waiting for the turn
    assert wait_of(line.ben, bag).state is W.TAKEN
    assert line_stock(bag) == (3, 0, 0)
    cancel(line.maya, first)
    assert turns() == 0


def test_the_price_of_the_day_counts_and_a_change_is_asked_about(waiting):
    with transaction():
        catalog_operations.set_price(
            Actor.system(), waiting.backpack.variant_id, 9_900, at=clock.now()
        )
    cancel(waiting.maya, waiting.taken)
    turns()
    with pytest.raises(PriceChanged, match="This now costs 9,900 points"):
        ask_for(waiting.ben, waiting.backpack)
    assert _state(waiting.ben, waiting) is W.OFFERED
    ask_for(waiting.ben, waiting.backpack, expected_points=9_900)
    assert _state(waiting.ben, waiting) is W.TAKEN


def test_what_is_taken_off_the_shelf_ends_the_line(waiting, queue):
    cancel(waiting.maya, waiting.taken)
    turns()
    with transaction():
        catalog_operations.retire_reward(
            Actor.system(), waiting.backpack.reward_id, reason="Gone", at=clock.now()
        )
    tidy()
    assert [_state(who, waiting) for who in (waiting.ben, waiting.cleo)] == [W.ENDED, W.ENDED]
    assert line_stock(waiting.backpack) == (0, 0, 0)
    queue.run_due()
    assert subjects_to(waiting.cleo) == ["You no longer wait for Trail backpack"]


def test_after_a_no_of_the_approver_the_next_in_line_is_asked(line, queue, time):
    card = stock_gift_card(points=20_000, capacity=1, name="Only one card")
    reference = ask_for(line.maya, card)
    join(line.ben, card)
    decline(line.house.omar, reference)
    time.forward(seconds=31)
    queue.run_due()
    turns()
    assert wait_of(line.ben, card).state is W.OFFERED


def test_a_yes_makes_no_difference_to_the_line(line, queue, time):
    card = stock_gift_card(points=20_000, capacity=1, name="Only one card")
    reference = ask_for(line.maya, card)
    join(line.ben, card)
    approve(line.house.omar, reference)
    time.forward(seconds=31)
    queue.run_due()
    assert turns() == 0


def test_the_job_again_changes_nothing(waiting):
    cancel(waiting.maya, waiting.taken)
    assert [turns(), turns(), turns()] == [1, 0, 0]


def test_a_letter_about_a_turn_that_is_over_is_not_written(waiting, queue):
    cancel(waiting.maya, waiting.taken)
    turns()
    leave(waiting.ben, wait_of(waiting.ben, waiting.backpack).id)
    queue.run_due()
    assert subjects_to(waiting.ben) == []


def test_a_person_without_a_site_has_the_hours_of_the_company(line):
    nowhere = somebody("Nora Weiss", site="")
    join(nowhere, line.backpack)
    cancel(line.maya, line.taken)
    turns()
    assert wait_of(nowhere, line.backpack).kept_until is not None
