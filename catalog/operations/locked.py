"""A reward held for this transaction, and the note of what was done to it."""

from datetime import datetime
from typing import Any

from catalog.models import Reward, Variant
from marketplace.access.actor import Actor
from marketplace.kernel.audit import record
from marketplace.kernel.db import session
from marketplace.kernel.errors import NotFound


def locked_reward(reward_id: int) -> Reward:
    """A reward, locked. Raises NotFound."""
    reward = session().get(Reward, reward_id, with_for_update=True, populate_existing=True)
    if reward is None:
        raise NotFound("We can't find this reward.")
    return reward


def variant_named(variant_id: int) -> Variant:
    """One variant. Raises NotFound."""
    variant = session().get(Variant, variant_id)
    if variant is None:
        raise NotFound("We can't find this variant.")
    return variant


def note(actor: Actor, action: str, reward_id: int, *, at: datetime, **details: Any) -> None:
    """Who did what to a reward, in the audit log."""
    record(actor.employee_id, action, f"reward:{reward_id}", at=at, **details)
