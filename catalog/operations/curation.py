"""Writing, pricing, stocking, publishing and retiring rewards."""

from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from catalog.audiences.clauses import Clauses, PlainRules, clauses_of
from catalog.audiences.operations import audience_for
from catalog.errors import CannotPublish, CapacityTooLow, SlugTaken
from catalog.models import (
    Departure,
    PriceVersion,
    Reward,
    RewardMove,
    Tier,
    Variant,
    VariantStock,
)
from catalog.offers import DepartureDates
from catalog.search_words import words_of
from catalog.shelf.operations import refresh_listing, stamp_shelf
from catalog.states import (
    REWARD_MOVES,
    Kind,
    LimitPeriod,
    RewardState,
    VariantState,
)
from marketplace.access.actor import Actor
from marketplace.kernel.audit import record
from marketplace.kernel.db import insert_or_skip, rows_changed, session
from marketplace.kernel.errors import BadInput, IllegalMove, NotFound

SLUG_LENGTH = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class RewardText:
    """What a curator writes about a reward."""

    name: str
    tier_slug: str
    note: str = ""
    summary: str = ""
    story: str = ""
    brand: str = ""
    included: list[str] = field(default_factory=list)
    terms: str = ""
    next_steps: str = ""
    lead_days: int = 0
    limit_per_person: int | None = None
    limit_period: LimitPeriod | None = None
    is_featured: bool = False
    visible_from: datetime | None = None
    visible_until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewReward:
    """A reward to create. `art` says what to draw; `slug` empty is made from the name."""

    kind: Kind
    text: RewardText
    art: dict[str, Any] = field(default_factory=dict)
    slug: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewVariant:
    """A variant to add. `capacity` none means as many as are asked for."""

    label: str
    points: int
    sku: str = ""
    cash_minor: int | None = None
    currency: str | None = None
    capacity: int | None = None
    attributes: dict[str, Any] = field(default_factory=dict)
    departure: DepartureDates | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPrice:
    """What a variant costs from `valid_from` (none: now) until `valid_until` (none: for good).

    After `valid_until` the price that held before holds again. `country` none means everywhere;
    `points` none ends the prices of a country of its own.
    """

    points: int | None
    country: str | None = None
    valid_from: datetime | None = None
    valid_until: datetime | None = None


def put_tier(slug: str, *, name: str, hue: int, icon: str, position: int, note: str = "") -> int:
    """Create a tier, or give the one with this slug these values; its id."""
    values = {"name": name, "hue": hue, "icon": icon, "position": position, "note": note}
    put = insert_or_skip(Tier).values(slug=slug, **values)
    session().execute(put.on_conflict_do_update(index_elements=["slug"], set_=values))
    stamp_shelf()
    return session().execute(sa.select(Tier.id).where(Tier.slug == slug)).scalar_one()


def create_reward(actor: Actor, new: NewReward, *, at: datetime) -> int:
    """Write a draft; its id. Raises SlugTaken, BadInput for a tier that does not exist."""
    slug = new.slug or "-".join(words_of(new.text.name))[:SLUG_LENGTH].strip("-")
    if not slug:
        raise BadInput("Enter a name with at least one letter or digit.")
    if slug in {"new", "preview", "report"}:  # pages that stand beside rewards
        raise BadInput(f"Enter a name that says more than “{slug}”.")
    if session().execute(sa.select(Reward.id).where(Reward.slug == slug)).first():
        raise SlugTaken(slug)
    reward = Reward(slug=slug, kind=new.kind, art=new.art, created_at=at, **_columns(new.text))
    session().add(reward)
    session().flush()
    _note_move(actor, reward, None, RewardState.DRAFT, at=at, reason="")
    refresh_listing(reward.id, at=at)
    return reward.id


def slug_of(reward_id: int) -> str:
    """Where a reward is found, right after it was created."""
    return session().execute(sa.select(Reward.slug).where(Reward.id == reward_id)).scalar_one()


def variant_id_of(sku: str) -> int:
    """The variant with a stock number. Raises NotFound."""
    found = session().execute(sa.select(Variant.id).where(Variant.sku == sku)).scalar_one_or_none()
    if found is None:
        raise NotFound(f"There is no stock number “{sku}”.")
    return found


def rewrite_reward(actor: Actor, reward_id: int, text: RewardText, *, at: datetime) -> None:
    """Put new words on a reward and note which of them changed."""
    reward = _locked(reward_id)
    changed = {
        name: value for name, value in _columns(text).items() if getattr(reward, name) != value
    }
    if not changed:
        return
    for name, value in changed.items():
        setattr(reward, name, value)
    session().flush()
    refresh_listing(reward_id, at=at)
    _note(actor, "catalog.rewrite", reward_id, at=at, changed=sorted(changed))


def redraw_reward(actor: Actor, reward_id: int, art: dict[str, Any], *, at: datetime) -> None:
    """Give a reward other artwork."""
    reward = _locked(reward_id)
    before, reward.art = reward.art, art
    session().flush()
    _note(actor, "catalog.redraw", reward_id, at=at, before=before, after=art)


def add_variant(actor: Actor, reward_id: int, new: NewVariant, *, at: datetime) -> int:
    """Add a denomination, size or departure with its first price and its stock; its id."""
    reward = _locked(reward_id)
    position = (
        session()
        .execute(
            sa.select(sa.func.count()).select_from(Variant).where(Variant.reward_id == reward_id)
        )
        .scalar_one()
    )
    variant = Variant(
        reward_id=reward_id,
        sku=new.sku or f"{reward.slug}-{position + 1}",
        label=new.label,
        position=position,
        cash_minor=new.cash_minor,
        currency=new.currency,
        attributes=new.attributes,
    )
    session().add(variant)
    session().flush()
    session().add(VariantStock(variant_id=variant.id, capacity=new.capacity))
    if new.departure:
        session().add(Departure(variant_id=variant.id, **asdict(new.departure)))
    _put_price(actor, variant.id, NewPrice(points=new.points, valid_from=at))
    refresh_listing(reward_id, at=at)
    _note(actor, "catalog.add_variant", reward_id, at=at, sku=variant.sku, points=new.points)
    return variant.id


def set_price(actor: Actor, variant_id: int, points: int, *, at: datetime) -> None:
    """From now on a variant costs `points`; what was asked for before keeps its price."""
    plan_price(actor, variant_id, NewPrice(points=points), at=at)


def plan_price(actor: Actor, variant_id: int, new: NewPrice, *, at: datetime) -> None:
    """Set a price from a moment on, for a period, or for one country.

    Raises BadInput for a moment that has passed and for a period that ends before it begins.
    """
    variant = _variant(variant_id)
    _locked(variant.reward_id)
    begins = new.valid_from or at
    if begins < at:
        raise BadInput("A price can't begin in the past. Choose a moment from now on.")
    if new.valid_until is not None and new.valid_until <= begins:
        raise BadInput("The price ends before it begins. Choose a later end.")
    old = _points_of(variant_id, new.country, begins)
    if old == new.points and new.valid_until is None:
        return
    _put_price(actor, variant_id, replace(new, valid_from=begins))
    refresh_listing(variant.reward_id, at=at)
    facts = {"sku": variant.sku, "before": old, "after": new.points, "country": new.country}
    period = {"valid_from": new.valid_from, "valid_until": new.valid_until}
    facts |= {name: moment.isoformat() for name, moment in period.items() if moment}
    _note(actor, "catalog.set_price", variant.reward_id, at=at, **facts)


def set_capacity(
    actor: Actor, variant_id: int, capacity: int | None, *, reason: str, at: datetime
) -> None:
    """Say how many there are in all. Raises CapacityTooLow below what is promised already."""
    variant, stock = _variant(variant_id), VariantStock
    before = (
        session()
        .execute(sa.select(stock.capacity).where(stock.variant_id == variant_id))
        .scalar_one()
    )
    if before == capacity:
        return
    changed = session().execute(
        sa.update(stock)
        .where(
            stock.variant_id == variant_id,
            sa.true() if capacity is None else stock.reserved + stock.sold <= capacity,
        )
        .values(capacity=capacity)
    )
    if rows_changed(changed) == 0 and capacity is not None:
        promised = (
            session()
            .execute(sa.select(stock.reserved + stock.sold).where(stock.variant_id == variant_id))
            .scalar_one()
        )
        raise CapacityTooLow(wanted=capacity, promised=promised)
    facts = {"sku": variant.sku, "before": before, "after": capacity, "reason": reason}
    _note(actor, "catalog.set_capacity", variant.reward_id, at=at, **facts)


def withdraw_variant(actor: Actor, variant_id: int, *, at: datetime) -> None:
    """Take one variant off the shelf. Raises CannotPublish for the last of a published reward."""
    variant = _variant(variant_id)
    reward = _locked(variant.reward_id)
    variant.state = VariantState.WITHDRAWN
    session().flush()
    if not refresh_listing(reward.id, at=at) and reward.state is RewardState.PUBLISHED:
        raise CannotPublish("This is the last one on sale. Retire the reward instead.")
    _note(actor, "catalog.withdraw_variant", reward.id, at=at, sku=variant.sku)


def publish_reward(actor: Actor, reward_id: int, *, at: datetime) -> None:
    """Put a reward on the shelf. Raises IllegalMove, CannotPublish with what is missing."""
    reward = _locked(reward_id)
    if not reward.summary:
        raise CannotPublish("Write a summary first: one sentence that says what it is.")
    _move(actor, reward, RewardState.PUBLISHED, at=at, reason="")
    if not refresh_listing(reward_id, at=at):
        raise CannotPublish("Add at least one amount, size or date with its price first.")


def retire_reward(actor: Actor, reward_id: int, *, reason: str, at: datetime) -> None:
    """Take a reward off the shelf; what was asked for before goes its way."""
    _move(actor, _locked(reward_id), RewardState.RETIRED, at=at, reason=reason)
    refresh_listing(reward_id, at=at)


def open_to(
    rules: PlainRules | Clauses,
    *,
    reward_id: int | None = None,
    tier_id: int | None = None,
    at: datetime,
) -> None:
    """Say who a reward or a whole tier is for; no rule means everyone.

    Plain rules mean any value of an attribute and every attribute; clauses say more.
    """
    audience_id = audience_for(rules if isinstance(rules, tuple) else clauses_of(rules))
    target = Tier if reward_id is None else Reward
    which = tier_id if reward_id is None else reward_id
    session().execute(sa.update(target).where(target.id == which).values(audience_id=audience_id))
    if reward_id is None:
        stamp_shelf()
    else:
        session().expire(_locked(reward_id))
        refresh_listing(reward_id, at=at)


def _columns(text: RewardText) -> dict[str, Any]:
    columns = asdict(text)
    slug = columns.pop("tier_slug")
    tier_id = session().execute(sa.select(Tier.id).where(Tier.slug == slug)).scalar_one_or_none()
    if tier_id is None:
        raise BadInput(f"There is no tier “{slug}”. Choose one of those listed.")
    return columns | {"tier_id": tier_id}


def _locked(reward_id: int) -> Reward:
    reward = session().get(Reward, reward_id, with_for_update=True, populate_existing=True)
    if reward is None:
        raise NotFound("We can't find this reward.")
    return reward


def _variant(variant_id: int) -> Variant:
    variant = session().get(Variant, variant_id)
    if variant is None:
        raise NotFound("We can't find this variant.")
    return variant


def _points_of(variant_id: int, country: str | None, at: datetime) -> int | None:
    """What a variant costs at a moment by the prices of exactly this country, or of everywhere."""
    version = PriceVersion
    return session().scalar(
        sa.select(version.points)
        .where(
            version.variant_id == variant_id,
            version.country.is_not_distinct_from(country),
            version.valid_from <= at,
            sa.or_(version.valid_until.is_(None), version.valid_until > at),
        )
        .order_by(version.valid_from.desc(), version.id.desc())
        .limit(1)
    )


def _put_price(actor: Actor, variant_id: int, new: NewPrice) -> None:
    price = PriceVersion(variant_id=variant_id, set_by_id=actor.employee_id, **asdict(new))
    session().add(price)
    session().flush()


def _move(actor: Actor, reward: Reward, state: RewardState, *, at: datetime, reason: str) -> None:
    before = reward.state
    if state not in REWARD_MOVES[before]:
        raise IllegalMove(before, state)
    reward.state = state
    if state is RewardState.PUBLISHED:
        reward.published_at = at
    session().flush()
    _note_move(actor, reward, before, state, at=at, reason=reason)


def _note_move(
    actor: Actor,
    reward: Reward,
    before: RewardState | None,
    after: RewardState,
    *,
    at: datetime,
    reason: str,
) -> None:
    session().add(
        RewardMove(
            reward_id=reward.id,
            from_state=before,
            to_state=after,
            actor_id=actor.employee_id,
            at=at,
            reason=reason,
        )
    )
    session().flush()
    _note(actor, f"catalog.{after.value}", reward.id, at=at, reason=reason)


def _note(actor: Actor, action: str, reward_id: int, *, at: datetime, **details: Any) -> None:
    record(actor.employee_id, action, f"reward:{reward_id}", at=at, **details)
