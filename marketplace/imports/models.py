"""Files on their way in: how to read them, what is wrong with them, what became of them."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.imports.states import RunState
from marketplace.kernel.db import Model, whole


class ImportProfileText(Model):
    """A saved profile (TOML) of one kind of file, found by name."""

    __tablename__ = "import_profiles"
    __table_args__ = (sa.UniqueConstraint("kind", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    name: Mapped[str]
    toml: Mapped[str]
    saved_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("employees.id"))
    saved_at: Mapped[datetime]


class ImportRun(Model):
    """One file on its way in, with the profile it is read by as it was then.

    `counts` is what the last look at the file found; `rows_read` moves while it is being read.
    Rows of a file that are about who imported it are a run of their own, `held_from_id` that of the
    file: they wait `held_for_id`, whom they are about, until somebody else says import.
    """

    __tablename__ = "import_runs"
    __table_args__ = (
        *whole("rows_read", 0),
        *whole("file_bytes", 0),
        sa.CheckConstraint("approved_by_id <> held_for_id", name="not_by_whom_it_is_about"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(index=True)
    profile_name: Mapped[str]
    profile_toml: Mapped[str]
    options: Mapped[dict[str, Any]] = mapped_column(default=dict)
    file_name: Mapped[str]
    file_sha256: Mapped[str]
    file_bytes: Mapped[int]
    state: Mapped[RunState] = mapped_column(default=RunState.UPLOADED, index=True)
    rows_read: Mapped[int] = mapped_column(default=0)
    counts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    failure: Mapped[str] = mapped_column(default="", server_default="")
    started_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("employees.id"))
    approved_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("employees.id"))
    held_from_id: Mapped[int | None] = mapped_column(sa.ForeignKey("import_runs.id"))
    held_for_id: Mapped[int | None] = mapped_column(sa.ForeignKey("employees.id"))
    uploaded_at: Mapped[datetime]
    checked_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    file_gone_at: Mapped[datetime | None]


class ImportChunk(Model):
    """A piece of an uploaded file, in the database so that web and worker need no shared disk.

    `part` is empty for the file itself and names the lookup for a table beside it.
    """

    __tablename__ = "import_chunks"

    run_id: Mapped[int] = mapped_column(
        sa.ForeignKey("import_runs.id"), primary_key=True, autoincrement=False
    )
    part: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    content: Mapped[bytes]


class ImportProblem(Model):
    """A cell or row that can't be used (`stops_row`), or only with a doubt."""

    __tablename__ = "import_problems"

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(sa.ForeignKey("import_runs.id"), index=True)
    line: Mapped[int]
    field: Mapped[str]
    value: Mapped[str]
    problem: Mapped[str]
    enter: Mapped[str]
    stops_row: Mapped[bool]
