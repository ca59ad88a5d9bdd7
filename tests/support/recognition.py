"""Recognition for the tests: Priya's program, the value of clear words, and people who give."""

from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.people.queries import actor_of
from marketplace.programs.states import ProgramKind
from marketplace.recognition.models import CompanyValue, GivingAllowance
from marketplace.recognition.operations.effects import take_effect
from marketplace.recognition.operations.giving import NewRecognition, give_recognition
from marketplace.recognition.operations.values import ValueWords, add_value
from marketplace.recognition.terms import RecognitionTerms
from tests.support.people import employ_priya
from tests.support.programs import run_kind

UNDO = timedelta(seconds=30)
KIND_WORDS = "You explained the new pricing so clearly that the client signed the same day."


def run_recognition(
    *, terms: RecognitionTerms | None = None, slug: str = "kind-words", **options: Any
) -> int:
    """Priya's running recognition program: 100 points a month, 300 for managers; its id."""
    a_value()
    wanted = terms or RecognitionTerms(100, 300, most_points=50)
    usual = {"name": "Kind words", "days": (date(2026, 1, 1), date(2027, 12, 31))}
    return run_kind(ProgramKind.RECOGNITION, wanted, slug=slug, **usual | options)


def a_value(slug: str = "clear-words", name: str = "Clear words") -> int:
    """A value to thank people for, made once."""
    session().close()
    found = session().scalar(sa.select(CompanyValue.id).where(CompanyValue.slug == slug))
    if found is not None:
        return found
    words = ValueWords(name, "We say what we mean.", "message-circle", 200, 1)
    with transaction():
        return add_value(actor_of(employ_priya()), slug, words, at=clock.now())


def give(giver_id: int, *recipients: int, at=None, undo_for=UNDO, **details) -> int:
    """Somebody thanks others, in a transaction of their own."""
    words = {"value_id": a_value(), "message": KIND_WORDS} | details
    with transaction():
        return give_recognition(
            actor_of(giver_id),
            NewRecognition(recipients, **words),
            undo_for=undo_for,
            at=at or clock.now(),
        )


def take_effect_now(recognition_id: int) -> bool:
    """Let it count, as if the time to take it back were over."""
    with transaction():
        return take_effect(recognition_id, at=clock.now() + UNDO)


def allowance(program_id: int, employee_id: int, month: date = date(2026, 11, 1)) -> tuple:
    """Granted and used of somebody's month."""
    session().close()
    row = session().get(GivingAllowance, (program_id, employee_id, month))
    return (row.granted, row.used) if row else (0, 0)
