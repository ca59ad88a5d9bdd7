"""What a provider has: brands to publish, items with what became of them, prices by a rule."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from catalog.models import PriceVersion, Reward, Variant
from catalog.providers.adapter import Capabilities
from catalog.providers.models import SyncedBrand, SyncedItem, SyncedReward
from catalog.providers.policies import NoPrice, PriceRule
from catalog.queries.offers import current_price_id
from catalog.queries.rows import Row
from catalog.states import RewardState, VariantState
from marketplace.kernel.db import session
from marketplace.ledger.models import PointValueRate

ITEMS_PAGE = 50
_WORDS = {
    "name": "name",
    "summary": "summary",
    "brand": "brand",
    "terms": "terms",
    "next_steps": "what happens after",
    "included": "what is included",
}
_NOT_SHOWN = {
    RewardState.DRAFT: "A draft so far",
    RewardState.RETIRED: "Its reward is retired",
    RewardState.DISCARDED: "Its draft was discarded",
}


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
    """An item: what the provider says, and what the shelf says.

    `own_words` names what a curator wrote on its reward, which no sync changes.
    """

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
    own_words: tuple[str, ...]
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
            return _NOT_SHOWN[self.reward_state], "info"
        return "On sale", "ok"


@dataclass(frozen=True, slots=True)
class PriceChange:
    """What a rule would make of an item's price."""

    sku: str
    name: str
    before: int | None
    after: int | None
    problem: str


def brands_of(provider_id: int) -> Sequence[int]:
    """The ids of all brands of a provider."""
    wanted = sa.select(SyncedBrand.id).where(SyncedBrand.provider_id == provider_id)
    return session().scalars(wanted.order_by(SyncedBrand.id)).all()


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
    )
    return [BrandRow(*row) for row in rows]


def _states(state: RewardState) -> sa.ColumnElement[int]:
    return sa.func.count(sa.distinct(sa.case((Reward.state == state, Reward.id))))


def items_of(provider_id: int, *, after: int = 0, sku: str = "", at: datetime) -> list[ItemRow]:
    """The items of a provider and what became of them, one more than a page if there are more."""
    item = SyncedItem
    asked = (
        sa.select(
            item,
            SyncedReward.given,
            Reward,
            Variant.state.label("variant_state"),
            PriceVersion.points,
        )
        .join(SyncedReward, SyncedReward.id == item.synced_reward_id)
        .join(Reward, Reward.id == SyncedReward.reward_id)
        .outerjoin(Variant, Variant.id == item.variant_id)
        .outerjoin(PriceVersion, PriceVersion.id == current_price_id(at))
        .where(item.provider_id == provider_id, item.id > after)
        .order_by(item.id)
        .limit(ITEMS_PAGE + 1)
    )
    if sku:
        asked = asked.where(item.sku == sku)
    return [_item_row(row) for row in session().execute(asked)]


def _item_row(row: Row) -> ItemRow:
    item, reward = row.SyncedItem, row.Reward
    own = ("id", "sku", "name", "currency", "low_minor", "high_minor", "countries")
    more = ("is_available", "problem", "gone_at", "given_points")
    return ItemRow(
        **{name: getattr(item, name) for name in (*own, *more)},
        capabilities=Capabilities.from_stored(item.capabilities),
        points=row.points,
        slug=reward.slug,
        reward_name=reward.name,
        reward_state=reward.state,
        given_name=row.given.get("name", ""),
        own_words=tuple(
            _WORDS[name] for name, text in row.given.items() if getattr(reward, name) != text
        ),
        variant_state=row.variant_state,
    )


def price_changes(provider_id: int, rule: PriceRule) -> list[PriceChange]:
    """What a rule would make of the prices the present one gave; those that stay are left out.

    So are items that no rule prices: not readable, or of a draft that was discarded.
    """
    item = SyncedItem
    rows = session().execute(
        sa.select(
            item.sku, item.name, item.low_minor, item.high_minor, item.currency, item.given_points
        )
        .join(SyncedReward, SyncedReward.id == item.synced_reward_id)
        .join(Reward, Reward.id == SyncedReward.reward_id)
        .where(
            item.provider_id == provider_id,
            item.gone_at.is_(None),
            item.is_readable,
            Reward.state != RewardState.DISCARDED,
        )
        .order_by(item.id)
    )
    found = []
    for row in rows:
        try:
            (after, _), problem = rule.price_of(row.low_minor, row.high_minor, row.currency), ""
        except NoPrice as missing:
            after, problem = None, str(missing)
        if after != row.given_points:
            found.append(PriceChange(row.sku, row.name, row.given_points, after, problem))
    return found


def countries_with_worth(*, at: datetime) -> list[tuple[str, str]]:
    """The countries for which somebody said what points are worth, with their currency."""
    rate = PointValueRate
    rows = session().execute(
        sa.select(rate.country, rate.currency)
        .where(rate.valid_from <= at.date())
        .order_by(rate.country, rate.valid_from)
    )
    return list({row.country: row.currency for row in rows}.items())
