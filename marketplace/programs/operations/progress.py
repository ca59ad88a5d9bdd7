"""Keeping how far everyone is in a program, for the pages that show it."""

from collections.abc import Sequence

import sqlalchemy as sa

from marketplace.kernel.db import in_batches, insert_or_skip, session
from marketplace.programs.earning import Progress
from marketplace.programs.models import ProgramProgress


def keep_progress(program_id: int, progress: Sequence[Progress]) -> None:
    """Replace a program's progress by what was worked out now; unchanged rows stay untouched."""
    known = {
        row.employee_id: Progress(*row)
        for row in session().execute(
            sa.select(
                ProgramProgress.employee_id,
                ProgramProgress.done,
                ProgramProgress.target,
                ProgramProgress.sentence,
            ).where(ProgramProgress.program_id == program_id)
        )
    }
    for batch in in_batches([new for new in progress if known.get(new.employee_id) != new]):
        _write(program_id, batch)
    gone = known.keys() - {one.employee_id for one in progress}
    for batch in in_batches(sorted(gone)):
        session().execute(
            sa.delete(ProgramProgress).where(
                ProgramProgress.program_id == program_id, ProgramProgress.employee_id.in_(batch)
            )
        )


def _write(program_id: int, progress: Sequence[Progress]) -> None:
    insert = insert_or_skip(ProgramProgress)
    session().execute(
        insert.on_conflict_do_update(
            index_elements=["program_id", "employee_id"],
            set_={name: insert.excluded[name] for name in ("done", "target", "sentence")},
        ),
        [
            {
                "program_id": program_id,
                "employee_id": one.employee_id,
                "done": one.done,
                "target": one.target,
                "sentence": one.sentence,
            }
            for one in progress
        ],
    )
