"""A card that does not work: Maya says so, and the provider makes another, once."""

import pytest

from marketplace.access.actor import Actor
from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.kernel.errors import BadInput
from marketplace.ledger.check import ledger_violations
from redemption.codes.models import CodeReport
from redemption.codes.operations.reports import answer_works, report_code
from redemption.codes.states import Outcome
from redemption.fulfillment.models import FulfillmentTask
from redemption.fulfillment.operations.giving_back import give_back
from redemption.fulfillment.states import TaskState
from redemption.ordering import runner
from redemption.ordering.adapter import Can, Kind, TheirState, offers
from redemption.ordering.adapters import ADAPTERS, tango
from redemption.ordering.errors import NoReissue
from redemption.ordering.models import ProviderOrder, ReconciledDifference
from redemption.ordering.operations.reissuing import ask_for_reissue
from redemption.ordering.queries import waiting_for
from redemption.ordering.states import OrderState
from redemption.refusals import OwnRequest
from redemption.vouchers.giving_back import give_voucher_back
from redemption.vouchers.models import Voucher
from redemption.vouchers.operations import expire_vouchers
from redemption.vouchers.states import VoucherState
from tests.support.codes import show
from tests.support.ordering import make_capable, orders, states
from tests.support.people import actor, employ_ana
from tests.support.redemption import line_of, new_key, points_now, subjects_to

S = OrderState
WORDS = "The shop says: unknown card."


@pytest.fixture(autouse=True)
def _adds_up(cardhouse):
    yield
    session().close()
    assert ledger_violations() == []


@pytest.fixture
def ana(cardhouse) -> Actor:
    return actor(employ_ana())


@pytest.fixture
def card(cardhouse, queue):
    """Maya has seen the code of her card and says that it does not work; her request."""
    reference = cardhouse.ask()
    queue.run_due()
    show(cardhouse.maya, reference)
    say(cardhouse.maya, reference)
    return reference


def vouchers(reference) -> list[Voucher]:
    line_id = line_of(reference).id
    found = session().query(Voucher).filter_by(line_id=line_id)
    return found.order_by(Voucher.unit_no, Voucher.issue).all()


def say(who, reference, unit_no=1):
    voucher = next(one for one in vouchers(reference) if one.unit_no == unit_no)
    with transaction():
        return report_code(who, voucher.id, WORDS, request_key=new_key(), at=clock.now())


def report() -> CodeReport:
    session().close()
    return session().query(CodeReport).order_by(CodeReport.id.desc()).first()


def ask_anew(who, *, key=""):
    report_id = report().id
    session().close()
    with transaction():
        return ask_for_reissue(who, report_id, request_key=key or new_key(), at=clock.now())


def codes_of(who, reference):
    return [one.card.credentials[0].value for one in show(who, reference)]


def later(queue, time, **step):
    time.forward(**(step or {"minutes": 3}))
    queue.run_due()
    session().close()


def problem() -> FulfillmentTask:
    session().close()
    return session().query(FulfillmentTask).one()


def test_maya_says_so_and_the_provider_makes_another(cardhouse, queue, ana, card):
    (first,) = codes_of(cardhouse.maya, card)
    assert problem().problem == f"The code ending in {first[-4:]} does not work: {WORDS}"
    spent = points_now(cardhouse.maya).available
    ask_anew(ana)
    queue.run_due()
    assert states(card) == [S.REPLACED, S.DELIVERED]
    old, new = cardhouse.theirs()
    assert (old.status, new.status) == ("REISSUED", "COMPLETE")
    assert codes_of(cardhouse.maya, card) == [new.code]
    assert new.code != first
    assert [one.state for one in vouchers(card)] == [VoucherState.VOID, VoucherState.ACTIVE]
    assert (report().outcome, problem().state) == (Outcome.REPLACED, TaskState.CLOSED)
    assert points_now(cardhouse.maya).available == spent
    assert any(one.startswith("A change to your voucher") for one in subjects_to(cardhouse.maya))


def test_both_orders_have_references_of_one_family_and_the_second_costs_nothing(
    cardhouse, queue, ana, card
):
    before = cardhouse.simulator.store.balance
    ask_anew(ana)
    queue.run_due()
    first, second = orders(card)
    assert first.client_ref.startswith(f"{card}-1-1-1-")
    assert second.client_ref.startswith(f"{card}-1-1-2-")
    assert (second.replaces_id, second.quoted_minor, second.charged_minor) == (first.id, 0, 0)
    assert cardhouse.simulator.store.balance == before


def test_the_same_press_twice_asks_once_and_another_one_is_refused(cardhouse, queue, ana, card):
    assert ask_anew(ana, key="the-same-key-1") == ask_anew(ana, key="the-same-key-1")
    with pytest.raises(NoReissue, match="asked for another card already"):
        ask_anew(ana)
    session().close()
    queue.run_due()
    assert len(cardhouse.theirs()) == 2


def test_until_the_other_is_here_the_first_stands_and_maya_reads_so(cardhouse, queue, ana, card):
    (first,) = codes_of(cardhouse.maya, card)
    cardhouse.wrong(pending=1)
    ask_anew(ana)
    queue.run_due()
    assert states(card) == [S.REPLACED, S.PENDING]
    assert codes_of(cardhouse.maya, card) == [first]
    waits = waiting_for(cardhouse.maya, line_of(card).id)
    assert waits is not None
    assert waits.replaces
    for deed in (answer_works, give_voucher_back):
        one = report().voucher_id if deed is give_voucher_back else report().id
        session().close()
        with pytest.raises(BadInput, match="making another card"), transaction():
            deed(ana, one, "It works.", request_key=new_key(), at=clock.now())
    session().close()


@pytest.mark.parametrize("fault", ["timeout", "error_after", "truncated", "error", "too_many"])
def test_whatever_goes_wrong_on_the_way_there_are_never_two_new_cards(
    cardhouse, queue, time, ana, card, fault
):
    cardhouse.wrong(**{fault: 1, "forgetful": -1})
    ask_anew(ana)
    queue.run_due()
    later(queue, time)
    later(queue, time)
    assert states(card) == [S.REPLACED, S.DELIVERED]
    assert [one.status for one in cardhouse.theirs()] == ["REISSUED", "COMPLETE"]


def test_control_without_looking_a_timeout_makes_two_new_cards(
    cardhouse, queue, time, ana, card, monkeypatch
):
    find = tango.TangoOrders.find

    def blind(self, door, ref):
        found = find(self, door, ref)
        is_first = found.order is not None and found.order.client_ref.startswith(f"{card}-1-1-1-")
        if not is_first:
            return tango.Outcome(kind=Kind.NOT_FOUND)
        seen = tango.Told(**{**_fields(found.order), "state": TheirState.COMPLETE})
        return tango.Outcome(kind=Kind.ACCEPTED, order=seen)

    monkeypatch.setattr(tango.TangoOrders, "find", blind)
    cardhouse.wrong(timeout=1, forgetful=-1)
    ask_anew(ana)
    queue.run_due()
    later(queue, time)
    assert len(cardhouse.theirs()) == 3


def _fields(told):
    return {name: getattr(told, name) for name in type(told).__slots__}


def test_a_provider_that_makes_no_other_leaves_the_first_and_the_desk_decides(
    cardhouse, queue, ana, card
):
    cardhouse.wrong(no_reissue=1)
    ask_anew(ana)
    queue.run_due()
    assert states(card) == [S.DELIVERED, S.REFUSED]
    assert problem().state is TaskState.PROBLEM
    assert "was spent already" in problem().problem
    assert "A problem" not in " ".join(subjects_to(cardhouse.maya))
    assert report().outcome is None
    ask_anew(ana)
    queue.run_due()
    assert states(card) == [S.REPLACED, S.REFUSED, S.DELIVERED]
    assert len({one.client_ref for one in orders(card)}) == 3


def test_a_code_that_came_before_is_locked_away_and_the_points_can_come_back(
    cardhouse, queue, ana, card
):
    cardhouse.wrong(duplicate_code=1)
    ask_anew(ana)
    queue.run_due()
    assert states(card) == [S.REPLACED, S.QUARANTINED]
    with pytest.raises(NoReissue, match="locked away"):
        ask_anew(ana)
    session().close()
    voucher_id = report().voucher_id
    session().close()
    with transaction():
        give_voucher_back(ana, voucher_id, WORDS, request_key=new_key(), at=clock.now())
    assert points_now(cardhouse.maya).available == 100_000


def test_a_provider_that_is_away_holds_it_and_asking_anew_goes_on_with_the_same_order(
    cardhouse, queue, time, ana, card
):
    cardhouse.wrong(error=-1)
    ask_anew(ana)
    queue.run_due()
    for _ in range(12):
        later(queue, time, minutes=31)
    assert states(card) == [S.REPLACED, S.HELD]
    assert problem().state is TaskState.PROBLEM
    cardhouse.wrong(error=0)
    time.forward(minutes=31)
    ask_anew(ana)
    queue.run_due()
    assert states(card) == [S.REPLACED, S.DELIVERED]
    assert len(cardhouse.theirs()) == 2


def test_another_card_that_fails_after_a_while_lets_the_first_one_count_on_both_sides(
    cardhouse, queue, time, ana, card
):
    cardhouse.wrong(pending=1)
    ask_anew(ana)
    queue.run_due()
    assert [one.status for one in cardhouse.theirs()] == ["REISSUED", "PENDING"]
    cardhouse.simulator.settle(cardhouse.theirs()[1].number, "FAILED")
    later(queue, time, minutes=31)
    assert states(card) == [S.DELIVERED, S.REFUSED]
    assert [one.status for one in cardhouse.theirs()] == ["COMPLETE", "FAILED"]
    runner.reconcile(cardhouse.provider_id)
    assert session().query(ReconciledDifference).all() == []
    ask_anew(ana)
    queue.run_due()
    assert states(card) == [S.REPLACED, S.REFUSED, S.DELIVERED]


def test_who_replaced_it_at_the_provider_by_hand_is_found_and_nothing_made_twice(
    cardhouse, queue, time, ana, card
):
    cardhouse.simulator.store.move(cardhouse.theirs()[0].number, "REISSUED")
    ask_anew(ana)
    queue.run_due()
    for _ in range(8):
        later(queue, time, minutes=31)
    assert states(card) == [S.REPLACED, S.HELD]
    assert len(cardhouse.theirs()) == 1


def test_what_was_given_back_meanwhile_is_canceled_there(cardhouse, queue, time, ana):
    make_capable(can_cancel=True)
    reference = cardhouse.ask()
    queue.run_due()
    show(cardhouse.maya, reference)
    say(cardhouse.maya, reference)
    before = cardhouse.simulator.store.balance
    ask_anew(ana)
    task_id = problem().id
    session().close()
    with transaction():
        give_back(ana, task_id, "It can't be solved.", request_key=new_key(), at=clock.now())
    queue.run_due()
    later(queue, time)
    later(queue, time)
    assert states(reference) == [S.CANCELED, S.CANCELED]
    assert points_now(cardhouse.maya).available == 100_000
    assert cardhouse.simulator.store.balance == before + 50


def test_a_card_whose_last_day_passed_meanwhile_is_replaced_all_the_same(
    cardhouse, queue, time, ana
):
    make_capable(claim_days=1)
    reference = cardhouse.ask()
    queue.run_due()
    show(cardhouse.maya, reference)
    say(cardhouse.maya, reference)
    cardhouse.wrong(pending=1)
    ask_anew(ana)
    queue.run_due()
    time.forward(days=3)
    with transaction():
        assert expire_vouchers(at=clock.now()) == 1
    cardhouse.simulator.settle(cardhouse.theirs()[1].number)
    later(queue, time, minutes=31)
    assert states(reference) == [S.REPLACED, S.DELIVERED]
    assert vouchers(reference)[0].state is VoucherState.VOID


def test_nobody_has_their_own_card_replaced_and_not_every_item_can_be(cardhouse, queue, ana, card):
    priya = cardhouse.house.priya
    with pytest.raises(OwnRequest):
        ask_anew(cardhouse.maya)
    session().close()
    with transaction():
        order = session().query(ProviderOrder).one()
        item = order.item["capabilities"] | {"can_reissue": False}
        order.item = order.item | {"capabilities": item}
    with pytest.raises(NoReissue, match="makes no other card of this kind"):
        ask_anew(priya)
    session().close()


def test_a_capability_is_the_providers_and_the_items():
    item = {"can_cancel": True, "can_resend": True, "can_reissue": True}
    found = {what for what in Can if offers(ADAPTERS["tango"], item, what)}
    assert found == {Can.CANCEL, Can.REISSUE}
    assert not any(offers(ADAPTERS["tango"], {}, what) for what in Can)
    refused = ADAPTERS["tango"].resend(None, None)
    assert refused.kind is Kind.REJECTED


def test_the_night_compares_both_orders_and_finds_them_right(cardhouse, queue, ana, card):
    ask_anew(ana)
    queue.run_due()
    runner.reconcile(cardhouse.provider_id)
    session().close()
    assert session().query(ReconciledDifference).count() == 0
