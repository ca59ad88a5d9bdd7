"""Messages to many: fields filled in for each, at their time, once each, whatever dies between."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.kernel.errors import BadInput
from marketplace.kernel.mail import Letter
from marketplace.ledger.check import ledger_violations
from marketplace.people.models import Employee
from redemption.travel.desk.messages import jobs
from redemption.travel.desk.messages.errors import NoLongerPlanned
from redemption.travel.desk.messages.jobs import send_due
from redemption.travel.desk.messages.operations import cancel_message, plan_message
from redemption.travel.desk.messages.policies import FIELDS, NewMessage, check_fields, filled
from redemption.travel.desk.messages.queries import messages_of
from redemption.travel.desk.messages.states import MessageState
from tests.support.desk import fill, move, plan_rooms
from tests.support.tampering import named_when

TEXT = "Dear {first name},\n\nyour room is {room}, your flight {flight}."


@pytest.fixture
def going(tour):
    """Ben with a guest, and Cleo; all have an address but nobody a room."""
    found = fill(tour.trip, [2, 1], names=["Ben Osei", "Cleo Marsh"])
    with transaction() as now:
        for one in found:
            address = f"p{one.employee_id}@evergreen.example"
            now.execute(
                sa.update(Employee).where(Employee.id == one.employee_id).values(email=address)
            )
    return found


def _plan(tour, *, audience="everyone", text=TEXT, later=timedelta(0), people=()):
    new = NewMessage(
        variant_id=tour.trip.variant_id, audience=audience, subject="Almost there, {first name}",
        text=text, send_at=clock.now() + later, people=tuple(people),
    )  # fmt: skip
    session().close()
    with transaction():
        return plan_message(tour.priya, new, at=clock.now())


def _letters():
    session().close()
    rows = session().scalars(
        sa.select(Letter).where(Letter.key.like("trip_message:%")).order_by(Letter.id)
    )
    return [(one.to_address, one.subject, one.text) for one in rows]


def _state(tour):
    session().close()
    return messages_of(tour.trip.variant_id)[0]


def test_each_reader_gets_their_own_words_once(tour, going):
    kinds = plan_rooms(tour.priya, tour.trip, ("Double", 2, 3))
    move(tour.priya, tour.trip, going[0].travelers[0], kind=kinds["Double"])
    _plan(tour)
    send_due(at=clock.now())
    send_due(at=clock.now())
    letters = _letters()
    assert [subject for _, subject, _ in letters] == [
        "Almost there, Ben", "Almost there, Guest of Ben Osei", "Almost there, Cleo",
    ]  # fmt: skip
    assert "your room is Double 1, your flight to be announced." in letters[0][2]
    assert letters[1][0] == letters[0][0]  # the guest's letter goes to who brings them
    assert letters[1][2].startswith("This is for Guest of Ben Osei")
    found = _state(tour)
    assert (found.state, found.written, found.readers) == (MessageState.SENT, 3, 3)
    assert ledger_violations() == []


def test_it_goes_at_its_time_and_not_before(tour, going, time):
    _plan(tour, later=timedelta(days=2))
    send_due(at=clock.now())
    assert _letters() == []
    time.forward(days=2)
    send_due(at=clock.now())
    assert len(_letters()) == 3


def test_who_lacks_something_is_found_when_it_goes(tour, going, time):
    kinds = plan_rooms(tour.priya, tour.trip, ("Double", 2, 3))
    _plan(tour, audience="no-roomed", later=timedelta(hours=1))
    move(tour.priya, tour.trip, going[1].travelers[0], kind=kinds["Double"])
    time.forward(hours=2)
    send_due(at=clock.now())
    assert [subject for _, subject, _ in _letters()] == [
        "Almost there, Ben", "Almost there, Guest of Ben Osei",
    ]  # fmt: skip


def test_a_list_is_for_whom_was_ticked_and_nobody_of_another_trip(tour, going):
    _plan(tour, audience="list", people=going[1].travelers)
    send_due(at=clock.now())
    assert [subject for _, subject, _ in _letters()] == ["Almost there, Cleo"]
    with pytest.raises(BadInput, match="Tick at least one person"):
        _plan(tour, audience="list", people=[*going[1].travelers, 10**9])


def test_a_worker_that_dies_in_the_middle_writes_nobody_twice_and_nobody_not(
    tour, going, monkeypatch
):
    _plan(tour)
    write, calls = jobs.write_message, []

    def dies_at_the_second(*given, **named):
        calls.append(given)
        if len(calls) == 2:
            raise RuntimeError("the machine is gone")
        return write(*given, **named)

    monkeypatch.setattr(jobs, "AT_ONCE", 1)
    monkeypatch.setattr(jobs, "write_message", dies_at_the_second)
    with pytest.raises(RuntimeError):
        send_due(at=clock.now())
    assert len(_letters()) == 1
    assert _state(tour).state is MessageState.SENDING
    session().close()
    send_due(at=clock.now())
    assert len(_letters()) == 3
    assert _state(tour).state is MessageState.SENT


def test_a_message_is_stopped_before_it_goes_and_not_after(tour, going, time):
    message_id = _plan(tour, later=timedelta(hours=1))
    session().close()
    with transaction():
        cancel_message(tour.priya, tour.trip.variant_id, message_id, at=clock.now())
    time.forward(hours=2)
    send_due(at=clock.now())
    assert _letters() == []
    session().close()
    with pytest.raises(NoLongerPlanned), transaction():
        cancel_message(tour.priya, tour.trip.variant_id, message_id, at=clock.now())


def test_who_has_no_address_is_counted(tour):
    fill(tour.trip, [1], names=["Dara Novak"])
    _plan(tour)
    send_due(at=clock.now())
    found = _state(tour)
    assert (found.state, found.written, found.unreachable) == (MessageState.SENT, 0, 1)


def test_an_unknown_field_is_refused_by_its_name(tour, going):
    with pytest.raises(BadInput, match=r"no field \{frist name\}") as refused:
        _plan(tour, text="Dear {frist name}")
    assert refused.value.facts["field"] == "text"
    with pytest.raises(BadInput, match="brace is not closed"):
        check_fields("text", "Dear {first name")


def test_what_was_filled_in_is_not_filled_in_again():
    values = dict.fromkeys(FIELDS, "") | {"name": "{room}", "room": "412"}
    assert filled("{Name} {ROOM}", values) == "{room} 412"


@pytest.mark.parametrize(
    "forged",
    [
        "UPDATE trip_messages SET state = 'cancelled'",
        "DELETE FROM trip_message_events",
        "UPDATE trip_message_events SET to_state = 'sent' WHERE seq = 1",
        "UPDATE trip_message_readers SET written_at = NULL",
    ],
)
def test_the_check_finds_messages_that_were_tampered_with(tour, going, forged):
    _plan(tour)
    send_due(at=clock.now())
    assert named_when("I31-messages", forged) == {"I31-messages"}


def test_priya_previews_plans_and_stops_a_message(tour, going, priya):
    page = priya.get(f"{tour.path}/messages/new")
    written = {"subject": "Hello {first name}", "text": "In {place}", "audience": "everyone"}
    seen = priya.press(page, "/messages/new", **written, do="preview")
    assert "Hello Ben" in seen.words
    assert "To 3 people" in seen.words
    wrong = priya.press(seen, "/messages/new", **(written | {"text": "{nonsense}"}), do="send")
    assert wrong.status == 422
    assert "There is no field {nonsense}" in wrong.words
    slipped = {"send_on": "2025-01-05", "send_at": "09:00"}
    for do in ("preview", "send"):
        over = priya.press(wrong, "/messages/new", **written, **slipped, do=do)
        assert over.status == 422
        assert "5 Jan 2025, 09:00 UTC is over" in over.words
    alone = priya.press(wrong, "/messages/new", **written, send_at="09:00", do="send")
    assert "Enter the day, too" in alone.words
    planned = priya.press(
        wrong, "/messages/new", **written, do="send", send_on="2027-01-05", send_at="09:00"
    )
    assert "It goes out 5 Jan 2027" in planned.words
    message = priya.get(next(to for words, to in planned.links() if words == "Hello {first name}"))
    stopped = priya.press(message, "/cancel")
    assert "Nobody got it." in stopped.words
