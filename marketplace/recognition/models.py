"""Values, recognitions and who they are for, giving allowances, applause, and what was noticed."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.append_only import append_only
from marketplace.kernel.db import Model, one_of, whole
from marketplace.recognition.states import (
    Choice,
    Mode,
    RecognitionState,
    Showing,
    Source,
    Visibility,
    Watched,
)

LONGEST_MESSAGE = 500


class CompanyValue(Model):
    """Something the company stands for, that thanks are tied to. A retired one stays on old ones.

    `hue` is in degrees; the color itself is made by the pages.
    """

    __tablename__ = "company_values"
    __table_args__ = (
        *whole("hue", 0, 359),
        *whole("position", 0, 10_000),
        sa.CheckConstraint("name <> '' AND slug <> ''", name="named"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    sentence: Mapped[str]
    icon: Mapped[str]
    hue: Mapped[int]
    position: Mapped[int]
    retired_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class Recognition(Model):
    """A message of thanks. Without `giver_id` it comes from the company itself.

    `points` is what each recipient gets from `program_id`; `period` is the month (its first day)
    whose allowance they came from, None when they came from none. It counts, is seen and told from
    `effective_at` on, the giver's time to take it back; `took_effect_at` is when that was done.
    `source_ref` is what it was made of (a meeting, a year of service), so that it is made once.
    """

    __tablename__ = "recognitions"
    __table_args__ = (
        sa.UniqueConstraint("id", "giver_id"),
        sa.UniqueConstraint("source", "source_ref"),
        sa.Index("ix_recognitions_giver", "giver_id", "created_at"),
        sa.Index("ix_recognitions_program", "program_id", "created_at"),
        sa.Index("ix_recognitions_newest", "created_at", "id"),
        sa.Index(
            "ix_recognitions_pending",
            "effective_at",
            sqlite_where=sa.text("took_effect_at IS NULL"),
            postgresql_where=sa.text("took_effect_at IS NULL"),
        ),
        *whole("points", 0),
        one_of("source", Source),
        one_of("visibility", Visibility),
        one_of("state", RecognitionState),
        sa.CheckConstraint("points = 0 OR program_id IS NOT NULL", name="points_have_a_program"),
        sa.CheckConstraint(
            f"length(message) BETWEEN 1 AND {LONGEST_MESSAGE}", name="message_length"
        ),
        sa.CheckConstraint("effective_at >= created_at", name="effective_after_created"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    giver_id: Mapped[int | None] = mapped_column(sa.ForeignKey("employees.id"))
    program_id: Mapped[int | None] = mapped_column(sa.ForeignKey("programs.id"))
    value_id: Mapped[int | None] = mapped_column(sa.ForeignKey("company_values.id"), index=True)
    message: Mapped[str]
    points: Mapped[int] = mapped_column(default=0)
    period: Mapped[date | None]
    visibility: Mapped[Visibility] = mapped_column(default=Visibility.PUBLIC)
    source: Mapped[Source] = mapped_column(default=Source.PAGE)
    source_ref: Mapped[str | None]
    state: Mapped[RecognitionState] = mapped_column(default=RecognitionState.STANDING)
    created_at: Mapped[datetime]
    effective_at: Mapped[datetime]
    took_effect_at: Mapped[datetime | None]


class RecognitionRecipient(Model):
    """One person a recognition is for. The database itself refuses self-recognition."""

    __tablename__ = "recognition_recipients"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["recognition_id", "giver_id"], ["recognitions.id", "recognitions.giver_id"]
        ),
        sa.CheckConstraint("giver_id IS NULL OR giver_id <> employee_id", name="not_oneself"),
        one_of("showing", Showing),
        sa.Index("ix_recognition_recipients_employee", "employee_id", "giver_id"),
    )

    recognition_id: Mapped[int] = mapped_column(sa.ForeignKey("recognitions.id"), primary_key=True)
    employee_id: Mapped[int] = mapped_column(sa.ForeignKey("employees.id"), primary_key=True)
    giver_id: Mapped[int | None]
    showing: Mapped[Showing]


class RecognitionEvent(Model):
    """What became of a recognition: sent, taken back, removed; who did it, when and why."""

    __tablename__ = "recognition_events"

    id: Mapped[int] = mapped_column(primary_key=True)
    recognition_id: Mapped[int] = mapped_column(sa.ForeignKey("recognitions.id"), index=True)
    state: Mapped[RecognitionState]
    actor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("employees.id"))
    reason: Mapped[str]
    at: Mapped[datetime]


class RecognitionChoice(Model):
    """What somebody wants to happen with recognition they get; without a row it is public."""

    __tablename__ = "recognition_choices"
    __table_args__ = (one_of("choice", Choice),)

    employee_id: Mapped[int] = mapped_column(
        sa.ForeignKey("employees.id"), primary_key=True, autoincrement=False
    )
    choice: Mapped[Choice]
    chosen_at: Mapped[datetime]


class GivingAllowance(Model):
    """What one person may give in one month of a program, and has given. Never theirs to spend.

    `period` is the first day of the month. The CHECK is the second wall behind a guarded UPDATE.
    """

    __tablename__ = "giving_allowances"
    __table_args__ = (
        *whole("granted", 0),
        *whole("used", 0),
        sa.CheckConstraint("used <= granted", name="within_the_allowance"),
    )

    program_id: Mapped[int] = mapped_column(sa.ForeignKey("programs.id"), primary_key=True)
    employee_id: Mapped[int] = mapped_column(sa.ForeignKey("employees.id"), primary_key=True)
    period: Mapped[date] = mapped_column(primary_key=True)
    granted: Mapped[int]
    used: Mapped[int]


class Applause(Model):
    """One person clapping for one recognition. It brings no points."""

    __tablename__ = "recognition_applause"

    recognition_id: Mapped[int] = mapped_column(sa.ForeignKey("recognitions.id"), primary_key=True)
    employee_id: Mapped[int] = mapped_column(sa.ForeignKey("employees.id"), primary_key=True)
    at: Mapped[datetime]


class GivingNote(Model):
    """What the rules of giving noticed about a recognition that was sent, and why it was sent.

    `numbers` are those of the sentence. `reason` is the giver's own, where the mode asked for one.
    """

    __tablename__ = "giving_notes"
    __table_args__ = (one_of("watched", Watched), one_of("mode", Mode))

    id: Mapped[int] = mapped_column(primary_key=True)
    recognition_id: Mapped[int] = mapped_column(sa.ForeignKey("recognitions.id"), index=True)
    recipient_id: Mapped[int] = mapped_column(sa.ForeignKey("employees.id"))
    watched: Mapped[Watched]
    mode: Mapped[Mode]
    numbers: Mapped[dict[str, Any]]
    reason: Mapped[str]
    at: Mapped[datetime]


for _name in ("recognition_events", "giving_notes"):
    append_only(Model.metadata.tables[_name])
