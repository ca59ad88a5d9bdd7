"""Celebrating: one recognition from the company for each person and occasion."""

from datetime import date, datetime

import sqlalchemy as sa

from marketplace.access.actor import Actor
from marketplace.kernel.db import insert_or_skip, session
from marketplace.recognition.anniversaries.models import CelebrationChoice
from marketplace.recognition.anniversaries.queries.choices import Celebrations
from marketplace.recognition.anniversaries.queries.occasions import (
    Occasion,
    RunningProgram,
    occasions_due,
)
from marketplace.recognition.models import RecognitionChoice, RecognitionRecipient
from marketplace.recognition.operations.giving import NewRecognition, recognize_from_company
from marketplace.recognition.states import Showing, Source


def celebrate_due(program: RunningProgram, *, today: date, at: datetime) -> list[int]:
    """Celebrate what falls on today or the seven days before; ids of what was new.

    Running it again, or after a day it did not run, makes nothing twice and leaves nothing out.
    """
    made = [celebrate(program, one, at=at) for one in occasions_due(program, today)]
    return [one for one in made if one is not None]


def celebrate(program: RunningProgram, occasion: Occasion, *, at: datetime) -> int | None:
    """The recognition for an occasion, promised to take effect; None when it was made before."""
    terms = program.terms
    words = (
        terms.birthday_words(occasion.name)
        if occasion.source is Source.BIRTHDAY
        else terms.service_words(occasion.name, occasion.number)
    )
    new = NewRecognition(
        recipients=(occasion.employee_id,),
        message=words,
        points=occasion.points,
        program_id=program.id,
        source=occasion.source,
        source_ref=occasion.source_ref,
    )
    made = recognize_from_company(new, at=at)
    if made is not None and terms.asks_first:
        _ask_first(made)
    return made


def _ask_first(recognition_id: int) -> None:
    """Hold it back until the person says so, unless they chose for all recognition they get."""
    chose = sa.exists().where(RecognitionChoice.employee_id == RecognitionRecipient.employee_id)
    session().execute(
        sa.update(RecognitionRecipient)
        .where(RecognitionRecipient.recognition_id == recognition_id, ~chose)
        .values(showing=Showing.ASKED)
        .execution_options(synchronize_session=False)
    )


def choose_celebrations(actor: Actor, wanted: Celebrations, *, at: datetime) -> None:
    """Keep what this person wants celebrated from now on, and how their name is said."""
    values = {
        "service": wanted.service,
        "birthday": wanted.birthday,
        "say_name": wanted.say_name,
        "chosen_at": at,
    }
    insert = insert_or_skip(CelebrationChoice).values(employee_id=actor.id, **values)
    session().execute(insert.on_conflict_do_update(index_elements=["employee_id"], set_=values))
