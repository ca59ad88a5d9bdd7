"""Who makes something of a right as soon as it is won or given up: a trip invites its winner."""

from collections.abc import Callable
from datetime import datetime

from marketplace.access.actor import Actor
from marketplace.awards.entitlements.models import Entitlement

Follower = Callable[[Entitlement, Actor, datetime], bool]
_followers: list[Follower] = []


def follows_moves(follower: Follower) -> Follower:
    """Register who is asked at each move of a right, inside its transaction.

    It says whether it tells the person, so that nobody gets two letters about one thing.
    """
    if follower not in _followers:
        _followers.append(follower)
    return follower


def follow_move(moved: Entitlement, actor: Actor, at: datetime) -> bool:
    """Ask everyone who follows; whether somebody tells the person."""
    told = [follower(moved, actor, at) for follower in _followers]
    return any(told)
