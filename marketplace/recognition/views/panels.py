"""What a recognition program shows on its page and at the manager's desk."""

from marketplace.access.actor import Actor
from marketplace.kernel import clock
from marketplace.programs.models import Program
from marketplace.programs.panels import Panel, desk_panel, page_panel
from marketplace.programs.states import ProgramKind
from marketplace.recognition.queries.desk import latest_with_points
from marketplace.recognition.queries.giving import programs_to_give_from


@page_panel(ProgramKind.RECOGNITION)
def allowance_panel(actor: Actor, program: Program) -> Panel | None:
    """What is left to give this month."""
    mine = programs_to_give_from(actor, at=clock.now(), program_id=program.id)
    if not mine:
        return None
    return Panel("recognition/_allowance_panel.html", {"program": mine[0]})


@desk_panel(ProgramKind.RECOGNITION)
def giving_panel(_actor: Actor, program: Program) -> Panel | None:
    """The last points that were given, and what was noticed."""
    rows = latest_with_points(program.id)
    return Panel("recognition/manage/_desk_panel.html", {"rows": rows, "slug": program.slug})
