"""Who acts when a booking moves: what its travelers had, such as a bed, is free again."""

from collections.abc import Callable
from datetime import datetime

from redemption.bookings.models import Booking

Follower = Callable[[Booking, datetime], None]
_followers: list[Follower] = []


def follows_bookings(follower: Follower) -> Follower:
    """Register who is told of each move of a booking, inside its transaction and after it."""
    if follower not in _followers:
        _followers.append(follower)
    return follower


def follow_move(moved: Booking, at: datetime) -> None:
    """Tell everyone who follows."""
    for follower in _followers:
        follower(moved, at)
