"""Maya says how it was in six windows at once: one answer counts; as control, each of them."""

from collections import Counter
from dataclasses import replace

import pytest
import sqlalchemy as sa

from marketplace.kernel.db import session
from marketplace.ledger.check import ledger_violations
from redemption.travel.after.models import SurveyAnswer, SurveyTaken
from redemption.travel.after.operations import answering
from redemption.travel.after.queries.surveys import afterwards
from tests.support.racing import all_at_once, in_turn

pytestmark = pytest.mark.race
WINDOWS = 6


def _outcomes(run, app, over) -> Counter:
    session().close()
    answers = run(app, WINDOWS, lambda number: over.answer(over.club.maya, overall=number))
    return Counter(getattr(answer, "code", "kept") for answer in answers)


def _kept() -> tuple[int, int]:
    """How many answers there are, and how many people gave one."""
    session().close()
    answers, people = (
        session().scalar(sa.select(sa.func.count()).select_from(model)) or 0
        for model in (SurveyAnswer, SurveyTaken)
    )
    return answers, people


def test_who_answers_in_six_windows_is_counted_once(app, over):
    assert _outcomes(all_at_once, app, over) == {"kept": 1, "already_answered": WINDOWS - 1}
    assert _kept() == (1, 1)
    assert ledger_violations() == []


class _Nodding:
    """A session that says of every row that it was written here."""

    def __init__(self) -> None:
        self.execute = session().execute

    def scalar(self, statement: sa.Executable) -> object:
        return session().scalar(statement) or "written"


def test_control_without_the_row_that_remembers_they_count_as_often_as_they_answer(
    app, over, monkeypatch
):
    monkeypatch.setattr(answering, "session", _Nodding)
    monkeypatch.setattr(
        answering, "afterwards", lambda *who: replace(afterwards(*who), has_answered=False)
    )
    assert _outcomes(in_turn, app, over) == {"kept": WINDOWS}
    assert _kept() == (WINDOWS, 1)
    assert {one.id for one in ledger_violations()} == {"I31-surveys"}
