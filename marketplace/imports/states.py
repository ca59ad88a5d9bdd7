"""The way of an import run, from a file that lies there to people or results that changed."""

from enum import StrEnum


class RunState(StrEnum):
    """`UPLOADED` waits for the dry run, `CHECKED` for a person's word."""

    UPLOADED = "uploaded"
    CHECKED = "checked"
    IMPORTING = "importing"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


MOVES: dict[RunState, frozenset[RunState]] = {
    RunState.UPLOADED: frozenset({RunState.CHECKED, RunState.FAILED, RunState.CANCELLED}),
    RunState.CHECKED: frozenset({RunState.IMPORTING, RunState.CANCELLED}),
    RunState.IMPORTING: frozenset({RunState.DONE, RunState.FAILED}),
    RunState.DONE: frozenset(),
    RunState.FAILED: frozenset(),
    RunState.CANCELLED: frozenset(),
}
