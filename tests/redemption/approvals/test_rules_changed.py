"""Who changes who has to say yes is seen: the others get a letter, whatever became of it."""

from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from marketplace.access.roles import Role
from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.kernel.errors import BadInput
from marketplace.kernel.mail import Letter
from redemption.approvals.by_mail.operations import set_mail_rule
from redemption.approvals.by_mail.policies import MailRule
from redemption.approvals.changes import promises
from redemption.approvals.operations import policies
from redemption.approvals.queries.routing import rules_in_force
from redemption.states import LineState
from tests.support.approvals import MONTHLY, add, open_pool
from tests.support.catalog import stock_gift_card
from tests.support.ledger import give_points
from tests.support.people import actor, employ
from tests.support.redemption import ask_for, line_of, subjects_to

pytestmark = pytest.mark.usefixtures("unfulfilled")
CHANGED = "Ada Kowalski changed who has to say yes"


@pytest.fixture
def felix(house):
    return actor(employ("Felix Roth", roles=(Role.FINANCE,)))


@pytest.fixture
def sam(house):
    return actor(employ("Sam Brandt", roles=(Role.ADMIN, Role.FINANCE)))


def do(deed):
    with transaction():
        deed(at=clock.now())
    session().close()


def version_of(slug):
    found = next(rule.version for rule in rules_in_force(at=clock.now()) if rule.slug == slug)
    session().close()
    return found


def letter_to(who):
    session().close()
    return session().query(Letter).filter_by(employee_id=who.id).one().text


def test_ada_who_ends_a_policy_asks_and_puts_it_back_is_told_of_to_the_others(
    house, ada, felix, sam, queue, time
):
    with transaction():
        give_points(ada.id, 60_000)
    card = stock_gift_card(points=30_000)
    do(partial(policies.end_policy, ada, "large-gift-cards", seen=1))
    assert line_of(ask_for(ada, card)).state is LineState.APPROVED
    add(ada, "large-cards", MONTHLY)
    assert subjects_to(felix) == []
    time.forward(minutes=16)
    queue.run_due()
    for other in (felix, sam):
        assert subjects_to(other) == [CHANGED]
    text = letter_to(sam)
    assert "Before: Gift cards of 10,000 points or more need the manager" in text
    assert "Added Cards of a month: gift card, from 6,000 points" in text
    assert CHANGED not in subjects_to(ada)


def test_pools_and_the_limits_of_links_are_told_of_too(house, ada, felix, queue, time):
    do(partial(set_mail_rule, ada, MailRule(most_points=None)))
    time.forward(minutes=16)
    queue.run_due()
    told = letter_to(felix)
    assert "Changed the limits of links in letters. A link is enough up to any amount" in told
    assert "Before: A link is enough up to 20,000 points, for 7 days at most." in told
    open_pool("desk", house.wei.id)
    time.forward(minutes=16)
    queue.run_due()
    assert subjects_to(felix)[1:] == ["A command on the server changed who has to say yes"]
    assert subjects_to(ada) == ["A command on the server changed who has to say yes"]


def test_a_change_in_the_next_quarter_of_an_hour_is_a_letter_of_its_own(
    house, ada, felix, queue, time
):
    for slug in ("cards", "more-cards"):
        add(ada, slug, MONTHLY)
        time.forward(minutes=16)
        queue.run_due()
    assert subjects_to(felix) == [CHANGED, CHANGED]


def test_program_managers_hear_of_it_where_nobody_else_looks_after_the_rules(
    house, ada, queue, time
):
    add(ada, "cards", MONTHLY)
    time.forward(minutes=16)
    queue.run_due()
    assert subjects_to(house.priya) == [CHANGED]


def test_a_change_that_is_refused_tells_nobody(house, ada, felix, queue, time):
    seen = version_of("travel")
    with pytest.raises(BadInput, match="Keep a policy for all of it"), transaction():
        policies.end_policy(ada, "travel", seen=seen, at=clock.now())
    time.forward(minutes=16)
    queue.run_due()
    assert subjects_to(felix) == []


def test_control_without_the_promise_nobody_hears_of_it(
    house, ada, felix, queue, time, monkeypatch
):
    monkeypatch.setattr(promises, "enqueue", lambda *_args, **_facts: None)
    add(ada, "cards", MONTHLY)
    time.forward(minutes=16)
    queue.run_due()
    assert subjects_to(felix) == []


def test_a_quarter_of_an_hour_begins_at_the_clock():
    at = datetime(2026, 11, 30, 9, 31, 7, tzinfo=UTC)
    assert promises.quarter_of(at) == datetime(2026, 11, 30, 9, 30, tzinfo=UTC)
    assert promises.quarter_of(at - timedelta(minutes=2)).minute == 15
