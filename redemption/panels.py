"""What other rooms add to the page of a request: the voucher, the parcel, the booking."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from marketplace.access.actor import Actor


@dataclass(frozen=True, slots=True)
class Panel:
    """A piece of the page: a template that is included with `panel` set to `values`."""

    template: str
    values: dict[str, Any] = field(default_factory=dict)


PanelMaker = Callable[[Actor, int], Panel | None]
_makers: list[PanelMaker] = []


def line_panel(maker: PanelMaker) -> PanelMaker:
    """Register what may add a panel for a line (actor, line id), in the order of registration."""
    if maker not in _makers:
        _makers.append(maker)
    return maker


def panels_for(actor: Actor, line_id: int) -> list[Panel]:
    """The panels of a line that its owner sees."""
    return [panel for maker in _makers if (panel := maker(actor, line_id)) is not None]
