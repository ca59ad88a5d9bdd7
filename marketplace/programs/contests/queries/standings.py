"""The standings as pages show them, within what people may see of each other."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from marketplace.kernel.db import session
from marketplace.people.models import Department
from marketplace.programs.contests.gaps import gap_in_words
from marketplace.programs.contests.models import ContestStanding
from marketplace.programs.contests.queries.head import Head, contest_managed
from marketplace.programs.contests.states import Between, ContestForm, Privacy
from marketplace.programs.contests.words import figure_in_words
from marketplace.programs.states import ProgramState
from marketplace.web.filters import day

PAGE = 25


class View(StrEnum):
    """Which rows of the standings: all, those of one's own department, or departments together."""

    EVERYONE = "everyone"
    MINE = "mine"
    DEPARTMENTS = "departments"


@dataclass(frozen=True, slots=True)
class Seat:
    """A row of the standings. `shown` is the figure in words, empty where it is not to be seen."""

    position: int
    rank: int | None
    place: int | None
    name: str
    competitor: str
    figure: int | None
    shown: str
    note: str
    percent: int
    is_mine: bool
    wins: bool
    amount: int | None = None
    base: int | None = None


@dataclass(frozen=True, slots=True)
class StandingsPage:
    """One page. `gap` says how far the next place is; the next page begins at `next_after`."""

    head: Head
    seats: Sequence[Seat]
    mine: Sequence[Seat]
    gap: str
    next_after: int | None
    shows_figures: bool


@dataclass(frozen=True, slots=True)
class DepartmentLine:
    """The people of a department together; the sum only where figures are seen and add up."""

    name: str
    people: int
    best_rank: int | None
    shown: str


@dataclass(frozen=True, slots=True)
class Everyone:
    """All standings, for a manager's file."""

    rows: Sequence[Seat]
    updated_at: datetime | None


def standings_page(
    head: Head, *, after: int = 0, view: View = View.EVERYONE, department_id: int | None = None
) -> StandingsPage:
    """Rows after a position, one's own beside them. Where people see only themselves, those."""
    sees_figures = head.sees_all or head.terms.privacy is Privacy.ALL
    if head.board is None:
        return StandingsPage(head, (), (), "", None, sees_figures)
    rows = _rows(head, after, department_id if view is View.MINE else None)
    own = {row.position for row in head.mine}
    largest = max((row.figure for row in rows if row.figure is not None), default=None)
    listed = [row for row in rows if row.position > after]
    if view is View.MINE:
        listed = [row for row in listed if row.department_id == department_id]
    seats = [_seat(head, row, own, largest) for row in listed]
    next_after = seats[PAGE - 1].position if len(seats) > PAGE else None
    return StandingsPage(
        head=head,
        seats=seats[:PAGE],
        mine=[_seat(head, row, own, largest) for row in head.mine],
        gap=_gap(head, rows),
        next_after=next_after,
        shows_figures=sees_figures,
    )


def _rows(head: Head, after: int, department_id: int | None) -> Sequence[Any]:
    """The page, the leader and the row ahead of one's own: one statement.

    What people may not see of each other never leaves the database.
    """
    of_board = _of_board(head)
    own = [row.position for row in head.mine]
    if head.terms.privacy is Privacy.OWN_ONLY and not head.sees_all:
        wanted = ContestStanding.position.in_(own)
    else:
        wanted = sa.or_(
            ContestStanding.position.in_(_page(head, after, department_id)),
            ContestStanding.position == 1,
            ContestStanding.position == _ahead(head),
        )
    columns: list[Any] = [getattr(ContestStanding, name) for name in _OPEN]
    hidden: list[Any] = [getattr(ContestStanding, name) for name in _FIGURES]
    if not (head.sees_all or head.terms.privacy is Privacy.ALL):
        is_own = ContestStanding.position.in_(own)
        hidden = [sa.case((is_own, column)).label(column.key) for column in hidden]
    query = sa.select(*columns, *hidden).where(of_board, wanted)
    return session().execute(query.order_by(ContestStanding.position)).all()


_OPEN = ("position", "rank", "place", "name", "competitor", "department_id")
_FIGURES = ("figure", "amount", "base", "reached_on")


def _of_board(head: Head) -> sa.ColumnElement[bool]:
    assert head.board is not None
    return sa.and_(
        ContestStanding.program_id == head.program.id, ContestStanding.board == head.board.board
    )


def _page(head: Head, after: int, department_id: int | None) -> Any:
    """The positions of a page and one more: they have no gaps, so only a narrower view looks."""
    if department_id is None:
        return range(after + 1, after + PAGE + 2)
    there = sa.select(ContestStanding.position).where(
        _of_board(head),
        ContestStanding.position > after,
        ContestStanding.department_id == department_id,
    )
    return there.order_by(ContestStanding.position).limit(PAGE + 1)


def _ahead(head: Head) -> sa.ScalarSelect[int]:
    """The last position of the next better rank: the first one found on the way up."""
    mine = head.mine[0] if head.mine else None
    better = sa.select(ContestStanding.position).where(
        _of_board(head),
        ContestStanding.position < (mine.position if mine else 0),
        ContestStanding.rank < ((mine.rank if mine else 0) or 0),
    )
    return better.order_by(ContestStanding.position.desc()).limit(1).scalar_subquery()


def _gap(head: Head, rows: Sequence[Any]) -> str:
    if not head.mine:
        return ""
    mine: Any = head.mine[0]
    better = [row for row in rows if row.rank and mine.rank and row.rank < mine.rank]
    ahead = max(better, key=lambda row: row.position, default=None)
    return gap_in_words(head.terms, head.rule.metrics, mine, ahead)


def _seat(head: Head, row: Any, own: set[int], largest: int | None) -> Seat:
    terms, last = head.terms, head.terms.winning_places
    is_mine = row.position in own
    sees = is_mine or head.sees_all or terms.privacy is Privacy.ALL
    wins = row.place is not None and (last is None or row.place <= last)
    return Seat(
        position=row.position,
        rank=row.rank,
        place=row.place,
        name=row.name,
        competitor=row.competitor,
        figure=row.figure,
        shown=figure_in_words(terms, head.rule.metrics, row.figure) if sees else "",
        note=_note(head, row, wins=wins) if sees or terms.form is ContestForm.RAFFLE else "",
        percent=_percent(row.figure, largest),
        is_mine=is_mine,
        wins=wins,
        amount=row.amount,
        base=row.base,
    )


def _percent(figure: int | None, largest: int | None) -> int:
    if not figure or not largest or largest <= 0:
        return 0
    return max(0, min(100, 100 * figure // largest))


def _note(head: Head, row: Any, *, wins: bool) -> str:
    terms, said = head.terms, []
    if terms.form is ContestForm.RAFFLE:
        return _odds(head, row)
    if row.reached_on is not None and terms.is_race:
        said.append(f"reached on {day(row.reached_on)}")
    conditions = terms.least_figure is not None or terms.least_attainment is not None
    if conditions and row.rank is not None and row.place is None:
        said.append("not enough for a place yet")
    elif conditions and row.place is not None and row.place != row.rank and wins:
        said.append(f"place {row.place:,}")
    return ", ".join(said)


def _odds(head: Head, row: Any) -> str:
    if row.place is not None:
        last = head.terms.winning_places or 0
        return "drawn" if row.place <= last else f"number {row.place - last:,} in line"
    if not row.amount or head.board is None or not head.board.tickets:
        return ""
    if head.program.state is ProgramState.SETTLED:
        return "not drawn"
    chance = (row.amount * 20_000 + head.board.tickets) // (2 * head.board.tickets)
    return f"{chance // 100}.{chance % 100:02}% in the first draw"


def department_lines(head: Head) -> list[DepartmentLine]:
    """People gathered by department, those that stand best first."""
    if head.board is None or head.terms.privacy is Privacy.OWN_ONLY:
        return []
    adds_up = head.terms.privacy is Privacy.ALL and not head.terms.form.is_ratio
    total = sa.cast(sa.func.coalesce(sa.func.sum(ContestStanding.figure), 0), sa.BigInteger)
    best = sa.func.min(ContestStanding.rank)
    rows = session().execute(
        sa.select(Department.name, sa.func.count(), best, total)
        .join(Department, Department.id == ContestStanding.department_id)
        .where(_of_board(head))
        .group_by(Department.id, Department.name)
        .order_by(best.is_(None), best, Department.name)
    )
    return [
        DepartmentLine(
            name,
            people,
            rank,
            figure_in_words(head.terms, head.rule.metrics, int(figure)) if adds_up else "",
        )
        for name, people, rank, figure in rows
    ]


def has_views(head: Head) -> bool:
    """Whether rows can be narrowed to a department: among people who see each other."""
    return head.terms.between is Between.PEOPLE and head.terms.privacy is not Privacy.OWN_ONLY


def everyone(slug: str) -> Everyone:
    """All standings of a contest as they are now, for its manager. Raises NotFound."""
    head = contest_managed(slug)
    if head.board is None:
        return Everyone((), None)
    rows = session().execute(
        sa.select(*(getattr(ContestStanding, name) for name in (*_OPEN, *_FIGURES)))
        .where(_of_board(head))
        .order_by(ContestStanding.position)
    )
    return Everyone([_seat(head, row, set(), None) for row in rows], head.board.updated_at)
