"""What claims add to the page of a program and to its desk."""

from collections.abc import Sequence

from flask import url_for

from marketplace.access.actor import Actor
from marketplace.access.roles import Permission
from marketplace.people.deciders import those_who_may
from marketplace.programs.claims import queries
from marketplace.programs.claims.policies import own_claims_wait
from marketplace.programs.claims.states import FOR_MANAGERS, ClaimState
from marketplace.programs.models import Program
from marketplace.programs.panels import (
    Decisions,
    Panel,
    Undecided,
    desk_panel,
    page_panel,
    register_decisions,
    undecided,
)
from marketplace.programs.queries.rules import current_rule
from marketplace.programs.states import ProgramKind, ProgramState


@page_panel(ProgramKind.CLAIM)
def page(actor: Actor, program: Program) -> Panel:
    """One's own claims, and the way to another one."""
    values = {
        "claims": queries.my_claims(actor, program.id),
        "slug": program.slug,
        "is_open": program.state is ProgramState.RUNNING,
    }
    return Panel("programs/claims/_page_panel.html", values)


@desk_panel(ProgramKind.CLAIM)
def desk(actor: Actor, program: Program) -> Panel:  # noqa: ARG001  the same for all managers
    """How many claims wait, and the way to them."""
    counts, rule = queries.claim_counts(program.id), current_rule(program)
    managers = those_who_may(Permission.PROGRAMS_MANAGE)
    values = {
        "own_claims_wait": own_claims_wait(rule.terms, managers),
        "slug": program.slug,
        "waiting": sum(counts.get(state, 0) for state in FOR_MANAGERS),
        "counts": [(state.label, counts[state]) for state in ClaimState if counts.get(state)],
    }
    return Panel("programs/claims/_desk_panel.html", values)


def to_decide(actor: Actor) -> Sequence[Undecided]:
    """The claims that wait for this person, or for nobody."""
    return [
        undecided(
            waiting,
            what=f"{terms.reference_name} {row.claimed}",
            who=row.who,
            department=row.department,
            points=terms.points_for(row.amount),
            since=row.submitted_at,
            href=url_for("claims_manage.show", slug=waiting.program.slug, reference=row.reference),
            is_second=row.state is ClaimState.SECOND_LOOK,
        )
        for row, terms, waiting in queries.claims_to_decide(actor)
    ]


register_decisions(ProgramKind.CLAIM, Decisions(queries.CLAIMS.count, to_decide))
