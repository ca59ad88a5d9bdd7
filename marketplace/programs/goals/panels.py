"""What goals and paths show on the page of a program and on its desk."""

from marketplace.access.actor import Actor
from marketplace.programs.goals.queries import furthest, goal_so_far, path_of, paths_so_far
from marketplace.programs.models import Program
from marketplace.programs.panels import Panel, desk_panel, page_panel
from marketplace.programs.states import ProgramKind


@page_panel(ProgramKind.GOAL)
def goal_on_page(actor: Actor, program: Program) -> Panel | None:
    """A bar for the whole and for each part, one's own first, with what each milestone brings."""
    found = goal_so_far(program.id)
    if found is None:
        return None
    so_far, at = found
    mine = [bar for bar in so_far.parts if bar.is_of(actor.department_id)]
    others = [bar for bar in so_far.parts if bar not in mine]
    return Panel(
        "programs/goals/_goal.html",
        {
            "whole": so_far.whole,
            "bars": [*mine, *others],
            "mine": {bar.key for bar in mine} | ({so_far.whole.key} if mine else set()),
            "at": at,
        },
    )


@desk_panel(ProgramKind.GOAL)
def goal_on_desk(_actor: Actor, program: Program) -> Panel | None:
    """The same bars, and for each milestone what was given and to how many."""
    found = goal_so_far(program.id)
    if found is None:
        return None
    so_far, at = found
    pays = [
        {"who": bar.name, "mark": mark}
        for bar in (so_far.whole, *so_far.parts)
        for mark in bar.marks
        if mark.points
    ]
    return Panel(
        "programs/goals/_goal_desk.html",
        {
            "whole": so_far.whole,
            "bars": so_far.parts,
            "pays": pays,
            "at": at,
        },
    )


@page_panel(ProgramKind.MILESTONES)
def path_on_page(actor: Actor, program: Program) -> Panel | None:
    """My steps: done, now, next, missed."""
    path = path_of(program.id, actor.id)
    return Panel("programs/goals/_path.html", {"path": path})


@desk_panel(ProgramKind.MILESTONES)
def path_on_desk(_actor: Actor, program: Program) -> Panel | None:
    """How many reached each step, and who got furthest."""
    found = paths_so_far(program.id)
    if found is None:
        return None
    counts, at = found
    return Panel(
        "programs/goals/_path_desk.html",
        {"counts": counts.steps, "people": furthest(program.id), "at": at},
    )
