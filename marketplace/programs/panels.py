"""What a kind of program adds to the page of a program and to the desk of its manager."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from marketplace.access.actor import Actor
from marketplace.programs.models import Program
from marketplace.programs.states import ProgramKind


@dataclass(frozen=True, slots=True)
class Panel:
    """A piece of the page: a template that is included with `panel` set to `values`."""

    template: str
    values: dict[str, Any] = field(default_factory=dict)


PanelMaker = Callable[[Actor, Program], Panel | None]
_on_page: dict[ProgramKind, PanelMaker] = {}
_on_desk: dict[ProgramKind, PanelMaker] = {}
EarnPanelMaker = Callable[[Actor], Panel | None]
_on_earn: dict[str, EarnPanelMaker] = {}


def page_panel(kind: ProgramKind) -> Callable[[PanelMaker], PanelMaker]:
    """Register what the kind shows to those a program is for: progress, standings, a form."""
    return _registered(_on_page, kind)


def desk_panel(kind: ProgramKind) -> Callable[[PanelMaker], PanelMaker]:
    """Register what the kind shows to program managers."""
    return _registered(_on_desk, kind)


def earn_panel(maker: EarnPanelMaker) -> EarnPanelMaker:
    """Register what a kind shows below the list of programs: badges, a feed."""
    _on_earn[f"{maker.__module__}.{maker.__qualname__}"] = maker
    return maker


def panels_for_earn(actor: Actor) -> list[Panel]:
    """What the kinds have to show below the list of programs."""
    return [panel for maker in _on_earn.values() if (panel := maker(actor)) is not None]


def panel_for_page(actor: Actor, program: Program) -> Panel | None:
    """The kind's panel on the page of a program."""
    maker = _on_page.get(program.kind)
    return maker(actor, program) if maker else None


def panel_for_desk(actor: Actor, program: Program) -> Panel | None:
    """The kind's panel on the desk of a program."""
    maker = _on_desk.get(program.kind)
    return maker(actor, program) if maker else None


def _registered(
    makers: dict[ProgramKind, PanelMaker], kind: ProgramKind
) -> Callable[[PanelMaker], PanelMaker]:
    def register(maker: PanelMaker) -> PanelMaker:
        makers[kind] = maker
        return maker

    return register
