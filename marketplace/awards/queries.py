"""What was granted for what, and the story behind each award."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from marketplace.awards.models import Award
from marketplace.kernel.db import in_batches, session


@dataclass(frozen=True, slots=True)
class Granted:
    """What one person has for one subject: its last revision, the last grant and its budget.

    `layers` are the grants it still consists of, each with the moment from which it stays.
    """

    points: int
    revision: int
    last_grant: int
    budget_id: int
    layers: tuple[tuple[int, datetime | None], ...]

    def kept_at(self, at: datetime) -> int:
        """What stays whatever is corrected, by the terms it was granted under."""
        return sum(points for points, kept_from in self.layers if _stays(kept_from, at))


NOTHING = Granted(points=0, revision=0, last_grant=0, budget_id=0, layers=())


def _stays(kept_from: datetime | None, at: datetime) -> bool:
    return kept_from is not None and kept_from <= at


def granted_so_far(
    subjects: Collection[tuple[int, str]],
) -> dict[tuple[int, str, int], Granted]:
    """By program, subject and employee: what all revisions come to."""
    found: dict[tuple[int, str, int], Granted] = {}
    for program_id in sorted({program_id for program_id, _ in subjects}):
        wanted = sorted(subject for program, subject in subjects if program == program_id)
        for batch in in_batches(wanted):
            for (subject, employee_id), granted in _fold(program_id, Award.subject.in_(batch)):
                found[program_id, subject, employee_id] = granted
    return found


def kept_points(program_id: int, *, at: datetime) -> dict[tuple[int, str], int]:
    """What people have in a program that stays whatever is corrected, by employee and subject."""
    some_stay = sa.select(Award.subject).where(
        Award.program_id == program_id, Award.kept_from <= at
    )
    folded = _fold(program_id, Award.subject.in_(some_stay))
    kept = {(employee_id, subject): one.kept_at(at) for (subject, employee_id), one in folded}
    return {key: points for key, points in kept.items() if points}


def _fold(
    program_id: int, wanted: sa.ColumnElement[bool]
) -> Iterable[tuple[tuple[str, int], Granted]]:
    """By subject and employee: what their revisions come to."""
    rows = session().execute(
        sa.select(
            Award.subject,
            Award.employee_id,
            Award.revision,
            Award.points,
            Award.budget_id,
            Award.granted_at,
            Award.kept_from,
        )
        .where(Award.program_id == program_id, wanted)
        .order_by(Award.subject, Award.employee_id, Award.revision)
    )
    found: dict[tuple[str, int], Granted] = {}
    for row in rows:
        key = (row.subject, row.employee_id)
        found[key] = _with_revision(found.get(key, NOTHING), row)
    return found.items()


def _with_revision(before: Granted, row: Any) -> Granted:
    points = before.points + row.points
    if row.points > 0:
        layers = (*before.layers, (row.points, row.kept_from))
        return Granted(points, row.revision, row.revision, row.budget_id, layers)
    layers = _worn(before.layers, -row.points, row.granted_at)
    return replace(before, points=points, revision=row.revision, layers=layers)


def _worn(
    layers: tuple[tuple[int, datetime | None], ...], taken: int, at: datetime
) -> tuple[tuple[int, datetime | None], ...]:
    """The layers without what was taken back, the newest of those that did not stay first."""
    left = []
    for points, kept_from in reversed(layers):
        part = 0 if _stays(kept_from, at) else min(points, taken)
        taken -= part
        if points > part:
            left.append((points - part, kept_from))
    return tuple(reversed(left))


@dataclass(frozen=True, slots=True)
class AwardStory:
    """Why an award was given or taken back, as the person reads it.

    `before` is what the same thing had brought until then; None when this is the first of it.
    """

    transfer_id: int
    reason: str
    points: int
    rule_version: int
    event: str
    rule: str
    formula: str
    before: int | None = None


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
            before=row.explanation.get("before"),
        )
        for row in rows
    ]


@dataclass(frozen=True, slots=True)
class TakenBack:
    """Points one award took back, what for, and what the same thing had brought before."""

    employee_id: int
    points: int
    reason: str
    before: int


def taken_back(program_id: int, *, at: datetime) -> list[TakenBack]:
    """What the settlement of a program at a moment took back, person by person."""
    rows = session().execute(
        sa.select(Award.employee_id, Award.points, Award.reason, Award.explanation)
        .where(Award.program_id == program_id, Award.granted_at == at, Award.points < 0)
        .order_by(Award.employee_id, Award.id)
    )
    return [
        TakenBack(row.employee_id, -row.points, row.reason, row.explanation["before"])
        for row in rows
    ]
