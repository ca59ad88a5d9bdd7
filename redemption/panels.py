"""What other rooms add to the page of a request: the voucher, the parcel, the booking.

Each says where it has something, as a condition on `RedemptionLine`: the page asks all of them with
the line itself, and then only those that have.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from marketplace.access.actor import Actor


@dataclass(frozen=True, slots=True)
class Panel:
    """A piece of the page: a template that is included with `panel` set to `values`."""

    template: str
    values: dict[str, Any] = field(default_factory=dict)


PanelMaker = Callable[[Actor, int], Panel | None]
Condition = Callable[[], sa.ColumnElement[bool]]
_makers: dict[Condition, PanelMaker] = {}


def line_panel(where: Condition) -> Callable[[PanelMaker], PanelMaker]:
    """Register what adds a panel for a line (actor, line id), in the order of registration.

    It is asked about lines that `where` is true of, and answers None when it is not the actor's.
    """

    def register(maker: PanelMaker) -> PanelMaker:
        _makers[where] = maker
        return maker

    return register


def panel_columns() -> tuple[sa.ColumnElement[bool], ...]:
    """What `makers_in` reads, for a statement that selects from lines."""
    return tuple(where().label(where.__name__) for where in _makers)


def makers_in(row: Any) -> tuple[PanelMaker, ...]:
    """Who has something to add to a line, from a row of these columns."""
    return tuple(maker for where, maker in _makers.items() if getattr(row, where.__name__))


def panels_by(makers: tuple[PanelMaker, ...], actor: Actor, line_id: int) -> list[Panel]:
    """The panels of a line that its holder sees."""
    return [panel for make in makers if (panel := make(actor, line_id)) is not None]
