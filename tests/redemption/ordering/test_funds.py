"""When our account at the provider is empty, people wait, are told so, and need not ask again."""

from decimal import Decimal

from marketplace.access.roles import Role
from marketplace.kernel.db import session, transaction
from marketplace.kernel.mail import Letter
from marketplace.ledger.check import ledger_violations
from redemption.ordering.jobs import funds
from redemption.ordering.models import ProviderAccount
from redemption.ordering.operations.taking_back import LOOKS
from redemption.ordering.states import OrderState
from tests.support.ordering import orders, states
from tests.support.people import employ
from tests.support.redemption import cancel, points_now


def letters():
    session().close()
    return list(session().query(Letter).filter(Letter.key.like("provider_low:%")))


def spend_all(cardhouse):
    cardhouse.simulator.store.pay_in(-cardhouse.simulator.store.balance)


def test_cards_wait_for_money_in_line_and_go_on_by_themselves(cardhouse, queue, time):
    employ("Samuel Brooks", roles=(Role.FINANCE,))
    spend_all(cardhouse)
    waiting = [cardhouse.ask(), cardhouse.ask("B-20"), cardhouse.ask("B-20")]
    queue.run_due()
    assert [states(one) for one in waiting] == [[OrderState.NO_FUNDS]] * 3
    assert points_now(cardhouse.maya).held == 9_000
    assert ledger_violations() == []
    time.forward(hours=3)
    assert ledger_violations() == [], "who waits for money is no stuck request"
    cardhouse.simulator.store.pay_in(Decimal(70))
    session().close()
    funds()
    queue.run_due()
    assert [states(one) for one in waiting] == [
        [OrderState.DELIVERED],
        [OrderState.DELIVERED],
        [OrderState.NO_FUNDS],
    ]
    cardhouse.simulator.store.pay_in(Decimal(20))
    funds()
    queue.run_due()
    assert states(waiting[2]) == [OrderState.DELIVERED]
    assert len(cardhouse.theirs()) == 3
    assert ledger_violations() == []


def test_priya_and_samuel_are_told_once_for_each_time_it_runs_low(cardhouse, queue, time):
    employ("Samuel Brooks", roles=(Role.FINANCE,))
    with transaction():
        session().get_one(ProviderAccount, cardhouse.provider_id).low_minor = 10_000
    funds()
    queue.run_due()
    assert letters() == []
    spend_all(cardhouse)
    for _ in range(4):
        funds()
        cardhouse.ask("B-20")
        queue.run_due()
        time.forward(minutes=5)
    assert len(letters()) == 2
    cardhouse.simulator.store.pay_in(Decimal(500))
    for _ in range(2):
        funds()
        queue.run_due()
    assert cardhouse.account().low_since is None
    spend_all(cardhouse)
    session().close()
    funds()
    queue.run_due()
    assert len(letters()) == 4


def test_who_waits_for_money_reads_so_and_may_take_the_points_back(cardhouse, queue, time, sign_in):
    spend_all(cardhouse)
    reference = cardhouse.ask()
    queue.run_due()
    page = sign_in(cardhouse.maya.id).get(f"/redemptions/{reference}").text
    assert "Waiting for company funds" in page
    assert "Your points stay set aside" in page
    session().close()
    cancel(cardhouse.maya, reference)
    queue.run_due()
    assert points_now(cardhouse.maya).available == 100_000
    assert states(reference) == [OrderState.CANCELLING]  # it is looked for until none can come
    for _ in range(LOOKS):
        time.forward(minutes=31)
        queue.run_due()
    assert states(reference) == [OrderState.CANCELED]
    cardhouse.simulator.store.pay_in(Decimal(500))
    session().close()
    funds()
    queue.run_due()
    assert cardhouse.theirs() == []
    assert orders(reference)[0].state is OrderState.CANCELED


def test_a_provider_that_wants_money_although_some_is_left_raises_the_alarm_too(cardhouse, queue):
    cardhouse.wrong(out_of_funds=-1)
    reference = cardhouse.ask()
    queue.run_due()
    assert states(reference) == [OrderState.NO_FUNDS]
    assert len(letters()) == 1


def test_six_waits_for_money_bring_no_order_before_a_person(cardhouse, queue, time):
    """Waiting is no failure: one hiccup after them is the first."""
    reference = cardhouse.ask()
    for _ in range(6):
        cardhouse.wrong(out_of_funds=1)
        queue.run_due()
        assert states(reference) == [OrderState.NO_FUNDS]
        session().close()
        funds()
    cardhouse.wrong(error=1)
    queue.run_due()
    assert states(reference) == [OrderState.ASKED]
    time.forward(minutes=5)
    queue.run_due()
    assert states(reference) == [OrderState.DELIVERED]
