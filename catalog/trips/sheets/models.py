"""Rows of a file with the plan of a departure, on their way in."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.db import Model


class StagedItem(Model):
    """A row as it was read, kept until the import is done or forgotten."""

    __tablename__ = "staged_itinerary_items"

    run_id: Mapped[int] = mapped_column(
        sa.ForeignKey("import_runs.id"), primary_key=True, autoincrement=False
    )
    line: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    values: Mapped[dict[str, str]] = mapped_column(sa.JSON())
