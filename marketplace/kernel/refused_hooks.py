"""Events that nobody signed, counted so that a flood of them writes next to nothing."""

import threading
from datetime import datetime, timedelta

EVERY = timedelta(seconds=10)


class RefusedHooks:
    """What one process refused and has not written yet. A crash forgets ten seconds of it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: dict[int, int] = {}
        self._written: dict[int, datetime] = {}

    def note(self, sender: int, *, at: datetime) -> int:
        """Count one; how many are to be written now, mostly none."""
        with self._lock:
            times = self._waiting.get(sender, 0) + 1
            last = self._written.get(sender)
            if last is not None and abs(at - last) < EVERY:
                self._waiting[sender] = times
                return 0
            self._waiting[sender] = 0
            self._written[sender] = at
            return times
