"""Letters about rows put aside: to those who may import them, and the answer back."""

from datetime import datetime

from marketplace.imports.operations import FILES_KEPT
from marketplace.imports.queries import run_page
from marketplace.imports.registry import who_else_imports
from marketplace.imports.states import RunState
from marketplace.web.letters import page_link, write_letter

_TOLD = frozenset({RunState.CHECKED, RunState.DONE, RunState.CANCELLED})


def tell_held(run_id: int, *, at: datetime) -> None:
    """Ask those who may import the rows, or tell whom they are about what came of it; each once."""
    run = run_page(run_id)
    if run.held_for_id is None or run.state not in _TOLD:
        return
    who, is_asked = who_else_imports(run.held_for_id), run.state is RunState.CHECKED
    themselves = [who.about] if who.is_here else []
    for reader in (who.others if is_asked else ()) or themselves:
        write_letter(
            "rows_held",
            to=reader,
            key=f"rows_held:{run_id}:{run.state.value}:{reader.id}",
            at=at,
            state=run.state,
            about=who.about.name,
            remedy=who.words if is_asked and not who.others else "",
            file=run.file_name,
            rows=run.rows_read,
            until=(run.uploaded_at + FILES_KEPT).date(),
            href=page_link("imports.show", run_id=run_id),
        )
