"""Writing the shelf from a reward and its variants, whenever one of them changes."""

import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa

from catalog.audiences.clauses import outside_countries, within_country
from catalog.audiences.operations import audience_for
from catalog.audiences.queries import EVERYONE, clauses_in
from catalog.models import Departure, PriceVersion, Reward, Tier, Variant
from catalog.queries.rows import Row
from catalog.search.operations import Parts, index_reward
from catalog.search_words import fold
from catalog.shelf.models import ShelfEntry, ShelfStamp
from catalog.shelf.timeline import Offered, Price, Span, Window, timeline
from catalog.states import RewardState, VariantState
from marketplace.kernel.db import insert_or_skip, session

_WRITTEN = (
    "audience_id",
    "tier_id",
    "kind",
    "country",
    "points",
    "begins_at",
    "ends_at",
    "is_featured",
    "newest",
    "sort_name",
)
Values = dict[str, Any]

# Built once: every change of a reward asks them.
_REWARD_AND_TIER = (
    sa.select(Reward, Tier.name)
    .join(Tier, Tier.id == Reward.tier_id)
    .where(Reward.id == sa.bindparam("reward_id"))
)
_ON_SALE = (
    sa.select(Variant, Departure.cutoff_on, Departure.place)
    .outerjoin(Departure, Departure.variant_id == Variant.id)
    .where(Variant.reward_id == sa.bindparam("reward_id"), Variant.state == VariantState.ON_SALE)
    .order_by(Variant.position, Variant.id)
)
_PRICES = (
    sa.select(
        PriceVersion.variant_id,
        PriceVersion.id,
        PriceVersion.points,
        PriceVersion.valid_from,
        PriceVersion.valid_until,
        PriceVersion.country,
    )
    .join(Variant, Variant.id == PriceVersion.variant_id)
    .where(Variant.reward_id == sa.bindparam("reward_id"), Variant.state == VariantState.ON_SALE)
)
_ENTRIES = (
    sa.select(ShelfEntry)
    .where(ShelfEntry.reward_id == sa.bindparam("reward_id"))
    .order_by(ShelfEntry.id)
)


_waiting: ContextVar[set[int] | None] = ContextVar("rewards to be listed anew", default=None)


@contextmanager
def listed_once(*, at: datetime) -> Iterator[None]:
    """Within, what changes of a reward is listed at the end, once for all changes."""
    waiting: set[int] = set()
    before = _waiting.set(waiting)
    try:
        yield
    finally:
        _waiting.reset(before)
    for reward_id in sorted(waiting):
        write_listing(reward_id, at=at)


def refresh_listing(reward_id: int, *, at: datetime) -> None:
    """Write what pages read of a reward, now or at the end of `listed_once`."""
    waiting = _waiting.get()
    if waiting is None:
        write_listing(reward_id, at=at)
    else:
        waiting.add(reward_id)


def write_listing(reward_id: int, *, at: datetime) -> bool:
    """Write it now; whether anything of the reward can be had now or later."""
    if waiting := _waiting.get():
        waiting.discard(reward_id)
    which = {"reward_id": reward_id}
    reward, tier_name = session().execute(_REWARD_AND_TIER, which).one()
    variants = session().execute(_ON_SALE, which).all()
    index_reward(reward_id, _parts(reward, tier_name, variants))
    if variants:
        worth = [row.Variant for row in variants if row.Variant.cash_minor is not None]
        highest = (one.range_to_minor or one.cash_minor for one in worth)
        reward.lowest_cash_minor = min((one.cash_minor for one in worth), default=None)
        reward.highest_cash_minor = max(highest, default=None)
        reward.currency = next(
            (row.Variant.currency for row in variants if row.Variant.currency), None
        )
    session().flush()
    offered = _offered(reward_id, {row.Variant.id: row.cutoff_on for row in variants})
    spans = timeline(offered, Window(reward.visible_from, reward.visible_until), at=at)
    if _write(reward, spans if reward.state is RewardState.PUBLISHED else []):
        stamp_shelf()
    return any(one.closes_at is None or one.closes_at > at for one in offered if one.prices)


def _parts(reward: Reward, tier_name: str, variants: Sequence[Row]) -> Parts:
    """What a reward is found by, the most telling first."""
    labels = [text for row in variants for text in (row.Variant.label, row.place or "")]
    return Parts(
        names=(reward.name, reward.brand),
        facts=(reward.kind.label, reward.kind.plural, tier_name, reward.note, *labels),
        texts=(reward.summary, *reward.included),
        stories=(reward.story,),
    )


def _offered(reward_id: int, cutoffs: dict[int, Any]) -> list[Offered]:
    prices: dict[int, list[Price]] = {variant_id: [] for variant_id in cutoffs}
    for row in session().execute(_PRICES, {"reward_id": reward_id}):
        price = Price(row.id, row.points, row.valid_from, row.valid_until, row.country)
        prices[row.variant_id].append(price)
    return [
        Offered(tuple(prices[variant_id]), closes_at=_day_after(cutoff))
        for variant_id, cutoff in cutoffs.items()
    ]


def _day_after(day: Any) -> datetime | None:
    """The first moment after a day, in the time everything is kept in."""
    return day and datetime.combine(day + timedelta(days=1), time.min, UTC)


def _write(reward: Reward, spans: list[Span]) -> bool:
    """Bring the entries of a reward to these spans; whether anything changed."""
    wanted = _wanted(reward, spans)
    there = session().scalars(_ENTRIES, {"reward_id": reward.id}).all()
    if [_values(entry) for entry in there] == wanted:
        return False
    for entry in there:
        session().delete(entry)
    session().flush()
    if wanted:
        session().execute(
            sa.insert(ShelfEntry), [{"reward_id": reward.id, **values} for values in wanted]
        )
    return True


def _values(entry: ShelfEntry) -> Values:
    return {name: getattr(entry, name) for name in _WRITTEN}


def _wanted(reward: Reward, spans: list[Span]) -> list[Values]:
    audiences = _audiences(reward, {span.country for span in spans})
    published = reward.published_at
    return [
        {
            "audience_id": audiences[span.country],
            "tier_id": reward.tier_id,
            "kind": reward.kind,
            "country": span.country,
            "points": span.points,
            "begins_at": span.begins_at,
            "ends_at": span.ends_at,
            "is_featured": reward.is_featured,
            "newest": int(published.timestamp()) if published else 0,
            "sort_name": fold(reward.name),
        }
        for span in spans
    ]


def _audiences(reward: Reward, countries: set[str | None]) -> dict[str | None, int]:
    """Whom each price is for: a country's own for its people, the other for everyone else."""
    own_prices = sorted(country for country in countries if country is not None)
    if not own_prices:
        return {None: reward.audience_id or EVERYONE}
    clauses = clauses_in(reward.audience_id)
    parts = {None: outside_countries(clauses, own_prices)}
    parts |= {country: within_country(clauses, country) for country in own_prices}
    return {country: audience_for(part) or EVERYONE for country, part in parts.items()}


def stamp_shelf() -> None:
    """Say that the shelf is another one from this transaction on."""
    word = secrets.token_hex(8)
    stamping = insert_or_skip(ShelfStamp).values(id=1, stamp=word)
    session().execute(stamping.on_conflict_do_update(index_elements=["id"], set_={"stamp": word}))
