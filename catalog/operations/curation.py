"""Writing rewards, and saying who they are for."""

from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from catalog.amounts import Rate
from catalog.audiences.clauses import Clauses, PlainRules, clauses_of
from catalog.audiences.operations import audience_for
from catalog.bounds import SLUG_LENGTH
from catalog.errors import CannotPublish, RewrittenMeanwhile, SlugTaken
from catalog.late_returns import written_steps
from catalog.models import (
    Departure,
    Reward,
    Tier,
    Variant,
)
from catalog.offers import DepartureDates
from catalog.operations.capacity import open_stock
from catalog.operations.deeds import locked_reward, locked_variant, note_deed, note_move
from catalog.operations.prices import NewPrice, put_price
from catalog.return_terms import CancelUntil, Decider, choices_for
from catalog.search_words import words_of
from catalog.shelf.operations import refresh_listing, stamp_shelf, write_listing
from catalog.states import (
    Kind,
    LimitPeriod,
    RewardState,
    VariantState,
)
from marketplace.access.actor import Actor
from marketplace.kernel.db import insert_or_skip, session
from marketplace.kernel.errors import BadInput, NotFound
from marketplace.kernel.parsing import CannotRead
from marketplace.kernel.taken import PAGES

WINDOW = frozenset({"visible_from", "visible_until"})


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
    approver_note: str = ""
    lead_days: int = 0
    limit_per_person: int | None = None
    limit_period: LimitPeriod | None = None
    cancel_until: CancelUntil | None = None
    return_days: int | None = None
    return_percent: int | None = None
    return_condition: str = ""
    returns_decided_by: Decider | None = None
    late_return: str = ""
    is_featured: bool = False
    no_gifts: bool = False  # never to be given to a colleague, though its kind may be
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
    """A variant to add. `capacity` none means as many as are asked for.

    With a range `cash_minor` is the lowest amount and `points` its price; `rate` as in NewPrice.
    """

    label: str
    points: int
    sku: str = ""
    cash_minor: int | None = None
    currency: str | None = None
    range_to_minor: int | None = None
    rate: Rate | None = None
    step_minor: int | None = None
    capacity: int | None = None
    attributes: dict[str, Any] = field(default_factory=dict)
    departure: DepartureDates | None = None


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
    if slug in PAGES:
        raise BadInput(f"Enter a name that says more than “{slug}”.")
    columns = _columns(new.text)
    _refuse_unfit(new.kind, columns)
    _free_address(slug)
    reward = Reward(slug=slug, kind=new.kind, art=new.art, created_at=at, **columns)
    session().add(reward)
    session().flush()
    note_move(actor, reward, None, RewardState.DRAFT, at=at, reason="")
    refresh_listing(reward.id, at=at)
    return reward.id


def _free_address(slug: str) -> None:
    """Let a discarded draft give its address away; it goes to one that no form can ask for."""
    holder = session().scalar(sa.select(Reward).where(Reward.slug == slug).with_for_update())
    if holder is None:
        return
    if holder.state is not RewardState.DISCARDED:
        raise SlugTaken(slug)
    holder.slug = f"{slug}~{holder.id}"
    session().flush()


def slug_of(reward_id: int) -> str:
    """Where a reward is found, right after it was created."""
    return session().execute(sa.select(Reward.slug).where(Reward.id == reward_id)).scalar_one()


def variant_id_of(sku: str) -> int:
    """The variant with a stock number. Raises NotFound."""
    found = session().execute(sa.select(Variant.id).where(Variant.sku == sku)).scalar_one_or_none()
    if found is None:
        raise NotFound(f"There is no stock number “{sku}”.")
    return found


def rewrite_reward(
    actor: Actor, reward_id: int, text: RewardText, *, at: datetime, seen: int | None = None
) -> None:
    """Put new words on a reward and note which of them changed; its schedule stays.

    `seen` is the version the person had before their eyes. Raises RewrittenMeanwhile when others
    were saved since.
    """
    if seen is not None and locked_reward(reward_id).version != seen:
        raise RewrittenMeanwhile
    words = {name: value for name, value in _columns(text).items() if name not in WINDOW}
    _amend(actor, reward_id, words, at)


def amend_reward(actor: Actor, reward_id: int, *, at: datetime, **changes: Any) -> None:
    """Change some fields of `RewardText` and leave the others alone."""
    if "tier_slug" in changes:
        changes["tier_id"] = _tier_id(changes.pop("tier_slug"))
    _amend(actor, reward_id, changes, at)


def _amend(actor: Actor, reward_id: int, columns: dict[str, Any], at: datetime) -> None:
    reward = locked_reward(reward_id)
    _refuse_unfit(reward.kind, columns)
    changed = {name: value for name, value in columns.items() if getattr(reward, name) != value}
    if not changed:
        return
    before = {name: getattr(reward, name) for name in changed}
    for name, value in changed.items():
        setattr(reward, name, value)
    reward.version += 1
    session().flush()
    refresh_listing(reward_id, at=at)
    told = {"before": _told(before), "after": _told(changed)}
    note_deed(actor, "catalog.rewrite", reward_id, at=at, **told)


def _refuse_unfit(kind: Kind, columns: dict[str, Any]) -> None:
    until = columns.get("cancel_until")
    if until is not None and until not in (fitting := choices_for(kind)):
        words = ", ".join(fitting)
        raise BadInput(f"{kind.plural} can be canceled until one of: {words}. Choose one of them.")
    _refuse_late(kind, columns)


def _refuse_late(kind: Kind, columns: dict[str, Any]) -> None:
    """Steps stand on what leaves on a day, and are kept as they are written once."""
    late = columns.get("late_return")
    if late and not kind.is_travel:
        raise BadInput(
            f"{kind.plural} have no departure, so nothing can be said about days before it. "
            "Leave it empty."
        )
    try:
        columns |= {"late_return": written_steps(late)} if late else {}
    except CannotRead as refusal:
        raise BadInput(f"{refusal.problem} {refusal.enter}", field="late_return") from refusal


def _told(columns: dict[str, Any]) -> dict[str, Any]:
    """Columns as the audit keeps them: the tier by its name."""
    told = dict(sorted(columns.items()))
    if "tier_id" in told:
        told["tier"] = session().get_one(Tier, told.pop("tier_id")).name
    return told


def redraw_reward(actor: Actor, reward_id: int, art: dict[str, Any], *, at: datetime) -> None:
    """Give a reward other artwork."""
    reward = locked_reward(reward_id)
    before, reward.art = reward.art, art
    session().flush()
    note_deed(actor, "catalog.redraw", reward_id, at=at, before=before, after=art)


def add_variant(actor: Actor, reward_id: int, new: NewVariant, *, at: datetime) -> int:
    """Add a denomination, size or departure with its first price and its stock; its id."""
    reward = locked_reward(reward_id)
    position = (
        session()
        .execute(
            sa.select(sa.func.count()).select_from(Variant).where(Variant.reward_id == reward_id)
        )
        .scalar_one()
    )
    variant = Variant(
        reward_id=reward_id,
        sku=new.sku or _free_sku(reward.slug, position),
        label=new.label,
        position=position,
        cash_minor=new.cash_minor,
        currency=new.currency,
        range_to_minor=new.range_to_minor,
        step_minor=new.step_minor,
        attributes=new.attributes,
    )
    session().add(variant)
    session().flush()
    open_stock(actor, variant.id, new.capacity, at=at)
    if new.departure:
        session().add(Departure(variant_id=variant.id, **asdict(new.departure)))
    put_price(actor, variant, NewPrice(points=new.points, rate=new.rate, valid_from=at))
    refresh_listing(reward_id, at=at)
    note_deed(actor, "catalog.add_variant", reward_id, at=at, sku=variant.sku, points=new.points)
    return variant.id


def _free_sku(slug: str, position: int) -> str:
    """A stock number made from the address, beside those that others chose."""
    while True:
        position += 1
        sku = f"{slug}-{position}"
        if session().scalar(sa.select(Variant.id).where(Variant.sku == sku)) is None:
            return sku


def withdraw_variant(actor: Actor, variant_id: int, *, at: datetime) -> None:
    """Take one variant off the shelf. Raises CannotPublish for the last of a published reward."""
    variant = locked_variant(variant_id)
    reward = session().get_one(Reward, variant.reward_id)
    variant.state = VariantState.WITHDRAWN
    session().flush()
    if not write_listing(reward.id, at=at) and reward.state is RewardState.PUBLISHED:
        raise CannotPublish("This is the last one on sale. Retire the reward instead.")
    note_deed(actor, "catalog.withdraw_variant", reward.id, at=at, sku=variant.sku)


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
        session().expire(locked_reward(reward_id))
        refresh_listing(reward_id, at=at)


def _columns(text: RewardText) -> dict[str, Any]:
    columns = asdict(text)
    columns["tier_id"] = _tier_id(columns.pop("tier_slug"))
    return columns


def _tier_id(slug: str) -> int:
    tier_id = session().execute(sa.select(Tier.id).where(Tier.slug == slug)).scalar_one_or_none()
    if tier_id is None:
        raise BadInput(f"There is no tier “{slug}”. Choose one of those listed.")
    return tier_id
