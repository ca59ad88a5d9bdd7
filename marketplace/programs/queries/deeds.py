"""Whether anything was done under a program, whichever room keeps it."""

from collections.abc import Sequence

import sqlalchemy as sa

from marketplace.kernel.db import Model, session


def deeds_under(program_id: int) -> Sequence[str]:
    """The tables that keep something done under a program: awards, claims, standings, thanks.

    Every table with a `program_id` counts, so that a new kind of program can't be forgotten,
    unless it says that it only prepares a program (`db.PREPARES`).
    """
    kept = [
        sa.select(sa.literal(table.name)).where(sa.exists().where(table.c.program_id == program_id))
        for table in sorted(Model.metadata.tables.values(), key=lambda one: one.name)
        if "program_id" in table.c and "prepares" not in table.info
    ]
    return session().scalars(sa.union_all(*kept)).all()
