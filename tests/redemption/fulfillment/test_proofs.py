"""Courses, leave and donations are proven by what a controller accepts."""

from contextlib import closing
from datetime import timedelta
from decimal import Decimal

import pypdfium2
import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from catalog.states import Kind
from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.kernel.errors import BadInput
from marketplace.ledger.check import ledger_violations
from redemption.fulfillment.errors import TaskMoved, WrongProof
from redemption.fulfillment.models import FulfillmentTask
from redemption.fulfillment.operations import proving
from redemption.fulfillment.operations.proving import Proof
from redemption.fulfillment.queries import donation_rows
from redemption.fulfillment.states import TaskState
from tests.support.catalog import stock_reward
from tests.support.journeys import Visitor, words_of
from tests.support.people import actor, employ_ana
from tests.support.redemption import approve, ask_for, furnish, line_of, new_key

WORTH = {"label": "€50", "cash_minor": 5_000, "currency": "EUR"}
DAY = timedelta(days=1)


@pytest.fixture
def house(at, queue):
    return furnish()


@pytest.fixture
def ana(house):
    return actor(employ_ana())


def asked(house, kind, queue, time):
    worth = WORTH if kind is Kind.DONATION else None
    reference = ask_for(house.maya, stock_reward("Something", kind=kind, variant=worth))
    if kind is not Kind.DONATION:
        approve(house.omar, reference)
        time.forward(seconds=31)
    queue.run_due()
    return reference


def task_of(reference):
    line_id = line_of(reference).id
    task = sa.select(FulfillmentTask).where(FulfillmentTask.line_id == line_id)
    return session().scalars(task).one()


def do(deed, who, reference, proof):
    task_id = task_of(reference).id
    session().close()
    with transaction():
        deed(who, task_id, proof, request_key=new_key(), at=clock.now())


@pytest.mark.parametrize("kind", [Kind.LEARNING, Kind.TIME_OFF])
def test_a_day_that_is_over_proves_nothing(house, ana, kind, queue, time):
    reference = asked(house, kind, queue, time)
    with pytest.raises(WrongProof, match="is over"):
        do(proving.mark_done, ana, reference, Proof("HR-4711", clock.today() - DAY))
    with pytest.raises(WrongProof, match="Enter the day"):
        do(proving.mark_done, ana, reference, Proof("HR-4711"))
    do(proving.mark_done, ana, reference, Proof("HR-4711", clock.today() + DAY))
    task = task_of(reference)
    assert (task.state, task.proof) == (TaskState.DONE, "HR-4711")
    assert task.proof_on == clock.today() + DAY
    assert ledger_violations() == []


def test_a_course_is_finished_with_a_proof_of_its_own(house, ana, queue, time):
    reference = asked(house, Kind.LEARNING, queue, time)
    starts = clock.today() + 3 * DAY
    with pytest.raises(TaskMoved):
        do(proving.mark_completed, ana, reference, Proof("C-1", clock.today()))
    do(proving.mark_done, ana, reference, Proof("B-17", starts))
    time.forward(days=5)
    for wrong in (starts - DAY, clock.today() + DAY):
        with pytest.raises(WrongProof, match="from its beginning until today"):
            do(proving.mark_completed, ana, reference, Proof("C-1", wrong))
    with pytest.raises(BadInput):
        do(proving.mark_completed, ana, reference, Proof(" ", clock.today()))
    do(proving.mark_completed, ana, reference, Proof("C-1", clock.today()))
    task = task_of(reference)
    assert (task.state, task.completion) == (TaskState.COMPLETED, "C-1")
    assert ledger_violations() == []


def test_a_receipt_is_over_what_was_promised_and_proves_one_donation(house, ana, queue, time):
    first = asked(house, Kind.DONATION, queue, time)
    for wrong in (Proof("Q-1", clock.today(), 4_000), Proof("Q-1", clock.today())):
        with pytest.raises(WrongProof, match="€50 were promised"):
            do(proving.mark_done, ana, first, wrong)
    with pytest.raises(WrongProof, match="still to come"):
        do(proving.mark_done, ana, first, Proof("Q-1", clock.today() + DAY, 5_000))
    do(proving.mark_done, ana, first, Proof("Q-1", clock.today(), 5_000))
    second = asked_again(house, queue)
    with pytest.raises(WrongProof, match="proves another donation"):
        do(proving.mark_done, ana, second, Proof("Q-1", clock.today(), 5_000))
    session().close()
    (row,) = donation_rows(clock.today() - DAY, clock.today())
    assert row[0] == "Q-1"
    assert row[3:5] == [Decimal("50.00"), "EUR"]


@pytest.mark.parametrize(
    ("kind", "button", "typed", "field", "words"),
    [
        (Kind.LEARNING, "Mark as booked", {"proof": "B-17", "on": "2026-11-01"}, "on", "is over"),
        (Kind.TIME_OFF, "Mark as entered", {"proof": "HR-4", "on": "2026-11-01"}, "on", "is over"),
        (
            Kind.DONATION,
            "Mark as sent",
            {"proof": "Q-1", "on": "2026-11-23", "amount": "40"},
            "amount",
            "The receipt is over €40, and €50 were promised.",
        ),
        (
            Kind.DONATION,
            "Mark as sent",
            {"proof": "Q-1", "on": "2026-12-24", "amount": "50"},
            "on",
            "24 Dec 2026 is still to come.",
        ),
    ],
)
def test_ana_reads_at_the_field_what_a_proof_lacks_and_keeps_what_she_typed(
    app, house, ana, queue, time, monkeypatch, kind, button, typed, field, words
):
    monkeypatch.setattr(app, "test_client_class", FlaskClient)
    reference = asked(house, kind, queue, time)
    desk = Visitor(app, ana.id)
    desk.open(f"/manage/fulfillment/{task_of(reference).id}")
    assert desk.press(button, **typed).status == 422
    assert words in words_of(desk.here.root.get_element_by_id(f"{field}-error"))
    for text in typed.values():
        assert f'value="{text}"' in desk.here.html


def test_maya_keeps_a_page_that_says_what_was_given_in_her_name(
    app, house, ana, queue, time, monkeypatch
):
    monkeypatch.setattr(app, "test_client_class", FlaskClient)
    visitor, reference = Visitor(app, house.maya.id), asked(house, Kind.DONATION, queue, time)
    page = f"/redemptions/{reference}/donation.pdf"
    assert visitor.get(page).status == 404
    do(proving.mark_done, ana, reference, Proof("Q-77", clock.today(), 5_000))
    visitor.open(f"/redemptions/{reference}")
    assert page in [address for _words, address in visitor.here.links()]
    drawn = visitor.get(page).response
    with closing(pypdfium2.PdfDocument(drawn.data)) as document:
        text = document[0].get_textpage().get_text_bounded()
    for said in ("€50", "Maya Chen", "Q-77", "23 Nov 2026", reference, "no receipt for taxes"):
        assert said in text
    assert drawn.headers["Cache-Control"] == "private, no-store"
    assert Visitor(app, house.omar.id).get(page).status == 404


def asked_again(house, queue):
    reference = ask_for(
        house.maya, stock_reward("Another", kind=Kind.DONATION, variant=WORTH, points=8_900)
    )
    queue.run_due()
    return reference
