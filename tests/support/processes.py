"""Which tests must run in one process: those that share what takes long to make.

xdist would take this from marks (`--dist loadgroup`), but its marks do not reach pytest 9.2.
"""

from collections.abc import Sequence
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

# How the address of a test begins, and its group. The first that fits counts.
TOGETHER = {
    "tests/house_rules/": "told houses",  # and one walk through all pages of one
    "tests/pages/": "told houses",
    "tests/browser/": "the product as it runs",
}

# What takes long by itself goes before the thousands that do not, so that no process waits for it.
LONG = ("tests/crash/", "tests/real_input/", "tests/bench/", "tests/faults/", "state_machine.py")


def group_of(nodeid: str) -> str:
    """Name the group of a test; most tests are one of their own."""
    return next((group for start, group in TOGETHER.items() if nodeid.startswith(start)), nodeid)


def long_ones_first(items: Sequence[pytest.Item]) -> list[pytest.Item]:
    """The tests in the same order, but for those that take long."""
    return sorted(items, key=lambda item: not any(place in item.nodeid for place in LONG))


class _Together(LoadScopeScheduling):
    def _split_scope(self, nodeid: str) -> str:
        return group_of(nodeid)

    def _pending_of(self, workload: dict[str, dict[str, bool]]) -> int:
        """How many tests of a process are not done: it does its groups in the order it got them.

        xdist counts all of them anew after each test, a millisecond in the end.
        """
        pending = 0
        for group in reversed(workload.values()):
            left = list(group.values()).count(False)
            if not left:
                break
            pending += left
        return pending


def scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling:
    """Hands out groups, the largest first, then single tests in their order."""
    return _Together(config, log)
