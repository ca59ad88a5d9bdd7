"""A message in two hands: whoever sends, stops or plans it at once, each reader has it once."""

from collections import Counter

import pytest
import sqlalchemy as sa
from flask import Flask

from marketplace.app import job_scope
from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.kernel.mail import Letter
from marketplace.ledger.check import ledger_violations
from marketplace.people.models import Employee
from redemption.travel.desk.messages import notices, operations
from redemption.travel.desk.messages.jobs import send_due
from redemption.travel.desk.messages.models import TripMessage, TripMessageEvent
from redemption.travel.desk.messages.operations import cancel_message, plan_message
from redemption.travel.desk.messages.policies import NewMessage
from redemption.travel.desk.messages.states import MessageState as S
from tests.support.browsing import hidden_fields
from tests.support.desk import fill
from tests.support.racing import all_at_once, in_turn
from tests.support.redemption import new_key

pytestmark = pytest.mark.race
READERS = 6


@pytest.fixture
def message(tour) -> int:
    """A message to six people that is due."""
    going = fill(tour.trip, [1] * READERS)
    ids = [one.employee_id for one in going]
    with transaction() as now:
        email = sa.literal("p").concat(sa.cast(Employee.id, sa.String)).concat("@evergreen.example")
        now.execute(sa.update(Employee).where(Employee.id.in_(ids)).values(email=email))
    new = NewMessage(
        variant_id=tour.trip.variant_id, audience="everyone", subject="Almost there",
        text="Dear {first name}", send_at=clock.now(),
    )  # fmt: skip
    with transaction():
        message_id = plan_message(tour.priya, new, at=clock.now())
    session().close()
    return message_id


def _send(app: Flask) -> int:
    """What the worker does each minute."""
    with job_scope(app):
        return send_due(at=clock.now())


def _stop(tour, message_id: int) -> object:
    with transaction():
        return cancel_message(tour.priya, tour.trip.variant_id, message_id, at=clock.now())


def _letters() -> Counter:
    """How many letters about messages each address has."""
    session().close()
    keys = Letter.key.like("trip_message:%")
    return Counter(session().scalars(sa.select(Letter.to_address).where(keys)))


def _story(message_id: int) -> list[S]:
    told = sa.select(TripMessageEvent.to_state).where(TripMessageEvent.message_id == message_id)
    return list(session().scalars(told.order_by(TripMessageEvent.seq)))


def test_three_workers_who_send_at_once_write_to_each_once(app, message):
    came_of_it = all_at_once(app, 3, lambda _number: _send(app))
    assert [one for one in came_of_it if isinstance(one, Exception)] == []
    assert set(_letters().values()) == {1}
    assert len(_letters()) == READERS
    assert _story(message) == [S.PLANNED, S.SENDING, S.SENT]
    assert ledger_violations() == []


def test_control_without_its_rows_each_worker_writes_to_everyone(app, message, monkeypatch):
    write = notices.write_letter
    monkeypatch.setattr(notices, "note_written", lambda *_, **__: True)
    monkeypatch.setattr(
        notices, "write_letter", lambda *a, key, **more: write(*a, key=key + new_key(), **more)
    )
    in_turn(app, 3, lambda _number: _send(app))
    assert set(_letters().values()) == {3}


def test_stopped_as_it_goes_out_nobody_has_it_or_everybody(app, tour, message):
    work = (lambda: _send(app), lambda: _stop(tour, message))
    sent, stopped = all_at_once(app, 2, lambda number: work[number]())
    assert not isinstance(sent, Exception)
    if getattr(stopped, "code", "") == "no_longer_planned":
        assert (len(_letters()), _story(message)[-1]) == (READERS, S.SENT)
    else:
        assert (stopped, len(_letters()), _story(message)[-1]) == (None, 0, S.CANCELLED)
    assert ledger_violations() == []


def test_control_who_stops_what_they_saw_before_it_went_stops_what_everybody_has(
    app, tour, message, monkeypatch
):
    class Seen:
        id, state, variant_id = message, S.PLANNED, tour.trip.variant_id

    def unguarded(_seen, to, _actor_id, _at):
        moved = sa.update(TripMessage).where(TripMessage.id == message)
        session().execute(moved.values(state=to))

    _send(app)
    monkeypatch.setattr(operations, "_locked", lambda _message_id: Seen)
    monkeypatch.setattr(operations, "_move", unguarded)
    in_turn(app, 1, lambda _number: _stop(tour, message))
    assert len(_letters()) == READERS
    assert {one.id for one in ledger_violations()} == {"I31-messages"}


def _planned(app, tour, sign_in, keys) -> tuple[list[int], int]:
    page = f"{tour.path}/messages/new"
    clients = [sign_in(tour.priya.id) for _ in keys]
    hidden = [hidden_fields(one.get(page).text) for one in clients]
    words = {"audience": "everyone", "subject": "Hello", "text": "Hello", "do": "send"}

    def send(number):
        form = hidden[number] | words | {"request_key": keys[number]}
        return clients[number].post(page, data=form).status_code

    session().close()
    answers = all_at_once(app, len(keys), send)
    session().close()
    return answers, session().scalar(sa.select(sa.func.count()).select_from(TripMessage)) or 0


def test_the_same_form_from_two_windows_is_one_message(app, tour, sign_in):
    fill(tour.trip, [1])
    assert _planned(app, tour, sign_in, [new_key()] * 2) == ([303, 303], 1)


def test_control_under_two_keys_they_are_two(app, tour, sign_in):
    fill(tour.trip, [1])
    assert _planned(app, tour, sign_in, [new_key(), new_key()]) == ([303, 303], 2)
