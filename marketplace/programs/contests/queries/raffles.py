"""What a raffle has published so far."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from marketplace.access.actor import Actor
from marketplace.kernel.db import session
from marketplace.kernel.errors import NotFound
from marketplace.programs.contests.models import (
    ContestMember,
    RaffleDraw,
    RaffleEntry,
    RaffleList,
    RaffleSeed,
)
from marketplace.programs.contests.queries.head import Head
from marketplace.programs.contests.states import Privacy

PAGE = 100


@dataclass(frozen=True, slots=True)
class Published:
    """The commitment since the launch, the list since the close, the seed since the draw."""

    commitment: str
    committed_at: datetime
    version: int | None
    entries: int
    tickets: int
    sha256: str
    published_at: datetime | None
    seed: str
    drawn_at: datetime | None
    list_id: int | None


@dataclass(frozen=True, slots=True)
class ListedEntry:
    """A line of the published list; without a name where people see only themselves."""

    entry: int
    name: str
    tickets: int
    is_mine: bool


def published_by(program_id: int) -> Published | None:
    """What is published of a raffle, the list that counts; None before its launch."""
    newest = (
        sa.select(sa.func.max(RaffleList.version))
        .where(RaffleList.program_id == program_id)
        .scalar_subquery()
    )
    of_list = sa.and_(RaffleList.program_id == RaffleSeed.program_id, RaffleList.version == newest)
    row = (
        session()
        .execute(
            sa.select(
                RaffleSeed.commitment,
                RaffleSeed.committed_at,
                RaffleList.version,
                sa.func.coalesce(RaffleList.entries, 0),
                sa.func.coalesce(RaffleList.tickets, 0),
                sa.func.coalesce(RaffleList.sha256, ""),
                RaffleList.published_at,
                sa.func.coalesce(RaffleDraw.seed, ""),
                RaffleDraw.drawn_at,
                RaffleList.id,
            )
            .outerjoin(RaffleList, of_list)
            .outerjoin(RaffleDraw, RaffleDraw.program_id == RaffleSeed.program_id)
            .where(RaffleSeed.program_id == program_id)
        )
        .one_or_none()
    )
    return None if row is None else Published(*row)


def listed_entries(head: Head, list_id: int, actor: Actor, *, after: int) -> list[ListedEntry]:
    """Lines of a list after an entry, one more than a page holds."""
    behind = sa.select(ContestMember.competitor).where(
        ContestMember.program_id == head.program.id,
        ContestMember.employee_id == actor.employee_id,
    )
    is_mine = sa.or_(
        RaffleEntry.competitor == f"person:{actor.employee_id}",
        RaffleEntry.competitor.in_(behind),
    )
    rows = session().execute(
        sa.select(RaffleEntry.entry, RaffleEntry.name, RaffleEntry.tickets, is_mine)
        .where(RaffleEntry.list_id == list_id, RaffleEntry.entry > after)
        .order_by(RaffleEntry.entry)
        .limit(PAGE + 1)
    )
    named = head.terms.privacy is not Privacy.OWN_ONLY
    return [
        ListedEntry(entry, name if named or mine else "", tickets, bool(mine))
        for entry, name, tickets, mine in rows
    ]


def list_file(program_id: int) -> bytes:
    """The very file that was published. Raises NotFound before the close."""
    lists = sa.select(RaffleList.file).where(RaffleList.program_id == program_id)
    file = session().scalar(lists.order_by(RaffleList.version.desc()).limit(1))
    if file is None:
        raise NotFound("The list of tickets is published when the raffle closes.")
    return file


def entries_for(lines: Sequence[ListedEntry]) -> tuple[Sequence[ListedEntry], int | None]:
    """A page of lines, and where the next one begins."""
    return lines[:PAGE], lines[PAGE - 1].entry if len(lines) > PAGE else None
