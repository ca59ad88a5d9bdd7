"""What a contest adds to the page of its program, and to its desk."""

from marketplace.access.actor import Actor
from marketplace.awards.entitlements.queries import rewards_won_in
from marketplace.programs.contests.queries.head import terms_of
from marketplace.programs.contests.states import Between, ContestForm
from marketplace.programs.models import Program
from marketplace.programs.panels import Panel, desk_panel, page_panel
from marketplace.programs.states import BEFORE_LAUNCH, ProgramKind, ProgramState


@page_panel(ProgramKind.CONTEST)
def on_page(_actor: Actor, program: Program) -> Panel:
    """The way to the standings and to what is behind them."""
    return Panel("programs/contests/_page.html", {"slug": program.slug})


@desk_panel(ProgramKind.CONTEST)
def on_desk(_actor: Actor, program: Program) -> Panel:
    """Standings, teams, tickets, and the rewards that were won."""
    terms = terms_of(program.id)
    is_settled = program.state is ProgramState.SETTLED
    return Panel(
        "programs/contests/_desk.html",
        {
            "slug": program.slug,
            "is_live": program.state not in BEFORE_LAUNCH,
            "has_teams": terms.between is Between.TEAMS,
            "is_raffle": terms.form is ContestForm.RAFFLE,
            "won": rewards_won_in(program.id) if is_settled and terms.rewards else [],
        },
    )
