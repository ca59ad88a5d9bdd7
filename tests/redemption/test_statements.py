"""What is asked of the database grows with what there is to say, not with how much of it."""

import pytest

from marketplace.kernel.db import db, session, transaction
from marketplace.people.operations.employment import assign_manager
from redemption import queries
from redemption.approvals.queries.routing import managers_of
from redemption.vouchers import documents
from redemption.vouchers.operations import reveal_codes
from redemption.vouchers.proofs.keeping import key_to_sign_with
from redemption.vouchers.queries import issued_for
from redemption.vouchers.states import ShownAs
from tests.support.catalog import stock_gift_card, stock_reward
from tests.support.people import actor, employ
from tests.support.query_count import statements_sent
from tests.support.redemption import ask_for, ask_for_several


@pytest.fixture
def mug(house):
    return stock_reward("Laurel mug", points=1_500, capacity=5)


def counted(question) -> int:
    session().close()
    with statements_sent(db.engine) as sent:
        question()
    return len(sent)


def test_what_can_come_back_of_three_lines_takes_no_more_statements_than_of_two(
    house, mug, at, unfulfilled
):
    pen, pad = stock_reward("Pen", points=100), stock_reward("Pad", points=200)
    two = ask_for_several(house.maya, mug, pen)
    three = ask_for_several(house.maya, mug, pen, pad)
    asked = [
        counted(lambda one=one: queries.cancel_page(house.maya, one, at=at)) for one in (two, three)
    ]
    assert asked[0] == asked[1]


def test_a_request_that_nobody_had_to_approve_is_read_in_one_statement(house, mug, at, unfulfilled):
    reference = ask_for(house.maya, mug)
    assert counted(lambda: queries.request_page(house.maya, reference, at=at)) == 1


def test_all_managers_above_somebody_are_found_in_one_statement(house, at):
    below, above = house.maya.id, ["Ida Above", "Jan Above", "Kim Above", "Lea Above"]
    for name in above:
        manager_id = employ(name)
        with transaction():
            assign_manager(below, manager_id, actor=actor(house.maya.id), at=at)
        below = manager_id
    maya, found = actor(house.maya.id), []
    assert counted(lambda: found.extend(managers_of(maya))) == 1
    assert [one.name for one in found] == above


def test_the_key_is_opened_once_for_the_squares_of_three_cards(house, queue, at):
    reference = ask_for(house.maya, stock_gift_card(points=2_000), quantity=3)
    queue.run_due()
    with transaction():
        codes = reveal_codes(house.maya, reference, shown_as=ShownAs.PAGE, at=at)
    issued = issued_for(house.maya, reference)
    key_to_sign_with()
    assert len(codes) == 3
    assert counted(lambda: documents.squares(issued, codes)) == 1
