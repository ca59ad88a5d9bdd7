"""What a program is called, when it runs, for whom and out of what: changed beside its rule."""

from dataclasses import dataclass
from datetime import date, datetime

from marketplace.access.actor import Actor
from marketplace.awards.operations import lock_programs
from marketplace.kernel import audit
from marketplace.kernel.db import session
from marketplace.kernel.errors import BadInput, DomainError, NotFound
from marketplace.programs.models import Program
from marketplace.programs.operations.own import refuse_own_start
from marketplace.programs.operations.programs import let_in, refuse_unless_ready
from marketplace.programs.states import BEFORE_LAUNCH, ENDED, ProgramState


class FrameIsFixed(DomainError):
    """The days and the budget of a program stay from its start. Nothing was changed."""

    code = "frame_is_fixed"


@dataclass(frozen=True, slots=True)
class Span:
    """When a program runs (both days count), out of which budget, and for which departments.

    `departments` is empty for everyone, and None where the rule itself says for whom it is.
    """

    starts_on: date
    ends_on: date
    budget_id: int
    departments: tuple[int, ...] | None = None


def change_frame(
    actor: Actor, program_id: int, *, name: str, summary: str, span: Span | None, at: datetime
) -> None:
    """Give a program other words and, until it starts, another span.

    Raises NotFound; FrameIsFixed when it is settled, or has started and a span is given; BadInput
    for days in the wrong order; CannotLaunch when a scheduled program could not start any more, and
    NotAllowed when by these days it would pay who changes them.
    """
    lock_programs([program_id], at=at)
    program = session().get(Program, program_id, populate_existing=True)
    if program is None:
        raise NotFound("There is no such program.")
    _refuse_fixed(program, span)
    program.name, program.summary = name, summary
    if span is not None:
        _span(program, span)
    session().flush()
    if program.state is ProgramState.SCHEDULED:
        refuse_unless_ready(program)
        refuse_own_start(program_id, actor=actor, at=at)
    subject, told = f"program:{program_id}", _told(span)
    audit.record(actor.id, "programs.change_frame", subject, at=at, name=name, span=told)


def _refuse_fixed(program: Program, span: Span | None) -> None:
    if program.state in ENDED:
        raise FrameIsFixed(
            f"“{program.name}” is {program.state} and stays as it is. Nothing was changed."
        )
    if span is not None and program.state not in BEFORE_LAUNCH:
        raise FrameIsFixed(
            f"“{program.name}” has started in the meantime, so its days and its budget stay. "
            "Nothing was changed. Open the page again to change its name and words."
        )


def _span(program: Program, span: Span) -> None:
    if span.ends_on < span.starts_on:
        raise BadInput("The last day comes before the first. Enter a last day that is not earlier.")
    program.starts_on, program.ends_on = span.starts_on, span.ends_on
    program.budget_id = span.budget_id
    if span.departments is not None:
        let_in(program.id, span.departments)


def _told(span: Span | None) -> dict[str, object] | None:
    if span is None:
        return None
    return {
        "starts_on": span.starts_on.isoformat(),
        "ends_on": span.ends_on.isoformat(),
        "budget_id": span.budget_id,
        "departments": list(span.departments) if span.departments is not None else None,
    }
