"""Who hears of it: the recipient, then their manager; once, and only when Undo is over."""

from datetime import timedelta

import pytest

from marketplace.kernel.db import session, transaction
from marketplace.kernel.mail import Letter
from marketplace.ledger.queries import points_of
from marketplace.people.queries import actor_of
from marketplace.recognition.jobs import take_due_effects, take_effect
from marketplace.recognition.operations.showing import choose, show
from marketplace.recognition.operations.withdrawing import remove_recognition, withdraw_recognition
from marketplace.recognition.states import Choice, Visibility
from tests.support.people import employ, employ_leo, employ_maya, employ_omar, employ_priya
from tests.support.recognition import KIND_WORDS, give, run_recognition


@pytest.fixture
def maya(at):
    return employ_maya()


@pytest.fixture
def leo(at):
    return employ_leo()


def told():
    session().close()
    return [(letter.employee_id, letter.subject) for letter in session().query(Letter)]


def half_a_minute_later(time, queue):
    time.forward(seconds=30)
    queue.run_due()
    session().close()


def test_recipient_and_manager_hear_once_after_the_time_for_undo(maya, leo, at, time, queue):
    program = run_recognition()
    nora = actor_of(leo).manager_id
    sent = give(maya, leo, points=10, program_id=program)
    queue.run_due()
    assert told() == []
    half_a_minute_later(time, queue)
    words = (leo, "Maya Chen recognized you"), (nora, "Leo Martins got recognition")
    assert sorted(told()) == sorted(words)
    assert points_of(leo, at=time.at).available == 10
    take_effect(sent)
    take_due_effects()
    assert len(told()) == 2
    letter = session().query(Letter).filter_by(employee_id=leo).one()
    assert KIND_WORDS in letter.text
    assert "10 points came with it" in letter.text


def test_nobody_hears_of_what_was_taken_back(maya, leo, at, time, queue):
    sent = give(maya, leo)
    with transaction():
        withdraw_recognition(actor_of(maya), sent, at=at)
    half_a_minute_later(time, queue)
    assert told() == []


def test_private_thanks_are_told_to_nobody_else(maya, leo, at, time, queue):
    give(maya, leo, visibility=Visibility.PRIVATE)
    half_a_minute_later(time, queue)
    assert [who for who, _subject in told()] == [leo]


def test_the_manager_hears_when_the_recipient_lets_it_be_seen(maya, leo, at, time, queue):
    with transaction():
        choose(actor_of(leo), Choice.ASK, at=at)
    sent, nora = give(maya, leo), actor_of(leo).manager_id
    half_a_minute_later(time, queue)
    assert [who for who, _subject in told()] == [leo]
    for _ in range(2):
        with transaction():
            show(actor_of(leo), sent, is_shown=True)
        queue.run_due()
    assert sorted(who for who, _subject in told()) == sorted([leo, nora])


def test_a_manager_who_gave_it_or_got_it_too_needs_no_letter(maya, at, time, queue):
    omar, ben = employ_omar(), employ("Ben Osei", manager_id=employ_omar())
    give(omar, maya)
    give(ben, maya, omar)
    half_a_minute_later(time, queue)
    assert {subject for _who, subject in told()} == {
        "Omar Haddad recognized you",
        "Ben Osei recognized you",
    }


def test_a_lost_job_is_made_good_by_the_clock(maya, leo, at, time, queue):
    give(maya, leo)
    queue.clear()
    time.forward(seconds=31)
    take_due_effects()
    assert (leo, "Maya Chen recognized you") in told()


def test_giver_and_recipient_read_why_it_was_removed(maya, leo, at, time, queue):
    sent = give(maya, leo)
    half_a_minute_later(time, queue)
    priya = actor_of(employ_priya())
    with transaction():
        remove_recognition(priya, sent, reason="It was meant for Liam.", at=time.at)
    queue.run_due()
    removed = [who for who, subject in told() if subject == "A recognition was removed"]
    assert sorted(removed) == sorted([maya, leo])
    letters = session().query(Letter).filter_by(subject="A recognition was removed")
    assert all("It was meant for Liam." in letter.text for letter in letters)


def test_what_is_removed_before_it_arrives_is_told_to_the_giver_alone(maya, leo, at, time, queue):
    program = run_recognition()
    sent = give(maya, leo, points=10, program_id=program)
    with transaction():
        remove_recognition(actor_of(employ_priya()), sent, reason="Sent from a shared desk.", at=at)
    half_a_minute_later(time, queue)
    assert [who for who, _subject in told()] == [maya]
    assert points_of(leo, at=time.at + timedelta(days=1)).available == 0
