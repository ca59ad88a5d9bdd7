"""What importers of small files share: rows as text, what became of them, and a trial."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from typing import NamedTuple

from marketplace.imports.operations import MOST_PROBLEMS
from marketplace.imports.registry import Files, Found, Run
from marketplace.kernel.db import session
from marketplace.kernel.tabular import RowError, load_lookups, read_rows


class Line(NamedTuple):
    """A row of a file as text, to be kept: each column that the profile names."""

    line: int
    values: dict[str, str]
    warnings: tuple[RowError, ...] = ()


def lines_of(run: Run, files: Files) -> Iterator[Line | RowError]:
    """The rows of a file; what they mean is found out by `check`."""
    lookups = load_lookups(run.profile, given=files.lookups)
    for row in read_rows(files.main, run.profile, lookups):
        if isinstance(row, RowError):
            yield row
        else:
            values = {name: "" if cell is None else str(cell) for name, cell in row.values.items()}
            yield Line(row.line, values, row.warnings)


@dataclass(slots=True)
class Taken:
    """How many rows of a file were what; `changing` is what would be written."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    gone: int = 0

    @property
    def changing(self) -> int:
        """How many rows change anything."""
        return self.new + self.changed + self.gone

    def counts(self) -> dict[str, int]:
        """By name."""
        return asdict(self)


@dataclass(slots=True)
class Outcome:
    """What became of a file: counts, what is wrong with rows, and what would change in words."""

    taken: Taken = field(default_factory=Taken)
    problems: list[RowError] = field(default_factory=list)
    notes: list[RowError] = field(default_factory=list)

    @property
    def found(self) -> Found:
        """The same as every import says it."""
        return Found(
            counts=self.taken.counts(),
            good_rows=self.taken.changing,
            bad_rows=len({problem.line for problem in self.problems}),
            problems=_first(self.problems),
            notes=_first(self.notes),
        )


def _first(rows: Sequence[RowError]) -> Sequence[RowError]:
    return rows[:MOST_PROBLEMS]


def tried(work: Callable[[], Outcome]) -> Found:
    """Do it, say what came of it, and take it back."""
    trial = session().begin_nested()
    try:
        return work().found
    finally:
        trial.rollback()
