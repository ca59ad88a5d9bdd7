"""Addresses of the shelf: what they ask for, and the links that ask for something else."""

from collections.abc import Mapping
from typing import Any, TypeVar
from urllib.parse import urlencode

from catalog.errors import LONGEST_SHOWN
from catalog.queries import Facet, Sort, StoreFilters, Storefront
from catalog.search_words import LONGEST_QUERY
from catalog.states import Kind
from marketplace.kernel.db import LARGEST_AMOUNT
from marketplace.kernel.parsing import parse_whole_number

SORTS = (
    (Sort.REACH.value, "Within reach first"),
    (Sort.PRICE_UP.value, "Fewest points first"),
    (Sort.PRICE_DOWN.value, "Most points first"),
    (Sort.NEWEST.value, "Newest first"),
    (Sort.NAME.value, "Name, A to Z"),
)
BOUNDS = {"from": "lowest", "to": "highest"}
LONGEST_CURSOR = 200
LONGEST_BOUND = 12
Choice = TypeVar("Choice", Kind, Sort)
Chip = dict[str, Any]


def filters_of(args: Mapping[str, str]) -> StoreFilters:
    """What an address asks for; a value we don't know narrows nothing."""
    return StoreFilters(
        kind=_one_of(Kind, args.get("kind")),
        tier=_printable(args.get("tier", ""))[:LONGEST_QUERY] or None,
        within_reach=args.get("reach") == "now",
        query=" ".join(_printable(args.get("q", "")).split())[:LONGEST_QUERY],
        points_from=_points(args.get("from", "")),
        points_to=_points(args.get("to", "")),
        sort=_one_of(Sort, args.get("sort")) or usual_sort(args.get("q", "")),
        after=_printable(args.get("after", ""))[:LONGEST_CURSOR],
        is_exact=args.get("exact") == "yes",
    )


def usual_sort(query: str) -> Sort:
    """How the shelf is sorted unless somebody says so: a search by how well it fits."""
    return Sort.MATCH if query.strip() else Sort.REACH


def _points(text: str) -> int | None:
    """A bound of the price; what is no whole number bounds nothing."""
    try:
        return parse_whole_number(text.replace(",", ""), low=0, high=LARGEST_AMOUNT)
    except ValueError:
        return None


def as_typed(filters: StoreFilters, args: Mapping[str, str]) -> dict[str, Any]:
    """What the shelf says of an address that its `filters` don't: unread bounds, what to mend."""
    unread = _unread_bounds(args)
    problems = (_unknown_choices(filters, args), _bounds_problem(filters, unread))
    return {"unread": unread, "asked_problem": " ".join(filter(None, problems))}


def _unknown_choices(filters: StoreFilters, args: Mapping[str, str]) -> str:
    """Which kind or tier an address asks for that there is not; empty when there is none such."""
    typed = {name: _printable(args.get(name, "")).strip() for name in ("kind", "tier")}
    unknown = {name: text for name, text in typed.items() if getattr(filters, name) is None}
    return narrows_nothing(unknown)


def narrows_nothing(unknown: Mapping[str, str]) -> str:
    """`There is no tier “nowhere”, so it narrows nothing.`; empty words are left out."""
    return " ".join(
        f"There is no {name} “{text[:LONGEST_SHOWN]}”, so it narrows nothing."
        for name, text in unknown.items()
        if text
    )


def _unread_bounds(args: Mapping[str, str]) -> dict[str, str]:
    """What was typed as a bound of the price and bounds nothing, by the name of its field."""
    typed = {name: " ".join(_printable(args.get(name, "")).split()) for name in BOUNDS}
    return {
        name: text[:LONGEST_BOUND] for name, text in typed.items() if text and _points(text) is None
    }


def _bounds_problem(filters: StoreFilters, unread: Mapping[str, str]) -> str:
    """What to mend in the bounds of the price; empty when they are well."""
    said = [
        f"Enter the {BOUNDS[name]} price in whole points, for example 5,000. "
        f"“{text}” narrows nothing."
        for name, text in unread.items()
    ]
    if filters.lowest > filters.highest:
        said.append(
            f"The lowest price, {filters.lowest:,} points, is above the highest, "
            f"{filters.highest:,}. Change one of them."
        )
    return " ".join(said)


def _printable(text: str) -> str:
    return "".join(sign if sign.isprintable() else " " for sign in text)


def _one_of(choices: type[Choice], text: str | None) -> Choice | None:
    return next((choice for choice in choices if choice.value == text), None)


class ShelfLinks:
    """The links of one page of the shelf: chips with counts, filters to take off, what follows.

    `bare_address` is the shelf with everything on it.
    """

    def __init__(self, page: Storefront, bare_address: str) -> None:
        self.page, self.filters = page, page.filters
        self.bare_address = bare_address
        self.usual = usual_sort(page.filters.query)
        asked = {
            "q": self.filters.query,
            "kind": self.filters.kind.value if self.filters.kind else "",
            "tier": self.filters.tier or "",
            "reach": "now" if self.filters.within_reach else "",
            "from": _bound(self.filters.points_from),
            "to": _bound(self.filters.points_to),
            "exact": "yes" if self.filters.is_exact else "",
            "sort": "" if self.filters.sort is self.usual else self.filters.sort.value,
        }
        self.asked = {name: value for name, value in asked.items() if value}

    @property
    def sorts(self) -> list[tuple[str, str]]:
        """The orders to choose from, the usual one first and without a word of its own."""
        fitting = [(Sort.MATCH.value, "Best match first")] if self.usual is Sort.MATCH else []
        (_, first), *others = [*fitting, *SORTS]
        return [("", first), *others]

    @property
    def kept(self) -> dict[str, str]:
        """What the form of the shelf carries along unseen."""
        shown = ("q", "sort", "from", "to", "exact")
        return {name: value for name, value in self.asked.items() if name not in shown}

    def address(self, **changes: str | None) -> str:
        """The shelf with some filters changed; None takes one away."""
        changed = {**self.asked, **changes}
        query = urlencode({key: value for key, value in changed.items() if value})
        return f"{self.bare_address}?{query}" if query else self.bare_address

    @property
    def exact_address(self) -> str | None:
        """The shelf of the words as they were typed, where others were looked for instead."""
        typed = self.page.correction and self.page.correction.asked
        return self.address(q=typed, exact="yes") if typed else None

    @property
    def next_address(self) -> str | None:
        """What follows this page, if anything does."""
        return self.address(after=self.page.next_after) if self.page.next_after else None

    @property
    def kinds(self) -> list[Chip]:
        """Everything, what is within reach, and each kind."""
        filters, reach = self.filters, self.filters.within_reach
        everything = {
            "label": "All",
            "href": self.address(kind=None, reach=None),
            "count": self.page.all_kinds,
            "is_current": filters.kind is None and not reach,
        }
        in_reach = {
            "label": "Within reach",
            "href": self.address(reach=None if reach else "now"),
            "count": self.page.within_reach,
            "is_current": reach,
        }
        return [everything, in_reach, *(self._chip("kind", facet) for facet in self.page.kinds)]

    @property
    def tiers(self) -> list[Chip]:
        """Each tier."""
        return [self._chip("tier", facet) for facet in self.page.tiers]

    def _chip(self, name: str, facet: Facet) -> Chip:
        return {
            "label": facet.label,
            "href": self.address(**{name: None if facet.is_chosen else facet.value}),
            "count": facet.count,
            "is_current": facet.is_chosen,
            "hue": facet.hue,
        }

    @property
    def removals(self) -> list[tuple[str, str]]:
        """One chip per filter that is on: its words and the shelf without it."""
        filters = self.filters
        tier = next((facet.label for facet in self.page.tiers if facet.is_chosen), filters.tier)
        on = (
            (filters.query and f"“{filters.query}”", "q"),
            (filters.kind and filters.kind.plural, "kind"),
            (tier, "tier"),
            (filters.within_reach and "Within reach", "reach"),
            (filters.points_from is not None and f"From {filters.points_from:,} points", "from"),
            (filters.points_to is not None and f"Up to {filters.points_to:,} points", "to"),
        )
        return [(str(words), self.address(**{name: None})) for words, name in on if words]


def _bound(points: int | None) -> str:
    return "" if points is None else str(points)
