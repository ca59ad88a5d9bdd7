"""What the occasions that were celebrated deserve."""

from collections.abc import Collection
from datetime import UTC
from typing import Any

import sqlalchemy as sa

from marketplace.kernel.db import session
from marketplace.programs.earning import Deserved, Run
from marketplace.recognition.anniversaries.terms import years_word
from marketplace.recognition.models import Recognition, RecognitionRecipient
from marketplace.recognition.states import RecognitionState, Source
from marketplace.web.filters import points_word


def occasions_deserved(run: Run, subjects: Collection[str] | None) -> list[Deserved]:
    """What each celebrated occasion that stands brought, for these subjects or all.

    The points are those of the day it was celebrated: a new rule changes what is still to come.
    """
    query = (
        sa.select(
            Recognition.source,
            Recognition.source_ref,
            Recognition.points,
            Recognition.created_at,
            RecognitionRecipient.employee_id,
        )
        .join(RecognitionRecipient, RecognitionRecipient.recognition_id == Recognition.id)
        .where(
            Recognition.program_id == run.program.id,
            Recognition.source.in_((Source.ANNIVERSARY, Source.BIRTHDAY)),
            Recognition.state == RecognitionState.STANDING,
            Recognition.points > 0,
            Recognition.source_ref.is_not(None),
        )
        .order_by(Recognition.id)
    )
    if not run.is_final:
        query = query.where(Recognition.effective_at <= run.at)
    if subjects is not None:
        starts = [Recognition.source_ref.startswith(f"{one}:") for one in sorted(subjects)]
        query = query.where(sa.or_(sa.false(), *starts))
    return [_deserved(run, row) for row in session().execute(query)]


def celebrated(source_refs: Collection[str]) -> set[str]:
    """Those of some occasions that were celebrated before, by whatever program."""
    known = sa.select(Recognition.source_ref).where(
        Recognition.source.in_((Source.ANNIVERSARY, Source.BIRTHDAY)),
        Recognition.source_ref.in_(sorted(source_refs)),
    )
    return {ref for ref in session().scalars(known) if ref}


def subjects_of(groups: Collection[str]) -> set[str]:
    """The subjects of the recognitions (ids) that a narrowed evaluation names."""
    ids = sorted(int(group) for group in groups)
    refs = session().scalars(sa.select(Recognition.source_ref).where(Recognition.id.in_(ids)))
    return {_subject(ref) for ref in refs if ref}


def _subject(source_ref: str) -> str:
    return source_ref.rpartition(":")[0]


def _deserved(run: Run, row: Any) -> Deserved:
    subject = _subject(row.source_ref)
    number = int(subject.rpartition(":")[2])
    is_birthday = row.source is Source.BIRTHDAY
    what = f"birthday {number}" if is_birthday else f"{years_word(number)} of service"
    return Deserved(
        employee_id=row.employee_id,
        subject=subject,
        points=row.points,
        occurred_on=row.created_at.astimezone(UTC).date(),
        reason=f"{run.program.name}: {what}",
        explanation={
            "event": f"Your birthday in {number}" if is_birthday else f"Your {what}",
            "formula": f"{points_word(row.points)} by the table of the program",
        },
    )
