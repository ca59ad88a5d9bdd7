"""Providers with their syncs, and when each can be asked next."""

from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

import sqlalchemy as sa
from sqlalchemy.orm import defer

from catalog.models import Tier
from catalog.providers.models import SYNCS_A_DAY, Provider, ProviderSync, SyncedItem
from catalog.providers.policies import AUTOMATIC_EVERY, day_of
from catalog.providers.states import UNDER_WAY, NewBrands, SyncState
from catalog.queries.rows import Row
from marketplace.kernel.db import session
from marketplace.kernel.errors import NotFound


@dataclass(frozen=True, slots=True)
class ProviderRow:
    """A provider with its last sync and when the next can begin."""

    id: int
    slug: str
    name: str
    adapter: str
    address: str
    is_active: bool
    tier_slug: str
    price_country: str
    markup_percent: int
    round_to: int
    new_brands: NewBrands
    most_taken_percent: int
    rates: dict[str, str]
    items: int
    on_sale: int
    gone: int
    syncs: tuple["SyncRow", ...]
    next_at: datetime | None
    next_automatic_at: datetime | None

    @property
    def last(self) -> "SyncRow | None":
        """The newest sync."""
        return self.syncs[0] if self.syncs else None

    @property
    def is_busy(self) -> bool:
        """Whether a sync is under way."""
        return self.last is not None and self.last.state.is_under_way


@dataclass(frozen=True, slots=True)
class SyncRow:
    """One sync. `next_at` is when another can begin at the earliest."""

    id: int
    state: SyncState
    source: str
    begun_at: datetime
    finished_at: datetime | None
    brands: int
    items: int
    live: int
    taken: int
    problem: str

    @property
    def taken_percent(self) -> int:
        """The share of what was on sale that would go."""
        return self.taken * 100 // self.live if self.live else 0


def due_providers(*, at: datetime) -> list[int]:
    """The providers whose next automatic sync has come."""
    rows = session().scalars(
        sa.select(Provider).where(Provider.is_active, Provider.address != "").order_by(Provider.id)
    )
    found = [(row.id, row.slug) for row in rows]
    due = []
    for provider_id, slug in found:
        row = provider_row(slug, at=at)
        if row.next_automatic_at is not None and row.next_automatic_at <= at:
            due.append(provider_id)
    session().close()
    return due


def providers_list(*, at: datetime) -> list[ProviderRow]:
    """Every provider by name."""
    return _rows(None, at)


def provider_row(slug: str, *, at: datetime) -> ProviderRow:
    """One provider. Raises NotFound."""
    found = _rows(slug, at)
    if not found:
        raise NotFound("We can't find this provider.")
    return found[0]


def _rows(slug: str | None, at: datetime) -> list[ProviderRow]:
    """Each provider with its latest syncs, in one statement."""
    recent = _recent_syncs()
    found = session().execute(
        sa.select(Provider, Tier.slug, *_counts(), ProviderSync)
        .join(Tier, Tier.id == Provider.tier_id)
        .outerjoin(recent, sa.and_(recent.c.provider_id == Provider.id, recent.c.age <= _RECENT))
        .outerjoin(ProviderSync, ProviderSync.id == recent.c.id)
        .where(sa.true() if slug is None else Provider.slug == slug)
        .order_by(Provider.name, Provider.id, ProviderSync.id.desc())
        .options(defer(ProviderSync.answer))
    )
    grouped = [list(rows) for _, rows in groupby(found, key=lambda row: row.Provider.id)]
    return [
        _row(rows[0], [row.ProviderSync for row in rows if row.ProviderSync], at)
        for rows in grouped
    ]


def _counts() -> tuple[sa.Label[int], ...]:
    item = SyncedItem
    mine = sa.select(sa.func.count(item.id)).where(item.provider_id == Provider.id)
    there = mine.where(item.gone_at.is_(None))
    sold = there.where(item.is_available, item.problem == "")
    gone = mine.where(item.gone_at.is_not(None))
    return (
        there.correlate(Provider).scalar_subquery().label("items"),
        sold.correlate(Provider).scalar_subquery().label("on_sale"),
        gone.correlate(Provider).scalar_subquery().label("gone"),
    )


_RECENT = SYNCS_A_DAY + 1  # of those that asked, and of those that read a file


def _recent_syncs() -> sa.Subquery:
    newest = sa.func.row_number().over(
        partition_by=(ProviderSync.provider_id, ProviderSync.slot.is_(None)),
        order_by=ProviderSync.id.desc(),
    )
    return sa.select(ProviderSync.id, ProviderSync.provider_id, newest.label("age")).subquery()


def _row(row: Row, syncs: list[ProviderSync], at: datetime) -> ProviderRow:
    provider: Provider = row.Provider
    next_at = _next_possible(provider, syncs, at)
    asked = [one.begun_at for one in syncs if one.slot is not None]
    automatic = None
    if next_at is not None:
        automatic = max(next_at, max(asked) + AUTOMATIC_EVERY) if asked else next_at
    return ProviderRow(
        id=provider.id,
        slug=provider.slug,
        name=provider.name,
        adapter=provider.adapter,
        address=provider.address,
        is_active=provider.is_active,
        tier_slug=row.slug,
        price_country=provider.price_country,
        markup_percent=provider.markup_percent,
        round_to=provider.round_to,
        new_brands=provider.new_brands,
        most_taken_percent=provider.most_taken_percent,
        rates=provider.rates,
        items=row.items,
        on_sale=row.on_sale,
        gone=row.gone,
        syncs=tuple(sync_row(one) for one in syncs),
        next_at=next_at,
        next_automatic_at=automatic,
    )


def _next_possible(provider: Provider, syncs: list[ProviderSync], at: datetime) -> datetime | None:
    """When the provider can be asked next: now, or later; None while it is not asked at all."""
    if not provider.is_active or not provider.address:
        return None
    if any(one.state in UNDER_WAY for one in syncs):
        return None
    today, tomorrow = day_of(at, provider.time_zone)
    used = sum(one.slot is not None and one.day == today.date() for one in syncs)
    earliest = tomorrow if used >= SYNCS_A_DAY else at
    return max(earliest, provider.asked_again_at or earliest).astimezone(at.tzinfo)


def sync_row(sync: ProviderSync) -> SyncRow:
    """One sync as it is shown."""
    return SyncRow(**{name: getattr(sync, name) for name in SyncRow.__slots__})


def sync_of(provider_id: int, sync_id: int) -> SyncRow:
    """One sync of a provider. Raises NotFound."""
    found = session().scalar(
        sa.select(ProviderSync)
        .where(ProviderSync.provider_id == provider_id, ProviderSync.id == sync_id)
        .options(defer(ProviderSync.answer))
    )
    if found is None:
        raise NotFound("We can't find this sync.")
    return sync_row(found)


def provider_id_of(slug: str) -> int:
    """The provider at an address. Raises NotFound."""
    found = session().scalar(sa.select(Provider.id).where(Provider.slug == slug))
    if found is None:
        raise NotFound(f"There is no provider “{slug}”.")
    return found
