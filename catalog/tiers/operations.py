"""Adding, changing, ordering and removing tiers, and inviting people to them."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from catalog.audiences.clauses import Clauses
from catalog.audiences.models import TierInvitation
from catalog.audiences.opening import in_words
from catalog.audiences.operations import invite
from catalog.audiences.queries import clauses_in
from catalog.models import Reward, Tier
from catalog.operations import open_to
from catalog.providers.models import Provider
from catalog.shelf.operations import stamp_shelf
from catalog.states import RewardState
from marketplace.access.actor import Actor
from marketplace.kernel.audit import record
from marketplace.kernel.db import insert_or_skip, session
from marketplace.kernel.errors import BadInput, NotFound
from marketplace.kernel.jobs import enqueue

MOST_TIERS = 100
HIGHEST = 1000
NAMED = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class TierLook:
    """How a tier is called and drawn."""

    name: str
    hue: int
    icon: str
    note: str = ""


class Invited(StrEnum):
    """What became of one person to invite."""

    NEW = "new"
    ALREADY = "already"
    ONESELF = "oneself"


def add_tier(actor: Actor, slug: str, look: TierLook, *, at: datetime) -> int:
    """Add a tier above all others; its id. Raises BadInput for an address that is taken."""
    tiers = _locked()
    if any(tier.slug == slug for tier in tiers):
        raise BadInput(f"Another tier is at “{slug}” already. Choose another address.")
    if len(tiers) >= MOST_TIERS:
        raise BadInput(f"There are {len(tiers)} tiers already. Remove one first.")
    _number(tiers)  # so that there is room above
    put = insert_or_skip(Tier).values(slug=slug, position=len(tiers), **asdict(look))
    tier_id = session().scalar(put.on_conflict_do_nothing().returning(Tier.id))
    if tier_id is None:
        raise BadInput("Somebody else added a tier at the same moment. Save once more.")
    stamp_shelf()
    _note(actor, "catalog.add_tier", tier_id, at, name=look.name)
    return tier_id


def change_tier(actor: Actor, tier_id: int, look: TierLook, *, at: datetime) -> None:
    """Give a tier another name or look; what its rewards are found by follows by itself."""
    tier = _tier(tier_id)
    before = {name: getattr(tier, name) for name in asdict(look)}
    changed = {name: value for name, value in asdict(look).items() if before[name] != value}
    if not changed:
        return
    for name, value in changed.items():
        setattr(tier, name, value)
    session().flush()
    stamp_shelf()
    if "name" in changed:
        enqueue("catalog.retell_tier", key=f"{tier_id}:{at.isoformat()}", tier_id=tier_id)
    was = {name: before[name] for name in changed}
    _note(actor, "catalog.change_tier", tier_id, at, before=was, after=changed)


def open_tier_to(actor: Actor, tier_id: int, clauses: Clauses, *, at: datetime) -> None:
    """Say whom a tier is for and what opens it, kept in words with who said so."""
    before = clauses_in(_tier(tier_id).audience_id)
    if before == clauses:
        return
    open_to(clauses, tier_id=tier_id, at=at)
    session().expire_all()
    _note(actor, "catalog.open_tier", tier_id, at, **in_words(before, clauses))


def move_tier(actor: Actor, tier_id: int, step: int, *, at: datetime) -> bool:
    """Move a tier so many places up (less significant) or down; whether it could move."""
    tiers = _locked()
    old = next((place for place, tier in enumerate(tiers) if tier.id == tier_id), None)
    if old is None:
        raise NotFound("We can't find this tier.")
    new = min(max(old + step, 0), len(tiers) - 1)
    if new == old:
        return False
    tiers.insert(new, tiers.pop(old))
    _number(tiers)
    stamp_shelf()
    _note(actor, "catalog.move_tier", tier_id, at, before=old + 1, after=new + 1)
    return True


def remove_tier(actor: Actor, tier_id: int, *, at: datetime) -> None:
    """Remove a tier that nothing needs. Raises BadInput that says what does.

    Discarded drafts can't be moved by anybody, so they go to another tier with it.
    """
    tiers = _locked()
    tier = next((one for one in tiers if one.id == tier_id), None)
    if tier is None:
        raise NotFound("We can't find this tier.")
    other = next((one.id for one in tiers if one.id != tier_id), None)
    if other is None:
        raise BadInput(f"{tier.name} is the only tier, and rewards need one. Add another first.")
    _refuse_needed(tier)
    name = tier.name
    discarded = (Reward.tier_id == tier_id, Reward.state == RewardState.DISCARDED)
    session().execute(sa.update(Reward).where(*discarded).values(tier_id=other))
    session().execute(sa.delete(TierInvitation).where(TierInvitation.tier_id == tier_id))
    session().delete(tier)
    session().flush()
    stamp_shelf()
    _note(actor, "catalog.remove_tier", tier_id, at, name=name)


def _refuse_needed(tier: Tier) -> None:
    standing = (Reward.tier_id == tier.id, Reward.state != RewardState.DISCARDED)
    first = sa.select(Reward.name).where(*standing).order_by(Reward.id).limit(NAMED)
    if names := session().scalars(first).all():
        number = session().scalar(sa.select(sa.func.count()).where(*standing)) or 0
        more = f" and {number - NAMED:,} more" if number > NAMED else ""
        raise BadInput(
            f"{number:,} reward{' stands' if number == 1 else 's stand'} on {tier.name}: "
            f"{', '.join(names)}{more}. Move them to another tier first."
        )
    wanted = sa.select(Provider.name).where(Provider.tier_id == tier.id).order_by(Provider.id)
    provider = session().scalar(wanted.limit(1))
    if provider is not None:
        raise BadInput(
            f"What {provider} brings comes into {tier.name}. Choose another tier for it first, "
            "under “Prices” of the provider."
        )


def invite_people(
    actor: Actor, tier_id: int, employee_ids: Sequence[int], *, reason: str, at: datetime
) -> dict[int, Invited]:
    """Invite people to a tier, each with a letter; what became of each."""
    _tier(tier_id)
    found: dict[int, Invited] = {}
    for employee_id in sorted(set(employee_ids)):
        if employee_id == actor.employee_id:
            found[employee_id] = Invited.ONESELF
        elif invite(actor, tier_id, employee_id, reason=reason, at=at):
            found[employee_id] = Invited.NEW
            key = f"{tier_id}:{employee_id}:{at.isoformat()}"
            enqueue("catalog.tell_invited", key=key, tier_id=tier_id, employee_id=employee_id)
        else:
            found[employee_id] = Invited.ALREADY
    return found


def _locked() -> list[Tier]:
    """Every tier in its order; nobody else orders them meanwhile."""
    wanted = sa.select(Tier).order_by(Tier.id).with_for_update()
    found = session().scalars(wanted.execution_options(populate_existing=True))
    return sorted(found, key=lambda tier: tier.position)


def _number(tiers: Sequence[Tier]) -> None:
    """Give tiers the positions 0, 1, 2 …; on the way each has one that is free."""
    wrong = [(place, tier) for place, tier in enumerate(tiers) if tier.position != place]
    taken = {tier.position for tier in tiers}
    free = iter([place for place in range(HIGHEST, -1, -1) if place not in taken])
    for _, tier in wrong:
        tier.position = next(free)
    session().flush()
    for place, tier in wrong:
        tier.position = place
    session().flush()


def _tier(tier_id: int) -> Tier:
    tier = session().get(Tier, tier_id, with_for_update=True, populate_existing=True)
    if tier is None:
        raise NotFound("We can't find this tier.")
    return tier


def _note(actor: Actor, action: str, tier_id: int, at: datetime, **details: Any) -> None:
    record(actor.employee_id, action, f"tier:{tier_id}", at=at, **details)
