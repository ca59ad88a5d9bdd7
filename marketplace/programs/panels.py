"""What a kind of program adds: to the page of a program, to its desk, to what waits for a yes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from marketplace.access.actor import Actor
from marketplace.programs.claimed.queries import Waiting
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


@dataclass(frozen=True, slots=True)
class Undecided:
    """Something that waits for a manager's answer: what it is, whose, in which program, since when.

    `points` is what a yes brings; `is_second` says that one person agreed already, `is_stuck` that
    nobody at all could answer.
    """

    what: str
    who: str
    department: str
    program: str
    points: int
    since: datetime
    href: str
    is_second: bool = False
    is_stuck: bool = False


def undecided(
    waiting: Waiting, *, who: str, department: str, since: datetime, **told: Any
) -> Undecided:
    """A claim that waits as a line of the list; `told` is `what`, `points`, `href`, `is_second`."""
    return Undecided(
        who=who,
        department=department,
        program=waiting.program.name,
        since=since,
        is_stuck=waiting.is_stuck,
        **told,
    )


@dataclass(frozen=True, slots=True)
class Decisions:
    """What a kind of program leaves to managers: as a number for the menu, and as a list.

    The list holds the first that wait for a person and those that nobody could answer, the oldest
    first.
    """

    count: Callable[[Actor], sa.ScalarSelect[int]]
    listed: Callable[[Actor], Sequence[Undecided]]


_decided: dict[ProgramKind, Decisions] = {}


def register_decisions(kind: ProgramKind, decisions: Decisions) -> None:
    """Register what the kind leaves to managers."""
    _decided[kind] = decisions


def decisions_waiting(actor: Actor) -> sa.ScalarSelect[int]:
    """How many things of all programs wait for this person's answer, for the menu."""
    counts = [one.count(actor) for one in _decided.values()]
    return sa.select(sum(counts, sa.literal(0))).scalar_subquery()


def decisions_listed(actor: Actor) -> list[Undecided]:
    """What waits for this person's answer or for nobody in all programs, the oldest first."""
    found = [waiting for one in _decided.values() for waiting in one.listed(actor)]
    return sorted(found, key=lambda waiting: waiting.since)


def _registered(
    makers: dict[ProgramKind, PanelMaker], kind: ProgramKind
) -> Callable[[PanelMaker], PanelMaker]:
    def register(maker: PanelMaker) -> PanelMaker:
        makers[kind] = maker
        return maker

    return register
