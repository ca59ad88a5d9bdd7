"""Vouchers: hidden until asked for, each reading remembered, taken back while nobody looked."""

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from marketplace.kernel import clock
from marketplace.kernel.audit import AuditEntry
from marketplace.kernel.db import session, transaction
from marketplace.kernel.errors import BadInput, NotFound
from marketplace.kernel.mail import Letter
from marketplace.kernel.secrets import CannotOpen, open_sealed
from marketplace.ledger.check import ledger_violations
from redemption.refusals import NotCancellable
from redemption.states import LineState
from redemption.vouchers.errors import NotReady, NotShownYet, NotVoidable
from redemption.vouchers.models import Certificate, CodeReveal, Voucher, VoucherEvent
from redemption.vouchers.operations import (
    Voiding,
    expire_vouchers,
    reveal_codes,
    sealed_for,
    void_voucher,
)
from redemption.vouchers.queries import check_code, check_number
from redemption.vouchers.states import CertificateState, ShownAs, Standing, VoucherState
from tests.support.redemption import cancel, line_of, new_key, points_now, stock_of


def only_voucher() -> Voucher:
    session().close()
    return session().scalars(sa.select(Voucher)).one()


def reveal(who, reference, shown_as=ShownAs.PAGE):
    with transaction():
        return reveal_codes(who, reference, shown_as=shown_as, at=clock.now())


def void(who, voucher_id, reason="Sent to the wrong team.", *, reissue=False, key=""):
    with transaction():
        return void_voucher(
            who, voucher_id, Voiding(reason, reissue), request_key=key or new_key(), at=clock.now()
        )


def test_a_gift_card_becomes_one_voucher_and_a_certificate_one_certificate(held):
    voucher = only_voucher()
    assert (voucher.state, voucher.initial, voucher.remaining) == (VoucherState.ISSUED, 5000, 5000)
    assert line_of(held.card).state is line_of(held.paper).state is LineState.FULFILLED
    assert session().scalars(sa.select(Certificate)).one().name == "Maya Chen"
    assert points_now(held.maya).held == 0
    assert ledger_violations() == []


def test_no_code_is_stored_in_clear(held):
    code = reveal(held.maya, held.card)[0].bare
    session().close()
    tables = session().get_bind()
    for table in sa.inspect(tables).get_table_names():
        for row in session().execute(sa.text(f'SELECT * FROM "{table}"')):
            assert code not in " ".join(map(str, row)), table


def test_a_sealed_code_opens_in_no_other_row(held):
    voucher = only_voucher()
    assert open_sealed(voucher.cipher, sealed_for(voucher.line_id, 1, 1))
    with pytest.raises(CannotOpen):
        open_sealed(voucher.cipher, sealed_for(voucher.line_id, 2, 1))


def test_each_showing_is_remembered_with_who_and_when(held):
    first, again = reveal(held.maya, held.card), reveal(held.maya, held.card)
    assert first[0].code == again[0].code
    assert only_voucher().state is VoucherState.ACTIVE
    assert session().scalar(sa.select(sa.func.count()).select_from(CodeReveal)) == 2
    shown = sa.select(sa.func.count()).where(AuditEntry.action == "voucher.code_shown")
    assert session().scalar(shown) == 2
    assert ledger_violations() == []


def test_nobody_else_can_show_the_code_not_even_who_runs_programs(held):
    for other in (held.house.omar, held.house.priya):
        with pytest.raises(NotFound):
            reveal(other, held.card)
    assert session().scalar(sa.select(sa.func.count()).select_from(CodeReveal)) == 0


def test_the_file_waits_until_the_code_was_shown(held):
    with pytest.raises(NotShownYet):
        reveal(held.maya, held.card, ShownAs.PDF)
    assert only_voucher().state is VoucherState.ISSUED
    reveal(held.maya, held.card)
    assert reveal(held.maya, held.card, ShownAs.PDF)


def test_until_the_code_is_shown_the_card_can_be_given_back(held):
    line = line_of(held.card)
    cancel(held.maya, held.card)
    assert line_of(held.card).state is LineState.REFUNDED
    assert only_voucher().state is VoucherState.VOID
    assert points_now(held.maya).available == 100_000 - 900
    assert stock_of(line.variant_id)[1:] == (0, 0)
    assert ledger_violations() == []
    with pytest.raises(NotReady):
        reveal(held.maya, held.card)


def test_after_the_code_is_shown_the_card_stays(held):
    reveal(held.maya, held.card)
    with pytest.raises(NotCancellable):
        cancel(held.maya, held.card)
    assert points_now(held.maya).available == 100_000 - 5_900


def test_a_certificate_cannot_be_given_back(held):
    with pytest.raises(NotCancellable):
        cancel(held.maya, held.paper)
    assert session().scalars(sa.select(Certificate)).one().state is CertificateState.VALID


def test_a_voided_voucher_counts_no_more_and_a_new_code_takes_its_place(held, queue):
    old = reveal(held.maya, held.card)[0].bare
    voucher = only_voucher()
    key = new_key()
    kept = void(held.house.priya, voucher.id, reissue=True, key=key)
    assert void(held.house.priya, voucher.id, reissue=True, key=key) == kept != voucher.id
    new = reveal(held.maya, held.card)[0].bare
    session().close()
    assert check_code(old, at=clock.now()).standing is Standing.VOID
    assert check_code(new, at=clock.now()).standing is Standing.VALID
    queue.run_due()
    session().close()
    told = session().scalar(sa.select(Letter.text).where(Letter.key.like("voucher_voided:%")))
    assert "A new code takes its place" in told
    assert ledger_violations() == []


def test_voiding_needs_a_reason_and_a_voucher_in_use(held):
    voucher = only_voucher()
    with pytest.raises(BadInput):
        void(held.house.priya, voucher.id, " ")
    void(held.house.priya, voucher.id)
    with pytest.raises(NotVoidable):
        void(held.house.priya, voucher.id)
    with pytest.raises(NotFound):
        void(held.house.priya, 987_654)


def test_a_voucher_ends_after_its_last_day(held, time):
    code = reveal(held.maya, held.card)[0].bare
    time.forward(days=3 * 366)
    session().close()
    assert check_code(code, at=clock.now()).standing is Standing.EXPIRED
    with transaction():
        assert expire_vouchers(at=clock.now()) == 1
    assert only_voucher().state is VoucherState.EXPIRED


def test_a_check_tells_the_same_of_every_code_there_is_not(held):
    for typed in ("", "nonsense", "2" * 17, "A" * 500):
        assert check_code(typed, at=clock.now()) is None
        assert check_number(typed) is None


def test_moves_and_readings_cannot_be_changed(held):
    reveal(held.maya, held.card)
    for table in (VoucherEvent, CodeReveal):
        for attack in (sa.update(table).values(voucher_id=1), sa.delete(table)):
            with pytest.raises(DBAPIError), transaction():
                session().execute(attack)


AGAIN = """INSERT INTO vouchers (line_id, unit_no, issue, number, kind, title, fingerprint, cipher,
last4, initial, remaining, state, issued_at, valid_until, version)
SELECT line_id, {unit}, {issue}, 'another', kind, title, {fingerprint}, cipher, last4, initial,
remaining, state, issued_at, valid_until, 1 FROM vouchers"""


@pytest.mark.parametrize(
    "attack",
    [
        "UPDATE vouchers SET remaining = remaining + 1",
        "UPDATE vouchers SET remaining = -1",
        "UPDATE vouchers SET state = 'used'",
        AGAIN.format(unit="unit_no", issue=2, fingerprint="'another'"),
        AGAIN.format(unit=2, issue=1, fingerprint="fingerprint"),
    ],
)
def test_the_database_itself_refuses_a_second_voucher_and_too_much_value(held, attack):
    with pytest.raises(DBAPIError), transaction():
        session().execute(sa.text(attack))
