"""Badges of whole paths: given once, gone when a correction undoes the path."""

from collections.abc import Mapping
from datetime import date

import sqlalchemy as sa

from marketplace.kernel.db import insert_or_skip, session
from marketplace.programs.trainings.models import TrainingBadge


def keep_badges(program_id: int, earned: Mapping[int, date]) -> None:
    """Make the badges of a program those of these people; `earned` says on which day."""
    of_program = TrainingBadge.program_id == program_id
    rows = session().execute(
        sa.select(TrainingBadge.employee_id, TrainingBadge.earned_on).where(of_program)
    )
    known = {row[0]: row[1] for row in rows}
    for employee_id, on_day in earned.items():
        if known.get(employee_id) != on_day:
            row = {"program_id": program_id, "employee_id": employee_id, "earned_on": on_day}
            session().execute(
                insert_or_skip(TrainingBadge)
                .values(**row)
                .on_conflict_do_update(
                    index_elements=["program_id", "employee_id"], set_={"earned_on": on_day}
                )
            )
    for employee_id in known.keys() - earned.keys():
        session().execute(
            sa.delete(TrainingBadge).where(of_program, TrainingBadge.employee_id == employee_id)
        )
