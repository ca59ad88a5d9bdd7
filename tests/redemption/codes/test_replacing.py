"""A code that does not work is taken out for good, and the next one takes its place."""

import pytest

from catalog.errors import CountedElsewhere
from catalog.operations import adjust_stock, set_capacity
from marketplace.access.actor import Actor
from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.kernel.errors import BadInput, NotFound
from marketplace.ledger.check import ledger_violations
from redemption.codes.errors import AlreadyReported
from redemption.codes.models import CodeReport
from redemption.codes.operations.replacing import replace_reported
from redemption.codes.operations.reports import answer_works, report_code
from redemption.codes.queries.batches import claim_rows
from redemption.codes.states import Outcome
from redemption.fulfillment.models import FulfillmentTask
from redemption.fulfillment.operations.giving_back import give_back
from redemption.fulfillment.states import TaskState
from redemption.refusals import OwnRequest
from redemption.vouchers.operations import Voiding, void_voucher
from redemption.vouchers.states import VoucherState
from tests.support.codes import show, shown, states_now, voucher_of, waits
from tests.support.redemption import new_key, points_now, subjects_to


@pytest.fixture(autouse=True)
def _adds_up(cinema):
    yield
    session().close()
    assert ledger_violations() == []


@pytest.fixture
def shown_card(cinema, queue):
    """Maya has seen her code; another is in stock."""
    cinema.load(
        "AAAA-1111",
        "BBBB-2222",
        supplier="Nimbus",
        reference="INV-7",
        unit_cost_minor=1_425,
        cost_currency="USD",
    )
    reference = cinema.ask()
    queue.run_due()
    show(cinema.maya, reference)
    return reference


def report(cinema, reference, words="The till says: unknown card.", actor=None):
    voucher_id = voucher_of(reference).id
    with transaction():
        report_code(actor or cinema.maya, voucher_id, words, request_key=new_key(), at=clock.now())
    return session().query(CodeReport).order_by(CodeReport.id.desc()).first()


def replace(actor, report_id, reason="Nimbus confirms: never activated."):
    with transaction():
        return replace_reported(actor, report_id, reason, request_key=new_key(), at=clock.now())


def test_maya_says_so_and_gets_the_next_code(cinema, queue, shown_card):
    said = report(cinema, shown_card)
    queue.run_due()
    task = session().query(FulfillmentTask).one()
    assert task.state is TaskState.PROBLEM
    assert task.problem == "The code ending in 1111 does not work: The till says: unknown card."
    replace(cinema.priya, said.id)
    queue.run_due()
    assert states_now() == {"1111": "bad", "2222": "issued"}
    assert shown(cinema.maya, shown_card) == ["BBBB-2222"]
    assert cinema.stock() == (1, 0, 1)
    session().close()
    settled = session().get_one(CodeReport, said.id)
    assert (settled.outcome, settled.settled_by_id) == (Outcome.REPLACED, cinema.priya.id)
    assert session().query(FulfillmentTask).one().state is TaskState.CLOSED
    assert "A change to your voucher: Nimbus Cinema gift card" in subjects_to(cinema.maya)


def test_the_supplier_gets_a_list_with_the_last_four_only(cinema, queue, shown_card):
    replace(cinema.priya, report(cinema, shown_card).id)
    (row,) = claim_rows(cinema.pool_id)
    assert (row.last4, row.supplier, row.reference) == ("1111", "Nimbus", "INV-7")
    assert (row.unit_cost_minor, row.reason) == (1_425, "Nimbus confirms: never activated.")


def test_without_another_code_the_replacement_waits_and_comes_by_itself(cinema, queue):
    cinema.load("AAAA-1111")
    reference = cinema.ask()
    queue.run_due()
    show(cinema.maya, reference)
    replace(cinema.priya, report(cinema, reference).id)
    queue.run_due()
    assert voucher_of(reference).state is VoucherState.VOID
    assert (cinema.stock(), cinema.pool().owed, len(waits())) == ((1, 0, 1), 1, 1)
    cinema.load("BBBB-2222")
    queue.run_due()
    assert shown(cinema.maya, reference) == ["BBBB-2222"]
    assert (cinema.stock(), cinema.pool().owed, waits()) == ((1, 0, 1), 0, [])
    session().close()
    assert session().query(FulfillmentTask).one().state is TaskState.CLOSED
    assert subjects_to(cinema.maya).count("Your voucher: Nimbus Cinema gift card") <= 2


def test_a_replacement_that_waits_can_be_given_back_instead(cinema, queue):
    cinema.load("AAAA-1111")
    reference = cinema.ask()
    queue.run_due()
    show(cinema.maya, reference)
    replace(cinema.priya, report(cinema, reference).id)
    task_id = session().query(FulfillmentTask).one().id
    with transaction():
        give_back(
            cinema.priya, task_id, "No more to be had.", request_key=new_key(), at=clock.now()
        )
    assert points_now(cinema.maya).available == 100_000
    assert (cinema.stock(), cinema.pool().owed, waits()) == ((0, 0, 0), 0, [])
    assert states_now() == {"1111": "bad"}


def test_given_back_after_it_was_reported_the_code_is_bad_and_the_report_answered(
    cinema, queue, shown_card
):
    said = report(cinema, shown_card)
    task_id = session().query(FulfillmentTask).one().id
    with transaction():
        give_back(
            cinema.priya, task_id, "It can't be solved.", request_key=new_key(), at=clock.now()
        )
    assert states_now() == {"1111": "bad", "2222": "free"}
    assert cinema.stock() == (1, 0, 0)
    session().close()
    assert session().get_one(CodeReport, said.id).outcome is Outcome.GIVEN_BACK


def test_a_code_that_works_is_answered_and_stays(cinema, queue, shown_card):
    said = report(cinema, shown_card)
    with transaction():
        answer_works(
            cinema.priya, said.id, "Enter it without dashes.", request_key=new_key(), at=clock.now()
        )
    queue.run_due()
    assert states_now() == {"1111": "issued", "2222": "free"}
    assert "Your code works: Nimbus Cinema gift card" in subjects_to(cinema.maya)
    assert report(cinema, shown_card).id != said.id


def test_void_without_another_leaves_the_unit_without_a_code(cinema, queue, shown_card):
    voucher = voucher_of(shown_card)
    void(cinema.priya, voucher.id, reissue=False)
    assert states_now() == {"1111": "bad", "2222": "free"}
    assert (cinema.stock(), cinema.pool().elsewhere) == ((2, 0, 1), 1)


def void(actor, voucher_id, *, reissue):
    with transaction():
        return void_voucher(
            actor,
            voucher_id,
            Voiding("Stolen.", reissue=reissue),
            request_key=new_key(),
            at=clock.now(),
        )


def test_void_and_reissue_on_the_page_of_vouchers_takes_the_next_code(cinema, queue, shown_card):
    voucher = voucher_of(shown_card)
    kept = void(cinema.priya, voucher.id, reissue=True)
    assert kept != voucher.id
    assert shown(cinema.maya, shown_card) == ["BBBB-2222"]
    assert states_now() == {"1111": "bad", "2222": "issued"}


@pytest.mark.parametrize("written", ["AAAA-1111", "aaaa1111", "AAAA 1111"])
def test_a_code_that_somebody_copies_into_the_words_is_left_out(cinema, shown_card, written):
    said = report(cinema, shown_card, f"I typed {written} and it failed.")
    assert said.words == "I typed (the code) and it failed."


@pytest.mark.parametrize("words", ["", "   "])
def test_a_report_needs_words(cinema, shown_card, words):
    with pytest.raises(BadInput, match="Write what happens"):
        report(cinema, shown_card, words)


def test_a_code_is_reported_once_at_a_time(cinema, shown_card):
    report(cinema, shown_card)
    with pytest.raises(AlreadyReported):
        report(cinema, shown_card)


def test_nobody_reports_the_code_of_another_or_one_not_shown(cinema, queue, shown_card):
    with pytest.raises(NotFound):
        report(cinema, shown_card, actor=cinema.house.omar)
    unseen = cinema.ask()
    queue.run_due()
    with pytest.raises(NotFound):
        report(cinema, unseen)


def test_nobody_replaces_their_own_code(cinema, queue, shown_card):
    said = report(cinema, shown_card)
    own = Actor(
        **{f: getattr(cinema.priya, f) for f in cinema.priya.__slots__}
        | {"employee_id": cinema.maya.id}
    )
    with pytest.raises(OwnRequest):
        replace(own, said.id)
    assert states_now()["1111"] == "issued"


def test_nobody_sets_by_hand_the_stock_that_codes_count(cinema, at):
    cinema.load("AAAA-1111")
    for work in (
        lambda: adjust_stock(cinema.priya, cinema.offer.variant_id, 5, reason="Found", at=at),
        lambda: set_capacity(cinema.priya, cinema.offer.variant_id, None, reason="All", at=at),
    ):
        with pytest.raises(CountedElsewhere, match="counted by its codes in stock"), transaction():
            work()
    assert cinema.stock() == (1, 0, 0)
