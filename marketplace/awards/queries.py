"""What was granted for what, and the story behind each award."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from marketplace.awards.models import Award
from marketplace.kernel.db import in_batches, session


@dataclass(frozen=True, slots=True)
class Granted:
    """What one person has for one subject: its last revision, the last grant, its budget, its time.

    `granted_at` is None where nothing was granted.
    """

    points: int
    revision: int
    last_grant: int
    budget_id: int
    granted_at: datetime | None


NOTHING = Granted(points=0, revision=0, last_grant=0, budget_id=0, granted_at=None)


def granted_so_far(
    subjects: Collection[tuple[int, str]],
) -> dict[tuple[int, str, int], Granted]:
    """By program, subject and employee: what all revisions come to."""
    found: dict[tuple[int, str, int], Granted] = {}
    for program_id in sorted({program_id for program_id, _ in subjects}):
        wanted = sorted(subject for program, subject in subjects if program == program_id)
        for batch in in_batches(wanted):
            for row in _revisions(program_id, batch):
                key = (program_id, row.subject, row.employee_id)
                found[key] = _with_revision(found.get(key, NOTHING), row)
    return found


def _revisions(program_id: int, subjects: Collection[str]) -> Any:
    return session().execute(
        sa.select(
            Award.subject,
            Award.employee_id,
            Award.revision,
            Award.points,
            Award.budget_id,
            Award.granted_at,
        )
        .where(Award.program_id == program_id, Award.subject.in_(subjects))
        .order_by(Award.subject, Award.employee_id, Award.revision)
    )


def _with_revision(before: Granted, row: Any) -> Granted:
    points = before.points + row.points
    if row.points > 0:
        return Granted(points, row.revision, row.revision, row.budget_id, row.granted_at)
    return replace(before, points=points, revision=row.revision)


@dataclass(frozen=True, slots=True)
class AwardStory:
    """Why an award was given or taken back, as the person reads it."""

    transfer_id: int
    reason: str
    points: int
    rule_version: int
    event: str
    rule: str
    formula: str


def award_stories(transfer_ids: Collection[int]) -> list[AwardStory]:
    """The stories behind these transfers, those that are awards."""
    rows = session().execute(
        sa.select(
            Award.transfer_id, Award.reason, Award.points, Award.rule_version, Award.explanation
        ).where(Award.transfer_id.in_(sorted(transfer_ids)))
    )
    return [
        AwardStory(
            transfer_id=row.transfer_id,
            reason=row.reason,
            points=row.points,
            rule_version=row.rule_version,
            event=str(row.explanation.get("event", "")),
            rule=str(row.explanation.get("rule", "")),
            formula=str(row.explanation.get("formula", "")),
        )
        for row in rows
    ]
