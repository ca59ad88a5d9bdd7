"""What importers of single facts share: staged rows, a trial that says what happens, one deed."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, ClassVar

import sqlalchemy as sa

from marketplace.access.actor import Actor
from marketplace.imports import operations
from marketplace.imports.models import ImportRun
from marketplace.imports.operations import MOST_PROBLEMS
from marketplace.imports.registry import Found, Run
from marketplace.kernel.db import Model, in_batches, rows_changed, session
from marketplace.kernel.tabular import RowError
from marketplace.kernel.tabular.problems import row_error


class StagedImporter:
    """An importer whose rows wait in the table `staged` (with run_id and line) until it acts.

    A kind says what is kept of a row, which rows stand in each other's way, and how the staged rows
    come in; checking, importing and forgetting follow from that.
    """

    staged: ClassVar[Any]
    of_whole: ClassVar[tuple[str, ...]] = ()  # options that say something of the file as a whole

    def kept(self, row: Any) -> dict[str, Any]:
        """The columns of a staged row, beside the run it belongs to."""
        raise NotImplementedError

    def doubled(self, run_id: int) -> list[RowError]:
        """Staged rows that say the same thing twice: both are named, since nobody knows which."""
        raise NotImplementedError

    def bring_in(self, run: Run, actor: Actor, at: datetime) -> Found:
        """Take the staged rows in and settle what they touch."""
        raise NotImplementedError

    def about(self, run: Run, employee_id: int) -> sa.ColumnElement[bool]:  # noqa: ARG002
        """The condition that a staged row is about somebody, or takes from them what is theirs."""
        return self.staged.employee_id == employee_id

    def told(self, run: Run) -> list[str]:
        """The staged rows of a small run in words, for who says import."""
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
        found = self._trial(run, at)
        return Found(found.counts, found.good_rows, len(bad), doubled, self._own_rows(run))

    def _own_rows(self, run: Run) -> list[RowError]:
        """A note for each row that is about who sent the file."""
        sender = session().get_one(ImportRun, run.id).started_by_id
        if sender is None:
            return []
        lines = session().scalars(
            sa.select(self.staged.line)
            .where(self.staged.run_id == run.id, self.about(run, sender))
            .order_by(self.staged.line)
            .limit(MOST_PROBLEMS)
        )
        fact = "This row is about you, who sent the file."
        enter = "Nothing. If you import the file, somebody else has to confirm this row."
        return [row_error(line, "person", "", fact, enter) for line in dict.fromkeys(lines)]

    def apply(self, run: Run, *, actor: Actor, at: datetime) -> Found:
        """Take the staged rows in, but for those about who imports: they wait for somebody else."""
        aside_id, held = self._hold_back(run, actor, at)
        found = self.bring_in(replace(run, aside_id=aside_id), actor, at)
        if aside_id is None:
            return found
        counts = {**found.counts, "held": held, "held_run": aside_id}
        return Found(counts, found.good_rows, found.bad_rows)

    def _hold_back(self, run: Run, actor: Actor, at: datetime) -> tuple[int | None, int]:
        """Put the importer's own rows aside where they would change anything; how many."""
        if actor.employee_id is None or not self._count(run, self.about(run, actor.id)):
            return None, 0
        aside_id = operations.hold(run.id, actor=actor, at=at)
        held = self._move(run, self.about(run, actor.id), aside_id)
        options = {name: run.options[name] for name in run.options if name not in self.of_whole}
        found = self._trial(replace(run, id=aside_id, options=options), at)
        if not found.good_rows:
            self._move(replace(run, id=aside_id), sa.true(), run.id)
            operations.let_go(aside_id)
            return None, 0
        operations.note_held(aside_id, found, options=options, rows=held, at=at)
        return aside_id, held

    def _count(self, run: Run, wanted: sa.ColumnElement[bool]) -> int:
        rows = sa.select(sa.func.count()).select_from(self.staged)
        return session().scalar(rows.where(self.staged.run_id == run.id, wanted)) or 0

    def _move(self, run: Run, wanted: sa.ColumnElement[bool], to: int) -> int:
        moved = session().execute(
            sa.update(self.staged)
            .where(self.staged.run_id == run.id, wanted)
            .values(run_id=to)
            .execution_options(synchronize_session=False)
        )
        return rows_changed(moved)

    def _trial(self, run: Run, at: datetime) -> Found:
        trial = session().begin_nested()
        try:
            return self.bring_in(run, Actor.system(), at)
        finally:
            trial.rollback()

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
