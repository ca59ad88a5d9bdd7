"""F23: whatever the mail server does, requests go their way, and each letter arrives in the end."""

import socket
import threading
from contextlib import suppress

import pytest
import sqlalchemy as sa

from marketplace.kernel import mail
from marketplace.kernel.db import session
from marketplace.kernel.mail import Letter, LetterState, Post
from marketplace.ledger.check import ledger_violations
from redemption.states import LineState
from tests.conftest import settings_for
from tests.support.catalog import stock_gift_card
from tests.support.postbox import TAKEN, Postbox, postbox
from tests.support.redemption import ask_for, furnish, line_of


@pytest.fixture
def box():
    with postbox() as box:
        send_to(box.port)
        yield box


@pytest.fixture
def silent():
    """A server that takes the connection and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        kept = []
        ended = threading.Event()

        def accept():
            listening.settimeout(0.05)
            while not ended.is_set():
                with suppress(TimeoutError):
                    kept.append(listening.accept()[0])

        thread = threading.Thread(target=accept)
        thread.start()
        yield listening.getsockname()[1]
        ended.set()
        thread.join()
        for connection in kept:
            connection.close()


def send_to(port: int) -> None:
    mail.use_post(Post(settings_for("sqlite:///unused.db", mail="smtp", smtp_port=port)))


def work(queue) -> None:
    """Run what is due, and go on where a job fails; the real queue tries those again by itself."""
    while queue.waiting:
        with suppress(OSError):
            if not queue.run_due():
                return


def letters() -> dict[LetterState, int]:
    session().close()
    counted = sa.select(Letter.state, sa.func.count()).group_by(Letter.state)
    return dict(session().execute(counted).all())


def maya_gets_her_card(queue) -> str:
    reference = ask_for(furnish().maya, stock_gift_card())
    work(queue)
    assert line_of(reference).state is LineState.FULFILLED
    assert ledger_violations() == []
    return reference


def assert_all_arrived(box: Postbox) -> int:
    number = letters()[LetterState.SENT]
    assert letters() == {LetterState.SENT: number}
    assert len(box.ids) == number >= 2
    return number


@pytest.mark.parametrize("answer", ["451 Later", "550 Nobody here", "421 Closing"])
def test_a_refusal_holds_nothing_up_and_the_letters_leave_later(at, queue, time, box, answer):
    box.answer = answer
    maya_gets_her_card(queue)
    assert set(letters()) == {LetterState.WAITING}
    mail.sweep()  # too early: the jobs may still be trying
    box.answer = TAKEN
    mail.sweep()
    assert set(letters()) == {LetterState.WAITING}
    time.forward(minutes=11)
    mail.sweep()
    assert_all_arrived(box)
    mail.sweep()
    assert max(box.ids.values()) == 1


def test_a_server_that_hangs_is_left_in_time(at, queue, time, silent, monkeypatch):
    monkeypatch.setattr(mail, "SECONDS_TO_ANSWER", 0.1)
    send_to(silent)
    maya_gets_her_card(queue)
    assert set(letters()) == {LetterState.WAITING}
    with postbox() as box:
        send_to(box.port)
        time.forward(minutes=11)
        mail.sweep()
        assert_all_arrived(box)


def test_a_server_that_took_it_and_fell_silent_gets_it_again_under_the_same_id(
    at, queue, time, box
):
    box.answer, box.keeps = "451 Gone before you heard of it", True
    maya_gets_her_card(queue)
    box.answer = TAKEN
    time.forward(minutes=11)
    mail.sweep()
    number = assert_all_arrived(box)
    assert set(box.ids.values()) == {2}
    assert len({letter["Message-ID"] for letter in box.letters}) == number


def test_a_server_that_is_down_is_asked_three_times_and_not_for_every_letter(
    at, queue, time, monkeypatch, caplog
):
    send_to(1)
    maya_gets_her_card(queue)
    with monkeypatch.context() as patch:
        patch.setattr(mail, "FAILURES_IN_A_ROW", 1)
        time.forward(minutes=11)
        caplog.clear()
        mail.sweep()
    assert len([said for said in caplog.messages if "did not leave" in said]) == 1


def test_after_five_days_a_letter_is_given_up(at, queue, time, box):
    box.answer = "550 Nobody here"
    maya_gets_her_card(queue)
    box.answer = TAKEN
    time.forward(days=6)
    mail.sweep()
    assert set(letters()) == {LetterState.WAITING}
    assert not box.ids


def test_control_without_the_sweep_what_its_job_gave_up_on_never_leaves(at, queue, time, box):
    box.answer = "451 Later"
    maya_gets_her_card(queue)
    box.answer = TAKEN
    time.forward(days=1)
    work(queue)
    assert set(letters()) == {LetterState.WAITING}


def test_control_a_letter_in_the_transaction_would_take_the_request_with_it(
    at, queue, box, monkeypatch
):
    box.answer = "451 Later"
    offer, maya = stock_gift_card(), furnish().maya

    def at_once(letter: Letter) -> bool:
        mail._post.send(letter)
        return True

    monkeypatch.setattr("marketplace.web.letters.post_letter", at_once)
    reference = ask_for(maya, offer)
    with pytest.raises(OSError, match="Later"):
        queue.run_due()
    assert line_of(reference).state is LineState.APPROVED
