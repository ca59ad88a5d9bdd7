"""Rounds: planning them, and every move they make."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from marketplace.access.actor import Actor
from marketplace.kernel import audit
from marketplace.kernel.db import insert_or_skip, rows_changed, session
from marketplace.kernel.errors import BadInput, IllegalMove, NotFound
from marketplace.kernel.jobs import enqueue
from marketplace.programs.models import Program
from marketplace.programs.nominations.errors import RoundRefuses
from marketplace.programs.nominations.models import NominationRound, RoundMove
from marketplace.programs.nominations.queries.rounds import Round, round_of
from marketplace.programs.nominations.states import (
    UNDER_WAY,
    RoundState,
    moves_by_hand,
    refuse_unless_legal,
)
from marketplace.programs.nominations.terms import Monthly, NominationTerms
from marketplace.programs.queries.rules import current_rule
from marketplace.programs.states import ProgramKind, ProgramState


@dataclass(frozen=True, slots=True)
class Dates:
    """When nominations open and close, and the last day of judging; each day counts."""

    opens_on: date
    closes_on: date
    judged_by: date


def lock_round(round_id: int, *, shared: bool = False) -> Round:
    """The round with its award, held until the end of the transaction.

    `shared` lets others hold it too: for nominations and votes, which only a move must not meet.
    Raises NotFound.
    """
    held = (
        sa.select(NominationRound.id)
        .where(NominationRound.id == round_id)
        .with_for_update(read=shared)
    )
    if session().scalar(held) is None:
        raise NotFound("There is no such round.")
    return round_of(round_id)


def plan_round(actor: Actor, program_id: int, name: str, dates: Dates, *, at: datetime) -> int:
    """Plan a round of an award; it opens by itself on its day. Raises BadInput."""
    _refuse_dates(dates)
    round_id = _insert(program_id, name.strip(), dates, None, at)
    if round_id is None:
        raise BadInput(f"A round “{name.strip()}” exists. Choose another name.")
    _note(round_id, None, RoundState.DRAFT, actor, at)
    audit.record(actor.employee_id, "nominations.plan_round", f"nomination_round:{round_id}", at=at)
    return round_id


def plan_month(actor: Actor, program: Program, today: date, *, at: datetime) -> int | None:
    """Plan this month's round where the award has one each month; None when there is nothing to."""
    terms: NominationTerms = current_rule(program).terms
    if terms.monthly is None or program.state is not ProgramState.RUNNING:
        return None
    dates = month_dates(terms.monthly, today)
    if today > dates.closes_on:
        return None
    month = today.replace(day=1)
    round_id = _insert(program.id, f"{month:%B %Y}", dates, month, at)
    if round_id is not None:
        _note(round_id, None, RoundState.DRAFT, actor, at, "A round each month")
    return round_id


def month_dates(monthly: Monthly, today: date) -> Dates:
    """The days of a month's round; a day the month does not have is its last."""
    last = monthrange(today.year, today.month)[1]
    closes_on = today.replace(day=min(monthly.closes_day, last))
    return Dates(today.replace(day=1), closes_on, closes_on + timedelta(days=monthly.judging_days))


def change_dates(actor: Actor, round_id: int, dates: Dates, *, at: datetime) -> None:
    """Give a round that is not decided other days. Raises BadInput, RoundRefuses."""
    seen = lock_round(round_id)
    _refuse_dates(dates)
    if seen.state not in {RoundState.DRAFT, RoundState.OPEN, RoundState.JUDGING}:
        raise RoundRefuses(f"{seen.title} is decided. Its days stay as they are.")
    session().execute(
        sa.update(NominationRound)
        .where(NominationRound.id == round_id)
        .values(opens_on=dates.opens_on, closes_on=dates.closes_on, judged_by=dates.judged_by)
    )
    audit.record(
        actor.employee_id,
        "nominations.change_dates",
        f"nomination_round:{round_id}",
        at=at,
        closes_on=dates.closes_on.isoformat(),
        judged_by=dates.judged_by.isoformat(),
    )


def move_by_hand(
    actor: Actor, round_id: int, wanted: RoundState, *, at: datetime, reason: str = ""
) -> None:
    """Open a round, hand it to the jury, open it again, or call it off. Raises IllegalMove."""
    seen = lock_round(round_id)
    if seen.state is RoundState.DECIDED and wanted is RoundState.JUDGING:
        raise RoundRefuses(
            "A proposal waits for a second person. Take it back or send it back with a reason, on "
            "the page of the round. Nothing was changed."
        )
    if wanted not in moves_by_hand(seen.state):
        raise IllegalMove(seen.state, wanted)
    if wanted is RoundState.OPEN and seen.program_state is not ProgramState.RUNNING:
        raise RoundRefuses(f"“{seen.program}” does not run. Launch it, then open its rounds.")
    if wanted is RoundState.OPEN and at.date() > seen.closes_on:
        raise RoundRefuses(
            "The last day for nominations is over. Give the round other days first, then open it."
        )
    move_round(actor, seen, wanted, at=at, reason=reason)


def move_round(
    actor: Actor, seen: Round, wanted: RoundState, *, at: datetime, reason: str = ""
) -> None:
    """Take a round one legal step further and note who did it.

    Raises IllegalMove also when somebody else moved it in the meantime.
    """
    refuse_unless_legal(seen.state, wanted)
    moved = session().execute(
        sa.update(NominationRound)
        .where(NominationRound.id == seen.id, NominationRound.state == seen.state)
        .values(state=wanted)
        .execution_options(synchronize_session="fetch")
    )
    if not rows_changed(moved):
        raise IllegalMove(seen.state, wanted)
    number = _note(seen.id, seen.state, wanted, actor, at, reason)
    if wanted is RoundState.JUDGING:
        enqueue("nominations.ask_jury", key=str(number), round_id=seen.id)
    if wanted is RoundState.DECIDED:
        enqueue("nominations.ask_confirmers", key=str(number), round_id=seen.id)
    if wanted is RoundState.CONFIRMED:
        enqueue("nominations.tell_result", key=str(seen.id), round_id=seen.id)


def turn_round(actor: Actor, round_id: int, today: date, *, at: datetime) -> None:
    """Open a planned round on its first day; hand it to the jury after its last."""
    seen = lock_round(round_id)
    is_due = seen.opens_on <= today <= seen.closes_on
    if seen.state is RoundState.DRAFT and is_due and seen.program_state is ProgramState.RUNNING:
        move_round(actor, seen, RoundState.OPEN, at=at, reason="Its first day came")
    elif seen.state is RoundState.OPEN and today > seen.closes_on:
        move_round(actor, seen, RoundState.JUDGING, at=at, reason="Its last day is over")


def rounds_to_turn() -> list[int]:
    """The rounds that wait for a day, by id."""
    waiting = (RoundState.DRAFT, RoundState.OPEN)
    wanted = sa.select(NominationRound.id).where(NominationRound.state.in_(waiting))
    return list(session().scalars(wanted.order_by(NominationRound.id)))


def awards_running() -> list[int]:
    """The nomination awards that run, by program id."""
    wanted = sa.select(Program.id).where(
        Program.kind == ProgramKind.NOMINATION, Program.state == ProgramState.RUNNING
    )
    return list(session().scalars(wanted.order_by(Program.id)))


def is_under_way(program_id: int) -> bool:
    """Whether a round of an award is open, judged or waits for its confirmation."""
    found = sa.select(NominationRound.id).where(
        NominationRound.program_id == program_id, NominationRound.state.in_(UNDER_WAY)
    )
    return session().scalar(found.limit(1)) is not None


def _refuse_dates(dates: Dates) -> None:
    if dates.closes_on < dates.opens_on:
        raise BadInput("Nominations close before they open. Enter a last day that is not earlier.")
    if dates.judged_by <= dates.closes_on:
        raise BadInput("Judging ends before it begins. Enter a day after nominations close.")


def _insert(
    program_id: int, name: str, dates: Dates, month: date | None, at: datetime
) -> int | None:
    return session().scalar(
        insert_or_skip(NominationRound)
        .values(
            program_id=program_id,
            name=name,
            state=RoundState.DRAFT,
            month=month,
            opens_on=dates.opens_on,
            closes_on=dates.closes_on,
            judged_by=dates.judged_by,
            is_held_back=False,
            created_at=at,
        )
        .on_conflict_do_nothing()
        .returning(NominationRound.id)
    )


def _note(
    round_id: int,
    before: RoundState | None,
    after: RoundState,
    actor: Actor,
    at: datetime,
    reason: str = "",
) -> int:
    move = RoundMove(
        round_id=round_id,
        from_state=before,
        to_state=after,
        actor_id=actor.employee_id,
        reason=reason,
        at=at,
    )
    session().add(move)
    session().flush()
    return move.id
