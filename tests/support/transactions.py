"""Where the things that tests set up are written."""

from collections.abc import Callable
from typing import TypeVar

from marketplace.kernel.db import is_writing, transaction

T = TypeVar("T")


def in_transaction(work: Callable[[], T]) -> T:
    """Run `work` in the open transaction, or in one of its own."""
    if is_writing():
        return work()
    with transaction():
        return work()
