"""What recognitions of a program brought their recipients: the one way from thanks to points."""

from collections.abc import Collection
from datetime import UTC
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from marketplace.kernel.db import session
from marketplace.people.models import Employee
from marketplace.programs.earning import Deserved, Progress, Run
from marketplace.programs.words import sentence_case
from marketplace.recognition.models import CompanyValue, Recognition, RecognitionRecipient
from marketplace.recognition.states import RecognitionState
from marketplace.web.filters import points_word

_Giver = aliased(Employee)


def subject_of(recognition_id: int) -> str:
    """What a recognition's points are granted for."""
    return f"recognition:{recognition_id}"


def recognitions_deserved(run: Run) -> list[Deserved]:
    """What each standing recognition brings each recipient, those of `run.groups` (ids) or all.

    One counts from the moment it can't be taken back any more; when the program ends for good,
    all that stand count.
    """
    query = (
        sa.select(
            Recognition.id,
            Recognition.points,
            Recognition.created_at,
            RecognitionRecipient.employee_id,
            _Giver.name.label("giver"),
            CompanyValue.name.label("value"),
        )
        .join(RecognitionRecipient, RecognitionRecipient.recognition_id == Recognition.id)
        .outerjoin(_Giver, _Giver.id == Recognition.giver_id)
        .outerjoin(CompanyValue, CompanyValue.id == Recognition.value_id)
        .where(*_counting(run), Recognition.points > 0)
        .order_by(Recognition.id, RecognitionRecipient.employee_id)
    )
    if run.groups is not None:
        query = query.where(Recognition.id.in_(ids_of(run.groups)))
    return [_deserved(run, row) for row in session().execute(query)]


def recognition_progress(run: Run) -> list[Progress]:
    """How often each person was recognized in the program."""
    rows = session().execute(
        sa.select(RecognitionRecipient.employee_id, sa.func.count())
        .join(Recognition, Recognition.id == RecognitionRecipient.recognition_id)
        .where(*_counting(run))
        .group_by(RecognitionRecipient.employee_id)
        .order_by(RecognitionRecipient.employee_id)
    )
    return [
        Progress(who, count, None, f"Recognized {_times(count)} so far.") for who, count in rows
    ]


def ids_of(groups: Collection[str]) -> list[int]:
    """The recognitions a narrowed evaluation names."""
    return sorted(int(group) for group in groups if group.isdecimal())


def _counting(run: Run) -> list[sa.ColumnElement[bool]]:
    conditions = [
        Recognition.program_id == run.program.id,
        Recognition.state == RecognitionState.STANDING,
    ]
    if not run.is_final:
        conditions.append(Recognition.effective_at <= run.at)
    return conditions


def _deserved(run: Run, row: Any) -> Deserved:
    giver = row.giver or "the company"
    value = f" for “{row.value}”" if row.value else ""
    return Deserved(
        employee_id=row.employee_id,
        subject=subject_of(row.id),
        points=row.points,
        occurred_on=row.created_at.astimezone(UTC).date(),
        reason=f"{run.program.name}: thanks from {giver}",
        explanation={
            "event": f"{sentence_case(giver)} recognized you{value}",
            "formula": f"{points_word(row.points)} came with it",
        },
    )


def _times(count: int) -> str:
    return {1: "once", 2: "twice"}.get(count, f"{count:,} times")
