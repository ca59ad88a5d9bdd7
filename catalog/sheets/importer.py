"""Catalogs from files: read, compared with what stands here, imported all or none."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from catalog.sheets import operations
from catalog.sheets.columns import COLUMNS, read_cell
from catalog.sheets.plan import Plan
from catalog.sheets.planning import make_plan
from catalog.sheets.queries import KnownCatalog, Values, catalog_as_it_stands
from catalog.views.looks import first_look
from marketplace.access.actor import Actor
from marketplace.access.roles import Permission
from marketplace.imports.operations import MOST_PROBLEMS
from marketplace.imports.registry import Example, Files, Found, Option, Run, register
from marketplace.kernel.errors import NotAllowed
from marketplace.kernel.parsing import CannotRead
from marketplace.kernel.tabular import Row, RowError, load_lookups, read_rows
from marketplace.kernel.tabular.problems import row_error
from marketplace.people.queries import actor_of

EXAMPLE = Example(
    file_name="catalog-example.csv",
    file="\n".join(
        (
            ",".join(column.heading for column in COLUMNS.values()),
            ",".join(column.example for column in COLUMNS.values()),
        )
    ),
    profile='kind = "catalog"\n\n[columns]     # on the left Laurel\'s word, on the right your '
    "heading; leave out what your file doesn't have\n"
    + "".join(f'{name} = "{column.heading}"\n' for name, column in COLUMNS.items()),
)


class CatalogImporter:
    """Rewards and their variants, one row for each amount, size or date."""

    kind = "catalog"
    title = "Catalog"
    lead = (
        "Rewards, prices, stock and costs, one row for each amount, size or date. Columns that the "
        "file doesn't have stay as they are. The same file twice changes nothing."
    )
    count_labels = {  # noqa: RUF012  read only
        "new_rewards": "new rewards",
        "new_variants": "new rows",
        "changed_rewards": "rewards changed",
        "changed_variants": "rows changed",
        "prices": "new prices",
        "stocks": "new numbers in stock",
        "unchanged": "unchanged",
    }
    options: Sequence[Option] = ()
    example = EXAMPLE

    def rows(self, run: Run, files: Files) -> Iterator[Any]:
        """The rows of the file, each cell read."""
        lookups = load_lookups(run.profile, given=files.lookups)
        for row in read_rows(files.main, run.profile, lookups):
            if isinstance(row, RowError):
                yield row
            else:
                yield from _read(row)

    def stage(self, run: Run, rows: Sequence[Any]) -> None:
        """Keep a batch of rows."""
        operations.stage_rows(run.id, [(row.line, row.values) for row in rows])

    def check(self, run: Run, *, at: datetime) -> Found:
        """Say what would change, cell by cell, and which rows can't be."""
        plan, _ = _plan(run, at)
        return _found(plan)

    def apply(self, run: Run, *, actor: Actor, at: datetime) -> Found:
        """Plan again and carry it out. Raises NotAllowed for who doesn't look after the catalog."""
        if actor.employee_id and not actor_of(actor.employee_id).may(Permission.CATALOG_MANAGE):
            raise NotAllowed("Only who looks after the catalog can import into it.")
        plan, known = _plan(run, at)
        carrier = operations.Carrier(actor, known, f"Import {run.id}", first_look, at=at)
        carrier.carry_out(plan)
        return _found(plan)

    def forget(self, run_id: int) -> None:
        """Delete the kept rows of a run."""
        operations.forget_rows(run_id)


class _ReadRow:
    """A row of which every cell was read."""

    def __init__(self, row: Row, values: Values) -> None:
        self.line, self.values, self.warnings = row.line, values, row.warnings


def _read(row: Row) -> Iterator[_ReadRow | RowError]:
    values: Values = {}
    errors: list[RowError] = []
    for name in row.values:
        text = row.text(name)
        try:
            values[name] = read_cell(name, text)
        except CannotRead as why:
            errors.append(row_error(row.line, name, text or "", why.problem, why.enter))
    yield from errors or [_ReadRow(row, values)]


def _plan(run: Run, at: datetime) -> tuple[Plan, KnownCatalog]:
    known = catalog_as_it_stands(at)
    return make_plan(operations.staged_rows(run.id), known), known


def _found(plan: Plan) -> Found:
    return Found(
        counts=plan.count(),
        good_rows=plan.changing,
        bad_rows=len({problem.line for problem in plan.problems}),
        problems=plan.problems[:MOST_PROBLEMS],
        notes=plan.notes[:MOST_PROBLEMS],
    )


register(CatalogImporter())
