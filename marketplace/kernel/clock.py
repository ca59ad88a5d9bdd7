"""The one clock. Everything that needs the time asks here; tests put their own in place."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta


def _system_time() -> datetime:
    return datetime.now(UTC)  # noqa: TID251  the only reading of the wall clock


_read: Callable[[], datetime] = _system_time


def now() -> datetime:
    """The present moment in UTC."""
    return _read()


def today() -> date:
    """The present day in UTC."""
    return now().date()


def midnight(day: date) -> datetime:
    """The first instant of a day, UTC."""
    return datetime.combine(day, time(), UTC)


class SteppedClock:
    """A clock that stands still until it is moved."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def forward(self, **amount: float) -> datetime:
        """Move on by `timedelta(**amount)` and answer the new moment."""
        self.at += timedelta(**amount)
        return self.at


@contextmanager
def stepped(at: datetime) -> Iterator[SteppedClock]:
    """Put a clock that stands still at `at` in place of the wall clock."""
    global _read  # noqa: PLW0603  one process has one clock
    before, clock = _read, SteppedClock(at)
    _read = clock
    try:
        yield clock
    finally:
        _read = before
