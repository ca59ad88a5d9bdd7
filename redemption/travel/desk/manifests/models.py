"""Every list of a departure that was handed over: to whom, with which fields, and what of whom."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.append_only import append_only
from marketplace.kernel.db import Model, one_of, whole
from redemption.travel.desk.manifests.states import FileKind, ListKind


class Handover(Model):
    """A list left the company. The file itself is not kept: `digest` (SHA-256) tells it again.

    `fields` are the headings it had, `people` how many it was about, `reason` why it was given.
    Never changed.
    """

    __tablename__ = "trip_handovers"
    __table_args__ = (
        one_of("kind", ListKind),
        one_of("file_kind", FileKind),
        *whole("rows", 0),
        *whole("people", 0),
        sa.CheckConstraint("receiver <> ''", name="to_somebody"),
        sa.Index("ix_trip_handovers_departure", "variant_id", "kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    variant_id: Mapped[int] = mapped_column(sa.ForeignKey("variants.id"))
    kind: Mapped[ListKind]
    file_kind: Mapped[FileKind]
    receiver: Mapped[str]
    reason: Mapped[str]
    fields: Mapped[list[str]]
    rows: Mapped[int]
    people: Mapped[int]
    is_latin: Mapped[bool]
    digest: Mapped[str]
    actor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("employees.id"))
    at: Mapped[datetime]


class HandoverRow(Model):
    """One row of a list that was handed over: `key` says of what, `mark` what stood in it.

    The mark is keyed, so that nobody finds a birth date by trying all of them. Never changed.
    """

    __tablename__ = "trip_handover_rows"

    handover_id: Mapped[int] = mapped_column(sa.ForeignKey("trip_handovers.id"), primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    mark: Mapped[str]


for _table in ("trip_handovers", "trip_handover_rows"):
    append_only(Model.metadata.tables[_table])
