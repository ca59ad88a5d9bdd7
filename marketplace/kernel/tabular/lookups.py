"""Tables beside an import: seller key to national id, product number to name."""

from collections.abc import Mapping
from pathlib import Path

from marketplace.kernel.parsing import CannotRead
from marketplace.kernel.tabular.cells import Source, open_source
from marketplace.kernel.tabular.converting import text_converter
from marketplace.kernel.tabular.problems import CannotReadTable, RowError
from marketplace.kernel.tabular.profile import ImportProfile, LookupTable
from marketplace.kernel.tabular.sections import unknown_name
from marketplace.kernel.tabular.table import open_table

MOST_ENTRIES = 500_000

Lookups = Mapping[str, Mapping[str, str]]


def load_lookups(
    profile: ImportProfile, *, beside: Path | None = None, given: Mapping[str, Source] | None = None
) -> dict[str, dict[str, str]]:
    """Every lookup of a profile: a source `given` by name, or its file in the folder `beside`."""
    given = given or {}
    for name in given:
        if name not in profile.lookups:
            known = list(profile.lookups) or ["none"]
            raise unknown_name(f"The profile has no lookup “{name}”", name, known)
    return {
        name: read_lookup(table, given.get(name) or _file_beside(table, beside))
        for name, table in profile.lookups.items()
    }


def read_lookup(table: LookupTable, source: Source) -> dict[str, str]:
    """One lookup table; rows in error and keys with two meanings are refused."""
    read, found = text_converter(frozenset({""})), {}
    with open_source(source) as stream:
        rows = open_table(stream, table.format)
        key_at = rows.position(table.source, f"lookup.{table.name}.from")
        value_at = rows.position(table.target, f"lookup.{table.name}.to")
        for row in rows.rows():
            if isinstance(row, RowError):
                raise _refused(table, row.line, f"{row.problem} {row.enter}")
            line, cells = row
            try:
                key, value = read(cells[key_at]), read(cells[value_at])
            except CannotRead as problem:
                raise _refused(table, line, f"{problem.problem} {problem.enter}") from None
            if key is None or value is None:
                continue
            if found.setdefault(key, value) != value:
                raise _refused(table, line, f"“{key}” stands for two different values.")
            if len(found) > MOST_ENTRIES:
                raise _refused(table, line, f"More than {MOST_ENTRIES:,} entries are too many.")
    return found


def _file_beside(table: LookupTable, folder: Path | None) -> Path:
    if folder is None or table.file is None or not (folder / table.file).is_file():
        named = f" ({table.file})" if table.file else ""
        raise CannotReadTable(
            f"The profile needs the table “{table.name}”{named}. Put it beside the import, or give "
            f"it with --lookup {table.name}=FILE."
        )
    return folder / table.file


def _refused(table: LookupTable, line: int, why: str) -> CannotReadTable:
    return CannotReadTable(f"Lookup “{table.name}”, line {line:,}: {why}")
