"""Ana packs, sends and books; Maya is told, and her points move when something leaves."""

import pytest
import sqlalchemy as sa

from marketplace.budgets.queries import budgets_list
from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.kernel.errors import BadInput, DomainError
from marketplace.kernel.mail import Letter
from marketplace.ledger.check import ledger_violations
from redemption import returns
from redemption.bookings.models import Booking, Traveler
from redemption.bookings.states import BookingState
from redemption.fulfillment import jobs
from redemption.fulfillment.errors import RequestEnded, TaskMoved
from redemption.fulfillment.models import FulfillmentAttempt, FulfillmentTask
from redemption.fulfillment.operations import desk as work
from redemption.fulfillment.operations import giving_back, shipping
from redemption.fulfillment.operations.parcels import Parcel
from redemption.fulfillment.states import TaskState, Work
from redemption.refusals import NotCancellable
from redemption.states import LineState
from redemption.vouchers.models import Voucher
from redemption.vouchers.states import VoucherState
from tests.support.catalog import stock_gift_card
from tests.support.codes import show, voucher_of
from tests.support.redemption import ask_for, cancel, line_of, new_key, points_now, stock_of
from tests.support.vouchers import rosa_of_the_canteen, use


def task_of(reference) -> FulfillmentTask:
    line_id = line_of(reference).id
    task = session().scalars(sa.select(FulfillmentTask).where(FulfillmentTask.line_id == line_id))
    return task.one()


def booking() -> Booking:
    session().close()
    return session().scalars(sa.select(Booking)).one()


def voucher() -> Voucher | None:
    session().close()
    return session().scalars(sa.select(Voucher)).one_or_none()


def letters(notice) -> list[str]:
    session().close()
    which = Letter.key.like(f"{notice}:%")
    return list(session().scalars(sa.select(Letter.text).where(which).order_by(Letter.id)))


def do(deed, actor, reference, *more, key=""):
    task = task_of(reference)
    with transaction():
        deed(actor, task.id, *more, request_key=key or new_key(), at=clock.now())


def test_a_parcel_waits_for_ana_and_the_points_stay_set_aside(desk):
    task = task_of(desk.parcel)
    assert (task.work, task.state, task.owner_id) == (Work.PARCEL, TaskState.TO_DO, desk.ana.id)
    assert line_of(desk.parcel).state is LineState.FULFILLING
    assert points_now(desk.maya).held == 8_900 + 48_000
    assert ledger_violations() == []


def test_sending_spends_the_points_and_tells_maya_the_tracking_number(desk, queue):
    do(work.mark_packed, desk.ana, desk.parcel)
    key = new_key()
    for _ in range(2):
        do(shipping.mark_sent, desk.ana, desk.parcel, Parcel("DHL", "JD0146"), key=key)
    queue.run_due()
    line = line_of(desk.parcel)
    assert line.state is LineState.FULFILLED
    assert stock_of(line.variant_id) == (3, 0, 1)
    assert points_now(desk.maya).held == 48_000
    (letter,) = letters("shipped")
    assert "DHL" in letter
    assert "JD0146" in letter
    do(shipping.mark_delivered, desk.ana, desk.parcel)
    assert task_of(desk.parcel).state is TaskState.DELIVERED
    assert ledger_violations() == []


def test_before_it_is_packed_maya_can_cancel_and_ana_has_nothing_to_do(desk, queue):
    cancel(desk.maya, desk.parcel)
    assert line_of(desk.parcel).state is LineState.CANCELLED
    assert task_of(desk.parcel).state is TaskState.CLOSED
    assert points_now(desk.maya).available == 100_000 - 48_000
    with pytest.raises(RequestEnded):
        do(shipping.mark_sent, desk.ana, desk.parcel, Parcel("DHL"))
    assert ledger_violations() == []


def test_once_packed_or_sent_nothing_can_be_cancelled(desk):
    do(work.mark_packed, desk.ana, desk.parcel)
    with pytest.raises(NotCancellable):
        cancel(desk.maya, desk.parcel)
    do(shipping.mark_sent, desk.ana, desk.parcel, Parcel("By hand"))
    with pytest.raises(NotCancellable):
        cancel(desk.maya, desk.parcel)


def test_a_trip_becomes_a_booking_with_maya_on_it(desk):
    made = booking()
    assert (made.state, made.places) == (BookingState.REQUESTED, 1)
    assert [t.name for t in session().scalars(sa.select(Traveler))] == ["Maya Chen"]
    assert voucher() is None


def test_booking_spends_points_and_budget_and_gives_a_voucher(desk, queue):
    do(work.mark_booked, desk.ana, desk.trip, "LX-88231")
    queue.run_due()
    made, line = booking(), line_of(desk.trip)
    assert (made.state, made.confirmation) == (BookingState.CONFIRMED, "LX-88231")
    assert line.state is LineState.FULFILLED
    assert stock_of(line.variant_id) == (8, 0, 1)
    (budget,) = [b for b in budgets_list() if b.purpose == "rewards"]
    assert (budget.reserved, budget.spent) == (0, 48_000)
    ticket = voucher()
    assert ticket is not None
    assert (ticket.state, ticket.currency, ticket.initial) == (VoucherState.ISSUED, None, 1)
    (letter,) = letters("booked")
    assert "LX-88231" in letter
    assert ledger_violations() == []


@pytest.fixture
def used_trip(desk, queue):
    """Maya's trip is booked, and the desk of the hotel has taken her voucher."""
    do(work.mark_booked, desk.ana, desk.trip, "LX-88231")
    queue.run_due()
    show(desk.maya, desk.trip)
    use(rosa_of_the_canteen(), voucher_of(desk.trip).id, 1)
    return desk


def test_a_trip_whose_voucher_was_used_does_not_come_back(used_trip):
    before = points_now(used_trip.maya).available
    with pytest.raises(NotCancellable):
        cancel(used_trip.maya, used_trip.trip)
    session().close()
    assert points_now(used_trip.maya).available == before
    assert ledger_violations() == []


def test_control_without_asking_whether_it_was_used_the_points_come_back(used_trip, monkeypatch):
    before = points_now(used_trip.maya).available
    monkeypatch.setattr(returns, "_kept", [])
    cancel(used_trip.maya, used_trip.trip)
    assert points_now(used_trip.maya).available == before + 48_000


def test_a_booked_trip_can_be_cancelled_until_its_cutoff_and_ana_is_told(desk, queue):
    do(work.mark_booked, desk.ana, desk.trip, "LX-88231")
    cancel(desk.maya, desk.trip)
    queue.run_due()
    assert booking().state is BookingState.CANCELLED
    assert voucher().state is VoucherState.VOID
    (letter,) = letters("called_off")
    assert "LX-88231" in letter
    assert points_now(desk.maya).held == 8_900
    assert ledger_violations() == []


def test_a_problem_is_told_in_anas_words_and_the_points_can_go_back(desk, queue):
    do(work.report_problem, desk.ana, desk.parcel, "The color is out of stock.")
    queue.run_due()
    (letter,) = letters("fulfillment_problem")
    assert "The color is out of stock." in letter
    assert "still set aside" in letter
    do(giving_back.give_back, desk.ana, desk.parcel, "The maker stopped making it.")
    assert line_of(desk.parcel).state is LineState.FAILED
    assert task_of(desk.parcel).state is TaskState.CLOSED
    assert points_now(desk.maya).available == 100_000 - 48_000
    assert ledger_violations() == []


def test_a_lost_parcel_gives_the_spent_points_back(desk):
    do(shipping.mark_sent, desk.ana, desk.parcel, Parcel("DHL", "JD0146"))
    do(work.report_problem, desk.ana, desk.parcel, "The carrier lost it.")
    do(giving_back.give_back, desk.ana, desk.parcel, "It never turned up.")
    assert line_of(desk.parcel).state is LineState.REFUNDED
    assert points_now(desk.maya).available == 100_000 - 48_000
    assert ledger_violations() == []


def test_a_solved_problem_goes_on_where_it_stood(desk):
    do(work.report_problem, desk.ana, desk.trip, "The hotel does not answer.")
    do(work.try_again, desk.ana, desk.trip)
    assert task_of(desk.trip).state is TaskState.TO_DO
    do(shipping.mark_sent, desk.ana, desk.parcel, Parcel("DHL"))
    do(work.report_problem, desk.ana, desk.parcel, "Stuck at customs.")
    do(work.try_again, desk.ana, desk.parcel)
    assert task_of(desk.parcel).state is TaskState.SENT


def test_steps_that_do_not_fit_change_nothing(desk):
    for deed, more, refusal in (
        (shipping.mark_delivered, (), DomainError),
        (work.mark_booked, ("X-1",), TaskMoved),
        (giving_back.give_back, ("Because.",), TaskMoved),
        (shipping.mark_sent, (Parcel(" "),), BadInput),
        (work.report_problem, (" ",), BadInput),
    ):
        with pytest.raises(refusal):
            do(deed, desk.ana, desk.parcel, *more)
    assert task_of(desk.parcel).state is TaskState.TO_DO
    assert ledger_violations() == []


def test_a_line_that_cannot_be_made_comes_before_a_person_and_its_owner_is_told(
    desk, queue, monkeypatch
):
    def no_codes_left(line, *, at):
        raise ValueError("the code maker is broken")

    monkeypatch.setattr(
        "redemption.fulfillment.operations.fulfilling.issue_vouchers", no_codes_left
    )
    reference = ask_for(desk.maya, stock_gift_card())
    line_id = line_of(reference).id
    queue.waiting = [w for w in queue.waiting if w.job.name != "redemption.fulfill"]
    for _ in range(2):
        with pytest.raises(ValueError, match="broken"):
            jobs.fulfill(line_id)
    jobs.fulfill(line_id)
    queue.run_due()
    task = task_of(reference)
    assert (task.work, task.state) == (Work.ISSUE, TaskState.PROBLEM)
    assert "the code maker is broken" in task.problem
    (letter,) = letters("fulfillment_problem")
    assert "code maker" not in letter
    assert "still set aside" in letter
    assert line_of(reference).state is LineState.APPROVED
    assert session().scalars(sa.select(FulfillmentAttempt.failures)).one() == 3
    assert ledger_violations() == []

    monkeypatch.undo()
    do(work.try_again, desk.ana, reference)
    queue.run_due()
    assert line_of(reference).state is LineState.FULFILLED
    assert task_of(reference).state is TaskState.CLOSED
    assert ledger_violations() == []


def test_a_refusal_comes_before_a_person_at_once(desk, queue, monkeypatch):
    def refuse(line_id, quantity):
        raise BadInput("There is no stock row.")

    monkeypatch.setattr("redemption.operations.ending.sell_reserved", refuse)
    reference = ask_for(desk.maya, stock_gift_card())
    queue.run_due()
    assert task_of(reference).problem == "There is no stock row."
    do(giving_back.give_back, desk.ana, reference, "We can't offer this any more.")
    assert line_of(reference).state is LineState.FAILED
    assert points_now(desk.maya).held == 56_900


def test_a_lost_job_is_taken_up_again(desk, queue, time):
    reference = ask_for(desk.maya, stock_gift_card())
    queue.clear()
    time.forward(minutes=16)
    assert {found.id for found in ledger_violations(["I45-fulfillment"])} == {"I45-fulfillment"}
    jobs.sweep()
    assert line_of(reference).state is LineState.FULFILLED


def test_running_the_job_again_does_nothing(desk, queue):
    reference = ask_for(desk.maya, stock_gift_card())
    queue.run_due()
    for name in (reference, desk.parcel, desk.trip):
        jobs.fulfill(line_of(name).id)
    session().close()
    count = sa.select(sa.func.count()).select_from
    assert session().scalar(count(Voucher)) == 1
    assert session().scalar(count(FulfillmentTask)) == 2
    assert session().scalar(count(Booking)) == 1
    assert ledger_violations() == []
