"""Targets in: new ones are kept, changed ones corrected, the same again changes nothing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from marketplace.access.actor import Actor
from marketplace.kernel.db import in_batches, insert_or_skip, session
from marketplace.programs.models import Target, TargetChange
from marketplace.programs.operations.changes import Changes

AT_ONCE = 500

Of = tuple[int, date, date]
"""Whose target it is, its first day and its last."""
Note = tuple[Of, int, int | None]
"""Which target changed, from what to what; None when it was withdrawn."""


@dataclass(frozen=True, slots=True)
class Aim:
    """What one person is to reach between two days (both count), in the metric's whole units."""

    employee_id: int
    starts_on: date
    ends_on: date
    amount: int

    @property
    def of(self) -> Of:
        """What makes it the same target next time."""
        return self.employee_id, self.starts_on, self.ends_on


def record_targets(  # noqa: PLR0913  a file says all of it
    metric_id: int,
    aims: Iterable[Aim],
    *,
    is_complete: bool = False,
    beside: Iterable[Aim] = (),
    reason: str,
    actor: Actor,
    at: datetime,
) -> Changes:
    """Keep targets; one of the same person and days is corrected, and the correction noted.

    `is_complete`: they are all there are between their first and last day, so that what is known
    of those days and missing here is withdrawn. `beside` are the others of a file whose rows come
    in apart: they are not missing.
    """
    wanted = {aim.of: aim.amount for aim in aims}
    known = _known(metric_id)
    said = wanted | {aim.of: aim.amount for aim in beside}
    gone = _missing(said, known) if is_complete else {}
    changed = {of: known[of] for of, amount in wanted.items() if known.get(of, amount) != amount}
    fresh = wanted.keys() - known.keys()
    _write(metric_id, {of: wanted[of] for of in [*sorted(fresh), *sorted(changed)]}, at)
    _withdraw(metric_id, gone)
    notes: list[Note] = [(of, before, wanted[of]) for of, before in sorted(changed.items())]
    notes += [(of, before, None) for of, before in sorted(gone.items())]
    _note(metric_id, notes, reason, actor, at)
    same = len(wanted) - len(fresh) - len(changed)
    return Changes(len(fresh), len(changed), same, len(gone))


def _known(metric_id: int) -> dict[Of, int]:
    rows = session().execute(
        sa.select(Target.employee_id, Target.starts_on, Target.ends_on, Target.amount).where(
            Target.metric_id == metric_id
        )
    )
    return {(who, first, last): amount for who, first, last, amount in rows}


def _missing(wanted: Mapping[Of, int], known: Mapping[Of, int]) -> dict[Of, int]:
    if not wanted:
        return {}
    first = min(starts_on for _, starts_on, _ in wanted)
    last = max(ends_on for _, _, ends_on in wanted)
    return {
        of: amount
        for of, amount in known.items()
        if of not in wanted and first <= of[1] and of[2] <= last
    }


def _write(metric_id: int, targets: Mapping[Of, int], at: datetime) -> None:
    insert = insert_or_skip(Target)
    insert = insert.on_conflict_do_update(
        index_elements=["metric_id", "employee_id", "starts_on", "ends_on"],
        set_={name: insert.excluded[name] for name in ("amount", "reported_at")},
    )
    for batch in in_batches(list(targets.items()), AT_ONCE):
        session().execute(
            insert,
            [
                {
                    "metric_id": metric_id,
                    "employee_id": who,
                    "starts_on": first,
                    "ends_on": last,
                    "amount": amount,
                    "reported_at": at,
                }
                for (who, first, last), amount in batch
            ],
        )


def _withdraw(metric_id: int, gone: Mapping[Of, int]) -> None:
    for who, first, last in gone:
        session().execute(
            sa.delete(Target).where(
                Target.metric_id == metric_id,
                Target.employee_id == who,
                Target.starts_on == first,
                Target.ends_on == last,
            )
        )


def _note(
    metric_id: int,
    notes: list[Note],
    reason: str,
    actor: Actor,
    at: datetime,
) -> None:
    session().add_all(
        TargetChange(
            metric_id=metric_id,
            employee_id=who,
            starts_on=first,
            ends_on=last,
            before=before,
            after=after,
            reason=reason,
            actor_id=actor.employee_id,
            at=at,
        )
        for (who, first, last), before, after in notes
    )
    session().flush()
