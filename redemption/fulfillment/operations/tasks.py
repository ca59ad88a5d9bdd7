"""A task's opening and its moves: the guarded UPDATE decides, the event row remembers."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from marketplace.access.roles import Role
from marketplace.kernel.db import insert_or_skip, session
from marketplace.kernel.errors import NotFound
from marketplace.people.queries import holders_of
from redemption.fulfillment.errors import TaskMoved
from redemption.fulfillment.models import FulfillmentTask, TaskEvent
from redemption.fulfillment.policies import due_on
from redemption.fulfillment.states import MOVES, VIEWS, TaskState, View, Work
from redemption.models import RedemptionLine


@dataclass(frozen=True, slots=True)
class Move:
    """Where a task goes, who moves it and why."""

    to: TaskState
    actor_id: int | None
    at: datetime
    note: str = ""


def open_task(line_id: int, work: Work, *, at: datetime, problem: str = "") -> int | None:
    """The task of a line, to do or a problem; None when the line has one that is no mere issue.

    One task for a line for ever: an issue that is solved becomes the work itself.
    """
    state = TaskState.PROBLEM if problem else TaskState.TO_DO
    values = {
        "work": work,
        "state": state,
        "owner_id": _who_has_least_to_do(),
        "due_on": due_on(work, at),
        "problem": problem,
        "changed_at": at,
    }
    task = (
        session()
        .execute(
            insert_or_skip(FulfillmentTask)
            .values(line_id=line_id, opened_at=at, version=1, units=_units_of(line_id), **values)
            .on_conflict_do_update(
                index_elements=["line_id"],
                set_={**values, "version": FulfillmentTask.version + 1},
                where=FulfillmentTask.work == Work.ISSUE,
            )
            .returning(FulfillmentTask.id, FulfillmentTask.version)
        )
        .one_or_none()
    )
    if task is None:
        return None
    _remember(task.id, task.version, None, Move(state, None, at, problem))
    return task.id


def _units_of(line_id: int) -> sa.ScalarSelect[int]:
    wanted = sa.select(RedemptionLine.quantity).where(RedemptionLine.id == line_id)
    return wanted.scalar_subquery()


def _who_has_least_to_do() -> int | None:
    """Who of the desk has the fewest open tasks; None when the desk is empty."""
    desk = [who.id for who in holders_of(Role.FULFILLMENT)]
    if not desk:
        return None
    rows = session().execute(
        sa.select(FulfillmentTask.owner_id, sa.func.count())
        .where(
            FulfillmentTask.owner_id.in_(desk),
            FulfillmentTask.state.in_(VIEWS[View.TO_DO] | VIEWS[View.PROBLEM]),
        )
        .group_by(FulfillmentTask.owner_id)
    )
    load = {row[0]: row[1] for row in rows}
    return min(desk, key=lambda who: (load.get(who, 0), who))


def task_named(task_id: int) -> FulfillmentTask:
    """One task as it stands. Raises NotFound."""
    task = session().get(FulfillmentTask, task_id, populate_existing=True)
    if task is None:
        raise NotFound("There is no such task at the desk.")
    return task


def task_of_line(line_id: int) -> FulfillmentTask | None:
    """The task of a line as it stands, locked for this transaction."""
    return session().scalar(
        sa.select(FulfillmentTask)
        .where(FulfillmentTask.line_id == line_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def move_task(task: FulfillmentTask, move: Move, **values: object) -> None:
    """Move a task and remember it. Raises TaskMoved when the move no longer fits."""
    came_from, version = task.state, None
    if move.to in MOVES[came_from]:
        version = session().scalar(
            sa.update(FulfillmentTask)
            .where(
                FulfillmentTask.id == task.id,
                FulfillmentTask.state == came_from,
                FulfillmentTask.version == task.version,
            )
            .values(
                state=move.to,
                version=FulfillmentTask.version + 1,
                changed_at=move.at,
                **values,
            )
            .returning(FulfillmentTask.version),
            execution_options={"synchronize_session": False},
        )
    if version is None:
        session().refresh(task)
        raise TaskMoved(task.state)
    _remember(task.id, version, came_from, move)
    session().refresh(task)


def _remember(task_id: int, seq: int, came_from: TaskState | None, move: Move) -> None:
    session().execute(
        sa.insert(TaskEvent).values(
            task_id=task_id,
            seq=seq,
            from_state=came_from,
            to_state=move.to,
            actor_id=move.actor_id,
            note=move.note,
            at=move.at,
        )
    )
