"""Programs: their making, their rules and their life from draft to settled."""

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from marketplace.access.actor import Actor
from marketplace.kernel import audit
from marketplace.kernel.db import rows_changed, session
from marketplace.kernel.errors import BadInput, IllegalMove, NotFound
from marketplace.kernel.parsing import CannotRead, currency_places
from marketplace.programs.models import Metric, Program, ProgramEvent, ProgramRule
from marketplace.programs.states import MetricUnit, ProgramKind, ProgramState, refuse_unless_legal


@dataclass(frozen=True, slots=True)
class NewProgram:
    """What a program manager decides when making an order-rule program."""

    slug: str
    name: str
    summary: str
    starts_on: date
    ends_on: date
    budget_id: int
    metric_id: int
    points: int
    per_amount: int


def define_metric(slug: str, name: str, unit: MetricUnit, currency: str | None = None) -> int:
    """Make a metric, or answer the one of this slug.

    Raises BadInput when it counts otherwise, or money of a currency there is not.
    """
    if currency is not None:
        _check_currency(currency)
    known = session().execute(sa.select(Metric).where(Metric.slug == slug)).scalar_one_or_none()
    if known is not None:
        if (known.unit, known.currency) != (unit, currency):
            raise BadInput(
                f"The metric “{slug}” exists and counts {known.currency or known.unit}. "
                "Choose another name for this one."
            )
        return known.id
    metric = Metric(slug=slug, name=name, unit=unit, currency=currency)
    session().add(metric)
    session().flush()
    return metric.id


def _check_currency(currency: str) -> None:
    try:
        currency_places(currency)
    except CannotRead as unknown:
        raise BadInput(f"{unknown.problem} {unknown.enter}") from unknown


def create_program(actor: Actor, new: NewProgram, *, at: datetime) -> int:
    """Make a draft with the first version of its rule. Raises BadInput for a slug in use."""
    if new.ends_on < new.starts_on:
        raise BadInput("The last day comes before the first. Enter a last day that is not earlier.")
    if session().scalar(sa.select(Program.id).where(Program.slug == new.slug)):
        raise BadInput(f"A program at “{new.slug}” exists. Choose another address.")
    program = Program(
        slug=new.slug,
        name=new.name,
        summary=new.summary,
        kind=ProgramKind.ORDER_RULE,
        state=ProgramState.DRAFT,
        starts_on=new.starts_on,
        ends_on=new.ends_on,
        budget_id=new.budget_id,
        owner_id=actor.id,
        created_at=at,
    )
    session().add(program)
    session().flush()
    _note_move(program.id, None, ProgramState.DRAFT, actor, at)
    set_rule(actor, program.id, new.metric_id, points=new.points, per_amount=new.per_amount, at=at)
    return program.id


def set_rule(
    actor: Actor, program_id: int, metric_id: int, *, points: int, per_amount: int, at: datetime
) -> int:
    """Add a version of the rule; awards made so far keep naming the version they came by."""
    last = session().scalar(
        sa.select(sa.func.max(ProgramRule.version)).where(ProgramRule.program_id == program_id)
    )
    version = (last or 0) + 1
    session().add(
        ProgramRule(
            program_id=program_id,
            version=version,
            metric_id=metric_id,
            points=points,
            per_amount=per_amount,
            actor_id=actor.employee_id,
            at=at,
        )
    )
    audit.record(
        actor.employee_id, "programs.set_rule", f"program:{program_id}", at=at, version=version
    )
    return version


def move_program(actor: Actor, program_id: int, wanted: ProgramState, *, at: datetime) -> None:
    """Take a program one legal step further and note who did it.

    Raises NotFound, or IllegalMove also when someone else moved it in the meantime.
    """
    current = session().scalar(sa.select(Program.state).where(Program.id == program_id))
    if current is None:
        raise NotFound("There is no such program.")
    refuse_unless_legal(current, wanted)
    moved = session().execute(
        sa.update(Program)
        .where(Program.id == program_id, Program.state == current)
        .values(state=wanted)
    )
    if not rows_changed(moved):
        raise IllegalMove(current, wanted)
    _note_move(program_id, current, wanted, actor, at)


def _note_move(
    program_id: int,
    before: ProgramState | None,
    after: ProgramState,
    actor: Actor,
    at: datetime,
) -> None:
    session().add(
        ProgramEvent(
            program_id=program_id,
            from_state=before,
            to_state=after,
            actor_id=actor.employee_id,
            at=at,
        )
    )
