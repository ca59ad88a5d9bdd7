"""The kind of program whose points are given by people to each other."""

from collections.abc import Callable, Collection, Sequence

from marketplace.programs.earning import Deserved, Earner, Evaluated, KindFacts, Rule, Run, register
from marketplace.programs.models import Program
from marketplace.programs.states import ProgramKind
from marketplace.recognition.queries.deserved import (
    ids_of,
    recognition_progress,
    recognitions_deserved,
    subject_of,
)
from marketplace.recognition.queries.values import has_values
from marketplace.recognition.terms import RecognitionTerms

More = Callable[[Run], tuple[Sequence[Deserved], Collection[str]]]
_more: list[More] = []


def also_brings(more: More) -> More:
    """Register what else a recognition program pays: the deserved, and the subjects looked at.

    In a narrowed run the subjects are those of `run.groups` that are its own, maybe none.
    """
    _more.append(more)
    return more


class RecognitionEarner(Earner):
    """Points that came with thanks."""

    facts = KindFacts(
        kind=ProgramKind.RECOGNITION,
        label="Recognition",
        note="A monthly allowance that people give to each other with their thanks.",
        icon="heart-handshake",
        terms=RecognitionTerms,
        new_endpoint="recognition_programs.new",
        rule_endpoint="recognition_programs.change_rule",
    )

    def sentences(self, rule: Rule) -> Sequence[str]:
        """Allowance, lapse, and what is watched."""
        return rule.terms.sentences

    def launch_obstacle(self, program: Program, rule: Rule) -> str | None:  # noqa: ARG002  none
        """Thanks are tied to a value, so there has to be one."""
        if has_values():
            return None
        return "There is no value to thank people for. Add one under Recognition, Values."

    def evaluate(self, run: Run) -> Evaluated:
        """What every recognition that stands brought."""
        deserved, subjects = list(recognitions_deserved(run)), _subjects(run)
        for more in _more:
            found, of_it = more(run)
            deserved += found
            subjects |= set(of_it)
        looked_at = None if run.groups is None else subjects
        return Evaluated(deserved, recognition_progress(run), looked_at)


def _subjects(run: Run) -> set[str]:
    return {subject_of(one) for one in ids_of(run.groups or ())}


register(RecognitionEarner())
