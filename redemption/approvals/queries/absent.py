"""Who of those who could be asked is away, and whether somebody answers for them."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from redemption.approvals.away.policies import StandIn, stand_in_obstacle
from redemption.approvals.away.queries import Away, away_now
from redemption.approvals.policies import Absent, Directory
from redemption.approvals.queries.circumstances import Wanted


def with_absences(directory: Directory, wanted: Wanted, *, at: datetime) -> Directory:
    """The same people, with who of them is away at a moment."""
    away = absent_among(directory.everyone, directory.requester_id, wanted, at=at)
    return replace(directory, away=away) if away else directory


def absent_among(
    ids: Collection[int], requester_id: int, wanted: Wanted, *, at: datetime
) -> dict[int, Absent]:
    """Of these people those who are away, each with who answers for them about this request."""
    found = away_now(ids, at=at, reward_id=wanted.reward_id)
    return {who: _absent(rows, requester_id, wanted) for who, rows in found.items()}


def _absent(rows: list[Away], requester_id: int, wanted: Wanted) -> Absent:
    able = (row for row in rows if _answers(row, requester_id, wanted))
    chosen = next(able, None)
    latest = max(rows, key=lambda row: row.last_day)
    return Absent((chosen or latest).words, chosen.stand_in_id if chosen else None)


def _answers(row: Away, requester_id: int, wanted: Wanted) -> bool:
    if row.stand_in_id is None:
        return False
    if wanted.recipient_id is not None and wanted.recipient_id in {row.stand_in_id, row.set_by_id}:
        return False
    one = StandIn(
        row.stand_in_id,
        is_away=not row.stand_in_is_here,
        set_by_id=row.set_by_id,
        hand_in_terms=row.stand_in_set_terms,
    )
    if stand_in_obstacle(one, requester_id=requester_id, asked_ids=()):
        return False
    return row.limits.cover(wanted.kind, wanted.points, wanted.worth)
