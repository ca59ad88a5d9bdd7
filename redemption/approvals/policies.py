"""The approval engine, pure: who is asked, may this person answer, the verdict.

The same functions route a request, draw the inbox and stand in the tests.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import groupby

from redemption.approvals.conditions import Rule
from redemption.approvals.gates import Asked, Gate
from redemption.approvals.matching import Places, missing_yeses
from redemption.approvals.states import Asks, StepState
from redemption.refusals import NobodyCanApprove


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who may be asked, and why; `because` names who is away, where they are asked so."""

    employee_id: int
    name: str
    via: str
    because: str = ""


@dataclass(frozen=True, slots=True)
class Absent:
    """Somebody who is away, in words; `stand_in_id` answers for them about this request."""

    words: str
    stand_in_id: int | None = None


@dataclass(frozen=True, slots=True)
class Directory:
    """Who could be asked about one person's requests. `managers` from the nearest up.

    `budget_owners` is who answers for the budget a request draws on, if anybody does; `pools` have
    their people by slug; `away` are those of all of them who are away now.
    """

    requester_id: int
    managers: tuple[Candidate, ...]
    travel_approvers: tuple[Candidate, ...]
    program_managers: tuple[Candidate, ...]
    finance: tuple[Candidate, ...] = ()
    budget_owners: tuple[Candidate, ...] = ()
    pools: Mapping[str, tuple[Candidate, ...]] = field(default_factory=dict)
    away: Mapping[int, Absent] = field(default_factory=dict)

    @property
    def alone(self) -> frozenset[int]:
        """Those who are away and for whom nobody answers."""
        return frozenset(who for who, one in self.away.items() if one.stand_in_id is None)

    @property
    def everyone(self) -> frozenset[int]:
        """All of them."""
        groups = (self.managers, self.travel_approvers, self.program_managers, self.finance)
        rest = (self.budget_owners, *self.pools.values())
        return frozenset(who.employee_id for group in (*groups, *rest) for who in group)

    def without(self, employee_id: int) -> "Directory":
        """The same where this person is never asked."""

        def left(people: tuple[Candidate, ...]) -> tuple[Candidate, ...]:
            return tuple(who for who in people if who.employee_id != employee_id)

        return replace(
            self,
            managers=left(self.managers),
            travel_approvers=left(self.travel_approvers),
            program_managers=left(self.program_managers),
            finance=left(self.finance),
            budget_owners=left(self.budget_owners),
            pools={slug: left(people) for slug, people in self.pools.items()},
        )


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """One yes that may be needed: at which gate, whom it asks for and who may answer it."""

    seq: int
    asks: Asked
    assignees: tuple[Candidate, ...]
    gate: int = 1
    needed: int = 1  # yeses of the whole gate

    @property
    def ids(self) -> frozenset[int]:
        """Who may answer it."""
        return frozenset(who.employee_id for who in self.assignees)

    @property
    def names(self) -> tuple[str, ...]:
        """How they are called."""
        return tuple(who.name for who in self.assignees)


@dataclass(frozen=True, slots=True)
class Plan:
    """What a request has to pass. Without steps it passes at once.

    `counted` is how many earlier requests it counts together with, where it passed without them;
    `needs_rest` says the same of what else stands in the request. `budget_left` is what was left of
    the budget it draws on, where a policy looks at that.
    """

    rule: Rule | None
    steps: tuple[PlannedStep, ...]
    counted: int = 0
    needs_rest: bool = False
    budget_left: int | None = None

    @property
    def gates(self) -> list[list[PlannedStep]]:
        """The steps of each gate, in order."""
        return by_gate(self.steps)


NOBODY = Plan(rule=None, steps=())


def for_whom(name: str, asked: str) -> str:
    """Who answered, with whose answer that is: `Wei Zhang for Omar Haddad`."""
    return f"{name} for {asked}" if asked and asked != name else name


def by_gate(steps: Iterable[PlannedStep]) -> list[list[PlannedStep]]:
    """The steps of each gate, in order."""
    return [list(gate) for _number, gate in groupby(steps, key=lambda step: step.gate)]


def plan_for(rule: Rule, directory: Directory) -> Plan:
    """The steps a rule gives a request. n yeses can be given by n different people.

    Who is away and has nobody to answer for them is asked only where nobody else is left.

    Raises NobodyCanApprove when a gate could not be passed without the requester or people already
    needed for an earlier one.
    """
    try:
        plan = _plan(rule, directory)
    except NobodyCanApprove:
        if not directory.away:
            raise
        return _plan(rule, replace(directory, away={}))
    if not (alone := _without_stand_in(plan, directory)):
        return plan
    left_alone = {who: replace(directory.away[who], stand_in_id=None) for who in alone}
    return plan_for(rule, replace(directory, away={**directory.away, **left_alone}))


def _plan(rule: Rule, directory: Directory) -> Plan:
    steps: list[PlannedStep] = []
    taken = frozenset({directory.requester_id})
    for number, gate in enumerate(rule.gates, start=1):
        found = _asked_at(gate, directory, taken)
        _places, needed = gate.places(len(found))
        if len(found) < needed:
            raise NobodyCanApprove
        for asks, people in found:
            steps.append(PlannedStep(len(steps) + 1, asks, people, number, needed))
        if not gate.is_open_to_fewer:
            taken |= _surely(people for _asks, people in found)
    if missing_yeses([_places_of(gate) for gate in by_gate(steps)]):
        raise NobodyCanApprove
    return Plan(rule, tuple(steps))


def _without_stand_in(plan: Plan, directory: Directory) -> set[int]:
    """Those asked for whom nobody can answer after all, as their stand-in is asked or used up."""
    asked = frozenset[int]().union(*(step.ids for step in plan.steps))
    found: set[int] = set()
    used: dict[int, int] = {}  # at which gate a stand-in answers for somebody first
    for step in plan.steps:
        for who in sorted(step.ids & directory.away.keys()):
            stand_in = directory.away[who].stand_in_id
            if stand_in is None:
                continue
            if stand_in in asked or used.setdefault(stand_in, step.gate) != step.gate:
                found.add(who)
    return found


def _places_of(steps: Sequence[PlannedStep]) -> Places:
    return Places(steps[0].needed, tuple(step.ids for step in steps))


Found = list[tuple[Asked, tuple[Candidate, ...]]]


def _asked_at(gate: Gate, directory: Directory, taken: frozenset[int]) -> Found:
    """Who is asked at each step of a gate.

    Where fewer than all have to answer, whoever is missing is only replaced if the others are too
    few: a yes of somebody else counts less than one of those the policy names.
    """
    group = directly_asked(gate.asks[0], directory, taken)
    places, needed = gate.places(len(group))
    if gate.is_open_to_fewer:
        named = [
            (one, _present(directly_asked(one, directory, taken), directory)) for one in places
        ]
        there = [(one, people) for one, people in named if people]
        sets = tuple(frozenset(who.employee_id for who in people) for _one, people in there)
        if not missing_yeses([Places(needed, sets)]):
            return there
    found: Found = []
    for one in places:
        surely = _surely(people for _one, people in found)
        if people := people_to_ask(one, directory, taken | surely):
            found.append((one, people))
    return found


def _surely(asked: Iterable[tuple[Candidate, ...]]) -> frozenset[int]:
    """Everyone of a group that has to answer as often as it has people."""
    groups = Counter(frozenset(who.employee_id for who in people) for people in asked)
    full = (group for group, times in groups.items() if times >= len(group))
    return frozenset().union(*full)


def directly_asked(
    asks: Asked, directory: Directory, taken: Collection[int]
) -> tuple[Candidate, ...]:
    """Those a step asks for, without anybody in their place."""
    return _left(_groups(asks, directory, taken)[0], taken)


def people_to_ask(
    asks: Asked, directory: Directory, taken: Collection[int]
) -> tuple[Candidate, ...]:
    """The first group with anybody left in it; a manager is one person, a role all its holders.

    Those who are away and alone are asked only where nobody else is left in any of the groups.
    """
    found = _first_left(asks, directory, {*taken, *directory.alone})
    if not directory.alone or not found:
        return found or _first_left(asks, directory, taken)
    return _instead(found, directly_asked(asks, directory, taken), directory)


def _first_left(asks: Asked, directory: Directory, taken: Collection[int]) -> tuple[Candidate, ...]:
    groups = (_left(group, taken) for group in _groups(asks, directory, taken))
    return next(filter(None, groups), ())


def _instead(
    found: tuple[Candidate, ...], meant: tuple[Candidate, ...], directory: Directory
) -> tuple[Candidate, ...]:
    """Who is asked, with why where that is because those who are meant are away."""
    ids = {who.employee_id for who in meant}
    away = [directory.away[who].words for who in ids & directory.alone]
    because = " and ".join(sorted(away))
    return tuple(who if who.employee_id in ids else replace(who, because=because) for who in found)


def _present(people: tuple[Candidate, ...], directory: Directory) -> tuple[Candidate, ...]:
    """Those of some people who are there, or for whom somebody answers."""
    return tuple(who for who in people if who.employee_id not in directory.alone)


def _left(group: Sequence[Candidate], taken: Collection[int]) -> tuple[Candidate, ...]:
    return tuple(who for who in group if who.employee_id not in taken)


def _groups(
    asks: Asked, directory: Directory, taken: Collection[int]
) -> tuple[tuple[Candidate, ...], ...]:
    """Whom a step asks for, and who is asked in their place, in order."""
    nearest = _left(directory.managers, taken)[:1]
    higher = _left(directory.managers[1:], taken)[:1]
    travel, program = directory.travel_approvers, directory.program_managers
    finance = directory.finance
    return {
        Asks.MANAGER: (nearest, travel, program),
        Asks.SECOND_MANAGER: (higher, travel, program),
        Asks.BUDGET_OWNER: (directory.budget_owners, finance, program),
        Asks.FINANCE: (finance, program),
        Asks.TRAVEL_APPROVER: (travel, program),
        Asks.PROGRAM_MANAGER: (program, travel),
        Asks.POOL: (directory.pools.get(asks.pool, ()), travel, program),
    }[asks.who]


@dataclass(frozen=True, slots=True)
class StepFacts:
    """What decides whether a person may answer a step now."""

    state: StepState
    requester_id: int
    assignee_ids: frozenset[int]
    decided_on_line: frozenset[int]  # who answered another step of the same request


@dataclass(frozen=True, slots=True)
class DecisionObstacle:
    """Why somebody may not answer, by code; the operation has the words."""

    code: str


def decision_obstacle(employee_id: int, step: StepFacts) -> DecisionObstacle | None:
    """Why this person may not answer this step now."""
    if employee_id == step.requester_id:
        return DecisionObstacle("own_request")
    if employee_id not in step.assignee_ids:
        return DecisionObstacle("not_asked")
    if step.state is not StepState.OPEN:
        return DecisionObstacle("not_open")
    if employee_id in step.decided_on_line:
        return DecisionObstacle("decided_twice")
    return None


REMIND_AFTER = timedelta(hours=24)


def may_remind_at(opened_at: datetime, last_reminder_at: datetime | None) -> datetime:
    """From when on the requester may nudge: a day after asking, a day after the last nudge."""
    return max(opened_at, last_reminder_at or opened_at) + REMIND_AFTER


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What the verdict weighs. `leaves_on`, `trips_this_year`: travel only; `is_own` as asked."""

    tier_name: str
    asked_on: date
    leaves_on: date | None = None
    trips_this_year: int = 0
    person_is_active: bool = True
    is_own: bool = False


@dataclass(frozen=True, slots=True)
class PolicyVerdict:
    """The one line an approver reads first."""

    within: bool
    text: str


_ORDINALS = ("first", "second", "third", "fourth", "fifth")


def policy_verdict(rule: Rule | None, facts: Circumstances) -> PolicyVerdict:
    """Whether a request is within the policy that routed it, and why, in one sentence."""
    good: list[str] = [f"tier {facts.tier_name}"] if facts.tier_name else []
    bad: list[str] = [] if facts.person_is_active else ["the person has left"]
    for within, words in (_trip_words(rule, facts), _notice_words(rule, facts)):
        if words:
            (good if within else bad).append(words)
    if bad:
        return PolicyVerdict(within=False, text=f"Outside policy: {', '.join(bad)}")
    name = "Set up by who asks, otherwise within policy" if facts.is_own else "Within policy"
    return PolicyVerdict(within=True, text=f"{name}: {', '.join(good)}" if good else name)


def _trip_words(rule: Rule | None, facts: Circumstances) -> tuple[bool, str]:
    if rule is None or rule.trips_per_year is None or facts.leaves_on is None:
        return True, ""
    number = facts.trips_this_year + 1
    which = _ORDINALS[number - 1] if number <= len(_ORDINALS) else f"number {number}"
    year = facts.leaves_on.year
    when = "this year" if year == facts.asked_on.year else f"in {year}"
    words = f"{which} trip {when}" if number <= len(_ORDINALS) else f"trip {which} {when}"
    return number <= rule.trips_per_year, words


def _notice_words(rule: Rule | None, facts: Circumstances) -> tuple[bool, str]:
    if rule is None or rule.notice_days is None or facts.leaves_on is None:
        return True, ""
    days = (facts.leaves_on - facts.asked_on).days
    within = days >= rule.notice_days
    few = "1 day’s" if days == 1 else f"{max(days, 0)} days’"
    span = f"{days // 7} weeks’" if days >= 14 else few
    return within, f"{span} notice" if within else f"only {span} notice of {rule.notice_days} days"
