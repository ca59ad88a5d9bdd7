"""Last days: told before, over everywhere at one moment, made later with a reason and limits."""

from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.kernel.errors import BadInput, NotFound
from marketplace.kernel.jobs import HANDLERS, SCHEDULES
from marketplace.kernel.mail import Letter
from marketplace.ledger.check import ledger_violations
from redemption.refusals import OwnRequest
from redemption.vouchers.operations import Voiding, expire_vouchers
from redemption.vouchers.policies import ends_at, is_over
from redemption.vouchers.queries import check_code
from redemption.vouchers.states import Standing, VoucherState
from redemption.vouchers.validity.errors import (
    EndsWithItsTrip,
    NotExtendable,
    OverForTooLong,
    TooFar,
    TooSoon,
)
from redemption.vouchers.validity.models import VoucherExtension
from redemption.vouchers.validity.operations import extend_voucher
from redemption.vouchers.validity.policies import Longer, told_at
from redemption.vouchers.validity.queries import vouchers_of_reward
from redemption.vouchers.validity.several import extend_several, void_several
from tests.support.catalog import stock_gift_card
from tests.support.ledger import give_points
from tests.support.redemption import new_key
from tests.support.settings import set_here
from tests.support.vouchers import (
    in_hand,
    rosa_of_the_canteen,
    stock_swims,
    use,
    void,
    voucher_now,
)

_S = VoucherState
WHY = "The shop was closed for a month."


@pytest.fixture
def card(house, queue):
    return in_hand(house.maya, stock_gift_card(), queue)[2]


def extend(who, voucher_id, until, reason=WHY, key=""):
    with transaction():
        extend_voucher(
            who, voucher_id, Longer(until, reason), request_key=key or new_key(), at=clock.now()
        )


def expire():
    with transaction():
        return expire_vouchers(at=clock.now())


def a_year_later(card) -> date:
    last = voucher_now(card).valid_until
    return last.replace(year=last.year + 1)


def go_past(time, card, days):
    last = voucher_now(card).valid_until
    time.forward(days=(last - clock.today()).days + days)


def letters(kind):
    session().close()
    found = sa.select(Letter.subject, Letter.text).where(Letter.key.like(f"{kind}:%"))
    return [tuple(row) for row in session().execute(found.order_by(Letter.id))]


def test_a_day_is_over_when_it_is_over_in_the_westernmost_place():
    last = date(2029, 11, 23)
    assert ends_at(last) == datetime(2029, 11, 24, 12, 0, tzinfo=UTC)
    moment = timedelta(seconds=1)
    assert not is_over(last, at=ends_at(last) - moment)
    assert is_over(last, at=ends_at(last))
    assert not is_over(None, at=ends_at(last))


def test_desk_check_and_job_agree_on_the_moment(house, queue, time):
    _reference, code, card = in_hand(house.maya, stock_gift_card(), queue)
    rosa = rosa_of_the_canteen()
    to_go = ends_at(voucher_now(card).valid_until) - clock.now()
    time.forward(seconds=to_go.total_seconds() - 1)
    use(rosa, card, 100)
    assert expire() == 0
    assert check_code(code, at=clock.now()).standing is Standing.VALID
    time.forward(seconds=1)
    assert check_code(code, at=clock.now()).standing is Standing.EXPIRED
    assert (expire(), expire()) == (1, 0)


@pytest.mark.parametrize(
    ("left", "due"), [(31, None), (30, 30), (8, 30), (7, 7), (2, 7), (1, 1), (0, 1), (-1, None)]
)
def test_the_nearest_notice_is_the_one_that_is_due(left, due):
    last = date(2029, 11, 23)
    assert told_at(last, today=last - timedelta(days=left)) == due


def test_maya_is_told_thirty_seven_and_one_days_before_each_once(card, time):
    remind = HANDLERS["validity.remind"]
    assert "validity.remind" in SCHEDULES
    go_past(time, card, -31)
    for _ in range(32):
        remind()
        remind()
        time.forward(days=1)
    told = letters("voucher_ending")
    assert [subject.partition(":")[0] for subject, _ in told] == [
        "30 days left",
        "7 days left",
        "1 day left",
    ]
    for _subject, text in told:
        assert "$50 left" in text
        assert "What is left then is lost; no points come back." in text
        assert "24 Nov 2029, 12:00 UTC" in text


def test_what_is_used_up_or_void_ends_without_a_notice(house, card, queue, time):
    use(rosa_of_the_canteen(), card, 5000)
    other = in_hand(house.maya, stock_gift_card(name="Another"), queue)[2]
    void(house.priya, other)
    go_past(time, card, -1)
    HANDLERS["validity.remind"]()
    assert letters("voucher_ending") == []


def test_priya_extends_it_once_and_maya_is_told(house, card, queue):
    until, key = a_year_later(card), new_key()
    extend(house.priya, card, until, key=key)
    extend(house.priya, card, until, key=key)
    assert (voucher_now(card).valid_until, voucher_now(card).state) == (until, _S.ACTIVE)
    queue.run_due()
    ((subject, text),) = letters("voucher_extended")
    assert subject.startswith("More time")
    assert WHY in text
    assert "23 Nov 2030 instead of 23 Nov 2029" in text
    assert session().scalar(sa.select(sa.func.count()).select_from(VoucherExtension)) == 1
    assert ledger_violations() == []


def test_an_extended_voucher_is_told_of_again_before_its_new_day(house, card, time):
    go_past(time, card, -5)
    HANDLERS["validity.remind"]()
    extend(house.priya, card, a_year_later(card))
    HANDLERS["validity.remind"]()
    assert len(letters("voucher_ending")) == 1
    go_past(time, card, -5)
    HANDLERS["validity.remind"]()
    assert len(letters("voucher_ending")) == 2


def test_an_expired_voucher_counts_again_within_ninety_days(house, queue, time):
    rosa = rosa_of_the_canteen()
    card = in_hand(house.maya, stock_gift_card(), queue)[2]
    use(rosa, card, 1000)
    until = a_year_later(card)
    go_past(time, card, 60)
    assert expire() == 1
    extend(house.priya, card, until)
    assert voucher_now(card).state is _S.PARTLY_USED
    use(rosa, card, 4000)
    assert ledger_violations() == []


def test_an_expired_code_that_nobody_saw_is_hidden_again_until_it_is_asked_for(house, queue, time):
    from tests.support.redemption import ask_for
    from tests.support.vouchers import newest_voucher

    ask_for(house.maya, stock_gift_card())
    queue.run_due()
    card = newest_voucher().id
    until = a_year_later(card)
    go_past(time, card, 2)
    expire()
    extend(house.priya, card, until)
    assert voucher_now(card).state is _S.ISSUED
    assert ledger_violations() == []


def test_there_are_limits_and_each_says_which(house, card, time):
    last = voucher_now(card).valid_until
    with pytest.raises(TooFar, match="23 Nov 2030"):
        extend(house.priya, card, a_year_later(card) + timedelta(days=1))
    for day in (last, last - timedelta(days=1)):
        with pytest.raises(TooSoon, match="23 Nov 2029"):
            extend(house.priya, card, day)
    with pytest.raises(BadInput, match="Write why"):
        extend(house.priya, card, a_year_later(card), " ")
    with pytest.raises(OwnRequest):
        extend(house.maya, card, a_year_later(card))
    with pytest.raises(NotFound):
        extend(house.priya, 987_654, a_year_later(card))
    until = a_year_later(card)
    go_past(time, card, 92)
    expire()
    with pytest.raises(OverForTooLong, match="90 days"):
        extend(house.priya, card, until)


def test_a_company_sets_how_far_a_last_day_moves(house, card, time, monkeypatch):
    set_here(monkeypatch, voucher_extension_days=30, voucher_grace_days=10)
    with pytest.raises(TooFar, match="23 Dec 2029: 30 days more"):
        extend(house.priya, card, date(2029, 12, 24))
    go_past(time, card, 12)
    expire()
    with pytest.raises(OverForTooLong, match="10 days later"):
        extend(house.priya, card, date(2029, 12, 23))
    set_here(monkeypatch, voucher_grace_days=90)
    extend(house.priya, card, date(2029, 12, 23))
    assert voucher_now(card).valid_until == date(2029, 12, 23)


def test_a_void_or_used_voucher_stays_as_it_is(house, card):
    new = void(house.priya, card, reissue=True)
    until = a_year_later(card)
    with pytest.raises(NotExtendable):
        extend(house.priya, card, until)
    extend(house.priya, new, until)
    with pytest.raises(TooFar):
        extend(house.priya, new, until + timedelta(days=1))


def test_replacing_a_voucher_wins_it_no_time(house, card, time):
    time.forward(days=400)
    new = void(house.priya, card, reissue=True)
    with pytest.raises(TooFar, match="23 Nov 2030"):
        extend(house.priya, new, date(2031, 1, 1))
    assert voucher_now(new).valid_until == date(2029, 11, 23)


def test_all_of_a_reward_are_extended_each_for_itself(house, queue):
    offer = stock_gift_card()
    with transaction():
        give_points(house.omar.id, 50_000)
    cards = [in_hand(who, offer, queue)[2] for who in (house.maya, house.omar, house.maya)]
    void(house.priya, cards[2])
    pool = in_hand(house.maya, stock_swims(), queue)[2]
    until = a_year_later(cards[0])
    found = vouchers_of_reward(offer.slug, until=until)
    assert (set(found.ids), found.everything) == (set(cards[:2]), 2)
    told = extend_several(house.priya, cards, Longer(until, WHY), key="bulk-form", at=clock.now())
    assert told.said.startswith("2 vouchers extended. 1 was not: This voucher is void")
    assert vouchers_of_reward(offer.slug, until=until).everything == 0
    assert voucher_now(pool).valid_until != until
    assert ledger_violations() == []


def test_several_are_voided_with_new_codes_once_for_a_form(house, queue):
    offer = stock_gift_card()
    cards = [in_hand(house.maya, offer, queue)[2] for _ in range(2)]
    for _ in range(2):
        told = void_several(
            house.priya, cards, Voiding("A leak.", reissue=True), key="bulk-form", at=clock.now()
        )
        assert told.said == "2 vouchers replaced."
    assert {voucher_now(card).state for card in cards} == {_S.VOID}
    assert ledger_violations() == []


def test_an_extension_cannot_be_changed(house, card):
    extend(house.priya, card, a_year_later(card))
    for attack in (sa.update(VoucherExtension).values(reason="x"), sa.delete(VoucherExtension)):
        with pytest.raises(DBAPIError), transaction():
            session().execute(attack)


def test_a_trip_ends_when_it_ends(house):
    from catalog.states import Kind
    from redemption.vouchers.validity.policies import Extendable, extend_obstacle

    trip = Extendable(
        house.maya.id, Kind.GROUP_TRIP, _S.ACTIVE, date(2027, 5, 16), clock.today(), False, True
    )
    assert isinstance(extend_obstacle(house.priya.id, trip, at=clock.now()), EndsWithItsTrip)
