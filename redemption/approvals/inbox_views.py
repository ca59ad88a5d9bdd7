"""The inbox as addresses: views, kinds and orders of what waits, each a link one may share."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from math import inf
from typing import Any
from urllib.parse import urlencode

from flask import url_for

from catalog.states import Kind
from redemption.approvals.kept_views.queries import ShownView
from redemption.approvals.queries.inbox import InboxRow
from redemption.words import age

VIEWS: dict[str, tuple[str, Callable[[InboxRow], bool]]] = {
    "waiting": ("Waiting", lambda _row: True),
    "overdue": ("Overdue", lambda row: row.is_overdue),
    "travel": ("Travel", lambda row: row.is_travel),
    "within": ("Within policy", lambda row: row.verdict.within),
    "outside": ("Outside policy", lambda row: not row.verdict.within),
    "budget": ("Much of a budget", lambda row: row.budget is not None and row.budget.is_large),
}


def _ends(row: InboxRow) -> float:
    return row.decide_by.timestamp() if row.decide_by else inf


SORTS: dict[str, tuple[str, Callable[[InboxRow], float]]] = {
    "oldest": ("Oldest first", lambda row: row.asked_at.timestamp()),
    "newest": ("Newest first", lambda row: -row.asked_at.timestamp()),
    "points": ("Most points first", lambda row: -row.points),
    "due": ("Ending soonest", _ends),
}


@dataclass(frozen=True, slots=True)
class Chip:
    """A view with how many it shows."""

    label: str
    href: str
    is_current: bool
    count: int


@dataclass(frozen=True, slots=True)
class KeptChip:
    """A view somebody kept under a name."""

    id: int
    label: str
    href: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class ListItem:
    """One row of the list, in the shape its component takes."""

    id: str
    reference: str
    href: str
    name: str
    title: str
    amount: str
    age: str
    is_current: bool = False
    hue: int | None = None
    is_picked: bool = False


@dataclass(frozen=True, slots=True)
class InboxView:
    """What the inbox shows for an address."""

    everything: int
    loaded: int  # the oldest of them, where there are very many
    rows: tuple[InboxRow, ...]
    items: tuple[ListItem, ...]
    chips: tuple[Chip, ...]
    kinds: tuple[tuple[str, str], ...]
    kind: str
    sort: str
    name: str
    is_picked: bool  # every request that is routine has its box ticked
    kept: tuple[KeptChip, ...] = ()

    @property
    def query(self) -> str:
        """The part of its address that can be kept under a name; empty for the ordinary view."""
        return query_of({"view": self.name, "kind": self.kind, "sort": self.sort})

    @property
    def can_keep(self) -> bool:
        """Whether it is more than the ordinary view, and not kept already."""
        return bool(self.query) and not any(one.is_current for one in self.kept)

    @property
    def routine(self) -> int:
        """How many of the shown requests are picked at once, as within policy."""
        return sum(row.is_routine for row in self.rows)

    @property
    def has_own(self) -> bool:
        """Whether a shown request within policy is for what who asks set up."""
        return any(row.is_own and row.verdict.within for row in self.rows)

    def way(self, reference: str = "", **more: str) -> dict[str, str]:
        """What brings somebody back to this view, at the request after `reference`."""
        view = self.name if self.name != "waiting" else ""
        sort = self.sort if self.sort != "oldest" else ""
        way = {"view": view, "kind": self.kind, "sort": sort, "request": self._after(reference)}
        return {name: value for name, value in (way | more).items() if value}

    def _after(self, reference: str) -> str:
        shown = [row.reference for row in self.rows]
        if reference not in shown or len(shown) == 1:
            return ""
        place = shown.index(reference)
        return shown[place + 1] if place + 1 < len(shown) else shown[place - 1]

    @property
    def sorts(self) -> list[tuple[str, str]]:
        """The orders to choose from."""
        return [(name, words) for name, (words, _key) in SORTS.items()]


def chosen_view(
    wanted: Mapping[str, str], waiting: Sequence[InboxRow], *, everything: int, at: datetime
) -> InboxView:
    """The part of `waiting` that an address asks for; unknown words mean the ordinary view."""
    name = wanted.get("view", "") if wanted.get("view", "") in VIEWS else "waiting"
    sort = wanted.get("sort", "") if wanted.get("sort", "") in SORTS else "oldest"
    kinds = sorted({row.kind for row in waiting})
    kind = wanted.get("kind", "") if wanted.get("kind", "") in kinds else ""
    of_kind = [row for row in waiting if not kind or row.kind == kind]
    is_picked = wanted.get("pick", "") == "within"
    rows = sorted(filter(VIEWS[name][1], of_kind), key=SORTS[sort][1])
    keep = {"kind": kind} if kind else {}
    keep |= {"sort": sort} if sort != "oldest" else {}
    return InboxView(
        everything=everything,
        loaded=len(waiting),
        rows=tuple(rows),
        items=tuple(_item(row, name, keep, is_picked, at) for row in rows),
        chips=tuple(filter(_is_of_use, (_chip(view, name, keep, of_kind) for view in VIEWS))),
        kinds=tuple((value, Kind(value).plural) for value in kinds),
        kind=kind,
        sort=sort,
        name=name,
        is_picked=is_picked,
    )


def with_kept(view: InboxView, kept: Sequence[ShownView]) -> InboxView:
    """The same with the views somebody kept, as links."""
    base = url_for("approvals.inbox")
    chips = (
        KeptChip(one.id, one.name, f"{base}?{one.query}", one.query == view.query) for one in kept
    )
    return replace(view, kept=tuple(chips))


def query_of(wanted: Mapping[str, str]) -> str:
    """View, kind and order of an address in one way, without what no inbox knows."""
    known = {
        "view": VIEWS.keys() - {"waiting"},
        "kind": set(Kind),
        "sort": SORTS.keys() - {"oldest"},
    }
    return urlencode([(name, wanted[name]) for name in known if wanted.get(name) in known[name]])


def way_back(sent: Mapping[str, str]) -> dict[str, str]:
    """The part of an address that leads back to where in the inbox somebody came from."""
    return {name: sent[name][:40] for name in ("view", "kind", "sort", "request") if sent.get(name)}


def _item(
    row: InboxRow, view: str, keep: dict[str, Any], is_picked: bool, at: datetime
) -> ListItem:
    link = url_for("approvals.inbox", request=row.reference, **_named(view), **keep)
    return ListItem(
        id=f"{row.reference}:{row.content_hash}",
        reference=row.reference,
        href=link,
        name=row.asker,
        title=f"{row.title}, for {row.in_place_of}" if row.in_place_of else row.title,
        amount=f"{row.points:,} pt{'s' if row.points != 1 else ''}"
        + (f", {row.about}" if row.about else ""),
        age=f"{age(row.asked_at, at)}, overdue" if row.is_overdue else age(row.asked_at, at),
        is_picked=is_picked and row.is_routine,
    )


def _chip(view: str, current: str, keep: dict[str, Any], rows: Sequence[InboxRow]) -> Chip:
    label, fits = VIEWS[view]
    href = url_for("approvals.inbox", **_named(view), **keep)
    return Chip(label, href, view == current, sum(map(fits, rows)))


def _is_of_use(chip: Chip) -> bool:
    """Whether a view shows anything, is the one on show, or is the first."""
    return bool(chip.count) or chip.is_current or chip.label == VIEWS["waiting"][0]


def _named(view: str) -> dict[str, Any]:
    return {} if view == "waiting" else {"view": view}
