"""Taking a plan in from a file: what is new, what changed, what is missing from it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from catalog.trips.operations import add_item, change_item, remove_item
from catalog.trips.plan import NewItem
from catalog.trips.queries.plan import Item, days_of
from catalog.trips.queries.planner import PlannedDeparture
from catalog.trips.sheets.models import StagedItem
from catalog.trips.sheets.policies import Days, Key, Keys, read_item, whole_obstacle
from catalog.trips.states import ItemKind
from marketplace.access.actor import Actor
from marketplace.imports.small import Outcome
from marketplace.kernel.db import session
from marketplace.kernel.errors import DomainError
from marketplace.kernel.tabular.problems import row_error

_KEPT = [one.name for one in fields(NewItem)]
_COLUMNS = {"is_choice": "choice"}
_UNSAID: dict[str, Any] = {"kind": ItemKind.ACTIVITY}
_NO_HELP = "Nothing of this row was taken in."


@dataclass(frozen=True, slots=True)
class Taking:
    """Into which departure, by whom and when; `is_complete`: what the file lacks is taken out."""

    departure: PlannedDeparture
    actor: Actor
    is_complete: bool
    at: datetime


def take_plan(taking: Taking, rows: Sequence[tuple[int, Mapping[str, str]]]) -> Outcome:
    """Put the rows of a file into the plan; columns that it doesn't have stay as they are.

    Something is known again by its day and name, and of several by their order. Nothing is taken
    out while a row is in error.
    """
    departure, outcome = taking.departure, Outcome()
    days = Days(departure.dates.starts_on, departure.days)
    known, keys = _known(departure), Keys()
    for line, values in rows:
        said = read_item(line, values, days)
        if isinstance(said, list):
            outcome.problems += said
        else:
            before = known.pop(keys.key(said["day"], said["name"]), None)
            _take(taking, outcome, line, (before, said))
    if taking.is_complete and not outcome.problems:
        for gone in known.values():
            _take_out(taking, outcome, gone)
    return outcome


def _known(departure: PlannedDeparture) -> dict[Key, Item]:
    keys, plan = Keys(), days_of(departure.variant_id, departure.dates.starts_on)
    return {keys.key(item.day, item.name): item for day in plan for item in day.items}


def _take(
    taking: Taking, outcome: Outcome, line: int, row: tuple[Item | None, dict[str, Any]]
) -> None:
    before, said = row
    was = NewItem(**{name: getattr(before, name) for name in _KEPT}) if before else None
    wanted = replace(was, **said) if was else NewItem(**_UNSAID | said)
    if wrong := whole_obstacle(wanted):
        column, fact, enter = wrong
        outcome.problems.append(row_error(line, column, said.get(column, ""), fact, enter))
    elif before is None or was is None:
        new = taking.departure.variant_id, wanted
        if _done(outcome, line, wanted, lambda: add_item(taking.actor, *new, at=taking.at)):
            outcome.taken.new += 1
    elif was == wanted:
        outcome.taken.unchanged += 1
    else:
        change = taking.departure.variant_id, before.id, wanted
        if _done(outcome, line, wanted, lambda: change_item(taking.actor, *change, at=taking.at)):
            outcome.taken.changed += 1
            _tell(outcome, line, was, wanted)


def _done(outcome: Outcome, line: int, item: NewItem, deed: Callable[[], object]) -> bool:
    """Whether it could be done; what the plan refuses is said of its row."""
    try:
        deed()
    except DomainError as refusal:
        outcome.problems.append(row_error(line, "name", item.name, refusal.message, _NO_HELP))
        return False
    return True


def _tell(outcome: Outcome, line: int, was: NewItem, wanted: NewItem) -> None:
    for name in _KEPT:
        before, after = getattr(was, name), getattr(wanted, name)
        if before != after:
            fact = f"{wanted.name}: now {_written(before)}; it would become {_written(after)}."
            column = _COLUMNS.get(name, name)
            outcome.notes.append(
                row_error(line, column, _written(after), fact, "Nothing, if meant.")
            )


def _written(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value is None or value == "":
        return "nothing"
    return f"{value:%H:%M}" if hasattr(value, "strftime") else str(value)


def _take_out(taking: Taking, outcome: Outcome, gone: Item) -> None:
    where = taking.departure.variant_id, gone.id
    if _done(outcome, 1, gone, lambda: remove_item(taking.actor, *where, at=taking.at)):
        outcome.taken.gone += 1
        fact = f"Day {gone.day}, {gone.name}: the file does not have it; it would be taken out."
        outcome.notes.append(row_error(1, "name", gone.name, fact, "A row for it, if it stays."))


def stage_items(run_id: int, rows: Sequence[tuple[int, dict[str, str]]]) -> None:
    """Keep rows of a file."""
    staged = [{"run_id": run_id, "line": line, "values": values} for line, values in rows]
    if staged:
        session().execute(sa.insert(StagedItem), staged)


def staged_items(run_id: int) -> list[tuple[int, dict[str, str]]]:
    """The kept rows in the order of the file."""
    rows = session().execute(
        sa.select(StagedItem.line, StagedItem.values)
        .where(StagedItem.run_id == run_id)
        .order_by(StagedItem.line)
    )
    return [(row.line, row[1]) for row in rows]


def forget_items(run_id: int) -> None:
    """Delete the kept rows of a run."""
    session().execute(sa.delete(StagedItem).where(StagedItem.run_id == run_id))
