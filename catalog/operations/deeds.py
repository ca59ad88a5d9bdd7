"""What every deed on a reward does: lock it first, and say in the end who did what."""

from datetime import datetime
from typing import Any

from catalog.models import Reward, RewardMove, Variant
from catalog.states import RewardState
from marketplace.access.actor import Actor
from marketplace.kernel.audit import record
from marketplace.kernel.db import session
from marketplace.kernel.errors import BadInput, NotFound


def locked_reward(reward_id: int) -> Reward:
    """A reward to change, locked. Raises NotFound, BadInput for a discarded draft."""
    reward = session().get(Reward, reward_id, with_for_update=True, populate_existing=True)
    if reward is None:
        raise NotFound("We can't find this reward.")
    if reward.state is RewardState.DISCARDED:
        raise BadInput("This draft was discarded. Write a new one; it may have the same address.")
    return reward


def variant_named(variant_id: int) -> Variant:
    """One variant. Raises NotFound."""
    variant = session().get(Variant, variant_id)
    if variant is None:
        raise NotFound("We can't find this variant.")
    return variant


def locked_variant(variant_id: int) -> Variant:
    """A variant to change, as it stands once its reward is locked. Raises as `locked_reward`."""
    variant = variant_named(variant_id)
    locked_reward(variant.reward_id)
    session().refresh(variant)
    return variant


def note_move(
    actor: Actor,
    reward: Reward,
    before: RewardState | None,
    after: RewardState,
    *,
    at: datetime,
    reason: str,
) -> None:
    """Keep a step of a reward, and say so in the audit."""
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
    note_deed(actor, f"catalog.{after.value}", reward.id, at=at, reason=reason)


def note_deed(actor: Actor, action: str, reward_id: int, *, at: datetime, **details: Any) -> None:
    """Say in the audit what was done with a reward."""
    record(actor.employee_id, action, f"reward:{reward_id}", at=at, **details)
