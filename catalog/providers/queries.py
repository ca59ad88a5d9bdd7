"""What managers see of providers: who they are, how the last sync went, what it changed."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import defer

from catalog.models import PriceVersion, Reward, Tier, Variant
from catalog.providers.adapter import Capabilities
from catalog.providers.models import (
    SYNCS_A_DAY,
    Provider,
    ProviderChange,
    ProviderSync,
    SyncedBrand,
    SyncedItem,
    SyncedReward,
)
from catalog.providers.policies import AUTOMATIC_EVERY, NoPrice, PriceRule, day_of
from catalog.providers.states import UNDER_WAY, ChangeKind, NewBrands, SyncState
from catalog.queries.rows import Row
from catalog.states import RewardState, VariantState
from marketplace.kernel.db import session
from marketplace.kernel.errors import NotFound

CHANGES_PAGE, ITEMS_PAGE, BRANDS_PAGE, LATEST_SYNCS = 50, 50, 200, 10
REPORT_COLUMNS = ("what", "sku", "name", "before", "after", "reward", "at")


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
    items: int
    on_sale: int
    gone: int
    last: "SyncRow | None"
    next_at: datetime | None
    next_automatic_at: datetime | None


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


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """One difference a sync found, with the reward it belongs to."""

    id: int
    kind: ChangeKind
    sku: str
    name: str
    before: str
    after: str
    at: datetime
    slug: str | None

    @property
    def cells(self) -> tuple[str, ...]:
        """The row of a file."""
        at = self.at.isoformat(timespec="seconds")
        kind = self.kind.label
        return (kind, self.sku, self.name, self.before, self.after, self.slug or "", at)


@dataclass(frozen=True, slots=True)
class BrandRow:
    """A brand with what has become of its items."""

    id: int
    name: str
    is_chosen: bool
    items: int
    drafts: int
    published: int
    slug: str
    first_seen_at: datetime


@dataclass(frozen=True, slots=True)
class ItemRow:
    """An item: what the provider says, and what the shelf says."""

    id: int
    sku: str
    name: str
    currency: str
    low_minor: int
    high_minor: int
    countries: list[str]
    capabilities: Capabilities
    is_available: bool
    problem: str
    gone_at: datetime | None
    given_points: int | None
    points: int | None
    slug: str
    reward_name: str
    reward_state: RewardState
    given_name: str
    variant_state: VariantState | None

    @property
    def standing(self) -> tuple[str, str]:
        """Why it is or is not on sale, and the tone of saying so."""
        if self.gone_at is not None:
            return "Gone from the answer", "warn"
        if self.problem:
            return self.problem, "danger"
        if not self.is_available:
            return "The provider has none now", "warn"
        if self.variant_state is not VariantState.ON_SALE:
            return "Taken off by a curator", "neutral"
        if self.reward_state is not RewardState.PUBLISHED:
            return f"Its reward is {self.reward_state}", "info"
        return "On sale", "ok"


@dataclass(frozen=True, slots=True)
class PriceChange:
    """What a rule would make of an item's price."""

    sku: str
    name: str
    before: int | None
    after: int | None
    problem: str


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
    asked = sa.true() if slug is None else Provider.slug == slug
    providers = (
        session()
        .execute(
            sa.select(Provider, Tier.slug, *_counts())
            .join(Tier, Tier.id == Provider.tier_id)
            .where(asked)
            .order_by(Provider.name, Provider.id)
        )
        .all()
    )
    ids = [row.Provider.id for row in providers]
    recent = _recent_syncs(ids)
    return [
        _row(row, [one for one in recent if one.provider_id == row.Provider.id], at)
        for row in providers
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


_RECENT = 6  # of a provider: both of today, those before, and files between them


def _recent_syncs(provider_ids: list[int]) -> list[ProviderSync]:
    age = sa.func.row_number().over(
        partition_by=ProviderSync.provider_id, order_by=ProviderSync.id.desc()
    )
    newest = sa.select(ProviderSync.id, age.label("age")).where(
        ProviderSync.provider_id.in_(provider_ids)
    )
    picked = newest.subquery()
    options = defer(ProviderSync.answer)
    return list(
        session().scalars(
            sa.select(ProviderSync)
            .join(picked, picked.c.id == ProviderSync.id)
            .where(picked.c.age <= _RECENT)
            .order_by(ProviderSync.id.desc())
            .options(options)
        )
    )


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
        items=row.items,
        on_sale=row.on_sale,
        gone=row.gone,
        last=sync_row(syncs[0]) if syncs else None,
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


def syncs_of(provider_id: int) -> list[SyncRow]:
    """The latest syncs of a provider, the newest first."""
    found = session().scalars(
        sa.select(ProviderSync)
        .where(ProviderSync.provider_id == provider_id)
        .options(defer(ProviderSync.answer))
        .order_by(ProviderSync.id.desc())
        .limit(LATEST_SYNCS)
    )
    return [sync_row(one) for one in found]


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


def changes_of(
    sync_id: int, *, kind: ChangeKind | None = None, after: int = 0, most: int | None = None
) -> list[ChangeRow]:
    """What a sync changed, in the order it did; from behind the row `after`, at most `most`."""
    change = ProviderChange
    asked = (
        sa.select(change, Reward.slug)
        .outerjoin(SyncedReward, SyncedReward.id == change.synced_reward_id)
        .outerjoin(Reward, Reward.id == SyncedReward.reward_id)
        .where(change.sync_id == sync_id, change.id > after)
        .order_by(change.id)
        .limit(most)
    )
    if kind is not None:
        asked = asked.where(change.kind == kind)
    own = [name for name in ChangeRow.__slots__ if name != "slug"]
    return [
        ChangeRow(**{name: getattr(row[0], name) for name in own}, slug=row.slug)
        for row in session().execute(asked)
    ]


def change_counts(sync_id: int) -> dict[ChangeKind, int]:
    """How many changes of each kind a sync found, in the order of the kinds."""
    change = ProviderChange
    rows = session().execute(
        sa.select(change.kind, sa.func.count())
        .where(change.sync_id == sync_id)
        .group_by(change.kind)
    )
    found = {row[0]: row[1] for row in rows}
    return {kind: found[kind] for kind in ChangeKind if kind in found}


def brands_to_publish(provider_id: int) -> list[BrandRow]:
    """The brands with a draft that can be put on the shelf."""
    brand, drafts = SyncedBrand, _states(RewardState.DRAFT)
    rows = session().execute(
        sa.select(
            brand.id,
            brand.name,
            brand.is_chosen,
            sa.func.count(sa.distinct(Variant.id)).label("items"),
            drafts.label("drafts"),
            _states(RewardState.PUBLISHED).label("published"),
            sa.func.min(Reward.slug).label("slug"),
            brand.first_seen_at,
        )
        .join(SyncedReward, SyncedReward.brand_id == brand.id)
        .join(Reward, Reward.id == SyncedReward.reward_id)
        .join(
            Variant,
            sa.and_(Variant.reward_id == Reward.id, Variant.state == VariantState.ON_SALE),
        )
        .where(brand.provider_id == provider_id)
        .group_by(brand.id, brand.name, brand.is_chosen, brand.first_seen_at)
        .having(drafts > 0)
        .order_by(brand.name, brand.id)
        .limit(BRANDS_PAGE)
    )
    return [BrandRow(*row) for row in rows]


def _states(state: RewardState) -> sa.ColumnElement[int]:
    return sa.func.count(sa.distinct(sa.case((Reward.state == state, Reward.id))))


def items_of(provider_id: int, *, after: int = 0, sku: str = "") -> list[ItemRow]:
    """The items of a provider and what became of them, one more than a page if there are more."""
    item = SyncedItem
    asked = (
        sa.select(
            item,
            SyncedReward.given,
            Reward.slug,
            Reward.name.label("reward_name"),
            Reward.state.label("reward_state"),
            Variant.state.label("variant_state"),
            _current_points().label("points"),
        )
        .join(SyncedReward, SyncedReward.id == item.synced_reward_id)
        .join(Reward, Reward.id == SyncedReward.reward_id)
        .outerjoin(Variant, Variant.id == item.variant_id)
        .where(item.provider_id == provider_id, item.id > after)
        .order_by(item.id)
        .limit(ITEMS_PAGE + 1)
    )
    if sku:
        asked = asked.where(item.sku == sku)
    return [_item_row(row) for row in session().execute(asked)]


def _current_points() -> sa.ScalarSelect[int]:
    price = PriceVersion
    return (
        sa.select(price.points)
        .where(price.variant_id == SyncedItem.variant_id)
        .order_by(price.valid_from.desc(), price.id.desc())
        .limit(1)
        .correlate(SyncedItem)
        .scalar_subquery()
    )


def _item_row(row: Row) -> ItemRow:
    item: SyncedItem = row.SyncedItem
    own = ("id", "sku", "name", "currency", "low_minor", "high_minor", "countries")
    more = ("is_available", "problem", "gone_at", "given_points")
    return ItemRow(
        **{name: getattr(item, name) for name in (*own, *more)},
        capabilities=Capabilities.from_stored(item.capabilities),
        points=row.points,
        slug=row.slug,
        reward_name=row.reward_name,
        reward_state=row.reward_state,
        given_name=row.given.get("name", ""),
        variant_state=row.variant_state,
    )


def price_changes(provider_id: int, rule: PriceRule) -> list[PriceChange]:
    """What a rule would make of the prices the present one gave; those that stay are left out."""
    item = SyncedItem
    rows = session().execute(
        sa.select(item.sku, item.name, item.low_minor, item.currency, item.given_points)
        .where(item.provider_id == provider_id, item.gone_at.is_(None))
        .order_by(item.id)
    )
    found = []
    for row in rows:
        try:
            after, problem = rule.points_for(row.low_minor, row.currency), ""
        except NoPrice as missing:
            after, problem = None, str(missing)
        if after != row.given_points:
            found.append(PriceChange(row.sku, row.name, row.given_points, after, problem))
    return found


def provider_id_of(slug: str) -> int:
    """The provider at an address. Raises NotFound."""
    found = session().scalar(sa.select(Provider.id).where(Provider.slug == slug))
    if found is None:
        raise NotFound(f"There is no provider “{slug}”.")
    return found


def rates_of(provider_id: int) -> dict[str, str]:
    """The exchange rates of the last answer."""
    return dict(session().scalar(sa.select(Provider.rates).where(Provider.id == provider_id)) or {})
