"""What other rooms add to the page of a request: the voucher, the parcel, the booking."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from catalog.states import Kind
from marketplace.access.actor import Actor


@dataclass(frozen=True, slots=True)
class Panel:
    """A piece of the page: a template that is included with `panel` set to `values`."""

    template: str
    values: dict[str, Any] = field(default_factory=dict)


PanelMaker = Callable[[Actor, int], Panel | None]
_makers: dict[PanelMaker, frozenset[Kind]] = {}


def line_panel(*kinds: Kind) -> Callable[[PanelMaker], PanelMaker]:
    """Register what may add a panel for a line (actor, line id), in the order of registration.

    It is asked about lines of these kinds only, so that no page looks for what can't be there; of
    none: about all.
    """

    def register(maker: PanelMaker) -> PanelMaker:
        _makers.setdefault(maker, frozenset(kinds or Kind))
        return maker

    return register


def panels_for(actor: Actor, line_id: int, kind: Kind) -> list[Panel]:
    """The panels of a line of this kind that its holder sees."""
    asked = [maker for maker, kinds in _makers.items() if kind in kinds]
    return [panel for maker in asked if (panel := maker(actor, line_id)) is not None]
