"""From results to points: what everybody deserves is set against what was granted so far."""

from collections.abc import Collection
from datetime import datetime, timedelta

import sqlalchemy as sa

from marketplace.access.actor import Actor
from marketplace.awards.entitlements.operations import NewEntitlement, grant_entitlements
from marketplace.awards.models import WaitingSettlement
from marketplace.awards.operations import AwardReport, Entitled, lock_programs, settle_or_wait
from marketplace.kernel.clock import midnight
from marketplace.kernel.db import session
from marketplace.kernel.errors import DomainError, NotFound
from marketplace.kernel.faults import crashpoint
from marketplace.kernel.jobs import enqueue
from marketplace.programs.earning import (
    Deserved,
    DeservedReward,
    Earner,
    Evaluated,
    Run,
    earner_of,
)
from marketplace.programs.models import Program, ProgramRule, RuleMetric
from marketplace.programs.operations.own import (
    own_points,
    refuse_own_prize,
    refuse_own_rule,
    refuse_own_start,
)
from marketplace.programs.operations.programs import move_program
from marketplace.programs.operations.progress import keep_progress
from marketplace.programs.queries.metrics import GrantedSubject, granted_subjects
from marketplace.programs.queries.runs import run_of
from marketplace.programs.states import COUNTS, ProgramState

FEW_GROUPS = 1_000


def settle_metric(
    metric_id: int, groups: Collection[str] | None, *, actor: Actor, at: datetime
) -> dict[str, AwardReport]:
    """Settle every program that reads a metric, for the orders named or for all; by slug."""
    programs = session().execute(
        sa.select(Program.id, Program.slug)
        .join(ProgramRule, ProgramRule.program_id == Program.id)
        .join(RuleMetric, RuleMetric.rule_id == ProgramRule.id)
        .where(RuleMetric.metric_id == metric_id, Program.state.in_(COUNTS))
        .group_by(Program.id, Program.slug)
        .order_by(Program.id)
    )
    return {
        program.slug: settle_program(program.id, groups=groups, actor=actor, at=at)
        for program in programs.all()
    }


def settle_program(
    program_id: int, *, actor: Actor, at: datetime, groups: Collection[str] | None = None
) -> AwardReport:
    """Grant or take back what is missing between deserved and granted; nothing when they agree.

    `groups` narrows it to some orders. What the budget cannot give waits, all of it.
    """
    program = _locked(program_id, at)
    if program.state not in COUNTS:
        return AwardReport()
    wanted = None if groups is None or len(groups) > FEW_GROUPS else sorted(groups)
    if wanted is not None and _is_waiting(program_id):
        wanted = None
    return _evaluate(program, wanted, is_final=False, actor=actor, at=at)


def launch_program(
    actor: Actor, program_id: int, wanted: ProgramState, *, at: datetime
) -> AwardReport:
    """Take a program a step further by hand, and settle what is there already.

    Raises what `move_program` raises, and NotAllowed when its start pays who starts it.
    """
    lock_programs([program_id], at=at)
    refuse_own_start(program_id, actor=actor, at=at, wanted=wanted)
    move_program(actor, program_id, wanted, at=at)
    return settle_program(program_id, actor=actor, at=at)


def settle_new_rule(program_id: int, *, actor: Actor, at: datetime) -> AwardReport:
    """Settle the difference a new rule makes. Raises NotAllowed when it pays who sets it."""
    refuse_own_start(program_id, actor=actor, at=at)
    before = own_points(program_id, actor)
    report = settle_program(program_id, actor=actor, at=at)
    refuse_own_rule(program_id, before=before, report=report, actor=actor, at=at)
    return report


class MovedSince(DomainError):
    """What would be granted is not what was shown. Nothing was settled."""

    code = "moved_since"


def settle_for_good(
    program_id: int, *, seal: str | None = None, actor: Actor, at: datetime
) -> AwardReport:
    """Grant what is left and end a closed program; it stays closed while its budget falls short.

    `seal` is of what was shown before. Raises MovedSince when that is not what there is now,
    NotAllowed when it pays who settles it, and IllegalMove when the program is not closed.
    """
    program = _locked(program_id, at)
    if program.state is ProgramState.CLOSED:
        report = _evaluate(program, None, is_final=True, seal=seal, actor=actor, at=at)
        if report.waiting:
            return report
    else:
        report = AwardReport()
    move_program(actor, program_id, ProgramState.SETTLED, at=at)
    crashpoint("programs.settle.ended")
    return report


def release_waiting(program_id: int, *, actor: Actor, at: datetime) -> AwardReport:
    """Try again what waits for a budget, as it was meant: for good, or as the program goes on.

    Raises NotFound when nothing waits, and MovedSince like `settle_for_good`.
    """
    waits = session().get(WaitingSettlement, program_id, populate_existing=True)
    if waits is None:
        raise NotFound("Nothing of this program waits any more. Its points were granted.")
    if waits.is_final:
        return settle_for_good(program_id, seal=waits.seal, actor=actor, at=at)
    return settle_program(program_id, actor=actor, at=at)


def _locked(program_id: int, at: datetime) -> Program:
    lock_programs([program_id], at=at)
    program = session().get(Program, program_id, populate_existing=True)
    if program is None:
        raise NotFound("There is no such program.")
    return program


def _is_waiting(program_id: int) -> bool:
    found = sa.select(WaitingSettlement.program_id).where(
        WaitingSettlement.program_id == program_id
    )
    return session().scalar(found) is not None


def _evaluate(
    program: Program,
    groups: Collection[str] | None,
    *,
    is_final: bool,
    seal: str | None = None,
    actor: Actor,
    at: datetime,
) -> AwardReport:
    earner = earner_of(program.kind)
    run = run_of(program, at=at, groups=groups, is_final=is_final)
    found = earner.evaluate(run)
    program.evaluated_at = at
    session().flush()
    crashpoint("programs.settle.evaluated")
    shown = earner.seal(run) if is_final else ""
    if seal not in {None, shown}:
        raise MovedSince(f"“{program.name}” moved since you looked. Nothing was settled.")
    if is_final:
        refuse_own_prize(program.id, found, actor)
    pays = is_final or not earner.facts.pays_at_the_end
    report = _grant(run, earner, found, shown, actor) if pays else AwardReport()
    if found.progress is not None and not (is_final and report.waiting):
        keep_progress(program.id, found.progress)
    return report


def _grant(run: Run, earner: Earner, found: Evaluated, shown: str, actor: Actor) -> AwardReport:
    """The points, and with them the rewards: both, or neither when the budget falls short."""
    entitled = [_entitled(run, earner, deserved) for deserved in found.deserved]
    gone = _no_longer_deserved(run, earner, found)
    report = settle_or_wait(
        run.program.id,
        [*entitled, *gone],
        is_final=run.is_final,
        seal=shown,
        actor=actor,
        at=run.at,
    )
    if report.taken_back:
        _promise_to_tell(run)
    crashpoint("programs.settle.granted")
    if found.rewards and not report.waiting:
        rewards = [_reward(run, earner, won) for won in found.rewards]
        grant_entitlements(run.program.id, rewards, actor=actor, at=run.at)
        crashpoint("programs.settle.rewarded")
    return report


def _promise_to_tell(run: Run) -> None:
    program_id, taken_at = run.program.id, run.at.isoformat()
    key = f"{program_id}:{taken_at}"
    enqueue("programs.tell_taken_back", key=key, program_id=program_id, taken_at=taken_at)


def _reward(run: Run, earner: Earner, won: DeservedReward) -> NewEntitlement:
    rule = " ".join(earner.sentences(run.rule))
    return NewEntitlement(
        rule_version=run.rule.version,
        employee_id=won.employee_id,
        subject=won.subject,
        variant_id=won.variant_id,
        place=won.place,
        line=won.line,
        reason=won.reason,
        explanation={"rule": rule, **won.explanation},
    )


def _entitled(run: Run, earner: Earner, deserved: Deserved) -> Entitled:
    program, rule = run.program, run.rule
    return Entitled(
        program_id=program.id,
        rule_version=rule.version,
        employee_id=deserved.employee_id,
        subject=deserved.subject,
        points=deserved.points,
        budget_id=program.budget_id,
        occurred_on=deserved.occurred_on,
        reason=deserved.reason,
        explanation={"rule": " ".join(earner.sentences(rule)), **deserved.explanation},
        expires_at=deserved.expires_at or _last_moment(run),
        claw_back_days=rule.claw_back_days,
        title=program.name,
    )


def _last_moment(run: Run) -> datetime | None:
    """The end of the last day on which points granted now can be spent."""
    if run.rule.valid_days is None:
        return None
    return midnight(run.at.date() + timedelta(days=run.rule.valid_days + 1))


def _no_longer_deserved(run: Run, earner: Earner, found: Evaluated) -> list[Entitled]:
    """What was paid and is gone, or belongs to someone else now: it deserves nothing."""
    there = {(deserved.employee_id, deserved.subject) for deserved in found.deserved}
    return [
        _nothing(run, earner, granted)
        for granted in granted_subjects(run.program.id, found.subjects)
        if (granted.employee_id, granted.subject) not in there
    ]


def _nothing(run: Run, earner: Earner, granted: GrantedSubject) -> Entitled:
    gone = Deserved(
        employee_id=granted.employee_id,
        subject=granted.subject,
        points=0,
        occurred_on=granted.occurred_on,
        reason=granted.reason,
        explanation={
            "event": f"{granted.reason} was corrected",
            "formula": "Nothing is left of it, so its points go back to the budget",
        },
    )
    return _entitled(run, earner, gone)
