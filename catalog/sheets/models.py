"""Rows of a sheet on their way in."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.db import Model


class StagedVariant(Model):
    """A row as it was read, kept until the import is done or forgotten."""

    __tablename__ = "staged_variants"

    run_id: Mapped[int] = mapped_column(
        sa.ForeignKey("import_runs.id"), primary_key=True, autoincrement=False
    )
    line: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    values: Mapped[dict[str, Any]]
