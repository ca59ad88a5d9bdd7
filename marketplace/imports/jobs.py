"""Import runs in the worker."""

import sqlalchemy as sa

from marketplace.access.actor import Actor
from marketplace.imports import notices, operations, runner
from marketplace.imports.models import ImportRun
from marketplace.imports.registry import importer_of
from marketplace.imports.states import RunState
from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.kernel.jobs import job


@job("imports.check")
def check(run_id: int) -> None:
    """Dry run. Starting over is always right: it writes nothing but its own notes."""
    runner.check_run(run_id)


@job("imports.apply")
def apply(run_id: int, actor_id: int | None, actor_name: str) -> None:
    """Import what was approved, in the name of who approved it."""
    actor = Actor.system() if actor_id is None else Actor(actor_id, actor_name)
    runner.import_run(run_id, actor=actor)


@job("imports.tell_held")
def tell_held(run_id: int) -> None:
    """Write the letters about one step of rows put aside; again changes nothing."""
    with transaction():
        notices.tell_held(run_id, at=clock.now())


@job("imports.forget_files", cron="41 3 * * *")
def forget_files() -> None:
    """Delete the files of imports older than 30 days; a run nobody decided on is called off."""
    with transaction():
        old = session().execute(
            sa.select(ImportRun.id, ImportRun.kind, ImportRun.state).where(
                ImportRun.uploaded_at < clock.now() - operations.FILES_KEPT,
                ImportRun.file_gone_at.is_(None),
                ImportRun.state != RunState.IMPORTING,
            )
        )
        for run_id, kind, state in old.all():
            if state in {RunState.UPLOADED, RunState.CHECKED}:
                operations.cancel(run_id, actor=Actor.system(), at=clock.now())
            importer_of(kind).forget(run_id)
            operations.forget_file(run_id, at=clock.now())
