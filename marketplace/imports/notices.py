"""Letters about rows put aside: to those who may import what is about who imported a file."""

from datetime import datetime

from marketplace.imports.operations import FILES_KEPT
from marketplace.imports.queries import run_page
from marketplace.imports.registry import who_else_imports
from marketplace.imports.states import RunState
from marketplace.web.letters import page_link, write_letter


def tell_held(run_id: int, *, at: datetime) -> None:
    """Ask those who may import the rows, each once; or say what to do to whom they are about."""
    run = run_page(run_id)
    if run.held_for_id is None or run.state is not RunState.CHECKED:
        return
    who = who_else_imports(run.held_for_id)
    for reader in who.others or [who.about]:
        write_letter(
            "rows_held",
            to=reader,
            key=f"rows_held:{run_id}:{reader.id}",
            at=at,
            about=who.about.name,
            remedy="" if who.others else who.words,
            file=run.file_name,
            rows=run.rows_read,
            until=(run.uploaded_at + FILES_KEPT).date(),
            href=page_link("imports.show", run_id=run_id),
        )
