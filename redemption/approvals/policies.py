"""The approval engine, pure: who is asked, may this person answer, the verdict.

The same functions route a request, draw the inbox and stand in the tests.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from redemption.approvals.conditions import Rule
from redemption.approvals.states import Asks, StepState
from redemption.refusals import NobodyCanApprove


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who may be asked, and why."""

    employee_id: int
    name: str
    via: str


@dataclass(frozen=True, slots=True)
class Directory:
    """Who could be asked about one person's requests. `managers` from the nearest up.

    `budget_owners` is who answers for the budget a request draws on, if anybody does.
    """

    requester_id: int
    managers: tuple[Candidate, ...]
    travel_approvers: tuple[Candidate, ...]
    program_managers: tuple[Candidate, ...]
    finance: tuple[Candidate, ...] = ()
    budget_owners: tuple[Candidate, ...] = ()


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """One gate: whom it asks for and who may answer it."""

    seq: int
    asks: Asks
    assignees: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """What a request has to pass. Without steps it passes at once."""

    rule: Rule | None
    steps: tuple[PlannedStep, ...]


NOBODY = Plan(rule=None, steps=())


def plan_for(rule: Rule, directory: Directory) -> Plan:
    """The steps a rule gives a request. n steps can be answered by n different people.

    Raises NobodyCanApprove when a step would have nobody but the requester or people already
    needed for an earlier step.
    """
    steps: list[PlannedStep] = []
    taken = {directory.requester_id}
    for seq, asks in enumerate(rule.steps, start=1):
        assignees = people_to_ask(asks, directory, taken)
        if not assignees:
            raise NobodyCanApprove
        if len(assignees) == 1:
            taken.add(assignees[0].employee_id)
        steps.append(PlannedStep(seq, asks, assignees))
    if not _different_people(steps):
        raise NobodyCanApprove
    return Plan(rule, tuple(steps))


def people_to_ask(
    asks: Asks, directory: Directory, taken: Collection[int]
) -> tuple[Candidate, ...]:
    """The first group with anybody left in it; a manager is one person, a role all its holders."""
    nearest = tuple(m for m in directory.managers if m.employee_id not in taken)[:1]
    higher = tuple(m for m in directory.managers[1:] if m.employee_id not in taken)[:1]
    travel, program, finance = (
        directory.travel_approvers,
        directory.program_managers,
        directory.finance,
    )
    groups = {
        Asks.MANAGER: (nearest, travel, program),
        Asks.SECOND_MANAGER: (higher, travel, program),
        Asks.BUDGET_OWNER: (directory.budget_owners, finance, program),
        Asks.FINANCE: (finance, program),
        Asks.TRAVEL_APPROVER: (travel, program),
        Asks.PROGRAM_MANAGER: (program, travel),
    }[asks]
    for group in groups:
        if left := tuple(who for who in group if who.employee_id not in taken):
            return left
    return ()


def _different_people(steps: Sequence[PlannedStep], used: frozenset[int] = frozenset()) -> bool:
    """Whether each step can have an answer from a person of its own."""
    if not steps:
        return True
    return any(
        _different_people(steps[1:], used | {who.employee_id})
        for who in steps[0].assignees
        if who.employee_id not in used
    )


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
