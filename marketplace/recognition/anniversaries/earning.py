"""The kind of program that celebrates years of service and birthdays."""

from collections.abc import Sequence

from marketplace.programs.earning import Earner, Evaluated, KindFacts, Rule, Run, register
from marketplace.programs.states import ProgramKind
from marketplace.recognition.anniversaries.queries.deserved import (
    celebrated,
    occasions_deserved,
    subjects_of,
)
from marketplace.recognition.anniversaries.queries.occasions import RunningProgram, occasions_due
from marketplace.recognition.anniversaries.terms import AnniversaryTerms


class AnniversaryEarner(Earner):
    """Points from the company for years of service and birthdays."""

    facts = KindFacts(
        kind=ProgramKind.ANNIVERSARY,
        label="Anniversaries",
        note="Years of service and birthdays, celebrated by themselves from the people data.",
        icon="cake",
        terms=AnniversaryTerms,
        new_endpoint="anniversary_programs.new",
        rule_endpoint="anniversary_programs.change_rule",
    )

    def sentences(self, rule: Rule) -> Sequence[str]:
        """The table, birthdays, and who sees it."""
        return rule.terms.sentences

    def evaluate(self, run: Run) -> Evaluated:
        """What every celebrated occasion that stands brought."""
        subjects = None if run.groups is None else subjects_of(run.groups)
        return Evaluated(occasions_deserved(run, subjects), subjects=subjects)

    def due(self, run: Run, employee_id: int) -> int:
        """What somebody's days of the last week bring that nothing celebrated yet."""
        program, rule = run.program, run.rule
        begun = RunningProgram(
            program.id, program.slug, program.name, rule.terms, program.starts_on, program.ends_on
        )
        mine = {
            one.source_ref: one.points
            for one in occasions_due(begun, run.today)
            if one.employee_id == employee_id
        }
        return sum(mine[ref] for ref in mine.keys() - celebrated(mine))


register(AnniversaryEarner())
