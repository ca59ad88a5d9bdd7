"""Names for what SQLAlchemy answers when the columns are chosen at run time."""

from typing import Any

import sqlalchemy as sa

Row = sa.Row[*tuple[Any, ...]]
Statement = sa.Select[*tuple[Any, ...]]
