"""Tables that SQLite keeps in another way: full-text indexes stand in the models like any table."""

from typing import Any

from sqlalchemy import Table
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.schema import CreateTable

_HOW = "sqlite_virtual"


def virtual_on_sqlite(table: Table, how: str) -> Table:
    """Make `table` on SQLite by `CREATE VIRTUAL TABLE … USING how`; elsewhere as it says."""
    table.info[_HOW] = how
    return table


def is_virtual(table: Table) -> bool:
    """Whether SQLite keeps this table in its own way, so that its columns don't compare."""
    return _HOW in table.info


@compiles(CreateTable, "sqlite")
def _create(element: Any, compiler: Any, **kw: Any) -> str:
    if not is_virtual(element.element):
        return compiler.visit_create_table(element, **kw)
    name = compiler.preparer.format_table(element.element)
    return f"\nCREATE VIRTUAL TABLE {name} USING {element.element.info[_HOW]}"
