"""What a spurt shows on the page of the program and on the desk of its manager."""

from marketplace.access.actor import Actor
from marketplace.kernel import clock
from marketplace.programs.models import Program
from marketplace.programs.panels import Panel, desk_panel, page_panel
from marketplace.programs.spurts.queries.panels import people_so_far, spurt_so_far
from marketplace.programs.states import ProgramKind, ProgramState


@page_panel(ProgramKind.SPURT)
def on_page(actor: Actor, program: Program) -> Panel | None:
    """What is left of my caps and of the spurt's, and the days left."""
    found = spurt_so_far(program, actor.employee_id)
    legs = [one for one in found.legs if one.mine or one.leg.is_for(actor.department_id)]
    days = (program.ends_on - clock.today()).days
    runs = program.state is ProgramState.RUNNING and days >= 0
    values = {"legs": legs, "spurt": found, "days": days if runs else None}
    return Panel("programs/spurts/_mine.html", values)


@desk_panel(ProgramKind.SPURT)
def on_desk(actor: Actor, program: Program) -> Panel | None:  # noqa: ARG001  the same for all
    """A draft leads to its check; later, points per leg and person and what is left of the cap."""
    if program.state is ProgramState.DRAFT:
        return Panel("programs/spurts/_draft.html", {"slug": program.slug})
    found = spurt_so_far(program)
    values = {"spurt": found, "people": people_so_far(program)}
    return Panel("programs/spurts/_desk.html", values)
