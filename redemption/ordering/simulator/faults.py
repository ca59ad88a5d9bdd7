"""What a simulated provider can do wrong, how often each is still to come."""

import threading
from collections.abc import Mapping
from enum import StrEnum

ALWAYS = -1


class Fault(StrEnum):
    """One way to go wrong. Those before `error_after` happen before anything was ordered."""

    SLOW = "slow"
    ERROR = "error"
    TOO_MANY = "too_many"
    OUT_OF_FUNDS = "out_of_funds"
    ERROR_AFTER = "error_after"
    TIMEOUT = "timeout"
    TRUNCATED = "truncated"
    PENDING = "pending"
    FAILED = "failed"
    WRONG_AMOUNT = "wrong_amount"
    WRONG_ORDER = "wrong_order"
    OVERCHARGE = "overcharge"
    DUPLICATE_CODE = "duplicate_code"
    FORGETFUL = "forgetful"
    NO_REISSUE = "no_reissue"
    WEBHOOK_LOST = "webhook_lost"
    WEBHOOK_DOUBLED = "webhook_doubled"
    WEBHOOK_OUT_OF_ORDER = "webhook_out_of_order"


class Faults:
    """Which faults are on. A number counts down; ALWAYS stays."""

    def __init__(self, given: Mapping[str, int] | None = None) -> None:
        self._lock = threading.Lock()
        self._left: dict[Fault, int] = {}
        self.set(given or {})

    def set(self, given: Mapping[str, int]) -> None:
        """Switch faults: how often each comes, 0 for never. Raises ValueError for unknown ones."""
        known = {Fault(name): int(times) for name, times in given.items()}
        with self._lock:
            self._left |= known

    def comes(self, fault: Fault) -> bool:
        """Whether this fault comes now; counts it."""
        with self._lock:
            left = self._left.get(fault, 0)
            if left > 0:
                self._left[fault] = left - 1
            return left != 0

    def shown(self) -> dict[str, int]:
        """What is on, by name."""
        with self._lock:
            return {fault.value: left for fault, left in self._left.items() if left}


def faults_from(text: str) -> dict[str, int]:
    """Faults as they stand in an option: `timeout,error=3`. Raises ValueError."""
    found: dict[str, int] = {}
    for one in filter(None, (part.strip() for part in text.split(","))):
        name, equals, times = one.partition("=")
        found[Fault(name).value] = int(times) if equals else ALWAYS
    return found
