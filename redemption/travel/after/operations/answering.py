"""Saying how a trip was, without a name."""

import secrets
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from marketplace.access.actor import Actor
from marketplace.kernel.db import insert_or_skip, session
from marketplace.kernel.errors import BadInput
from marketplace.kernel.faults import crashpoint
from redemption.travel.after.errors import AlreadyAnswered, SurveyClosed
from redemption.travel.after.models import SurveyAnswer, SurveyTaken
from redemption.travel.after.queries.surveys import afterwards
from redemption.travel.after.states import QUESTIONS, Question

MOST_WORDS = 1_000


def answer_survey(actor: Actor, reference: str, said: dict[str, Any], *, at: datetime) -> None:
    """Keep what somebody said about a trip they went on, apart from who they are.

    Raises NotFound for who did not go, AlreadyAnswered, SurveyClosed, BadInput.
    """
    trip = afterwards(actor, reference)
    if trip.has_answered:
        raise AlreadyAnswered
    if not trip.may_answer(at.date()):
        raise SurveyClosed(
            f"You could answer until {trip.closes_on:%-d %B %Y}. Tell those who plan trips."
        )
    kept = {one.name: _checked(one, said.get(one.name)) for one in QUESTIONS}
    taken = session().scalar(
        insert_or_skip(SurveyTaken)
        .values(variant_id=trip.variant_id, employee_id=actor.id)
        .on_conflict_do_nothing()
        .returning(SurveyTaken.employee_id)
    )
    if taken is None:
        raise AlreadyAnswered
    crashpoint("after.survey.counted")
    row = {"key": secrets.token_hex(12), "variant_id": trip.variant_id}
    told = {name: value for name, value in kept.items() if value not in (None, "")}
    session().execute(sa.insert(SurveyAnswer).values(said=told, **row))


def _checked(question: Question, value: Any) -> Any:
    if question.most is None:
        text = str(value or "").strip()
        if len(text) > MOST_WORDS:
            raise BadInput(f"Keep it under {MOST_WORDS:,} characters.", field=question.name)
        return text
    if value is None and not question.is_needed:
        return None
    if not isinstance(value, int) or not 0 <= value <= question.most:
        raise BadInput(f"Choose a number from 0 to {question.most}.", field=question.name)
    return value
