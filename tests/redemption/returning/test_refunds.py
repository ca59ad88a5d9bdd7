"""What was spent comes back in parts: to its lots, never more than was spent, no unit twice."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from catalog.models import MemberUsage
from catalog.operations import amend_reward
from catalog.queries import offer as current_offer
from catalog.return_terms import CancelUntil
from marketplace.access.actor import Actor
from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.ledger.check import ledger_violations
from marketplace.ledger.errors import RefundTooLarge
from redemption.goodwill.queries import COLUMNS, refund_rows
from redemption.models import LineRefund, RedemptionLine
from redemption.operations.ending import begin_fulfillment, finish_line
from redemption.operations.lines import lock_line
from redemption.operations.refunds import Part, refund_part
from redemption.refusals import NotCancellable, UnitsTaken
from redemption.states import LineState, RefundCause
from tests.support.catalog import stock_gift_card, stock_reward
from tests.support.ledger import open_funded_budget
from tests.support.redemption import (
    ask_for,
    cancel,
    furnish,
    line_of,
    points_now,
    stock_of,
    subjects_to,
)

pytestmark = pytest.mark.usefixtures("unfulfilled")


@pytest.fixture
def house(at, queue):
    return furnish()


def bought(house, quantity=3, **stocked):
    """Maya's request for so many backpacks, sent and so paid; its reference and offer."""
    offer = stock_reward(points=100, limit_per_person=5, limit_period="ever", **stocked)
    reference = ask_for(house.maya, offer, quantity=quantity)
    line_id = line_of(reference).id
    with transaction():
        begin_fulfillment(line_id, at=clock.now())
        finish_line(line_id, at=clock.now())
    return reference, offer


def take_back(reference, part, actor_id=None):
    line_id = line_of(reference).id
    with transaction():
        line = lock_line(line_id, {LineState.FULFILLED})
        return refund_part(line, part, actor_id=actor_id, at=clock.now())


def part_of(number, units, percent=100, **more):
    return Part(RefundCause.NOT_DELIVERED, f"task:{number}", units, percent, **more)


def used(house):
    return session().scalar(
        sa.select(MemberUsage.used).where(
            MemberUsage.employee_id == house.maya.id, MemberUsage.period == "ever"
        )
    )


def test_two_of_three_come_back_with_their_points_stock_and_limit(house, queue):
    before = points_now(house.maya).available
    reference, offer = bought(house)
    assert take_back(reference, part_of(1, 2)) == 200
    assert points_now(house.maya).available == before - 100
    assert stock_of(offer.variant_id)[2] == 1
    assert used(house) == 1
    assert line_of(reference).state is LineState.FULFILLED
    assert ledger_violations() == []
    queue.run_due()
    assert "200 points came back for" in subjects_to(house.maya)[-1]


def test_with_the_last_unit_the_line_ends(house):
    reference, offer = bought(house)
    take_back(reference, part_of(1, 1))
    take_back(reference, part_of(2, 2))
    assert line_of(reference).state is LineState.REFUNDED
    assert stock_of(offer.variant_id)[2] == 0
    assert ledger_violations() == []


def test_a_share_is_rounded_over_all_units_so_that_parts_bring_what_one_would(house):
    reference, _ = bought(house)
    parts = [take_back(reference, part_of(n, 1, 33)) for n in range(3)]
    assert parts == [33, 33, 33]
    assert sum(parts) == 300 * 33 // 100
    kept = session().scalars(sa.select(LineRefund.kept_points)).all()
    assert sum(kept) + sum(parts) == 300
    assert line_of(reference).state is LineState.REFUNDED
    assert ledger_violations() == []


def test_after_a_goodwill_no_more_comes_back_than_was_spent(house):
    reference, _ = bought(house)
    goodwill = Part(RefundCause.NOT_DELIVERED, "task:8", points=250, note="It was late.")
    assert take_back(reference, goodwill) == 250
    with pytest.raises(RefundTooLarge):
        take_back(reference, Part(RefundCause.NOT_DELIVERED, "task:9", points=51))
    assert take_back(reference, part_of(1, 3)) == 50
    assert ledger_violations() == []


def test_no_unit_comes_back_twice(house):
    reference, _ = bought(house)
    take_back(reference, part_of(1, 2))
    with pytest.raises(UnitsTaken, match="1 can still come back"):
        take_back(reference, Part(RefundCause.LOST, "shipment:1", 2))
    assert line_of(reference).returned_units == 2


def test_what_came_back_damaged_is_no_stock(house):
    reference, offer = bought(house, capacity=10)
    take_back(reference, part_of(1, 2, damaged=1, note="one is torn"))
    assert stock_of(offer.variant_id) == (9, 0, 1)
    assert ledger_violations() == []


def test_the_export_says_which_budget_it_was(house):
    reference, _ = bought(house)
    take_back(reference, part_of(1, 2))
    budget_id = open_funded_budget(name="Marketing travel")
    with transaction():
        session().execute(
            sa.update(RedemptionLine)
            .where(RedemptionLine.reference == reference)
            .values(budget_id=budget_id, budget_points=300)
        )
    today = clock.today()
    (row,) = (dict(zip(COLUMNS, one, strict=True)) for one in refund_rows(today, today))
    assert (row["Budget"], row["Points back"]) == ("Marketing travel", 200)


def test_a_request_keeps_the_terms_it_was_made_under(house, queue):
    card = stock_gift_card()
    before = ask_for(house.maya, card)
    with transaction():
        amend_reward(
            Actor.system(), card.reward_id, at=clock.now() + timedelta(seconds=1),
            cancel_until=CancelUntil.APPROVAL,
        )  # fmt: skip
    cancel(house.maya, before)
    assert line_of(before).snapshot["return_terms"]["cancel_until"] == "leaves"
    after = ask_for(house.maya, stock_again(house, card))
    with pytest.raises(NotCancellable, match="could be canceled until it was approved"):
        cancel(house.maya, after)


def stock_again(house, card):
    """The same offer as it stands now."""
    return current_offer(house.maya, card.variant_id, at=clock.now())
