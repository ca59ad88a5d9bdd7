"""In which order those above are asked when nobody answered: the nearest first, whoever's it is."""

import pytest
import sqlalchemy as sa

from marketplace.access.actor import Actor
from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.people.operations.employment import assign_manager
from redemption.approvals.jobs import approval_clock
from redemption.approvals.models import ApprovalAssignee
from tests.support.approvals import in_the_way, open_pool
from tests.support.catalog import stock_gift_card
from tests.support.people import actor, employ
from tests.support.redemption import ask_for, line_of

pytestmark = pytest.mark.usefixtures("unfulfilled")


@pytest.fixture
def desk(house):
    """Ines and Jan at the desk that is asked about cards, and Kira, who may stand above."""
    people = [actor(employ(name)) for name in ("Ines Duarte", "Jan Novak", "Kira Lund")]
    open_pool("desk", *(who.id for who in people[:2]))
    in_the_way("pool:desk")
    return people


def reports(who, to):
    with transaction():
        manager_id = to.id if to else None
        assign_manager(who.id, manager_id, actor=Actor.system(), at=clock.now())
    session().close()


def asked_after_two_days(house, queue, time) -> list[tuple[int, str]]:
    """Who was asked beside the desk, and as whose manager."""
    reference = ask_for(house.maya, stock_gift_card())
    time.forward(days=2)
    approval_clock()
    queue.run_due()
    line_id = line_of(reference).id
    above = sa.select(ApprovalAssignee.employee_id, ApprovalAssignee.via).where(
        ApprovalAssignee.line_id == line_id, ApprovalAssignee.escalated_at.is_not(None)
    )
    return [tuple(row) for row in session().execute(above.order_by(ApprovalAssignee.id))]


def test_of_two_at_the_same_height_it_is_above_who_was_asked_first(house, desk, queue, time):
    ines, jan, kira = desk
    reports(ines, kira)
    reports(jan, house.priya)
    assert asked_after_two_days(house, queue, time) == [(kira.id, "manager of Ines Duarte")]


def test_the_nearest_comes_before_who_stands_higher_above_the_first(house, desk, queue, time):
    """Ines reports to Maya, who asks, and she to Omar; right above Jan stands Kira."""
    ines, jan, kira = desk
    reports(ines, house.maya)
    reports(jan, kira)
    assert asked_after_two_days(house, queue, time) == [(kira.id, "manager of Jan Novak")]


def test_who_stands_higher_is_asked_where_nobody_is_nearer(house, desk, queue, time):
    ines, jan, _kira = desk
    reports(ines, house.maya)
    reports(jan, ines)
    assert asked_after_two_days(house, queue, time) == [(house.omar.id, "manager of Ines Duarte")]


def test_each_comes_once_however_often_the_clock_rings(house, desk, queue, time):
    ines, jan, kira = desk
    reports(ines, kira)
    reports(jan, kira)
    found = asked_after_two_days(house, queue, time)
    for _again in range(3):
        time.forward(hours=5)
        approval_clock()
    assert found == [(kira.id, "manager of Ines Duarte")]
    asked = session().scalar(sa.select(sa.func.count()).select_from(ApprovalAssignee))
    assert asked == 3
