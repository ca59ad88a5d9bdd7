"""Uses of a voucher at a desk: partly, undone, never more than is left."""

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.kernel.errors import BadInput, KeyUsedDifferently, NotFound
from marketplace.kernel.mail import Letter
from marketplace.kernel.parsing import CannotRead
from marketplace.ledger.check import ledger_violations
from redemption.vouchers.desk.errors import (
    AlreadyUndone,
    BeyondWhatIsLeft,
    DeskClosed,
    NotAcceptable,
    NotShownToAnybody,
    OwnUse,
    UndoIsForManagers,
    UndoneTooLate,
)
from redemption.vouchers.desk.models import VoucherUse
from redemption.vouchers.desk.operations import find_at_desk
from redemption.vouchers.desk.policies import WRONG_AT_MOST, amount_in, code_in, unknown_words
from redemption.vouchers.operations import expire_vouchers
from redemption.vouchers.states import VoucherState
from tests.support.catalog import stock_gift_card
from tests.support.ledger import give_points
from tests.support.redemption import ask_for, new_key
from tests.support.settings import set_here
from tests.support.vouchers import (
    SIXTEEN_MINUTES,
    in_hand,
    newest_voucher,
    rosa_of_the_canteen,
    shown_code,
    stock_swims,
    tom_of_the_kiosk,
    undo,
    use,
    uses_written,
    void,
    voucher_now,
)

_S = VoucherState


@pytest.fixture
def rosa(house):
    return rosa_of_the_canteen()


@pytest.fixture
def card(house, rosa, queue):
    """Maya's gift card over $50, shown: its id."""
    return in_hand(house.maya, stock_gift_card(), queue)[2]


def test_rosa_takes_a_part_then_the_rest(card, rosa):
    use(rosa, card, 1240, receipt="K-118")
    assert (voucher_now(card).state, voucher_now(card).remaining) == (_S.PARTLY_USED, 3760)
    use(rosa, card, 3760)
    assert (voucher_now(card).state, voucher_now(card).remaining) == (_S.USED, 0)
    assert uses_written() == [(1240, 3760, False), (3760, 0, False)]
    assert ledger_violations() == []


def test_more_than_is_left_is_refused_with_the_numbers(card, rosa):
    use(rosa, card, 4000)
    with pytest.raises(BeyondWhatIsLeft, match=r"\$10 is left, so \$10.01 can't be taken"):
        use(rosa, card, 1001)
    assert voucher_now(card).remaining == 1000
    assert len(uses_written()) == 1


def test_a_double_tap_is_one_use_and_the_same_form_with_another_amount_is_refused(card, rosa):
    key = new_key()
    assert use(rosa, card, 500, key=key) == use(rosa, card, 500, key=key)
    with pytest.raises(KeyUsedDifferently):
        use(rosa, card, 600, key=key)
    assert voucher_now(card).remaining == 4500


def test_a_right_with_ten_uses_is_used_up_one_by_one(house, rosa, queue):
    _reference, _code, pass_id = in_hand(house.maya, stock_swims(3), queue)
    assert (voucher_now(pass_id).initial, voucher_now(pass_id).currency) == (3, None)
    for _ in range(3):
        use(rosa, pass_id, 1)
    with pytest.raises(NotAcceptable, match="used up"):
        use(rosa, pass_id, 1)
    assert ledger_violations() == []


def test_rosa_undoes_her_slip_and_the_row_stays(card, rosa):
    slip = use(rosa, card, 5000)
    assert voucher_now(card).state is _S.USED
    key = new_key()
    assert undo(rosa, slip, key=key) == undo(rosa, slip, key=key)
    assert (voucher_now(card).state, voucher_now(card).remaining) == (_S.ACTIVE, 5000)
    assert uses_written() == [(5000, 0, False), (5000, 5000, True)]
    with pytest.raises(AlreadyUndone):
        undo(rosa, slip)
    use(rosa, card, 5000)
    assert ledger_violations() == []


def test_an_undo_cannot_be_undone(card, rosa, house):
    back = undo(rosa, use(rosa, card, 10))
    with pytest.raises(NotFound):
        undo(house.priya, back, "Twice.")


def test_only_who_booked_it_undoes_a_slip_and_only_for_a_while(card, rosa, house, time):
    slip = use(rosa, card, 100)
    with pytest.raises(UndoIsForManagers):
        undo(tom_of_the_kiosk(), slip)
    time.forward(seconds=SIXTEEN_MINUTES.total_seconds())
    with pytest.raises(UndoneTooLate, match="15 minutes"):
        undo(rosa, slip, "I was slow.")
    with pytest.raises(BadInput, match="Write why"):
        undo(house.priya, slip)
    undo(house.priya, slip, "Booked on the wrong voucher.")
    assert voucher_now(card).remaining == 5000
    assert ledger_violations() == []


def test_a_company_sets_how_long_a_slip_is_undone(card, rosa, time, monkeypatch):
    slip = use(rosa, card, 100)
    time.forward(seconds=SIXTEEN_MINUTES.total_seconds())
    set_here(monkeypatch, desk_undo_minutes=1)
    with pytest.raises(UndoneTooLate, match="more than 1 minute ago"):
        undo(rosa, slip)
    set_here(monkeypatch, desk_undo_minutes=20)
    with pytest.raises(UndoIsForManagers, match="within 20 minutes"):
        undo(tom_of_the_kiosk(), slip)
    undo(rosa, slip)
    assert voucher_now(card).remaining == 5000


def test_nobody_puts_value_back_on_a_voucher_of_their_own(rosa, house, queue, time):
    with transaction():
        give_points(rosa.id, 20_000)
    own = in_hand(rosa, stock_gift_card(), queue)[2]
    slip = use(rosa, own, 700)
    with pytest.raises(OwnUse):
        undo(rosa, slip)


def test_what_nobody_has_seen_is_void_expired_or_unknown_is_refused_in_its_own_words(
    house, rosa, queue, time
):
    ask_for(house.maya, stock_gift_card())
    queue.run_due()
    fresh = newest_voucher().id
    with pytest.raises(NotShownToAnybody):
        use(rosa, fresh, 1)
    voided = in_hand(house.maya, stock_gift_card(name="Second card"), queue)[2]
    void(house.priya, voided)
    with pytest.raises(NotAcceptable, match="taken out of use"):
        use(rosa, voided, 1)
    old = in_hand(house.maya, stock_gift_card(name="Third card"), queue)[2]
    time.forward(days=3 * 366)
    with pytest.raises(NotAcceptable, match="expired"):
        use(rosa, old, 1)
    with transaction():
        expire_vouchers(at=clock.now())
    with pytest.raises(NotAcceptable, match="expired"):
        use(rosa, old, 1)
    with pytest.raises(NotFound):
        use(rosa, 987_654, 1)
    assert uses_written() == []


def test_what_is_put_back_on_an_expired_voucher_stays_expired(card, rosa, house, time):
    slip = use(rosa, card, 4000)
    time.forward(days=3 * 366)
    with transaction():
        expire_vouchers(at=clock.now())
    undo(house.priya, slip, "It was never eaten.")
    assert (voucher_now(card).state, voucher_now(card).remaining) == (_S.EXPIRED, 5000)
    assert ledger_violations() == []


def test_a_reissued_voucher_has_what_was_left_and_the_same_last_day(card, rosa, house, time):
    slip = use(rosa, card, 1500)
    before = voucher_now(card).valid_until
    time.forward(days=40)
    kept = void(house.priya, card, reissue=True)
    new = voucher_now(kept)
    assert (new.initial, new.remaining, new.valid_until) == (3500, 3500, before)
    with pytest.raises(NotAcceptable, match="taken out of use"):
        use(rosa, card, 1)
    with pytest.raises(NotAcceptable, match="taken out of use"):
        undo(house.priya, slip, "After all.")
    assert ledger_violations() == []


def test_the_holder_is_told_of_each_use_and_each_undo(card, rosa, house, queue):
    slip = use(rosa, card, 1240, receipt="K-118")
    undo(rosa, slip)
    queue.run_due()
    session().close()
    letters = list(
        session().scalars(
            sa.select(Letter.text).where(Letter.key.like("voucher_use:%")).order_by(Letter.id)
        )
    )
    assert "$12.40 of your voucher for Lumen Books gift card" in letters[0]
    assert "Canteen Lisbon" in letters[0]
    assert "K-118" in letters[0]
    assert "$37.60 is left" in letters[0]
    assert "$12.40 put back, $50 left now" in letters[1]


def test_a_wrong_code_is_counted_and_after_ten_the_desk_is_closed_for_a_while(
    house, rosa, queue, time
):
    reference = ask_for(house.maya, stock_gift_card())
    queue.run_due()
    code = shown_code(house.maya, reference)

    def look(who, typed):
        with transaction():
            return find_at_desk(who, typed, at=clock.now())

    assert look(rosa, code) == newest_voucher().id
    assert [look(rosa, "2" * 17) for _ in range(WRONG_AT_MOST)] == [None] * WRONG_AT_MOST
    for typed in (code, "2" * 17):
        with pytest.raises(DeskClosed):
            look(rosa, typed)
    assert look(tom_of_the_kiosk(), code) is not None
    time.forward(minutes=10)
    assert look(rosa, code) is not None


@pytest.mark.parametrize("attack", [sa.update, sa.delete])
def test_a_use_cannot_be_changed(card, rosa, attack):
    use(rosa, card, 100)
    statement = attack(VoucherUse)
    if attack is sa.update:
        statement = statement.values(amount=1)
    with pytest.raises(DBAPIError), transaction():
        session().execute(statement)


def test_the_database_itself_refuses_a_second_undo_and_one_of_another_amount(card, rosa):
    slip = use(rosa, card, 100)
    undo(rosa, slip)
    columns = "voucher_id, seq, amount, left_after, place, receipt, reason, at, undoes_id"
    for amount, undone in ((100, slip), (99, slip)):
        with pytest.raises(DBAPIError), transaction():
            session().execute(
                sa.text(
                    f"INSERT INTO voucher_uses ({columns}) SELECT voucher_id, 99, {amount}, 1, "
                    f"place, '', '', at, {undone} FROM voucher_uses WHERE id = {slip}"
                )
            )


@pytest.mark.parametrize(
    ("typed", "currency", "amount"),
    [
        ("12.40", "EUR", 1240),
        ("12,40", "EUR", 1240),
        (" 7 ", "EUR", 700),
        ("0,5", "EUR", 50),
        ("1200", "JPY", 1200),
        ("3", None, 3),
    ],
)
def test_amounts_are_read_in_the_units_of_their_currency(typed, currency, amount):
    assert amount_in(typed, currency) == amount


@pytest.mark.parametrize(
    ("typed", "currency"),
    [
        ("1,240", "EUR"), ("1.240", "EUR"), ("1,240.00", "EUR"), ("1_000", "EUR"),
        ("-5", "EUR"), ("0", "EUR"),
        ("12.405", "EUR"), ("１２", "EUR"), ("", "EUR"), ("7.5", "JPY"), ("1,200", "JPY"),
        ("1.5", None), ("0", None), ("-1", None), ("1e3", "EUR"), ("inf", "EUR"),
    ],
)  # fmt: skip
def test_what_could_mean_two_things_is_refused(typed, currency):
    with pytest.raises(CannotRead):
        amount_in(typed, currency)


def test_a_scanned_square_is_an_address_with_the_code_in_it():
    address = "https://laurel.example/vouchers/7KQ4M2XD9HTRWZ34K#1.abc.def"
    assert code_in(f" {address}\n") == "7KQ4M2XD9HTRWZ34K"
    assert code_in(" 7kq4-m2xd-9htr-wz34-k ") == "7kq4-m2xd-9htr-wz34-k"


def test_a_square_of_another_organization_is_named_as_that():
    ours = "https://laurel.example"
    others = unknown_words("https://other.example/vouchers/7KQ4M2XD9HTRWZ34K#1.a.b", ours)
    assert "leads to other.example: it is another organization's voucher" in others
    for typed in (f"{ours}/vouchers/7KQ4M2XD9HTRWZ34K", "7KQ4", "http://[", "javascript:x"):
        assert "sign by sign" in unknown_words(typed, ours)
