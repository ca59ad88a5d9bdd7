"""Standings as they were last worked out, teams, and the raffle's seed, lists and draw."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.append_only import append_only
from marketplace.kernel.db import LARGEST_AMOUNT, PREPARES, Model, whole
from marketplace.programs.contests.states import Board


class ContestBoard(Model):
    """The standings of a contest as a whole: when they were worked out, and how many are in them.

    `ranked` of the `competitors` have a figure. In a raffle `tickets` is the sum of all.
    """

    __tablename__ = "contest_boards"

    program_id: Mapped[int] = mapped_column(sa.ForeignKey("programs.id"), primary_key=True)
    board: Mapped[Board] = mapped_column(primary_key=True)
    competitors: Mapped[int]
    ranked: Mapped[int]
    tickets: Mapped[int] = mapped_column(default=0)
    updated_at: Mapped[datetime]


class ContestStanding(Model):
    """One competitor on a board.

    `position` counts from 1 without a gap and is what pages go by. `amount` of `base` is the
    figure: an amount alone, steps done of all, or what was reached against a target or an earlier
    time. `rank` is among all who have a figure, `place` among those who qualify; who ties shares
    both. `figure` is what is shown: the amount, or hundredths of a percent.
    """

    __tablename__ = "contest_standings"
    __table_args__ = (
        sa.UniqueConstraint("program_id", "board", "competitor"),
        sa.Index(
            "ix_contest_standings_department", "program_id", "board", "department_id", "position"
        ),
        sa.CheckConstraint("(rank IS NULL) = (figure IS NULL)", name="ranks_by_a_figure"),
        sa.CheckConstraint("place IS NULL OR rank IS NOT NULL", name="place_needs_a_rank"),
        *whole("position", 1),
        *whole("rank", 1),
        *whole("place", 1),
        *whole("figure", -LARGEST_AMOUNT * 10_000, LARGEST_AMOUNT * 10_000),
    )

    program_id: Mapped[int] = mapped_column(sa.ForeignKey("programs.id"), primary_key=True)
    board: Mapped[Board] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    competitor: Mapped[str]
    name: Mapped[str]
    department_id: Mapped[int | None]
    members: Mapped[int]
    rank: Mapped[int | None]
    place: Mapped[int | None]
    figure: Mapped[int | None]
    amount: Mapped[int | None]
    base: Mapped[int | None]
    reached_on: Mapped[date | None]


class ContestMember(Model):
    """Somebody who stands behind a team, department or region of a contest, as last worked out."""

    __tablename__ = "contest_members"

    program_id: Mapped[int] = mapped_column(sa.ForeignKey("programs.id"), primary_key=True)
    employee_id: Mapped[int] = mapped_column(sa.ForeignKey("employees.id"), primary_key=True)
    competitor: Mapped[str] = mapped_column(primary_key=True)


class ContestTeam(Model):
    """A team made for one contest."""

    __tablename__ = "contest_teams"
    __table_args__ = (
        sa.UniqueConstraint("program_id", "name"),
        sa.CheckConstraint("name <> ''", name="named"),
        PREPARES,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    program_id: Mapped[int] = mapped_column(sa.ForeignKey("programs.id"))
    name: Mapped[str]


class ContestTeamMember(Model):
    """Somebody in a team; in one team of a contest at most."""

    __tablename__ = "contest_team_members"
    __table_args__ = PREPARES

    program_id: Mapped[int] = mapped_column(sa.ForeignKey("programs.id"), primary_key=True)
    employee_id: Mapped[int] = mapped_column(
        sa.ForeignKey("employees.id"), primary_key=True, index=True
    )
    team_id: Mapped[int] = mapped_column(sa.ForeignKey("contest_teams.id"), index=True)


class RaffleSeed(Model):
    """The secret that decides a draw, fixed at the launch: its hash for all, the seed sealed."""

    __tablename__ = "raffle_seeds"

    program_id: Mapped[int] = mapped_column(
        sa.ForeignKey("programs.id"), primary_key=True, autoincrement=False
    )
    commitment: Mapped[str]
    sealed: Mapped[bytes]
    committed_at: Mapped[datetime]


class RaffleList(Model):
    """The tickets of a raffle as they stood when it closed: the very file, and its SHA-256.

    A raffle that was opened again and closed once more has another version; the last one counts.
    """

    __tablename__ = "raffle_lists"
    __table_args__ = (
        sa.UniqueConstraint("program_id", "version"),
        *whole("version", 1),
        *whole("entries", 0),
        *whole("tickets", 0),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    program_id: Mapped[int] = mapped_column(sa.ForeignKey("programs.id"))
    version: Mapped[int]
    entries: Mapped[int]
    tickets: Mapped[int]
    sha256: Mapped[str]
    file: Mapped[bytes]
    published_at: Mapped[datetime]


class RaffleEntry(Model):
    """One line of a published list, and who it is."""

    __tablename__ = "raffle_entries"
    __table_args__ = (sa.UniqueConstraint("list_id", "competitor"), *whole("tickets", 1))

    list_id: Mapped[int] = mapped_column(sa.ForeignKey("raffle_lists.id"), primary_key=True)
    entry: Mapped[int] = mapped_column(primary_key=True)
    competitor: Mapped[str]
    name: Mapped[str]
    tickets: Mapped[int]


class RaffleDraw(Model):
    """That a raffle was drawn: from which list, with which seed, for everyone to see."""

    __tablename__ = "raffle_draws"

    program_id: Mapped[int] = mapped_column(
        sa.ForeignKey("programs.id"), primary_key=True, autoincrement=False
    )
    list_id: Mapped[int] = mapped_column(sa.ForeignKey("raffle_lists.id"))
    seed: Mapped[str]
    drawn_at: Mapped[datetime]


for _name in ("raffle_seeds", "raffle_lists", "raffle_entries", "raffle_draws"):
    append_only(Model.metadata.tables[_name])
