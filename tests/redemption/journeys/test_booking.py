"""Ana books what Maya asked for, with documents; later changes keep what held before."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from catalog.return_terms import CancelUntil
from marketplace.kernel import clock
from marketplace.kernel.audit import AuditEntry
from marketplace.kernel.db import session, transaction
from marketplace.kernel.errors import BadInput, NotFound
from marketplace.kernel.evidence import clean_file
from marketplace.ledger.check import ledger_violations
from redemption.fulfillment.errors import RequestEnded
from redemption.fulfillment.operations.desk import mark_booked
from redemption.journeys.errors import BookedWithDates
from redemption.journeys.models import JourneyDocument
from redemption.journeys.operations.booking import open_document
from redemption.journeys.queries.journeys import at_the_desk, journey_facts
from redemption.queries.request_page import request_page
from redemption.refusals import NotCancellable, OwnRequest
from redemption.states import LineState
from redemption.travel.pocket.queries.maybes import my_maybes
from redemption.vouchers.models import Voucher
from tests.support.packages import PORTO, stock_package
from tests.support.redemption import (
    approve,
    cancel,
    line_of,
    new_key,
    points_now,
    subjects_to,
)
from tests.support.shortages import task_of
from tests.support.travel_dates import MADE, book, journey_named, wish

TICKET = clean_file("Ticket Maya.pdf", b"%PDF-1.7\nseat 4A\n%%EOF\n")


@pytest.fixture
def approved(travel, queue, time):
    reference = wish(travel.maya, travel.porto, travel.lena)
    for who in (travel.omar, travel.wei):
        approve(who, reference)
        time.forward(minutes=1)
        queue.run_due()
    return reference


def test_ana_books_and_maya_reads_what_and_finds_her_documents(travel, approved, queue):
    assert book(travel.ana, approved, MADE, TICKET) == 1
    queue.run_due()
    assert line_of(approved).state is LineState.FULFILLED
    assert points_now(travel.maya).held == 0
    assert "Booked: Porto for two" in " ".join(subjects_to(travel.maya))
    facts = journey_facts(line_of(approved).id)
    assert facts.differences == ()
    assert (facts.booked.operator, facts.booked.parts) == ("Ribeira Rooms", MADE.parts)
    assert [one.name for one in facts.documents] == ["Ticket-Maya.pdf"]
    assert [row.pile(clock.today()) for row in at_the_desk()] == ["Booked"]
    assert ledger_violations() == []


def test_documents_lie_sealed_and_reading_one_stands_in_the_audit(travel, approved, at):
    book(travel.ana, approved, MADE, TICKET)
    line_id = line_of(approved).id
    kept = session().scalars(sa.select(JourneyDocument)).one()
    document_id = kept.id
    assert b"seat 4A" not in kept.sealed
    session().close()
    with transaction():
        file = open_document(travel.maya, line_id, document_id, at=at)
    assert file.content == TICKET.content
    read = sa.select(AuditEntry.actor_id).where(AuditEntry.action == "journey.document_read")
    assert session().scalars(read).all() == [travel.maya.id]
    with pytest.raises(NotFound):
        open_document(travel.maya, line_id + 1, document_id, at=at)


def test_what_was_booked_otherwise_is_said(travel, approved):
    made = replace(MADE, starts_on=date(2027, 5, 21), ends_on=date(2027, 5, 23))
    book(travel.ana, approved, made)
    facts = journey_facts(line_of(approved).id)
    assert facts.differences == (
        "From 21 May 2027, your second choice, instead of 14 May 2027",
        "2 nights instead of 3",
    )
    voucher = session().scalars(sa.select(Voucher)).one()
    assert voucher.valid_until == date(2027, 5, 23)


def test_a_change_says_why_and_keeps_what_held_before(travel, approved, queue):
    book(travel.ana, approved)
    moved = replace(MADE, confirmation="RR-2300", ends_on=date(2027, 5, 18))
    with pytest.raises(BadInput, match="Write why it is changed"):
        book(travel.ana, approved, moved)
    assert book(travel.ana, approved, replace(moved, note="One more night, on us.")) == 2
    queue.run_due()
    facts = journey_facts(line_of(approved).id)
    assert [one.confirmation for one in facts.bookings] == ["RR-2300", "RR-2207"]
    assert subjects_to(travel.maya)[-1] == "Changed: Porto for two"
    assert ledger_violations() == []
    with pytest.raises(DBAPIError, match="append-only"), transaction():
        session().execute(sa.text("UPDATE journey_bookings SET confirmation = 'X'"))


def test_a_booked_package_stands_among_her_trips_until_it_is_over(travel, approved, time, queue):
    def listed():
        session().close()
        return [one for one in my_maybes(travel.maya, at=time()) if one.is_package]

    assert listed() == []
    book(travel.ana, approved)
    queue.run_due()
    book(travel.ana, approved, replace(MADE, ends_on=date(2027, 5, 18), note="One more night."))
    (mine,) = listed()
    assert (mine.reference, mine.place) == (approved, "Porto")
    assert (mine.starts_on, mine.ends_on) == (MADE.starts_on, date(2027, 5, 18))
    time.forward(days=(date(2027, 5, 19) - time().date()).days)
    assert listed() == []


def test_what_can_be_answered_in_one_way_only_is_filled_in(sign_in, travel):
    alone = replace(PORTO, nights_from=2, nights_to=2, travelers_most=1)
    stock_package("A night by the sea", terms=alone)
    page = sign_in(travel.maya.id).get("/rewards/a-night-by-the-sea/redeem").text
    for name, value in (("nights", "2"), ("travelers", "1")):
        assert re.search(
            f'value="{value}"[^>]*name="{name}"|name="{name}"[^>]*value="{value}"', page
        )


def test_a_number_alone_books_no_package(travel, approved, at):
    task_id = task_of(approved).id
    session().close()
    with pytest.raises(BookedWithDates), transaction():
        mark_booked(travel.ana, task_id, "RR-1", request_key=new_key(), at=at)
    assert line_of(approved).state is LineState.FULFILLING


def test_the_same_form_books_once(travel, approved):
    assert book(travel.ana, approved, MADE, TICKET, key="the-desk-form") == 1
    assert book(travel.ana, approved, MADE, TICKET, key="the-desk-form") == 1
    assert len(journey_facts(line_of(approved).id).bookings) == 1


def test_what_was_taken_back_is_not_booked(travel, approved):
    cancel(travel.maya, approved)
    with pytest.raises(RequestEnded):
        book(travel.ana, approved)
    assert journey_named(approved).state == "wished"
    assert ledger_violations() == []


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"ends_on": date(2027, 5, 14)}, "a last day after the first"),
        ({"parts": ("x" * 201,)}, "up to 40 lines of 200 characters"),
        ({"parts": ("x",) * 41}, "up to 40 lines of 200 characters"),
    ],
)
def test_what_is_unclear_is_refused(travel, approved, changes, told):
    with pytest.raises(BadInput, match=told):
        book(travel.ana, approved, replace(MADE, **changes))
    assert points_now(travel.maya).held == 40_000


def test_what_can_be_canceled_until_it_is_booked_can_not_be_afterwards(travel, queue, time):
    sea = stock_package("A week by the sea", cancel_until=CancelUntil.LEAVES)
    reference = wish(travel.maya, sea, travel.lena)
    for who in (travel.omar, travel.wei):
        approve(who, reference)
        time.forward(minutes=1)
        queue.run_due()
    book(travel.ana, reference)
    with pytest.raises(NotCancellable, match="already yours"):
        cancel(travel.maya, reference)
    assert ledger_violations() == []


def test_a_place_given_back_by_its_terms_brings_the_points_back(travel, approved):
    book(travel.ana, approved)
    cancel(travel.maya, approved)
    assert line_of(approved).state is LineState.REFUNDED
    assert points_now(travel.maya).available == 100_000
    assert ledger_violations() == []


def go_to(time, day):
    time.forward(seconds=int((datetime(*day, 12, tzinfo=UTC) - clock.now()).total_seconds()))


@pytest.fixture
def in_winter(travel, approved, queue):
    """Ana booked February, which both agreed on, in place of May."""
    dates = {"starts_on": date(2027, 2, 10), "ends_on": date(2027, 2, 13)}
    book(travel.ana, approved, replace(MADE, **dates))
    queue.run_due()
    return approved


def test_its_last_day_to_give_back_is_that_of_the_dates_that_were_booked(travel, in_winter, time):
    go_to(time, (2027, 1, 20))
    told = request_page(travel.maya, in_winter, at=clock.now())
    assert "until 20 Jan 2027" in told.can_still
    cancel(travel.maya, in_winter)
    assert points_now(travel.maya).available == 100_000
    assert ledger_violations() == []


def test_nobody_gets_the_points_of_a_journey_back_that_they_made(travel, in_winter, time):
    go_to(time, (2027, 2, 20))  # long before the last day of the dates that were asked for first
    with pytest.raises(NotCancellable, match="until 20 January 2027"):
        cancel(travel.maya, in_winter)
    assert points_now(travel.maya).available == 60_000


def test_a_later_journey_can_be_given_back_longer(travel, approved, time):
    dates = {"starts_on": date(2027, 6, 10), "ends_on": date(2027, 6, 13)}
    book(travel.ana, approved, replace(MADE, **dates))
    go_to(time, (2027, 5, 20))
    cancel(travel.maya, approved)
    assert points_now(travel.maya).available == 100_000


def test_the_share_of_a_late_return_counts_from_the_dates_that_were_booked(travel, queue, time):
    sea = stock_package("A week by the sea", late_return="30:50, 14:25")
    reference = wish(travel.maya, sea, travel.lena)
    for who in (travel.omar, travel.wei):
        approve(who, reference)
        time.forward(minutes=1)
        queue.run_due()
    dates = {"starts_on": date(2027, 2, 10), "ends_on": date(2027, 2, 13)}
    book(travel.ana, reference, replace(MADE, **dates))
    go_to(time, (2027, 1, 25))
    assert request_page(travel.maya, reference, at=clock.now()).back_points == 10_000
    cancel(travel.maya, reference)
    assert points_now(travel.maya).available == 70_000
    assert ledger_violations() == []


def test_nobody_books_for_themselves(travel, approved):
    with pytest.raises(OwnRequest):
        book(travel.maya, approved)
    assert line_of(approved).state is LineState.FULFILLING
