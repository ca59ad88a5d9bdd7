"""What an award adds to the page of its program and to its manager's desk."""

from marketplace.access.actor import Actor
from marketplace.kernel import clock
from marketplace.programs.models import Program
from marketplace.programs.nominations.policies import nominating_obstacle, task_of
from marketplace.programs.nominations.queries.desk import flows_of, share_across
from marketplace.programs.nominations.queries.rounds import rounds_for, rounds_of
from marketplace.programs.nominations.states import RoundState
from marketplace.programs.panels import Panel, desk_panel, page_panel
from marketplace.programs.states import ProgramKind


@page_panel(ProgramKind.NOMINATION)
def on_page(actor: Actor, program: Program) -> Panel | None:
    """What waits for somebody, the rounds that are open to them, and who won."""
    rounds = rounds_for(actor, program.id)
    today = clock.today()
    return Panel(
        "programs/nominations/_page_panel.html",
        {
            "tasks": [task for one in rounds if (task := task_of(actor, one, today))],
            "open": [one for one in rounds if not nominating_obstacle(actor, one, today)],
            "published": [one for one in rounds if one.state is RoundState.CONFIRMED],
        },
    )


@desk_panel(ProgramKind.NOMINATION)
def on_desk(_actor: Actor, program: Program) -> Panel | None:
    """Rounds, and who nominates whom, department by department."""
    flows = flows_of(program.id)
    return Panel(
        "programs/nominations/manage/_desk_panel.html",
        {
            "slug": program.slug,
            "rounds": rounds_of(program.id),
            "flows": flows,
            "across": share_across(flows),
        },
    )
