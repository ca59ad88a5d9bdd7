"""A provider's card is ordered from the provider, once, and its code belongs to Maya alone."""

import pytest
import sqlalchemy as sa

from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.kernel.jobs_engine import run_handler
from marketplace.kernel.mail import Letter
from marketplace.ledger.check import ledger_violations
from redemption.ordering.models import ProviderAccount, ProviderOrderEvent
from redemption.ordering.states import OrderState
from redemption.refusals import NotCancellable
from redemption.states import LineState
from redemption.vouchers.errors import NotOurs, NotReady
from redemption.vouchers.models import CodeReveal, Voucher
from redemption.vouchers.operations import Voiding, reveal_codes, void_voucher
from redemption.vouchers.states import ShownAs
from tests.support.ordering import make_cancelable, orders, states
from tests.support.redemption import (
    cancel,
    line_of,
    new_key,
    points_now,
    subjects_to,
)


def shown(maya, reference):
    session().close()
    with transaction():
        return reveal_codes(maya, reference, shown_as=ShownAs.PAGE, at=clock.now())


def vouchers(reference):
    line_id = line_of(reference).id
    return list(session().scalars(sa.select(Voucher).where(Voucher.line_id == line_id)))


def test_mayas_card_is_the_providers_and_not_a_code_of_ours(cardhouse, queue):
    reference = cardhouse.ask()
    queue.run_due()
    (theirs,), (ours,) = cardhouse.theirs(), orders(reference)
    assert theirs.ref == ours.client_ref
    assert ours.provider_ref == theirs.number
    assert (ours.charged_minor, ours.charged_currency) == (5_000, "USD")
    assert states(reference) == [OrderState.DELIVERED]
    assert line_of(reference).state is LineState.FULFILLED
    assert points_now(cardhouse.maya).held == 0
    assert points_now(cardhouse.maya).available == 95_000
    (code,) = shown(cardhouse.maya, reference)
    assert [one.value for one in code.card.credentials] == [theirs.code, theirs.number[-4:]]
    assert "Your voucher: Books" in subjects_to(cardhouse.maya)[-1]
    assert ledger_violations() == []


def test_the_code_is_sealed_everywhere_and_each_showing_is_noted(cardhouse, queue, caplog):
    reference = cardhouse.ask()
    queue.run_due()
    code = cardhouse.theirs()[0].code
    shown(cardhouse.maya, reference)
    assert session().scalar(sa.select(sa.func.count()).select_from(CodeReveal)) == 1
    session().close()
    for table in session().connection().dialect.get_table_names(session().connection()):
        rows = session().execute(sa.text(f'SELECT * FROM "{table}"')).all()
        assert code not in str(rows), table
        assert code.replace("-", "") not in str(rows), table
    assert code not in caplog.text
    assert "secret-key" not in caplog.text


def test_three_cards_are_three_orders_and_come_together(cardhouse, queue, time):
    cardhouse.wrong(pending=1)
    reference = cardhouse.ask("B-20", quantity=3)
    queue.run_due()
    assert sorted(states(reference)) == ["delivered", "delivered", "pending"]
    assert vouchers(reference) == []
    assert points_now(cardhouse.maya).held == 6_000
    cardhouse.simulator.settle(cardhouse.theirs()[0].number)
    time.forward(minutes=2)
    queue.run_due()
    assert len(vouchers(reference)) == 3
    assert len(cardhouse.theirs()) == 3
    assert len({order.client_ref for order in orders(reference)}) == 3
    assert len(shown(cardhouse.maya, reference)) == 3
    assert all(order.cipher is None for order in orders(reference))
    assert ledger_violations() == []


def test_every_move_has_its_row(cardhouse, queue):
    reference = cardhouse.ask()
    queue.run_due()
    moves = session().execute(
        sa.select(ProviderOrderEvent.from_state, ProviderOrderEvent.to_state)
        .where(ProviderOrderEvent.order_id == orders(reference)[0].id)
        .order_by(ProviderOrderEvent.seq)
    )
    assert [tuple(move) for move in moves] == [
        (None, OrderState.WANTED),
        (OrderState.WANTED, OrderState.ASKED),
        (OrderState.ASKED, OrderState.DELIVERED),
    ]


def test_the_reference_is_the_same_for_ever_and_holds_nothing_to_guess_by(cardhouse, queue):
    reference = cardhouse.ask()
    queue.run_due()
    (order,) = orders(reference)
    assert order.client_ref.startswith(f"{reference}-1-1-1-")
    assert len(order.client_ref) <= 100


def test_a_card_that_nobody_takes_back_stays_although_its_code_is_unseen(cardhouse, queue):
    reference = cardhouse.ask()
    queue.run_due()
    with pytest.raises(NotCancellable, match="already yours"):
        cancel(cardhouse.maya, reference)
    assert points_now(cardhouse.maya).available == 95_000


def test_a_card_that_the_provider_takes_back_is_canceled_there_while_unseen(cardhouse, queue, time):
    make_cancelable()
    before = cardhouse.simulator.store.balance
    reference = cardhouse.ask()
    queue.run_due()
    cancel(cardhouse.maya, reference)
    assert points_now(cardhouse.maya).available == 100_000
    queue.run_due()
    time.forward(minutes=1)
    queue.run_due()
    assert states(reference) == [OrderState.CANCELED]
    assert cardhouse.theirs()[0].status == "CANCELED"
    assert cardhouse.simulator.store.balance == before
    with pytest.raises(NotReady):
        shown(cardhouse.maya, reference)
    assert ledger_violations() == []


@pytest.mark.parametrize("can_cancel", [True, False])
def test_the_letter_promises_no_return_that_the_provider_does_not_grant(
    cardhouse, queue, can_cancel
):
    if can_cancel:
        make_cancelable()
    cardhouse.ask()
    queue.run_due()
    session().close()
    letter = session().query(Letter).filter(Letter.key.like("voucher_ready:%")).one()
    assert ("give the voucher back" in letter.text) == can_cancel


def test_once_its_code_was_shown_nobody_cancels_it(cardhouse, queue):
    make_cancelable()
    reference = cardhouse.ask()
    queue.run_due()
    shown(cardhouse.maya, reference)
    with pytest.raises(NotCancellable):
        cancel(cardhouse.maya, reference)


def test_before_anybody_asked_for_it_a_cancelled_card_is_never_ordered(cardhouse, queue):
    reference = cardhouse.ask()
    run_handler("redemption.fulfill", {"line_id": line_of(reference).id})
    assert states(reference) == [OrderState.WANTED]
    session().close()
    cancel(cardhouse.maya, reference)
    queue.run_due()
    assert states(reference) == [OrderState.CANCELED]
    assert cardhouse.theirs() == []
    assert points_now(cardhouse.maya).available == 100_000


def test_priya_makes_no_code_of_ours_in_place_of_a_providers(cardhouse, queue):
    reference = cardhouse.ask()
    queue.run_due()
    (voucher,) = vouchers(reference)
    session().close()
    voiding = Voiding("Lost", reissue=True)
    with transaction(), pytest.raises(NotOurs, match="provider made this card"):
        void_voucher(
            cardhouse.house.priya, voucher.id, voiding, request_key=new_key(), at=clock.now()
        )


def test_without_an_account_a_person_reads_what_to_do(cardhouse, queue):
    with transaction():
        session().execute(sa.delete(ProviderAccount))
    reference = cardhouse.ask()
    queue.run_due()
    assert orders(reference) == []
    assert line_of(reference).state is LineState.APPROVED
    assert vouchers(reference) == []
    assert points_now(cardhouse.maya).held == 5_000
