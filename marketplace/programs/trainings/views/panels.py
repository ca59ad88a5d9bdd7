"""What trainings add to the page of a program, to its desk and to the list of what one can earn."""

from collections.abc import Sequence

from flask import url_for

from marketplace.access.actor import Actor
from marketplace.programs.models import Program
from marketplace.programs.panels import (
    Decisions,
    Panel,
    Undecided,
    desk_panel,
    earn_panel,
    page_panel,
    register_decisions,
    undecided,
)
from marketplace.programs.states import ProgramKind
from marketplace.programs.trainings.queries import desk as desks
from marketplace.programs.trainings.queries import paths

ON_DESK = 8


@page_panel(ProgramKind.TRAINING)
def page(actor: Actor, program: Program) -> Panel:
    """The path as steps, and its badge."""
    path = paths.path_for(actor, program)
    values = {"path": path, "slug": program.slug, "name": program.name}
    return Panel("programs/trainings/_page_panel.html", values)


@desk_panel(ProgramKind.TRAINING)
def desk(actor: Actor, program: Program) -> Panel:  # noqa: ARG001  the same for all managers
    """Who completed what last, and what waits."""
    terms, waiting = desks.terms_and_waiting(program.id)
    values = {
        "slug": program.slug,
        "waiting": waiting,
        "completions": desks.last_completions(terms, ON_DESK),
    }
    return Panel("programs/trainings/_desk_panel.html", values)


@earn_panel
def earned(actor: Actor) -> Panel | None:
    """The badges one earned."""
    badges = paths.badges_of(actor)
    return Panel("programs/trainings/_earn_panel.html", {"badges": badges}) if badges else None


def to_decide(actor: Actor) -> Sequence[Undecided]:
    """The courses that wait for this person, or for nobody."""
    return [
        undecided(
            waiting,
            what=row.course,
            who=row.who,
            department=row.department,
            points=points,
            since=row.submitted_at,
            href=url_for(
                "trainings_manage.claim", slug=waiting.program.slug, reference=row.reference
            ),
        )
        for row, points, waiting in desks.courses_to_decide(actor)
    ]


register_decisions(ProgramKind.TRAINING, Decisions(desks.COURSE_CLAIMS.count, to_decide))
