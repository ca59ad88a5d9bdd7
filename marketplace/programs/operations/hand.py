"""Results by hand: entered, corrected and withdrawn with a reason, and settled at once."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from marketplace.access.actor import Actor
from marketplace.awards.operations import AwardReport
from marketplace.kernel import audit
from marketplace.kernel.db import session
from marketplace.kernel.errors import BadInput, NotFound
from marketplace.programs.models import Metric, Result, ResultChange
from marketplace.programs.operations.results import (
    Reported,
    ResultReport,
    lock_results,
    record_results,
)
from marketplace.programs.operations.settlement import settle_metric

LONGEST = 200


@dataclass(frozen=True, slots=True)
class HandReport:
    """What an entry by hand did: the result, whether it changed anything, what points moved."""

    result_id: int
    is_new: bool
    is_changed: bool
    points_given: int
    points_taken_back: int
    waiting: int


def result_named(metric_id: int, reference: str) -> Result | None:
    """The result known under a reference, or None."""
    found = sa.select(Result).where(Result.metric_id == metric_id, Result.external_ref == reference)
    return session().scalars(found).one_or_none()


def enter_result(
    metric_id: int, fact: Reported, *, reason: str, actor: Actor, at: datetime
) -> HandReport:
    """Keep one fact that a person reports, or correct the one known under its reference.

    Raises BadInput without a reason, for an amount of 0, for a day to come and for a result that is
    or was the actor's own; nothing is kept.
    """
    _refuse_unless_said(fact, reason, at)
    if not fact.amount:
        raise BadInput("0 means withdrawn. Enter another amount, or withdraw the result.")
    return _report(metric_id, fact, reason=reason, actor=actor, at=at)


def enter_new_result(
    metric_id: int, fact: Reported, *, reason: str, actor: Actor, at: datetime
) -> HandReport:
    """The same for a fact that must not be known yet. Raises BadInput when it is."""
    lock_results(metric_id)
    if result_named(metric_id, fact.external_ref) is not None:
        raise BadInput(
            f"“{fact.external_ref}” is there already. Find it by this reference under the metric, "
            "and correct it."
        )
    return enter_result(metric_id, fact, reason=reason, actor=actor, at=at)


def correct_result(
    result_id: int, fact: Reported, *, reason: str, actor: Actor, at: datetime
) -> HandReport:
    """Say what a result should have been; its reference stays. What it was is kept beside it."""
    known = _known(result_id)
    fact = replace(fact, external_ref=known.external_ref)
    return enter_result(known.metric_id, fact, reason=reason, actor=actor, at=at)


def withdraw_result(result_id: int, *, reason: str, actor: Actor, at: datetime) -> HandReport:
    """Let a result count for nothing; it stays in the history with who withdrew it and why."""
    known = _known(result_id)
    fact = Reported(
        known.employee_id, known.on_day, 0, known.group_ref, known.external_ref, known.dimensions
    )
    _refuse_unless_said(fact, reason, at)
    return _report(known.metric_id, fact, reason=reason, actor=actor, at=at)


def _known(result_id: int) -> Result:
    known = session().get(Result, result_id, populate_existing=True)
    if known is None:
        raise NotFound("There is no such result.")
    return known


def _refuse_unless_said(fact: Reported, reason: str, at: datetime) -> None:
    if not reason.strip() or len(reason) > LONGEST:
        raise BadInput(f"Say why in 1 to {LONGEST} characters. Nothing was changed.")
    if fact.on_day > at.date():
        raise BadInput(f"{fact.on_day.isoformat()} is still to come. Enter the day it happened.")


def _report(
    metric_id: int, fact: Reported, *, reason: str, actor: Actor, at: datetime
) -> HandReport:
    if session().get(Metric, metric_id) is None:
        raise NotFound("There is no such metric.")
    lock_results(metric_id)
    _refuse_ones_own(metric_id, fact, actor)
    report = record_results(metric_id, [fact], reason=reason, actor=actor, at=at)
    session().expire_all()
    result = result_named(metric_id, fact.external_ref)
    assert result is not None, "it was kept just now"
    if report.new:
        _note_entry(result, fact, reason, actor, at)
    settled = _settle(metric_id, report, actor, at)
    return HandReport(
        result_id=result.id,
        is_new=bool(report.new),
        is_changed=bool(report.changed),
        points_given=sum(award.points_given for award in settled),
        points_taken_back=sum(award.points_taken_back for award in settled),
        waiting=sum(award.waiting for award in settled),
    )


def _refuse_ones_own(metric_id: int, fact: Reported, actor: Actor) -> None:
    """Nobody awards himself: neither a result of one's own, nor taking one over."""
    known = result_named(metric_id, fact.external_ref)
    concerned = {fact.employee_id} | ({known.employee_id} if known else set())
    if actor.employee_id in concerned:
        raise BadInput(
            "This result is your own, and nobody reports for himself. Ask another program manager. "
            "Nothing was changed."
        )


def _settle(metric_id: int, report: ResultReport, actor: Actor, at: datetime) -> list[AwardReport]:
    if not report.new and not report.changed:
        return []
    return list(settle_metric(metric_id, report.groups, actor=actor, at=at).values())


def _note_entry(result: Result, fact: Reported, reason: str, actor: Actor, at: datetime) -> None:
    after: dict[str, Any] = {
        "employee_id": fact.employee_id,
        "on_day": fact.on_day.isoformat(),
        "amount": fact.amount,
        "group_ref": fact.group_ref,
        "dimensions": fact.dimensions,
    }
    session().add(
        ResultChange(
            result_id=result.id,
            before={},
            after=after,
            reason=reason,
            actor_id=actor.employee_id,
            at=at,
        )
    )
    session().flush()
    audit.record(
        actor.employee_id, "programs.enter_result", f"result:{result.id}", at=at, reason=reason
    )
