"""Where the things that tests set up are written."""

from collections.abc import Callable
from typing import TypeVar

from marketplace.kernel.db import WRITES, session, transaction

T = TypeVar("T")


def in_transaction(work: Callable[[], T]) -> T:
    """Run `work` in the open transaction, or in one of its own."""
    if session().info.get(WRITES):
        return work()
    with transaction():
        return work()
