"""A deed on many rewards: each by itself, so that one refusal stops none of the others."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from catalog import operations
from catalog.bulk.deeds import Action, Deed, Outcome, outcome
from catalog.bulk.queries import BulkReward, bulk_rewards
from catalog.models import Reward
from catalog.shelf.operations import listed_once
from marketplace.access.actor import Actor
from marketplace.kernel.db import session
from marketplace.kernel.errors import DomainError


class ChangedSinceLook(DomainError):
    """What the check page showed is not what would happen any more."""

    code = "changed_since_look"

    def __init__(self) -> None:
        super().__init__(
            "Some of these rewards changed since you looked. Nothing was changed; look again."
        )


@dataclass(frozen=True, slots=True)
class Done:
    """What became of one reward; `refusal` is empty when it was done."""

    slug: str
    name: str
    said: str
    refusal: str = ""


def outcomes(ids: Sequence[int], deed: Deed, *, at: datetime) -> list[Outcome]:
    """What the deed would do to each."""
    return [outcome(reward, deed, at) for reward in bulk_rewards(ids, at=at)]


def digest(found: Sequence[Outcome]) -> str:
    """A mark of what a check page shows, to know it again."""
    shown = [(one.reward.id, one.before, one.after, one.obstacle) for one in found]
    return hashlib.sha256(json.dumps(shown).encode()).hexdigest()


def do_to_all(
    actor: Actor, ids: Sequence[int], deed: Deed, *, seen: str, at: datetime
) -> list[Done]:
    """Do it to each that it changes. Raises ChangedSinceLook when it is not what was `seen`."""
    session().execute(
        sa.select(Reward.id).where(Reward.id.in_(ids)).order_by(Reward.id).with_for_update()
    )
    found = outcomes(ids, deed, at=at)
    if digest(found) != seen:
        raise ChangedSinceLook
    return [_one(actor, one, deed, at) for one in found]


def _one(actor: Actor, found: Outcome, deed: Deed, at: datetime) -> Done:
    reward = found.reward
    if not found.is_change:
        said = "" if found.obstacle else "Unchanged"
        return Done(reward.slug, reward.name, said, found.obstacle)
    try:
        with session().begin_nested(), listed_once(at=at):
            _do(actor, reward, deed, at)
    except DomainError as refusal:
        return Done(reward.slug, reward.name, "", refusal.message)
    return Done(reward.slug, reward.name, f"{found.before} became {found.after}")


def _do(actor: Actor, reward: BulkReward, deed: Deed, at: datetime) -> None:
    match deed.action:
        case Action.PUBLISH:
            operations.publish_reward(actor, reward.id, at=at)
        case Action.RETIRE:
            operations.retire_reward(actor, reward.id, reason=deed.reason, at=at)
        case Action.PRICE:
            for price in reward.prices:
                points, rate = price.after(deed.price(price.points))
                operations.set_price(actor, price.variant_id, points, rate=rate, at=at)
        case Action.SCHEDULE:
            operations.schedule_reward(actor, reward.id, deed.begins, deed.ends, at=at)
        case _:
            operations.amend_reward(actor, reward.id, at=at, **_amended(deed))


def _amended(deed: Deed) -> dict[str, Any]:
    if deed.action is Action.TIER:
        return {"tier_slug": deed.tier_slug}
    if deed.action is Action.LIMIT:
        return {"limit_per_person": deed.limit, "limit_period": deed.period}
    return {"is_featured": deed.action is Action.FEATURE}
