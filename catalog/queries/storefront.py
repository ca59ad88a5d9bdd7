"""The storefront: facets with counts, and 24 cards after a cursor."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from catalog.queries.audience import Reader, rewards_seen
from catalog.queries.cards import Card
from catalog.queries.filters import Facet, StoreFilters
from catalog.queries.found import counted_by_search
from catalog.queries.home import HomeShelf
from catalog.queries.rows import Statement
from catalog.queries.shelf_page import Page, shelf_page
from catalog.search.queries import Correction, corrected, question_of
from catalog.shelf.census import Cell, TierFacts, census
from catalog.states import Kind


@dataclass(frozen=True, slots=True)
class Storefront:
    """One page of the storefront. `next_after` is empty on the last page.

    `hero` has what stands above the shelf when it opens: the next goal and a trip; `more` has the
    cards of the other shelves that were asked for with it.
    """

    filters: StoreFilters
    cards: tuple[Card, ...]
    matching: int
    everything: int
    all_kinds: int
    within_reach: int
    kinds: tuple[Facet, ...]
    tiers: tuple[Facet, ...]
    next_after: str
    hero: HomeShelf | None
    correction: Correction | None = None
    more: tuple[Card, ...] = ()

    @property
    def is_empty_catalog(self) -> bool:
        """Whether there is nothing for this person at all, whatever the filters."""
        return self.everything == 0 and not self.filters.query and not self.filters.has_prices


def storefront(
    reader: Reader, filters: StoreFilters, *, available: int, more: tuple[Statement, ...] = ()
) -> Storefront:
    """The page a reader with `available` points asked for; `more` stands around it when it opens.

    One statement when the shelf is as this process last counted it. A search counts what it finds;
    one that finds nothing asks which words were meant and once more for those.
    """
    tiers = _tiers_of(reader)
    filters = _known(filters, tiers)
    filters, cells, correction = _forgiving(reader, filters, available)
    counted = Counted(cells, tiers)
    page = shelf_page(
        reader,
        filters,
        tier_id={tier.slug: tier.id for tier in tiers}.get(filters.tier or ""),
        available=available,
        in_reach=counted.within_reach(filters),
        more=more,
    )
    return _shown(page, filters, counted, correction)


def _shown(
    page: Page, filters: StoreFilters, counted: "Counted", correction: Correction | None
) -> Storefront:
    return Storefront(
        filters=filters,
        cards=page.cards,
        matching=counted.total(filters),
        everything=counted.everything,
        all_kinds=counted.all_kinds(filters),
        within_reach=counted.within_reach(filters),
        kinds=counted.kinds(filters),
        tiers=counted.by_tier(filters),
        next_after=page.next_after,
        hero=page.hero,
        correction=correction,
        more=page.more,
    )


def _tiers_of(reader: Reader) -> tuple[TierFacts, ...]:
    """The tiers with something on the shelf, without those that do not exist for the reader."""
    standing = reader.standing
    tiers = census(standing.stamp).tiers
    return tuple(tier for tier in tiers if tier.id not in standing.hidden_tiers)


def _known(filters: StoreFilters, tiers: Sequence[TierFacts]) -> StoreFilters:
    """The filters without a tier there is not: it narrows nothing, as a kind there is not."""
    is_known = filters.tier in {tier.slug for tier in tiers}
    return filters if is_known else replace(filters, tier=None)


def _forgiving(
    reader: Reader, filters: StoreFilters, available: int
) -> tuple[StoreFilters, list[Cell], Correction | None]:
    """What the filters find, or, when no reward has their words, what the nearest words find."""
    cells = _cells(reader, filters, available)
    if cells or filters.is_exact or not filters.query:
        return filters, cells, None
    if correction := corrected(filters.query, among=rewards_seen(reader)):
        nearer = replace(filters, query=correction.query)
        if found := _cells(reader, nearer, available):
            return nearer, found, correction
    return filters, cells, None


def _cells(reader: Reader, filters: StoreFilters, available: int) -> list[Cell]:
    if filters.query:
        return counted_by_search(reader, filters, question_of(filters.query), available)
    return census(reader.standing.stamp).cells(
        reader.standing,
        available=available,
        lowest=filters.lowest,
        highest=filters.highest,
        at=reader.at,
    )


@dataclass(frozen=True, slots=True)
class Counted:
    """What a person can see, counted: how many are left under filters, and by facet."""

    cells: Sequence[Cell]
    tiers: Sequence[TierFacts]

    @property
    def everything(self) -> int:
        """How many there are without filters."""
        return sum(cell.number for cell in self.cells)

    def total(self, filters: StoreFilters) -> int:
        """How many these filters leave."""
        return sum(cell.number for cell in self._left(filters, "kind", "tier"))

    def all_kinds(self, filters: StoreFilters) -> int:
        """How many the tier alone leaves."""
        return sum(cell.number for cell in self._left(replace(filters, within_reach=False), "tier"))

    def within_reach(self, filters: StoreFilters) -> int:
        """How many of those the person can have now."""
        return self.total(replace(filters, within_reach=True))

    def kinds(self, filters: StoreFilters) -> tuple[Facet, ...]:
        """Each kind with how many choosing it would leave; none that would leave nothing."""
        counts = Counter[Kind]()
        for cell in self._left(filters, "tier"):
            counts[cell.kind] += cell.number
        return tuple(
            Facet(kind.value, kind.plural, counts[kind], kind == filters.kind)
            for kind in Kind
            if counts[kind] or kind == filters.kind
        )

    def by_tier(self, filters: StoreFilters) -> tuple[Facet, ...]:
        """The same of each tier, smallest first."""
        counts = Counter[int]()
        for cell in self._left(filters, "kind"):
            counts[cell.tier_id] += cell.number
        return tuple(
            Facet(tier.slug, tier.name, counts[tier.id], tier.slug == filters.tier, tier.hue)
            for tier in self.tiers
            if counts[tier.id] or tier.slug == filters.tier
        )

    def _left(self, filters: StoreFilters, *by: str) -> Iterator[Cell]:
        """The cells that what is in reach and `kind` and `tier`, where named, leave."""
        kind = filters.kind if "kind" in by else None
        tier = filters.tier if "tier" in by else None
        tier_ids = {one.id for one in self.tiers if tier in {None, one.slug}}
        for cell in self.cells:
            is_left = (kind is None or cell.kind == kind) and cell.tier_id in tier_ids
            if is_left and (not filters.within_reach or cell.is_within_reach):
                yield cell
