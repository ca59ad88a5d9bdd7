"""Two desks at once, and a desk against voiding: never more than was issued, with controls."""

import pytest
import sqlalchemy as sa

from marketplace.kernel import clock
from marketplace.kernel.db import db, session, transaction
from marketplace.kernel.errors import DomainError, IllegalMove
from marketplace.ledger.check import ledger_violations
from redemption.vouchers.desk import operations as desk
from redemption.vouchers.desk.errors import AlreadyUndone, BeyondWhatIsLeft, NotAcceptable
from redemption.vouchers.desk.models import VoucherUse
from redemption.vouchers.errors import NotVoidable
from redemption.vouchers.models import Voucher
from redemption.vouchers.operations import expire_vouchers
from redemption.vouchers.states import VoucherState
from redemption.vouchers.validity.operations import extend_voucher
from redemption.vouchers.validity.policies import Longer
from tests.support.catalog import stock_gift_card
from tests.support.racing import all_at_once, in_turn
from tests.support.redemption import furnish, new_key
from tests.support.vouchers import (
    in_hand,
    rosa_of_the_canteen,
    tom_of_the_kiosk,
    undo,
    use,
    uses_written,
    void,
    voucher_now,
)

pytestmark = pytest.mark.race
DESKS = 8


@pytest.fixture
def house(at):
    return furnish()


@pytest.fixture
def desks(house):
    return [rosa_of_the_canteen(), tom_of_the_kiosk()]


def new_card(house, queue, number=0):
    card = in_hand(house.maya, stock_gift_card(name=f"Card {number}"), queue)[2]
    db.session.remove()
    return card


def taken(results):
    return [result for result in results if isinstance(result, int)]


def test_eight_desks_for_the_last_euros_leave_one_winner(app, house, desks, queue):
    card = new_card(house, queue)
    use(desks[0], card, 4000)
    db.session.remove()
    results = all_at_once(app, DESKS, lambda n: use(desks[n % 2], card, 1000))
    refused = [result for result in results if isinstance(result, BeyondWhatIsLeft | NotAcceptable)]
    assert (len(taken(results)), len(refused)) == (1, DESKS - 1), results
    assert voucher_now(card).remaining == 0
    assert ledger_violations() == []


def test_many_small_uses_at_once_all_count(app, house, desks, queue):
    card = new_card(house, queue)
    results = all_at_once(app, DESKS, lambda n: use(desks[n % 2], card, 100))
    assert len(taken(results)) == DESKS, results
    assert voucher_now(card).remaining == 5000 - DESKS * 100
    assert ledger_violations() == []


def careless_take(seen):
    """A desk that looked before, and writes what it computed from that: no lock, no guard."""

    def take(actor, voucher, wanted, at):
        session().execute(
            sa.update(Voucher)
            .where(Voucher.id == voucher.id)
            .values(remaining=seen - wanted.amount, version=Voucher.version + 1)
        )
        session().refresh(voucher)
        return desk._write(actor, voucher, at, amount=wanted.amount, place=wanted.place, receipt="")

    return take


def test_control_desks_that_write_what_they_computed_give_value_away(
    app, house, desks, queue, monkeypatch
):
    card = new_card(house, queue)
    use(desks[0], card, 1)
    monkeypatch.setattr(desk, "use_obstacle", lambda *_args, **_more: None)
    monkeypatch.setattr(desk, "_take", careless_take(seen=4999))
    results = in_turn(app, 2, lambda n: use(desks[n], card, 3000))
    assert len(taken(results)) == 2, results
    assert voucher_now(card).remaining == 1999, "6001 of 5000 were eaten"
    assert "I34-left" in {violation.id for violation in ledger_violations()}


def test_the_same_form_sent_sixteen_times_is_one_use(app, house, desks, queue):
    card = new_card(house, queue)
    results = all_at_once(app, 16, lambda _n: use(desks[0], card, 500, key="one-form-only"))
    assert len(set(results)) == 1, results
    assert uses_written() == [(500, 4500, False)]


def test_control_without_the_key_the_same_form_is_booked_again(
    app, house, desks, queue, monkeypatch
):
    monkeypatch.setattr(desk, "claim_key", lambda *_args, **_body: None)
    monkeypatch.setattr(desk, "answer_key", lambda *_args: None)
    card = new_card(house, queue)
    in_turn(app, 3, lambda _n: use(desks[0], card, 500, key="one-form-only"))
    assert len(uses_written()) == 3


def test_one_use_is_undone_once_however_many_press(app, house, desks, queue):
    card = new_card(house, queue)
    slip = use(desks[0], card, 500)
    db.session.remove()
    results = all_at_once(app, DESKS, lambda _n: undo(desks[0], slip))
    assert len(taken(results)) == 1, results
    assert {type(r) for r in results if isinstance(r, Exception)} == {AlreadyUndone}
    assert voucher_now(card).remaining == 5000
    assert ledger_violations() == []


def test_control_without_looking_a_second_undo_meets_the_second_wall(
    app, house, desks, queue, monkeypatch
):
    """Nobody asks whether it is undone: then only the database is left to say no."""
    monkeypatch.setattr(desk, "undo_obstacle", lambda *_args, **_more: None)
    card = new_card(house, queue)
    use(desks[0], card, 500)
    slip = use(desks[0], card, 500)
    db.session.remove()
    results = in_turn(app, 2, lambda _n: undo(desks[0], slip))
    assert isinstance(results[1], sa.exc.IntegrityError), results


def test_a_use_and_a_reissue_at_once_never_make_more_than_there_was(app, house, desks, queue):
    for number in range(5):
        card = new_card(house, queue, number)
        results = all_at_once(
            app,
            6,
            lambda n, c=card: (
                use(desks[0], c, 3000) if n % 2 else void(house.priya, c, reissue=True)
            ),
        )
        assert {type(r) for r in results if isinstance(r, Exception)} <= {
            NotAcceptable,
            BeyondWhatIsLeft,
            NotVoidable,
        }, results
        used = sum(amount for amount, _left, _undo in uses_of(card))
        line_id = voucher_now(card).line_id
        live = session().scalars(
            sa.select(Voucher.remaining).where(
                Voucher.line_id == line_id, Voucher.state != VoucherState.VOID
            )
        )
        assert used + sum(live) == 5000
    assert ledger_violations() == []


def uses_of(card):
    session().close()
    rows = session().scalars(sa.select(VoucherUse).where(VoucherUse.voucher_id == card))
    return [(row.amount, row.left_after, False) for row in rows]


def test_control_a_desk_that_looked_before_the_reissue_makes_value(
    app, house, desks, queue, monkeypatch
):
    card = new_card(house, queue)
    void(house.priya, card, reissue=True)
    monkeypatch.setattr(desk, "use_obstacle", lambda *_args, **_more: None)
    monkeypatch.setattr(desk, "_take", careless_take(seen=5000))
    use(desks[0], card, 3000)
    named = {violation.id for violation in ledger_violations()}
    assert "I34-carried" in named


def test_an_extension_and_the_expiry_at_once_end_in_a_voucher_that_counts_or_is_told_why(
    app, house, desks, queue, time
):
    card = new_card(house, queue)
    last = voucher_now(card).valid_until
    time.forward(days=(last - clock.today()).days + 2)
    db.session.remove()
    later = Longer(last.replace(year=last.year + 1), "The shop was closed.")

    def expire():
        with transaction():
            return expire_vouchers(at=clock.now())

    def extend():
        with transaction():
            extend_voucher(house.priya, card, later, request_key=new_key(), at=clock.now())

    results = all_at_once(app, 6, lambda n: extend() if n % 2 else expire())
    wrong = [
        r
        for r in results
        if isinstance(r, Exception) and not isinstance(r, DomainError | IllegalMove)
    ]
    assert wrong == []
    assert (voucher_now(card).state, voucher_now(card).valid_until) == (
        VoucherState.ACTIVE,
        later.until,
    )
    assert ledger_violations() == []
