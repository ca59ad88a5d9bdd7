"""What a kind of program is: each registers itself here, and the core knows none of them.

A kind reads its terms and says, at any moment, what everybody deserves in all. The core sets that
against what was granted so far and posts the difference (`operations.settlement`), so a kind never
grants anything itself, and evaluating twice changes nothing.
"""

from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from marketplace.kernel.parsing import currency_places
from marketplace.programs.models import Program
from marketplace.programs.states import (
    NOT_ENDED,
    Direction,
    MetricUnit,
    ProgramKind,
    ProgramState,
)
from marketplace.web.filters import money


@dataclass(frozen=True, slots=True)
class MetricWords:
    """A metric as sentences and formulas need it. Amounts are in its whole units."""

    id: int
    slug: str
    name: str
    unit: MetricUnit
    currency: str | None
    direction: Direction

    def in_words(self, amount: int) -> str:
        """An amount of the metric as people read it: $1,200, or 14."""
        return money(amount, self.currency) if self.currency else f"{amount:,}"

    @property
    def minor_units(self) -> int:
        """How many whole units make one that people write: 100 cents, or 1 piece."""
        return 1 if self.currency is None else 10 ** currency_places(self.currency)


@dataclass(frozen=True, slots=True)
class Rule:
    """One version of a program's rule: its terms, and the metrics they read."""

    version: int
    terms: Any
    claw_back_days: int | None
    metrics: Mapping[int, MetricWords]
    valid_days: int | None = None

    @property
    def validity(self) -> str:
        """How long points of this rule can be spent, in a sentence."""
        if self.valid_days is None:
            return "They never expire."
        days = f"{self.valid_days:,} day{'' if self.valid_days == 1 else 's'}"
        return f"They can be spent for {days} after the day they were given."

    @property
    def corrections(self) -> str:
        """What happens to points that turn out not to be earned, in a sentence."""
        if self.claw_back_days == 0:
            return "Points once given are never taken back."
        if self.claw_back_days is None:
            return "When what counted is corrected, its points follow, until all is settled."
        days = f"{self.claw_back_days} day{'' if self.claw_back_days == 1 else 's'}"
        return f"When what counted is corrected within {days} after it was paid, its points follow."


@dataclass(frozen=True, slots=True)
class Run:
    """One evaluation: a program, its rule, the people it is for, and when.

    `groups` names the orders that changed, when only they did; a kind may ignore it. `members` are
    the ids of the active people of the program's departments, or None for everyone. `is_final`
    is set while the program is being settled for good.
    """

    program: Program
    rule: Rule
    at: datetime
    today: date
    groups: Collection[str] | None = None
    members: frozenset[int] | None = None
    is_final: bool = False

    def is_for(self, employee_id: int) -> bool:
        """Whether a person takes part."""
        return self.members is None or employee_id in self.members


@dataclass(frozen=True, slots=True)
class Deserved:
    """What one person deserves in all for one subject of the program (`order:SO1`, `2026-03`).

    `explanation` holds `event` and `formula`, each a sentence of the points page; the rule's own
    sentence is added by the core. `reason` stands in the list of points.
    """

    employee_id: int
    subject: str
    points: int
    occurred_on: date
    reason: str
    explanation: Mapping[str, Any]
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class DeservedReward:
    """The right to a reward of the catalog that one person won, or their place in the line for one.

    `line` is None for who has it, else the number in the line of alternates; they have no
    `variant_id` before a place becomes free. `place` is the rank it was won with.
    """

    employee_id: int
    subject: str
    variant_id: int | None
    place: int
    line: int | None
    reason: str
    explanation: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far one person is, for `/earn`: a bar when there is a target, and a sentence."""

    employee_id: int
    done: int
    target: int | None
    sentence: str


@dataclass(frozen=True, slots=True)
class Evaluated:
    """What an evaluation found. `subjects`: those looked at, when it was not all of them.

    `progress` is everyone's, or None to leave it as it was. `rewards` are granted once, together
    with the points.
    """

    deserved: Sequence[Deserved]
    progress: Sequence[Progress] | None = None
    subjects: Collection[str] | None = None
    rewards: Sequence[DeservedReward] = ()


@dataclass(frozen=True, slots=True)
class KindFacts:
    """What a kind is called, what it is for, and where its pages are.

    `terms_say_for_whom` where the terms name departments and no form asks for them beside.
    `settle_endpoint` is the page that shows what will happen before it is settled for good.
    """

    kind: ProgramKind
    label: str
    note: str
    icon: str
    terms: type[Any]
    new_endpoint: str
    rule_endpoint: str | None = None  # where a new version of the rule is set
    pays_at_the_end: bool = False  # only when settled for good, like a contest
    settle_endpoint: str = "programs_manage.settle"
    terms_say_for_whom: bool = False
    rule_changes_in: frozenset[ProgramState] = field(default=NOT_ENDED)


class Earner(ABC):
    """A kind of program: what its terms say, what must be there to start, what people deserve."""

    facts: KindFacts

    @abstractmethod
    def sentences(self, rule: Rule) -> Sequence[str]:
        """The rule in three sentences or fewer, as everyone reads it."""

    @abstractmethod
    def evaluate(self, run: Run) -> Evaluated:
        """What everyone deserves now. May write tables of its own (standings), nothing else."""

    def metric_ids(self, terms: Any) -> Collection[int]:  # noqa: ARG002  most kinds read some
        """The metrics the terms read; new results of them evaluate the program again."""
        return ()

    def launch_obstacle(self, program: Program, rule: Rule) -> str | None:  # noqa: ARG002
        """Why the program cannot start yet, and what to do; None when it can."""
        return None

    def people_obstacle(self, terms: Any) -> str | None:  # noqa: ARG002  most need nobody's answer
        """Whose answer the terms need though nobody could give it, and what to do; None: nobody's.

        Without them nothing starts, no new rule holds, and the desk of what runs says it.
        """
        return None

    def due(self, run: Run, employee_id: int) -> int:  # noqa: ARG002  most kinds pay reports only
        """Points that days of before bring somebody by themselves as soon as it runs."""
        return 0

    def start_obstacle(self, program: Program, rule: Rule) -> str | None:
        """What is missing before a program can start: of its own, or of people."""
        return self.launch_obstacle(program, rule) or self.people_obstacle(rule.terms)

    def seal(self, run: Run) -> str:  # noqa: ARG002  most kinds show nothing before
        """A hash of what a manager is shown before it is settled for good, as last evaluated."""
        return ""


_earners: dict[ProgramKind, Earner] = {}


def register(earner: Earner) -> None:
    """Make a kind of program known, once."""
    _earners[earner.facts.kind] = earner


def earner_of(kind: ProgramKind) -> Earner:
    """What makes the points of a kind. Raises KeyError for a kind nobody registered."""
    return _earners[kind]


def kinds() -> list[KindFacts]:
    """Every kind of program that can be made, in the order of `ProgramKind`."""
    return [_earners[kind].facts for kind in ProgramKind if kind in _earners]
