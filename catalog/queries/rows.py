"""What statements of the catalog are made of."""

from typing import Any

import sqlalchemy as sa

Row = sa.Row[*tuple[Any, ...]]
Statement = sa.Select[*tuple[Any, ...]]


def at_most(number: int) -> sa.ColumnElement[int]:
    """A limit written into its statement: PostgreSQL keeps one plan for all values, made for it."""
    return sa.literal_column(str(number), sa.Integer)
