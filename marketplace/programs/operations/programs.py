"""Programs: their making, their rules and their life from draft to settled."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from marketplace.access.actor import Actor
from marketplace.awards.models import Award
from marketplace.awards.operations import lock_programs, wait_no_longer_for_good
from marketplace.kernel import audit
from marketplace.kernel.db import rows_changed, session
from marketplace.kernel.errors import BadInput, DomainError, IllegalMove, NotFound
from marketplace.programs.earning import earner_of
from marketplace.programs.models import (
    Program,
    ProgramDepartment,
    ProgramEvent,
    ProgramRule,
    RuleMetric,
)
from marketplace.programs.queries.rules import current_rule
from marketplace.programs.states import (
    BEFORE_LAUNCH,
    ENDED,
    ProgramKind,
    ProgramState,
    refuse_unless_legal,
)
from marketplace.programs.terms import terms_as_json


@dataclass(frozen=True, slots=True)
class NewProgram:
    """What a program manager decides when making a program.

    `terms` are those of its kind. Without `departments` it is for everyone; where the terms say
    for whom it is, they decide. `claw_back_days`: for how long points that turn out not to be
    earned are taken back (None until settled, 0 never).
    `valid_days`: how long points can be spent after the day they were given (None for ever).
    """

    slug: str
    name: str
    summary: str
    kind: ProgramKind
    starts_on: date
    ends_on: date
    budget_id: int
    terms: Any
    departments: tuple[int, ...] = ()
    claw_back_days: int | None = None
    valid_days: int | None = None


class RuleIsFixed(DomainError):
    """The rule of a program stays as everyone read it. Nothing was changed."""

    code = "rule_is_fixed"


class NobodyDecides(DomainError):
    """A rule of a program that runs needs an answer nobody could give. Nothing was changed."""

    code = "nobody_decides"


class CannotLaunch(DomainError):
    """Something is missing before a program can start. Nothing was changed."""

    code = "cannot_launch"


def create_program(actor: Actor, new: NewProgram, *, at: datetime) -> int:
    """Make a draft with the first version of its rule. Raises BadInput for a slug in use."""
    if new.ends_on < new.starts_on:
        raise BadInput("The last day comes before the first. Enter a last day that is not earlier.")
    _take_address(new.slug)
    program = Program(
        slug=new.slug,
        name=new.name,
        summary=new.summary,
        kind=new.kind,
        state=ProgramState.DRAFT,
        starts_on=new.starts_on,
        ends_on=new.ends_on,
        budget_id=new.budget_id,
        owner_id=actor.id,
        created_at=at,
    )
    session().add(program)
    session().flush()
    if not earner_of(new.kind).facts.terms_say_for_whom:
        let_in(program.id, new.departments)
    _note_move(program.id, None, ProgramState.DRAFT, actor, at)
    first = ProgramRule(
        program_id=program.id,
        version=1,
        terms=terms_as_json(new.terms),
        claw_back_days=new.claw_back_days,
        valid_days=new.valid_days,
        reason="",
        actor_id=actor.employee_id,
        at=at,
    )
    _keep_rule(first, new.kind, new.terms)
    return program.id


def _take_address(slug: str) -> None:
    """Let a discarded draft give its address away; it goes to one that no form can ask for."""
    holder = session().scalar(sa.select(Program).where(Program.slug == slug))
    if holder is None:
        return
    if holder.state is not ProgramState.DISCARDED:
        raise BadInput(f"A program at “{slug}” exists. Choose another address.")
    holder.slug = f"{slug}~{holder.id}"
    session().flush()


def set_rule(  # noqa: PLR0913  these are the parts of a version
    actor: Actor,
    program_id: int,
    terms: Any,
    *,
    claw_back_days: int | None = None,
    valid_days: int | None = None,
    reason: str = "",
    at: datetime,
) -> int:
    """Add a version of the rule; awards made so far keep naming the version they came by.

    Raises NotFound, RuleIsFixed when the program is past the states its kind changes rules in, and
    BadInput without a reason, which only a draft does not need, and NobodyDecides when it was
    launched and the new rule needs people who are not there.
    """
    lock_programs([program_id], at=at)
    program = session().get(Program, program_id, populate_existing=True)
    if program is None:
        raise NotFound("There is no such program.")
    refuse_fixed_rule(program)
    if program.state is not ProgramState.DRAFT and not reason.strip():
        raise BadInput(f"Say why the rule of “{program.name}” is changed. Nothing was changed.")
    _refuse_without_people(program, terms)
    newest = sa.select(sa.func.max(ProgramRule.version)).where(ProgramRule.program_id == program_id)
    rule = ProgramRule(
        program_id=program_id,
        version=session().scalars(newest).one() + 1,
        terms=terms_as_json(terms),
        claw_back_days=claw_back_days,
        valid_days=valid_days,
        reason=reason,
        actor_id=actor.employee_id,
        last_award_id=_last_award_of(program_id),
        at=at,
    )
    _keep_rule(rule, program.kind, terms)
    return rule.version


def let_in(program_id: int, departments: Iterable[int]) -> None:
    """Let a program be for these departments, or for everyone when there are none."""
    session().execute(
        sa.delete(ProgramDepartment).where(ProgramDepartment.program_id == program_id)
    )
    for department_id in dict.fromkeys(departments):
        session().add(ProgramDepartment(program_id=program_id, department_id=department_id))


def refuse_fixed_rule(program: Program) -> None:
    """Raise RuleIsFixed when the rule of a program can't change any more."""
    if program.state not in earner_of(program.kind).facts.rule_changes_in:
        since = f"is {program.state}" if program.state in ENDED else "has begun"
        raise RuleIsFixed(
            f"“{program.name}” {since}, so its rule stays as everyone read it. Nothing was "
            "changed, and everyone keeps their points. Start a new program for another rule."
        )


def _refuse_without_people(program: Program, terms: Any) -> None:
    obstacle = earner_of(program.kind).people_obstacle(terms)
    if obstacle and program.state not in BEFORE_LAUNCH:
        raise NobodyDecides(f"{obstacle} Nothing was changed.")


def _keep_rule(rule: ProgramRule, kind: ProgramKind, terms: Any) -> None:
    session().add(rule)
    session().flush()
    earner = earner_of(kind)
    for metric_id in sorted(set(earner.metric_ids(terms))):
        session().add(RuleMetric(rule_id=rule.id, metric_id=metric_id))
    if earner.facts.terms_say_for_whom:
        let_in(rule.program_id, terms.departments)
    subject = f"program:{rule.program_id}"
    audit.record(rule.actor_id, "programs.set_rule", subject, at=rule.at, version=rule.version)


def move_program(
    actor: Actor, program_id: int, wanted: ProgramState, *, at: datetime, reason: str = ""
) -> None:
    """Take a program one legal step further and note who did it.

    Raises NotFound, CannotLaunch, or IllegalMove also when someone else moved it in the meantime.
    """
    program = session().get(Program, program_id, populate_existing=True)
    if program is None:
        raise NotFound("There is no such program.")
    current = program.state
    refuse_unless_legal(current, wanted)
    if wanted in {ProgramState.SCHEDULED, ProgramState.RUNNING}:
        refuse_unless_ready(program)
    moved = session().execute(
        sa.update(Program)
        .where(Program.id == program_id, Program.state == current)
        .values(state=wanted)
        .execution_options(synchronize_session="fetch")
    )
    if not rows_changed(moved):
        raise IllegalMove(current, wanted)
    if current is ProgramState.CLOSED and wanted is ProgramState.RUNNING:
        pays_at_the_end = earner_of(program.kind).facts.pays_at_the_end
        wait_no_longer_for_good(program_id, goes_on_paying=not pays_at_the_end)
    _note_move(program_id, current, wanted, actor, at, reason)


def refuse_unless_ready(program: Program) -> None:
    """Raise CannotLaunch when something is missing before a program can start."""
    obstacle = earner_of(program.kind).start_obstacle(program, current_rule(program))
    if obstacle:
        raise CannotLaunch(f"{obstacle} Nothing was changed.")


def _note_move(
    program_id: int,
    before: ProgramState | None,
    after: ProgramState,
    actor: Actor,
    at: datetime,
    reason: str = "",
) -> None:
    session().add(
        ProgramEvent(
            program_id=program_id,
            from_state=before,
            to_state=after,
            actor_id=actor.employee_id,
            reason=reason,
            last_award_id=_last_award_of(program_id),
            at=at,
        )
    )


def _last_award_of(program_id: int) -> int:
    """The newest award of a program: ids tell what came first where clocks of machines differ."""
    newest = sa.select(sa.func.max(Award.id)).where(Award.program_id == program_id)
    return session().scalar(newest) or 0
