"""Settling what people deserve against what they were granted."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from marketplace.access.actor import Actor
from marketplace.awards.models import ProgramSettlement, WaitingSettlement
from marketplace.awards.queries import NOTHING, Granted, granted_so_far
from marketplace.budgets.operations import BudgetExceeded, give_back, spend
from marketplace.budgets.queries import budget_left
from marketplace.kernel import audit
from marketplace.kernel.clock import midnight
from marketplace.kernel.db import Model, insert_or_skip, session
from marketplace.kernel.errors import BadInput
from marketplace.ledger.operations import (
    ClawBack,
    Grant,
    claw_back_many,
    grant_points,
    lock_members,
)

__all__ = [
    "AwardReport",
    "BudgetExceeded",
    "Entitled",
    "lock_programs",
    "settle_awards",
    "settle_or_wait",
    "wait_no_longer_for_good",
]

AWARDS = Model.metadata.tables["awards"]


@dataclass(frozen=True, slots=True)
class Entitled:
    """What one person deserves in all for one subject of a program: 0 takes back what they have.

    `explanation` is shown on the points page: at least `event`, `rule` and `formula`, each a
    sentence. `expires_at` ends the points granted now. `claw_back_days`: for so many days after
    this grant what was too much is taken back, 0 never, None without an end. `title` is what the
    budget's entries say it was for.
    """

    program_id: int
    rule_version: int
    employee_id: int
    subject: str
    points: int
    reason: str
    budget_id: int
    occurred_on: date
    explanation: Mapping[str, Any] = field(default_factory=dict)
    expires_at: datetime | None = None
    claw_back_days: int | None = None
    title: str = ""

    @property
    def key(self) -> tuple[int, str, int]:
        return self.program_id, self.subject, self.employee_id


@dataclass(frozen=True, slots=True)
class AwardReport:
    """What a settlement did: awards and points given and taken back, and how many were right.

    `kept` counts awards that are too high and stay so by the rule's own terms. `waiting` is what
    the budget could not give: then nothing was granted at all.
    """

    given: int = 0
    points_given: int = 0
    taken_back: int = 0
    points_taken_back: int = 0
    unchanged: int = 0
    kept: int = 0
    people: int = 0
    waiting: int = 0


@dataclass(frozen=True, slots=True)
class _Difference:
    """An award to make: `points` more (or less) than the revisions before.

    Points are taken back only inside the terms they were granted under, whatever holds by now.
    """

    entitled: Entitled
    before: Granted
    points: int

    @property
    def revision(self) -> int:
        return self.before.revision + 1

    @property
    def budget_id(self) -> int:
        """Points come from the budget of today and go back to the one they came from."""
        return self.entitled.budget_id if self.points > 0 else self.before.budget_id

    @property
    def is_too_high(self) -> bool:
        """Whether the person keeps more than they deserve."""
        return self.before.points + self.points > self.entitled.points

    def source_key(self, revision: int) -> str:
        program_id, subject, employee_id = self.entitled.key
        return f"award:{program_id}:{employee_id}:{revision}:{subject}"

    @property
    def reference(self) -> str:
        return f"award:{self.entitled.program_id}:{self.entitled.subject}"

    @property
    def occurred_at(self) -> datetime:
        return midnight(self.entitled.occurred_on)


def settle_awards(entitled: Sequence[Entitled], *, actor: Actor, at: datetime) -> AwardReport:
    """Grant or take back the difference between what is deserved and what was granted so far.

    Nothing when equal, so it may run again and again. Raises BudgetExceeded before anything
    happens, for the whole batch; BadInput when a subject stands twice in it.
    """
    if not entitled:
        return AwardReport()
    _refuse_doubles(entitled)
    lock_programs(sorted({wanted.program_id for wanted in entitled}), at=at)
    found = _differences(entitled, at)
    differences = [difference for difference in found if difference.points]
    if differences:
        _refuse_beyond_budget(differences)
        _post(differences, actor, at)
    return _report(entitled, differences, kept=sum(one.is_too_high for one in found))


def settle_or_wait(
    program_id: int,
    entitled: Sequence[Entitled],
    *,
    is_final: bool,
    seal: str = "",
    actor: Actor,
    at: datetime,
) -> AwardReport:
    """Settle everything a program owes, or nothing of it and let it wait for its budget.

    What waits is found under the budget and settled when it has been refilled; `seal` names what
    was shown of it, so that nothing else is granted then.
    """
    lock_programs([program_id], at=at)
    try:
        with session().begin_nested():
            report = settle_awards(entitled, actor=actor, at=at)
    except BudgetExceeded as refusal:
        _let_wait(program_id, refusal, is_final=is_final, seal=seal, at=at)
        return AwardReport(waiting=refusal.needed)
    session().execute(
        sa.delete(WaitingSettlement).where(WaitingSettlement.program_id == program_id)
    )
    return report


def wait_no_longer_for_good(program_id: int, *, goes_on_paying: bool) -> None:
    """A program was opened again while its end waited for a budget: what waits is no end any more.

    It keeps its place in the line when it `goes_on_paying`; else nothing of it is due by now.
    """
    waits = sa.and_(WaitingSettlement.program_id == program_id, WaitingSettlement.is_final)
    change = (
        sa.update(WaitingSettlement).where(waits).values(is_final=False)
        if goes_on_paying
        else sa.delete(WaitingSettlement).where(waits)
    )
    session().execute(change)


def _let_wait(
    program_id: int, refusal: BudgetExceeded, *, is_final: bool, seal: str, at: datetime
) -> None:
    latest = {
        "budget_id": refusal.budget_id,
        "needed": refusal.needed,
        "left_then": refusal.left,
        "is_final": is_final,
        "seal": seal,
        "tried_at": at,
    }
    insert = insert_or_skip(WaitingSettlement).values(program_id=program_id, since=at, **latest)
    session().execute(insert.on_conflict_do_update(index_elements=["program_id"], set_=latest))


def _refuse_doubles(entitled: Sequence[Entitled]) -> None:
    [(key, count)] = Counter(wanted.key for wanted in entitled).most_common(1)
    if count > 1:
        raise BadInput(f"“{key[1]}” stands twice in one settlement. Nothing was granted.")
    if any(wanted.points < 0 for wanted in entitled):
        raise BadInput("Nobody can deserve less than 0 points. Nothing was granted.")


def lock_programs(program_ids: Sequence[int], *, at: datetime) -> None:
    """Let no other settlement of these programs begin until the transaction ends.

    Take it before reading what people deserve: what was read earlier may be out of date by then.
    """
    for program_id in program_ids:
        insert = insert_or_skip(ProgramSettlement).values(program_id=program_id, settled_at=at)
        session().execute(
            insert.on_conflict_do_update(index_elements=["program_id"], set_={"settled_at": at})
        )


def _differences(entitled: Sequence[Entitled], at: datetime) -> list[_Difference]:
    granted = granted_so_far({(wanted.program_id, wanted.subject) for wanted in entitled})
    found = []
    for wanted in entitled:
        before = granted.get(wanted.key, NOTHING)
        if wanted.points != before.points:
            aim = max(wanted.points, before.kept_at(at))
            found.append(_Difference(wanted, before, aim - before.points))
    return found


def _refuse_beyond_budget(differences: Sequence[_Difference]) -> None:
    for budget_id, net in sorted(_net(differences).items()):
        budget = budget_left(budget_id)
        if net > budget.left:
            raise BudgetExceeded(budget_id, needed=net, left=budget.left, name=budget.name)


def _net(differences: Sequence[_Difference]) -> Counter[int]:
    net: Counter[int] = Counter()
    for difference in differences:
        net[difference.budget_id] += difference.points
    return net


def _post(differences: Sequence[_Difference], actor: Actor, at: datetime) -> None:
    """Move the points, note the awards, then draw on the budgets, whose rows are the hottest."""
    lock_members({difference.entitled.employee_id for difference in differences}, at=at)
    up = [difference for difference in differences if difference.points > 0]
    down = [difference for difference in differences if difference.points < 0]
    granted = grant_points([_grant(d) for d in up], actor_id=actor.employee_id, at=at)
    taken = claw_back_many([_claw(d) for d in down], actor_id=actor.employee_id, at=at)
    transfers = [*zip(up, granted, strict=True), *zip(down, taken, strict=True)]
    session().execute(sa.insert(AWARDS), [_award_row(d, transfer, at) for d, transfer in transfers])
    _draw_on_budgets(transfers, at)
    audit.record(
        actor.employee_id,
        "awards.settle",
        f"program:{differences[0].entitled.program_id}",
        at=at,
        awards=len(differences),
        points=sum(difference.points for difference in differences),
    )


def _grant(difference: _Difference) -> Grant:
    wanted = difference.entitled
    return Grant(
        employee_id=wanted.employee_id,
        points=difference.points,
        budget_id=difference.budget_id,
        source_key=difference.source_key(difference.revision),
        reason=wanted.reason,
        reference=difference.reference,
        occurred_at=difference.occurred_at,
        expires_at=wanted.expires_at,
    )


def _claw(difference: _Difference) -> ClawBack:
    wanted = difference.entitled
    return ClawBack(
        employee_id=wanted.employee_id,
        points=-difference.points,
        budget_id=difference.budget_id,
        source_key=difference.source_key(difference.revision),
        of_source_key=difference.source_key(difference.before.last_grant),
        reason=wanted.reason,
        reference=difference.reference,
        occurred_at=difference.occurred_at,
    )


def _award_row(difference: _Difference, transfer: int, at: datetime) -> dict[str, Any]:
    wanted = difference.entitled
    return {
        "program_id": wanted.program_id,
        "rule_version": wanted.rule_version,
        "employee_id": wanted.employee_id,
        "subject": wanted.subject,
        "revision": difference.revision,
        "points": difference.points,
        "reason": wanted.reason,
        "explanation": _explained(difference),
        "budget_id": difference.budget_id,
        "transfer_id": transfer,
        "occurred_on": wanted.occurred_on,
        "granted_at": at,
        "kept_from": _kept_from(difference, at),
    }


def _explained(difference: _Difference) -> dict[str, Any]:
    """What was given before belongs to the sum of a correction."""
    said = dict(difference.entitled.explanation)
    return said if difference.revision == 1 else said | {"before": difference.before.points}


def _kept_from(difference: _Difference, at: datetime) -> datetime | None:
    days = difference.entitled.claw_back_days
    return at + timedelta(days=days) if difference.points > 0 and days is not None else None


def _draw_on_budgets(transfers: Sequence[tuple[_Difference, int]], at: datetime) -> None:
    titles = dict.fromkeys(difference.entitled.title for difference, _ in transfers)
    entry = {"reference": f"awards:{transfers[0][1]}", "reason": ", ".join(titles)}
    given: Counter[int] = Counter()
    taken: Counter[int] = Counter()
    for difference, _ in transfers:
        counter = given if difference.points > 0 else taken
        counter[difference.budget_id] += abs(difference.points)
    for budget_id in sorted(given.keys() | taken.keys()):
        if taken[budget_id]:
            give_back(budget_id, taken[budget_id], **entry, at=at)
        if given[budget_id]:
            spend(budget_id, given[budget_id], **entry, at=at)


def _report(
    entitled: Sequence[Entitled], differences: Sequence[_Difference], *, kept: int
) -> AwardReport:
    up = [difference.points for difference in differences if difference.points > 0]
    down = [-difference.points for difference in differences if difference.points < 0]
    return AwardReport(
        given=len(up),
        points_given=sum(up),
        taken_back=len(down),
        points_taken_back=sum(down),
        unchanged=len(entitled) - len(differences) - kept,
        kept=kept,
        people=len({difference.entitled.employee_id for difference in differences}),
    )
