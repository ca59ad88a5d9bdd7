"""Keeping the standings of a contest, for the pages that show them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from marketplace.kernel.db import Model, in_batches, insert_or_skip, session
from marketplace.programs.contests.models import ContestBoard, ContestMember, ContestStanding
from marketplace.programs.contests.ranking import Ranked
from marketplace.programs.contests.states import Between, Board, ContestForm
from marketplace.programs.contests.terms import ContestTerms
from marketplace.programs.earning import Run

STANDINGS = Model.metadata.tables["contest_standings"]
MEMBERS = Model.metadata.tables["contest_members"]
_COLUMNS = [column.name for column in STANDINGS.columns]


def is_frozen(run: Run) -> bool:
    """Whether the standings that people see stand still by now."""
    terms: ContestTerms = run.rule.terms
    first_day = run.program.ends_on - timedelta(days=terms.freeze_days - 1)
    return bool(terms.freeze_days) and run.today >= first_day


def keep_standings(run: Run, standings: Sequence[Ranked]) -> None:
    """Replace the live board. The first time after the freeze has begun, keep the one before it."""
    if is_frozen(run):
        _freeze(run.program.id, run.at)
    _replace(run.program.id, standings)
    _keep_members(run, standings)
    _note(run, standings, run.at)


def _freeze(program_id: int, at: datetime) -> None:
    boards = set(
        session().scalars(
            sa.select(ContestBoard.board).where(ContestBoard.program_id == program_id)
        )
    )
    if Board.FROZEN in boards:
        return
    if Board.LIVE not in boards:  # it began frozen: nothing is shown before the end
        nothing = {"competitors": 0, "ranked": 0, "tickets": 0, "updated_at": at}
        session().add(ContestBoard(program_id=program_id, board=Board.FROZEN, **nothing))
        session().flush()
        return
    for model in (ContestBoard, ContestStanding):
        table = Model.metadata.tables[model.__tablename__]
        names = [column.name for column in table.columns]
        copied: list[Any] = [
            sa.literal(Board.FROZEN.value).label(name) if name == "board" else table.c[name]
            for name in names
        ]
        of_live = sa.and_(table.c.program_id == program_id, table.c.board == Board.LIVE)
        session().execute(sa.insert(table).from_select(names, sa.select(*copied).where(of_live)))


def _replace(program_id: int, standings: Sequence[Ranked]) -> None:
    """Rows that stay as they are stay untouched."""
    of_live = sa.and_(ContestStanding.program_id == program_id, ContestStanding.board == Board.LIVE)
    known = {tuple(row) for row in session().execute(sa.select(*STANDINGS.c).where(of_live))}
    wanted = [_row(program_id, position, one) for position, one in enumerate(standings, start=1)]
    fresh = [row for row in wanted if tuple(row[name] for name in _COLUMNS) not in known]
    kept = len(wanted) - len(fresh)
    if kept == len(known) and not fresh:
        return
    moved = {row["position"] for row in fresh}
    gone = sorted(row[2] for row in known if row[2] > len(wanted) or row[2] in moved)
    for batch in in_batches(gone):
        session().execute(
            sa.delete(ContestStanding).where(of_live, ContestStanding.position.in_(batch))
        )
    for batch in in_batches(fresh):
        session().execute(sa.insert(STANDINGS), batch)


def _row(program_id: int, position: int, one: Ranked) -> dict[str, Any]:
    return {
        "program_id": program_id,
        "board": Board.LIVE,
        "position": position,
        "competitor": one.competitor,
        "name": one.side.name,
        "department_id": one.side.department_id,
        "members": len(one.side.members),
        "rank": one.rank,
        "place": one.place,
        "figure": one.figure,
        "amount": one.amount,
        "base": one.base,
        "reached_on": one.reached_on,
    }


def _keep_members(run: Run, standings: Sequence[Ranked]) -> None:
    terms: ContestTerms = run.rule.terms
    if terms.between is Between.PEOPLE:
        return
    of_program = ContestMember.program_id == run.program.id
    known = {
        (row.employee_id, row.competitor)
        for row in session().execute(
            sa.select(ContestMember.employee_id, ContestMember.competitor).where(of_program)
        )
    }
    wanted = {(member, one.competitor) for one in standings for member in one.side.members}
    if wanted == known:
        return
    session().execute(sa.delete(ContestMember).where(of_program))
    rows = [
        {"program_id": run.program.id, "employee_id": member, "competitor": competitor}
        for member, competitor in sorted(wanted)
    ]
    for batch in in_batches(rows):
        session().execute(sa.insert(MEMBERS), batch)


def _note(run: Run, standings: Sequence[Ranked], at: datetime) -> None:
    is_raffle = run.rule.terms.form is ContestForm.RAFFLE
    latest = {
        "competitors": len(standings),
        "ranked": sum(one.rank is not None for one in standings),
        "tickets": sum(one.amount or 0 for one in standings) if is_raffle else 0,
        "updated_at": at,
    }
    insert = insert_or_skip(ContestBoard).values(
        program_id=run.program.id, board=Board.LIVE, **latest
    )
    session().execute(
        insert.on_conflict_do_update(index_elements=["program_id", "board"], set_=latest)
    )
