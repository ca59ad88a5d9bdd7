"""Evaluating bonuses: everybody deserves what they were given and nobody took back."""

from collections.abc import Sequence

import sqlalchemy as sa

from marketplace.kernel.db import session
from marketplace.people.models import Employee
from marketplace.programs.bonuses.models import Bonus
from marketplace.programs.bonuses.terms import BonusTerms
from marketplace.programs.earning import Deserved, Earner, Evaluated, KindFacts, Rule, Run, register
from marketplace.programs.states import ProgramKind
from marketplace.web.filters import points_word


class BonusEarner(Earner):
    """Points given by hand."""

    facts = KindFacts(
        kind=ProgramKind.BONUS,
        label="Bonus",
        note="Points you give by hand, to one person or a pasted list, looked over before.",
        icon="gift",
        terms=BonusTerms,
        new_endpoint="bonuses_manage.new",
    )

    def sentences(self, rule: Rule) -> Sequence[str]:
        """The rule in one sentence."""
        return (rule.terms.sentence,)

    def evaluate(self, run: Run) -> Evaluated:
        """What was given by hand and stands."""
        rows = session().execute(
            sa.select(Bonus, Employee.name)
            .outerjoin(Employee, Employee.id == Bonus.given_by_id)
            .where(Bonus.program_id == run.program.id, Bonus.withdrawn_at.is_(None))
            .order_by(Bonus.id)
        )
        return Evaluated([_deserved(run, bonus, giver or "Laurel") for bonus, giver in rows])


def _deserved(run: Run, bonus: Bonus, giver: str) -> Deserved:
    return Deserved(
        employee_id=bonus.employee_id,
        subject=f"bonus:{bonus.id}",
        points=bonus.points,
        occurred_on=bonus.given_at.date(),
        reason=f"{run.program.name}: {bonus.reason}",
        explanation={
            "event": f"{bonus.reason}, given by {giver}",
            "formula": f"{points_word(bonus.points)}, as given",
        },
    )


register(BonusEarner())
