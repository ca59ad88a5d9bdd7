"""Points that Priya gave by hand, for what no order shows."""

from datetime import datetime, timedelta

from marketplace.access.actor import Actor
from marketplace.budgets.queries import budget_named
from marketplace.kernel.db import session
from marketplace.programs.bonuses.operations import give_bonuses
from marketplace.programs.bonuses.terms import BonusTerms
from marketplace.programs.models import Program
from marketplace.programs.operations.programs import NewProgram, create_program, move_program
from marketplace.programs.states import ProgramKind, ProgramState

LIST = """\
leila.farouk; 300; Translated the launch pages over a weekend
hiroshi.tanaka; 450; Showed three sellers how our campaigns are measured
clara.weiss; 250; Took two marketers along to a customer
"""


def load_bonuses(priya: Actor, *, at: datetime) -> None:
    """Open the program and give a short list."""
    then = at - timedelta(days=12)
    program_id = create_program(
        priya,
        NewProgram(
            slug="bonus-points",
            name="Bonus points",
            summary="For what no order shows, given by hand with a reason.",
            kind=ProgramKind.BONUS,
            starts_on=(at - timedelta(days=60)).date(),
            ends_on=(at + timedelta(days=200)).date(),
            budget_id=budget_named("sales-and-marketing").budget_id,
            terms=BonusTerms(largest=1_000),
        ),
        at=then,
    )
    move_program(priya, program_id, ProgramState.RUNNING, at=then)
    program = session().get_one(Program, program_id)
    give_bonuses(priya, program, LIST, batch="demo", at=then)
