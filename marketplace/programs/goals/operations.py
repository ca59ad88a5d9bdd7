"""What an evaluation keeps of a goal or a path for the pages that show it."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from marketplace.kernel.db import in_batches, insert_or_skip, session
from marketplace.programs.goals.models import GoalSharer, GoalStanding, PathStanding
from marketplace.programs.goals.standing import PathSoFar
from marketplace.programs.terms import terms_as_json

AT_ONCE = 200


def keep_standing(program_id: int, standing: Any, *, at: datetime) -> None:
    """Replace what is shown of a whole program."""
    latest = {"standing": terms_as_json(standing), "at": at}
    insert = insert_or_skip(GoalStanding).values(program_id=program_id, **latest)
    session().execute(insert.on_conflict_do_update(index_elements=["program_id"], set_=latest))


def keep_paths(program_id: int, paths: Mapping[int, PathSoFar]) -> None:
    """Replace what is shown of each person's path; what is the same stays untouched."""
    rows = session().execute(
        sa.select(PathStanding.employee_id, PathStanding.standing).where(
            PathStanding.program_id == program_id
        )
    )
    known = {row.employee_id: row.standing for row in rows}
    kept = {who: terms_as_json(path) for who, path in paths.items()}
    changed = [who for who in sorted(paths) if known.get(who) != kept[who]]
    insert = insert_or_skip(PathStanding)
    insert = insert.on_conflict_do_update(
        index_elements=["program_id", "employee_id"],
        set_={name: insert.excluded[name] for name in ("reached", "aims", "standing")},
    )
    for batch in in_batches(changed, AT_ONCE):
        session().execute(
            insert,
            [
                {
                    "program_id": program_id,
                    "employee_id": who,
                    "reached": paths[who].reached,
                    "aims": paths[who].aims,
                    "standing": kept[who],
                }
                for who in batch
            ],
        )
    for batch in in_batches(sorted(known.keys() - paths.keys())):
        session().execute(
            sa.delete(PathStanding).where(
                PathStanding.program_id == program_id, PathStanding.employee_id.in_(batch)
            )
        )


def add_sharers(program_id: int, subject: str, people: Collection[int], *, at: datetime) -> None:
    """Let people share a milestone, for good."""
    session().add_all(
        GoalSharer(program_id=program_id, subject=subject, employee_id=who, at=at)
        for who in sorted(people)
    )
    session().flush()
