"""What an import found: counts, the first problems, and every bad row in a file to correct."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TextIO

from marketplace.kernel.tabular.escaping import escape
from marketplace.kernel.tabular.problems import RowError
from marketplace.kernel.tabular.rows import Row

MOST_KEPT = 100
REPORT_COLUMNS = ("line", "field", "value", "problem", "enter")


@dataclass(slots=True)
class ImportReport:
    """Counts of one import. Only the first problems are kept; all of them go to `spill`.

    `spill` is an open text file (`newline=""`) that becomes a CSV with a row per problem.
    """

    spill: TextIO | None = None
    good_rows: int = 0
    bad_rows: int = 0
    warnings: int = 0
    first_errors: list[RowError] = field(default_factory=list)
    first_warnings: list[RowError] = field(default_factory=list)
    _last_bad_line: int = 0
    _spilled: bool = False

    def good(self, rows: Iterable[Row | RowError]) -> Iterator[Row]:
        """Pass the good rows on and note everything else."""
        for row in rows:
            if isinstance(row, RowError):
                self.note(row)
            else:
                self.good_rows += 1
                self.doubt(row.warnings)
                yield row

    def note(self, error: RowError) -> None:
        """Add an error; several in one line are one bad row."""
        if error.line != self._last_bad_line:
            self.bad_rows += 1
            self._last_bad_line = error.line
        if len(self.first_errors) < MOST_KEPT:
            self.first_errors.append(error)
        self._write(error)

    def doubt(self, warnings: Iterable[RowError]) -> None:
        """Add what does not stop a row but should be seen."""
        for warning in warnings:
            self.warnings += 1
            if len(self.first_warnings) < MOST_KEPT:
                self.first_warnings.append(warning)

    def _write(self, error: RowError) -> None:
        if self.spill is None:
            return
        writer = csv.writer(self.spill)
        if not self._spilled:
            writer.writerow(REPORT_COLUMNS)
            self._spilled = True
        texts = (error.field, error.value, error.problem, error.enter)
        writer.writerow([error.line, *map(escape, texts)])
