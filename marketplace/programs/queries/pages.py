"""What the program pages show to those who earn."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa

from marketplace.access.actor import Actor
from marketplace.awards.entitlements.models import Entitlement
from marketplace.awards.entitlements.states import EntitlementState
from marketplace.awards.models import Award
from marketplace.awards.stories import corrected_in_words
from marketplace.kernel.db import session
from marketplace.kernel.errors import NotFound
from marketplace.programs.earning import MetricWords, earner_of
from marketplace.programs.models import Program, ProgramDepartment, ProgramProgress, ProgramRule
from marketplace.programs.queries.rules import latest_version, metrics_read_by, rule_of
from marketplace.programs.states import ProgramState

SEEN_BY_EMPLOYEES = (ProgramState.RUNNING, ProgramState.CLOSED, ProgramState.SETTLED)
LAST_AWARDS = 20
SOON = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class OpenProgram:
    """A program as an employee sees it: its rule, how far they are, what it brought them.

    `done` of `target` draw a bar where there is a target; `progress` says it in words. `has_won`:
    it brought them a reward itself, such as a place on a trip.
    """

    id: int
    slug: str
    name: str
    summary: str
    kind: str
    icon: str
    rules: tuple[str, ...]
    corrections: str
    validity: str
    state: ProgramState
    starts_on: date
    ends_on: date
    my_points: int
    my_awards: int
    has_won: bool
    done: int | None
    target: int | None
    progress: str

    def is_over(self, today: date) -> bool:
        """Whether nothing that happens from now on counts any more."""
        return self.state is not ProgramState.RUNNING or self.ends_on < today

    def concerns_me_now(self, today: date) -> bool:
        """Whether they are in it already, or it ends so soon that they may still want to be."""
        is_in = bool(self.my_awards or self.progress)
        return not self.is_over(today) and (is_in or self.ends_on - today < SOON)


@dataclass(frozen=True, slots=True)
class EarnGroup:
    """Programs that belong together on `/earn`; `is_brief` shows each in a line or two."""

    slug: str
    title: str
    programs: Sequence[OpenProgram]
    is_brief: bool = False


def in_groups(programs: Sequence[OpenProgram], today: date) -> list[EarnGroup]:
    """What matters to this person first, what is over last; each program is in one group."""
    now = [one for one in programs if one.concerns_me_now(today)]
    over = [one for one in programs if one.is_over(today)]
    open_too = [one for one in programs if one not in now and one not in over]
    over.sort(key=lambda one: one.ends_on, reverse=True)
    groups = (
        EarnGroup("now", "Yours now", now),
        EarnGroup("open", "Also open" if now else "Open to you", open_too, bool(now)),
        EarnGroup("over", "Finished", over, is_brief=True),
    )
    return [group for group in groups if group.programs]


def programs_open_to(actor: Actor) -> list[OpenProgram]:
    """Programs for this person that run, or have run, the running ones first."""
    return [seen for _, seen in _open_programs(actor, sa.true())]


def open_program(actor: Actor, slug: str) -> tuple[Program, OpenProgram]:
    """One program as an employee sees it. Raises NotFound for drafts and other people's."""
    found = _open_programs(actor, Program.slug == slug)
    if not found:
        raise NotFound("There is no such program, or it has not begun.")
    return found[0]


def is_for(actor: Actor) -> sa.ColumnElement[bool]:
    """The condition that a program is theirs: their department's, everyone's, or earned in."""
    departments = sa.select(ProgramDepartment.program_id)
    return sa.or_(
        Program.id.not_in(departments),
        Program.id.in_(departments.where(ProgramDepartment.department_id == actor.department_id)),
        Program.id.in_(sa.select(Award.program_id).where(Award.employee_id == actor.employee_id)),
    )


def _open_programs(
    actor: Actor, wanted: sa.ColumnElement[bool]
) -> list[tuple[Program, OpenProgram]]:
    mine = sa.and_(Award.program_id == Program.id, Award.employee_id == actor.employee_id)
    my_progress = sa.and_(
        ProgramProgress.program_id == Program.id,
        ProgramProgress.employee_id == actor.employee_id,
    )
    points = sa.select(sa.func.coalesce(sa.func.sum(Award.points), 0)).where(mine).scalar_subquery()
    awards = sa.select(sa.func.count(sa.distinct(Award.subject))).where(mine).scalar_subquery()
    won = sa.exists().where(
        Entitlement.program_id == Program.id,
        Entitlement.employee_id == actor.employee_id,
        Entitlement.state.in_((EntitlementState.GRANTED, EntitlementState.USED)),
    )
    rows = (
        session()
        .execute(
            sa.select(Program, ProgramRule, ProgramProgress, points, awards, won)
            .join(ProgramRule, ProgramRule.program_id == Program.id)
            .outerjoin(ProgramProgress, my_progress)
            .where(wanted, Program.state.in_(SEEN_BY_EMPLOYEES), is_for(actor), latest_version())
            .order_by(Program.state != ProgramState.RUNNING, Program.ends_on, Program.id)
        )
        .all()
    )
    metrics = metrics_read_by((row[0].kind, row[1]) for row in rows)
    return [(row[0], _open(metrics, *row[:3], (row[3], row[4], row[5]))) for row in rows]


def _open(
    metrics: dict[int, MetricWords],
    program: Program,
    kept: ProgramRule,
    progress: ProgramProgress | None,
    brought: tuple[int, int, bool],
) -> OpenProgram:
    points, awards, has_won = brought
    earner, rule = earner_of(program.kind), rule_of(program.kind, kept, metrics)
    return OpenProgram(
        id=program.id,
        slug=program.slug,
        name=program.name,
        summary=program.summary,
        kind=earner.facts.label,
        icon=earner.facts.icon,
        rules=tuple(earner.sentences(rule)),
        corrections=rule.corrections,
        validity=rule.validity,
        state=program.state,
        starts_on=program.starts_on,
        ends_on=program.ends_on,
        my_points=int(points),
        my_awards=awards,
        has_won=bool(has_won),
        done=progress.done if progress else None,
        target=progress.target if progress else None,
        progress=progress.sentence if progress else "",
    )


@dataclass(frozen=True, slots=True)
class MyAward:
    """What one event brought, and how; `corrected` says what it had brought before, if anything."""

    event: str
    formula: str
    occurred_on: date
    points: int
    corrected: str


def my_last_awards(actor: Actor, program_id: int) -> Sequence[MyAward]:
    """What last brought this person points in a program, newest first.

    One more than `LAST_AWARDS` where there are more, so that a page can say so.
    """
    rows = session().execute(
        sa.select(Award.explanation, Award.reason, Award.occurred_on, Award.points)
        .where(Award.program_id == program_id, Award.employee_id == actor.employee_id)
        .order_by(Award.occurred_on.desc(), Award.id.desc())
        .limit(LAST_AWARDS + 1)
    )
    return [
        MyAward(
            row.explanation.get("event") or row.reason,
            row.explanation.get("formula", ""),
            row.occurred_on,
            row.points,
            corrected_in_words(row.explanation.get("before"), row.points),
        )
        for row in rows
    ]
