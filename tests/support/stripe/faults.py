"""What the Stripe of the tests can do wrong, and how often each is still to come."""

import threading
from enum import StrEnum

ALWAYS = -1


class Fault(StrEnum):
    """One way to go wrong. `ERROR` and `TOO_MANY` come before anything was done.

    `FORGETFUL`: keys are not kept, so that asking twice shows.
    """

    ERROR = "error"
    TOO_MANY = "too_many"
    ERROR_AFTER = "error_after"
    TIMEOUT_AFTER = "timeout_after"
    KEY_IN_USE = "key_in_use"
    SLOW = "slow"
    FORGETFUL = "forgetful"
    WRONG_AMOUNT = "wrong_amount"
    REFUND_FAILS = "refund_fails"
    HOOK_LOST = "hook_lost"
    HOOK_DOUBLED = "hook_doubled"
    HOOK_LATE = "hook_late"


class Faults:
    """Which faults are on. A number counts down; ALWAYS stays."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._left: dict[Fault, int] = {}

    def set(self, **times: int) -> None:
        """Switch faults: how often each comes, 0 for never."""
        with self._lock:
            self._left |= {Fault(name): number for name, number in times.items()}

    def comes(self, fault: Fault) -> bool:
        """Whether this fault comes now; counts it."""
        with self._lock:
            left = self._left.get(fault, 0)
            if left > 0:
                self._left[fault] = left - 1
            return left != 0
