"""Evaluating nomination awards: what each published round gave its winners and its shortlist."""

from collections import Counter
from collections.abc import Collection, Sequence

import sqlalchemy as sa

from marketplace.access.roles import Permission
from marketplace.kernel.db import session
from marketplace.people.deciders import those_who_may
from marketplace.programs.earning import (
    Deserved,
    Earner,
    Evaluated,
    KindFacts,
    Progress,
    Rule,
    Run,
    register,
)
from marketplace.programs.models import Program, ProgramDepartment
from marketplace.programs.nominations.models import NominationRound, RoundHonor
from marketplace.programs.nominations.queries.deciders import at_work
from marketplace.programs.nominations.states import Choosing, Honor, RoundState
from marketplace.programs.nominations.terms import Named, NominationTerms
from marketplace.programs.states import ProgramKind
from marketplace.web.filters import points_word


class NominationEarner(Earner):
    """Points for whom colleagues named and a second person confirmed."""

    facts = KindFacts(
        kind=ProgramKind.NOMINATION,
        label="Nomination award",
        note="Colleagues name somebody, a jury or a vote chooses, a second person confirms.",
        icon="trophy",
        terms=NominationTerms,
        new_endpoint="nominations_manage.new",
        rule_endpoint="nominations_manage.change_rule",
    )

    def sentences(self, rule: Rule) -> Sequence[str]:
        """The rule in three sentences."""
        return rule.terms.sentences()

    def launch_obstacle(self, program: Program, rule: Rule) -> str | None:
        """Those who take part have to see it."""
        return _narrow(program, rule.terms)

    def people_obstacle(self, terms: NominationTerms) -> str | None:
        """Somebody has to judge, and two people have to be there to decide."""
        named = {one.id for one in at_work(terms.jury_ids | terms.confirmer_ids)}
        if terms.choosing is Choosing.JURY and not terms.jury_ids & named:
            return "Nobody of the jury works here any more. Name others in the rule."
        return _nobody_confirms(terms, named)

    def evaluate(self, run: Run) -> Evaluated:
        """What the published rounds gave; the points of a round stay those of its day."""
        rows = (
            session()
            .execute(
                sa.select(RoundHonor, NominationRound.name)
                .join(NominationRound, NominationRound.id == RoundHonor.round_id)
                .where(
                    NominationRound.program_id == run.program.id,
                    NominationRound.state == RoundState.CONFIRMED,
                )
                .order_by(RoundHonor.at, RoundHonor.round_id, RoundHonor.employee_id)
            )
            .all()
        )
        deserved = [_deserved(run, honor, name) for honor, name in rows if honor.points]
        return Evaluated(deserved, _progress([honor for honor, _name in rows]))


def _deserved(run: Run, honor: RoundHonor, name: str) -> Deserved:
    is_winner = honor.honor is Honor.WINNER
    event = f"Named {honor.award}, {name}" if is_winner else f"Shortlisted: {honor.award}, {name}"
    who = "A winner" if is_winner else "Each on the shortlist"
    return Deserved(
        employee_id=honor.employee_id,
        subject=f"round:{honor.round_id}",
        points=honor.points,
        occurred_on=honor.at.date(),
        reason=f"{run.program.name}: {name}",
        explanation={"event": event, "formula": f"{who} gets {points_word(honor.points)}"},
    )


def _progress(honors: Sequence[RoundHonor]) -> list[Progress]:
    wins = Counter(honor.employee_id for honor in honors if honor.honor is Honor.WINNER)
    return [
        Progress(employee_id, count, None, f"You won {'once' if count == 1 else f'{count} times'}.")
        for employee_id, count in sorted(wins.items())
    ]


def _narrow(program: Program, terms: NominationTerms) -> str | None:
    """A program for some departments must be for all who nominate and are nominated."""
    there = set(
        session().scalars(
            sa.select(ProgramDepartment.department_id).where(
                ProgramDepartment.program_id == program.id
            )
        )
    )
    if not there:
        return None
    if not terms.nominators or not terms.nominees:
        return (
            "Everyone takes part, yet the program is for some departments only. Name the "
            "departments in the rule."
        )
    missing: list[Named] = [
        one for one in (*terms.nominators, *terms.nominees) if one.id not in there
    ]
    if missing:
        return (
            f"{missing[0].name} takes part, yet the program is not for {missing[0].name}. "
            "Change who takes part in the rule."
        )
    return None


def _nobody_confirms(terms: NominationTerms, named: Collection[int]) -> str | None:
    managers = {one.id for one in those_who_may(Permission.PROGRAMS_MANAGE)}
    deciding = terms.confirmer_ids & set(named) if terms.confirmers else managers
    if managers and deciding and len(managers | deciding) > 1:
        return None
    return (
        "One person proposes the winner and a second confirms, and there is only one who "
        "could. Name somebody who confirms in the rule."
    )


register(NominationEarner())
