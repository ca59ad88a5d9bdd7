"""What importers of single facts share: staged rows, a trial that says what happens, one deed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, ClassVar

import sqlalchemy as sa

from marketplace.access.actor import Actor
from marketplace.imports.registry import Found, Run
from marketplace.kernel.db import Model, in_batches, session
from marketplace.kernel.tabular import RowError
from marketplace.kernel.tabular.problems import row_error


class StagedImporter:
    """An importer whose rows wait in the table `staged` (with run_id and line) until it acts.

    A kind says what is kept of a row, which rows stand in each other's way, and how the staged rows
    come in; checking, importing and forgetting follow from that.
    """

    staged: ClassVar[Any]

    def kept(self, row: Any) -> dict[str, Any]:
        """The columns of a staged row, beside the run it belongs to."""
        raise NotImplementedError

    def doubled(self, run_id: int) -> list[RowError]:
        """Staged rows that say the same thing twice: both are named, since nobody knows which."""
        raise NotImplementedError

    def bring_in(self, run: Run, actor: Actor, at: datetime) -> Found:
        """Take the staged rows in and settle what they touch."""
        raise NotImplementedError

    def stage(self, run: Run, rows: Sequence[Any]) -> None:
        """Keep a batch of rows."""
        session().execute(
            sa.insert(Model.metadata.tables[self.staged.__tablename__]),
            [{"run_id": run.id, **self.kept(row)} for row in rows],
        )

    def check(self, run: Run, *, at: datetime) -> Found:
        """Do it all and take it back, so that the dry run says exactly what would happen."""
        doubled = self.doubled(run.id)
        bad = sorted({error.line for error in doubled})
        self._drop(run.id, bad)
        trial = session().begin_nested()
        try:
            found = self.bring_in(run, Actor.system(), at)
        finally:
            trial.rollback()
        return Found(found.counts, found.good_rows, len(bad), doubled)

    def apply(self, run: Run, *, actor: Actor, at: datetime) -> Found:
        """Take the staged rows in."""
        return self.bring_in(run, actor, at)

    def forget(self, run_id: int) -> None:
        """Delete the staged rows of a run."""
        session().execute(sa.delete(self.staged).where(self.staged.run_id == run_id))

    def _drop(self, run_id: int, lines: Sequence[int]) -> None:
        for batch in in_batches(lines):
            session().execute(
                sa.delete(self.staged).where(
                    self.staged.run_id == run_id, self.staged.line.in_(batch)
                )
            )


def doubled_references(staged: Any, run_id: int) -> list[RowError]:
    """Rows of one run with one `external_ref`: neither can be told from the other."""
    fact = "Another row of this file has the same reference."
    enter = "A reference of its own for each row; name more columns in the profile if need be."
    found = doubled_rows(staged, run_id, (staged.external_ref,), staged.external_ref)
    return [row_error(line, "reference", reference, fact, enter) for line, reference in found]


def doubled_rows(staged: Any, run_id: int, of: Sequence[Any], shown: Any) -> list[tuple[int, Any]]:
    """Line and a shown column of the rows of one run that agree in all columns `of`, by line.

    One pass with a window: a table filled a moment ago has no statistics yet, and PostgreSQL joined
    it with itself row by row: many minutes for 60,000 of them.
    """
    times = sa.func.count().over(partition_by=of)
    counted = (
        sa.select(staged.line, shown.label("shown"), times.label("times"))
        .where(staged.run_id == run_id)
        .subquery()
    )
    rows = session().execute(
        sa.select(counted.c.line, counted.c.shown)
        .where(counted.c.times > 1)
        .order_by(counted.c.line, counted.c.shown)
    )
    return [(line, value) for line, value in rows]
