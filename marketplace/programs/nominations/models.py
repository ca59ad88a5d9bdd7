"""Rounds of nominations, what people wrote, how they were judged, and who came out first."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.append_only import append_only
from marketplace.kernel.db import PREPARES, Model, one_of, whole
from marketplace.programs.nominations.states import (
    Answer,
    Honor,
    NominationState,
    RoundState,
)

LOWEST_SCORE, HIGHEST_SCORE = 1, 10


class NominationRound(Model):
    """One round of an award: nominations between two days (both count), then judging until a day.

    `month` is the first day of the month a monthly round is for, so that it is made once.
    `is_held_back`: those who were not chosen get no notice.
    """

    __tablename__ = "nomination_rounds"
    __table_args__ = (
        sa.UniqueConstraint("program_id", "name"),
        sa.UniqueConstraint("program_id", "month"),
        sa.CheckConstraint("opens_on <= closes_on", name="opens_before_it_closes"),
        sa.CheckConstraint("closes_on < judged_by", name="closes_before_it_is_judged"),
        one_of("state", RoundState),
        PREPARES,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    program_id: Mapped[int] = mapped_column(sa.ForeignKey("programs.id"))
    name: Mapped[str]
    state: Mapped[RoundState] = mapped_column(index=True)
    month: Mapped[date | None]
    opens_on: Mapped[date]
    closes_on: Mapped[date]
    judged_by: Mapped[date]
    is_held_back: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]


class RoundMove(Model):
    """One move of a round: from where, to where, by whom, when and why. Never changed."""

    __tablename__ = "nomination_round_moves"

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(sa.ForeignKey("nomination_rounds.id"), index=True)
    from_state: Mapped[RoundState | None]
    to_state: Mapped[RoundState]
    actor_id: Mapped[int | None]
    reason: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime]


class Nomination(Model):
    """What one person wrote about another in a round: once, however often it is sent.

    `questions` and `answers` go together, as they were asked. `is_held_back`: the words are passed
    on to nobody. `confirmer_id` is who confirmed that this nomination won.
    """

    __tablename__ = "nominations"
    __table_args__ = (
        sa.UniqueConstraint("round_id", "nominator_id", "nominee_id"),
        sa.Index("ix_nominations_round_nominee", "round_id", "nominee_id"),
        sa.CheckConstraint("nominator_id <> nominee_id", name="nobody_nominates_himself"),
        sa.CheckConstraint(
            "confirmer_id IS NULL OR confirmer_id NOT IN (nominator_id, nominee_id)",
            name="confirmed_by_somebody_else",
        ),
        one_of("state", NominationState),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(sa.ForeignKey("nomination_rounds.id"))
    nominator_id: Mapped[int] = mapped_column(sa.ForeignKey("employees.id"), index=True)
    nominee_id: Mapped[int] = mapped_column(sa.ForeignKey("employees.id"))
    nominator_department_id: Mapped[int | None]
    nominee_department_id: Mapped[int | None]
    questions: Mapped[list[str]]
    answers: Mapped[list[str]]
    state: Mapped[NominationState] = mapped_column(default=NominationState.SENT)
    is_held_back: Mapped[bool] = mapped_column(default=False)
    confirmer_id: Mapped[int | None]
    sent_at: Mapped[datetime]
    changed_at: Mapped[datetime]


class JuryScore(Model):
    """What one member of the jury gave one nominee: 1 to 10, or None for a pass. Never changed."""

    __tablename__ = "jury_scores"
    __table_args__ = (
        sa.CheckConstraint("juror_id <> nominee_id", name="nobody_judges_himself"),
        *whole("score", LOWEST_SCORE, HIGHEST_SCORE),
    )

    round_id: Mapped[int] = mapped_column(sa.ForeignKey("nomination_rounds.id"), primary_key=True)
    juror_id: Mapped[int] = mapped_column(sa.ForeignKey("employees.id"), primary_key=True)
    nominee_id: Mapped[int] = mapped_column(sa.ForeignKey("employees.id"), primary_key=True)
    score: Mapped[int | None]
    at: Mapped[datetime]


class RoundVote(Model):
    """The one vote of a person in a round; it may go to another nominee while the round is open."""

    __tablename__ = "nomination_votes"
    __table_args__ = (
        sa.CheckConstraint("voter_id <> nominee_id", name="nobody_votes_for_himself"),
    )

    round_id: Mapped[int] = mapped_column(sa.ForeignKey("nomination_rounds.id"), primary_key=True)
    voter_id: Mapped[int] = mapped_column(sa.ForeignKey("employees.id"), primary_key=True)
    nominee_id: Mapped[int] = mapped_column(sa.ForeignKey("employees.id"))
    at: Mapped[datetime]


class Proposal(Model):
    """Who is proposed as the winner of a round, by whom and why, and what became of it.

    At most one proposal of a round waits or was confirmed.
    """

    __tablename__ = "nomination_proposals"
    __table_args__ = (
        sa.Index(
            "uq_nomination_proposals_in_force",
            "round_id",
            unique=True,
            sqlite_where=sa.text("answer IS NULL OR answer = 'confirmed'"),
            postgresql_where=sa.text("answer IS NULL OR answer = 'confirmed'"),
        ),
        sa.CheckConstraint(
            "answer IS NULL OR answer <> 'confirmed' OR decider_id <> proposer_id",
            name="confirmed_by_a_second_person",
        ),
        sa.CheckConstraint("(answer IS NULL) = (decided_at IS NULL)", name="answered_at_a_time"),
        sa.CheckConstraint("answer IS NULL OR decider_id IS NOT NULL", name="answered_by_somebody"),
        one_of("answer", Answer),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(sa.ForeignKey("nomination_rounds.id"), index=True)
    proposer_id: Mapped[int] = mapped_column(sa.ForeignKey("employees.id"))
    reason: Mapped[str]
    at: Mapped[datetime]
    answer: Mapped[Answer | None]
    decider_id: Mapped[int | None] = mapped_column(sa.ForeignKey("employees.id"))
    note: Mapped[str] = mapped_column(default="")
    decided_at: Mapped[datetime | None]


class ProposedWinner(Model):
    """Somebody a proposal names. `confirmer_id` is who confirmed it: never the winner."""

    __tablename__ = "nomination_proposed_winners"
    __table_args__ = (
        sa.CheckConstraint(
            "confirmer_id IS NULL OR confirmer_id <> employee_id", name="confirmed_by_another"
        ),
    )

    proposal_id: Mapped[int] = mapped_column(
        sa.ForeignKey("nomination_proposals.id"), primary_key=True
    )
    employee_id: Mapped[int] = mapped_column(sa.ForeignKey("employees.id"), primary_key=True)
    confirmer_id: Mapped[int | None]


class RoundHonor(Model):
    """What somebody came out of a round with, and its points: what the award pays by."""

    __tablename__ = "nomination_honors"
    __table_args__ = (*whole("points", 0), one_of("honor", Honor))

    round_id: Mapped[int] = mapped_column(sa.ForeignKey("nomination_rounds.id"), primary_key=True)
    employee_id: Mapped[int] = mapped_column(
        sa.ForeignKey("employees.id"), primary_key=True, index=True
    )
    honor: Mapped[Honor]
    points: Mapped[int]
    award: Mapped[str]  # its name on that day
    at: Mapped[datetime]


class NominationCertificate(Model):
    """The certificate of a winner; its words are those of the day it was given. Never changed."""

    __tablename__ = "nomination_certificates"
    __table_args__ = (sa.UniqueConstraint("round_id", "employee_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(sa.ForeignKey("nomination_rounds.id"))
    employee_id: Mapped[int] = mapped_column(sa.ForeignKey("employees.id"), index=True)
    number: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str]
    name: Mapped[str]
    words: Mapped[str]
    words_by: Mapped[str]
    signers: Mapped[list[str]]  # "Omar Haddad, Head of Marketing"
    issued_at: Mapped[datetime]


for _name in (
    "nomination_round_moves",
    "jury_scores",
    "nomination_honors",
    "nomination_certificates",
):
    append_only(Model.metadata.tables[_name])
