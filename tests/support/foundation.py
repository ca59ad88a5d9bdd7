"""Writes the first schema anew from the models: `python -m tests.support.foundation`.

Only as long as no released version has laid it anywhere; from then on a change of the schema is a
migration of its own.
"""

from collections.abc import Iterator
from itertools import groupby

import sqlalchemy as sa

from marketplace.app import slice_modules
from marketplace.kernel.db import Model
from marketplace.kernel.settings import ROOT

NEXT = "\n\n-- next\n"


def foundation(dialect: str) -> str:
    """The statements that lay the models on an engine, as the file in `migrations` holds them."""
    slice_modules()
    found: list[str] = []
    address = "sqlite://" if dialect == "sqlite" else "postgresql+psycopg://"
    engine = sa.create_mock_engine(
        address, lambda statement, *_: found.append(str(statement.compile(dialect=engine.dialect)))
    )
    Model.metadata.create_all(engine, checkfirst=False)
    return NEXT.join(_in_order([_tidy(statement) for statement in found])) + "\n"


def _in_order(statements: list[str]) -> Iterator[str]:
    """The indexes of a table by name: a set has no order, a file in version control needs one."""
    for is_index, run in groupby(statements, lambda statement: " INDEX " in statement[:30]):
        yield from (sorted if is_index else list)(run)


def _tidy(statement: str) -> str:
    lines = (line.rstrip() for line in statement.strip().replace("\t", "    ").splitlines())
    return "\n".join(line for line in lines if line) + ";"


if __name__ == "__main__":
    for name in ("sqlite", "postgresql"):
        (ROOT / "migrations" / "foundation" / f"{name}.sql").write_text(foundation(name), "utf-8")
