"""On the shelf and off it, at once or by a schedule; a draft nobody asked for is put aside.

A schedule is a window and nothing else: a published reward is on the shelf from the one moment
until the other, so nothing has to run on time for it.
"""

from collections.abc import Iterator
from datetime import datetime

import sqlalchemy as sa

from catalog.errors import CannotDiscard, CannotPublish
from catalog.models import MemberUsage, Reward, Variant
from catalog.operations.deeds import locked_reward, note_deed, note_move
from catalog.shelf.operations import refresh_listing, write_listing
from catalog.states import REWARD_MOVES, RewardState
from marketplace.access.actor import Actor
from marketplace.kernel.db import Model, session
from marketplace.kernel.errors import BadInput, IllegalMove


def publish_reward(actor: Actor, reward_id: int, *, at: datetime) -> None:
    """Put a reward on the shelf. Raises IllegalMove, CannotPublish with what is missing."""
    reward = locked_reward(reward_id)
    if not reward.summary:
        raise CannotPublish("Write a summary first: one sentence that says what it is.")
    _move(actor, reward, RewardState.PUBLISHED, at=at, reason="")
    if not write_listing(reward_id, at=at):
        raise CannotPublish("Add at least one amount, size or date with its price first.")


def retire_reward(actor: Actor, reward_id: int, *, reason: str, at: datetime) -> None:
    """Take a reward off the shelf; what was asked for before goes its way."""
    _move(actor, locked_reward(reward_id), RewardState.RETIRED, at=at, reason=reason)
    refresh_listing(reward_id, at=at)


def schedule_reward(
    actor: Actor,
    reward_id: int,
    visible_from: datetime | None,
    visible_until: datetime | None,
    *,
    at: datetime,
) -> None:
    """Offer it from one moment (none: once published) until another (none: until it is retired).

    Raises BadInput when the end is over already or does not come after the beginning.
    """
    reward = locked_reward(reward_id)
    before = (reward.visible_from, reward.visible_until)
    if before == (visible_from, visible_until):
        return
    if visible_until is not None and visible_until <= at and visible_until != before[1]:
        raise BadInput("This end is over already. To take it off the shelf now, retire it.")
    if visible_from is not None and visible_until is not None and visible_until <= visible_from:
        raise BadInput("It would end before it begins. Enter an end that is after the beginning.")
    reward.visible_from, reward.visible_until = visible_from, visible_until
    session().flush()
    refresh_listing(reward_id, at=at)
    facts = {
        "from_before": _written(before[0]),
        "until_before": _written(before[1]),
        "from_after": _written(visible_from),
        "until_after": _written(visible_until),
    }
    note_deed(actor, "catalog.schedule", reward_id, at=at, **facts)


def discard_draft(actor: Actor, reward_id: int, *, reason: str = "", at: datetime) -> None:
    """Put a draft aside that nobody ever asked for. Raises CannotDiscard with what to do instead.

    It stays as a row, as what happened to it does, and gives its address away when it is wanted.
    """
    reward = locked_reward(reward_id)
    if reward.state is not RewardState.DRAFT:
        raise CannotDiscard("Only a draft that was never on the shelf can be discarded. Retire it.")
    if any(session().scalar(sa.select(asked)) for asked in _asked_for(reward_id)):
        raise CannotDiscard("Somebody asked for this already, so it stays. Publish or leave it.")
    _move(actor, reward, RewardState.DISCARDED, at=at, reason=reason)


def _asked_for(reward_id: int) -> Iterator[sa.Exists]:
    """Whether any table above the catalog, or the limits, names the reward or its variants."""
    mine = sa.select(Variant.id).where(Variant.reward_id == reward_id)
    for mapper in Model.registry.mappers:
        kind = mapper.class_
        if kind.__module__.startswith("catalog.") and kind is not MemberUsage:
            continue
        for column in mapper.local_table.c:
            for key in column.foreign_keys:
                if key.target_fullname == "rewards.id":
                    yield sa.exists().where(column == reward_id)
                elif key.target_fullname == "variants.id":
                    yield sa.exists().where(column.in_(mine))


def _written(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


def _move(actor: Actor, reward: Reward, state: RewardState, *, at: datetime, reason: str) -> None:
    before = reward.state
    if state not in REWARD_MOVES[before]:
        raise IllegalMove(before, state)
    reward.state = state
    if state is RewardState.PUBLISHED:
        reward.published_at = at
    session().flush()
    note_move(actor, reward, before, state, at=at, reason=reason)
