"""What a manager does: add a provider, say how it is priced, publish what it brought."""

import re
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from zoneinfo import available_timezones

import sqlalchemy as sa

from catalog import operations
from catalog.audiences.names import is_country
from catalog.models import Reward, Tier, Variant
from catalog.providers.adapters import ADAPTERS
from catalog.providers.errors import CannotSync
from catalog.providers.models import Provider, SyncedBrand, SyncedReward
from catalog.providers.operations.syncing import locked_provider
from catalog.providers.terms import Terms
from catalog.states import RewardState, VariantState
from marketplace.access.actor import Actor
from marketplace.kernel.audit import record
from marketplace.kernel.db import session
from marketplace.kernel.errors import BadInput
from marketplace.kernel.jobs import enqueue
from marketplace.kernel.outgoing import address_problem

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewProvider:
    """A provider to add. `address` empty: it is read from files only."""

    slug: str
    name: str
    adapter: str
    terms: Terms
    address: str = ""
    time_zone: str = "UTC"


def add_provider(actor: Actor, new: NewProvider, *, at: datetime) -> int:
    """Add a provider; its id. Raises BadInput."""
    if not SLUG.fullmatch(new.slug):
        enter = "Enter lower-case letters, digits and hyphens."
        raise BadInput(f"“{new.slug}” can't be part of an address. {enter}")
    if not is_country(new.terms.price_country):
        raise BadInput(f"“{new.terms.price_country}” is no country. Enter two letters such as GB.")
    if new.adapter not in ADAPTERS:
        raise BadInput(f"There is no adapter “{new.adapter}”. Choose {', '.join(ADAPTERS)}.")
    if new.address and (problem := address_problem(new.address)):
        raise CannotSync(problem)
    if new.time_zone not in available_timezones():
        raise BadInput(f"There is no time zone “{new.time_zone}”. Enter one like Europe/Lisbon.")
    if session().scalar(sa.select(Provider.id).where(Provider.slug == new.slug)) is not None:
        raise BadInput(f"There is a provider “{new.slug}” already.")
    provider = Provider(
        slug=new.slug,
        name=new.name,
        adapter=new.adapter,
        address=new.address,
        time_zone=new.time_zone,
        created_at=at,
        **_columns(new.terms),
    )
    session().add(provider)
    session().flush()
    record(actor.employee_id, "providers.add", f"provider:{provider.id}", at=at, slug=new.slug)
    return provider.id


def switch_provider(actor: Actor, provider_id: int, *, is_active: bool, at: datetime) -> None:
    """Ask a provider by the clock and by hand from now on, or not any more; the shelf stays."""
    provider = locked_provider(provider_id)
    provider.is_active = is_active
    session().flush()
    subject = f"provider:{provider_id}"
    record(actor.employee_id, "providers.switch", subject, at=at, is_active=is_active)


def set_terms(actor: Actor, provider_id: int, terms: Terms, *, at: datetime) -> None:
    """Say how the items of a provider are priced and shown from now on, and reprice them."""
    provider = locked_provider(provider_id)
    columns = _columns(terms)
    changed = {name: new for name, new in columns.items() if getattr(provider, name) != new}
    if not changed:
        return
    for name, new in changed.items():
        setattr(provider, name, new)
    session().flush()
    enqueue("providers.reprice", key=f"{provider_id}:{at.isoformat()}", provider_id=provider_id)
    record(actor.employee_id, "providers.set_terms", f"provider:{provider_id}", at=at, **changed)


def publish_brands(actor: Actor, provider_id: int, brand_ids: list[int], *, at: datetime) -> int:
    """Choose brands and put on the shelf what of theirs can be; how many rewards went there."""
    provider = locked_provider(provider_id)
    wanted = (SyncedBrand.provider_id == provider.id, SyncedBrand.id.in_(brand_ids))
    brands = session().scalars(sa.select(SyncedBrand).where(*wanted)).all()
    for brand in brands:
        brand.is_chosen = True
    session().flush()
    ready = session().scalars(_ready_drafts([brand.id for brand in brands])).all()
    for reward_id in ready:
        operations.publish_reward(actor, reward_id, at=at)
    return len(ready)


def _ready_drafts(brand_ids: list[int]) -> sa.Select[int]:
    """Drafts of brands that say what they are and have something to sell."""
    sells = sa.exists().where(Variant.reward_id == Reward.id, Variant.state == VariantState.ON_SALE)
    return (
        sa.select(Reward.id)
        .join(SyncedReward, SyncedReward.reward_id == Reward.id)
        .where(SyncedReward.brand_id.in_(brand_ids), Reward.state == RewardState.DRAFT)
        .where(Reward.summary != "", sells)
        .order_by(Reward.id)
    )


def _columns(terms: Terms) -> dict[str, Any]:
    columns = asdict(terms)
    slug = columns.pop("tier_slug")
    tier_id = session().scalar(sa.select(Tier.id).where(Tier.slug == slug))
    if tier_id is None:
        raise BadInput(f"There is no tier “{slug}”. Choose one of those listed.")
    return columns | {"tier_id": tier_id}
