"""Three modes: observe notes it, advise asks why, restrict sends no points; thanks always go."""

from datetime import timedelta

import pytest

from marketplace.kernel.db import session
from marketplace.recognition.models import GivingNote, Recognition
from marketplace.recognition.operations.giving import GivingRestricted, NeedsReason
from marketplace.recognition.states import CapPeriod, Mode, Watched
from marketplace.recognition.terms import RecognitionTerms
from tests.support.people import employ_leo, employ_maya, employ_omar
from tests.support.recognition import allowance, give, run_recognition

WATCHED = {"reciprocity_days": 14, "repeat_times": 2, "repeat_days": 30, "most_share": 50}


@pytest.fixture
def maya(at):
    return employ_maya()


@pytest.fixture
def leo(at):
    return employ_leo()


def program_in(mode, **watched):
    return run_recognition(terms=RecognitionTerms(100, 300, most_points=60, mode=mode, **watched))


def noted():
    session().close()
    return [(note.watched, note.reason) for note in session().query(GivingNote)]


def test_observing_lets_points_back_pass_and_notes_them(maya, leo, at):
    program = program_in(Mode.OBSERVE, **WATCHED)
    give(leo, maya, points=10, program_id=program)
    give(maya, leo, points=10, program_id=program, at=at + timedelta(days=3))
    (note,) = session().query(GivingNote)
    assert (note.watched, note.mode, note.recipient_id) == (
        Watched.RECIPROCITY,
        Mode.OBSERVE,
        leo,
    )
    assert note.numbers == {"days": 3, "limit": 14}


def test_advising_asks_for_a_reason_and_keeps_it(maya, leo, at):
    program = program_in(Mode.ADVISE, **WATCHED)
    give(leo, maya, points=10, program_id=program)
    with pytest.raises(NeedsReason, match="Leo Martins gave you points today"):
        give(maya, leo, points=10, program_id=program)
    assert (allowance(program, maya), noted()) == ((0, 0), [])
    give(maya, leo, points=10, program_id=program, reason="He saved my launch yesterday.")
    assert noted() == [(Watched.RECIPROCITY, "He saved my launch yesterday.")]


def test_restricting_sends_nothing_says_what_happened_and_lets_thanks_go(maya, leo, at):
    program = program_in(Mode.RESTRICT, **WATCHED)
    give(leo, maya, points=10, program_id=program)
    with pytest.raises(GivingRestricted, match="your allowance is as it was"):
        give(maya, leo, points=10, program_id=program, reason="I want to all the same.")
    assert allowance(program, maya) == (0, 0)
    assert give(maya, leo, program_id=program)
    assert session().query(Recognition).count() == 2


def test_after_the_days_of_reciprocity_points_may_come_back(maya, leo, at):
    program = program_in(Mode.RESTRICT, **WATCHED)
    give(leo, maya, points=10, program_id=program)
    assert give(maya, leo, points=10, program_id=program, at=at + timedelta(days=15))


def test_the_same_person_too_often_counts_only_points_that_were_not_taken_back(maya, leo, at):
    program = program_in(Mode.RESTRICT, repeat_times=2, repeat_days=30)
    for _ in range(2):
        give(maya, leo, points=5, program_id=program)
    give(maya, leo, program_id=program)
    with pytest.raises(GivingRestricted, match=r"twice in the last 30 days.*at most 2"):
        give(maya, leo, points=5, program_id=program)
    assert give(maya, leo, points=5, program_id=program, at=at + timedelta(days=31))


def test_half_a_month_to_one_person_is_the_most(maya, leo, at):
    program = program_in(Mode.RESTRICT, most_share=50)
    give(maya, leo, points=50, program_id=program)
    with pytest.raises(GivingRestricted, match=r"51 of the 100 points.*50 percent"):
        give(maya, leo, points=1, program_id=program)


@pytest.mark.parametrize(
    ("period", "days", "is_over"),
    [(CapPeriod.MONTH, 10, True), (CapPeriod.QUARTER, 10, False), (CapPeriod.YEAR, 40, True)],
)
def test_the_cap_for_one_person_counts_in_its_period(maya, leo, at, period, days, is_over):
    program = program_in(Mode.RESTRICT, pair_points=60, pair_period=period)
    give(maya, leo, points=60, program_id=program)
    later = at + timedelta(days=days)
    if is_over:
        assert give(maya, leo, points=60, program_id=program, at=later)
        return
    with pytest.raises(GivingRestricted, match=f"61 points from you this {period}"):
        give(maya, leo, points=1, program_id=program, at=later)


def test_one_of_several_recipients_is_enough_to_be_noticed(maya, leo, at):
    program = program_in(Mode.ADVISE, **WATCHED)
    give(leo, maya, points=10, program_id=program)
    with pytest.raises(NeedsReason) as asked:
        give(maya, employ_omar(), leo, points=10, program_id=program)
    assert [one.recipient_id for one in asked.value.found] == [leo]


def test_a_rule_in_words_is_three_sentences():
    terms = RecognitionTerms(
        100, 300, 50, Mode.RESTRICT, 14, 3, 30, 60, pair_points=90, pair_period=CapPeriod.QUARTER
    )
    allowance, lapse, watched = terms.sentences
    assert "300, and at most 50 to one person at once." in allowance
    assert "never yours to spend" in lapse
    assert watched == (
        "Points can't go back to somebody who gave you some within 14 days; more than 3 times in "
        "30 days to one person; more than 60 percent of a month to one person; more than "
        "90 points a quarter to one person."
    )
