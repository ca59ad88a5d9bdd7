"""Which tests must run in one process: those that share what takes long to make.

xdist would take this from marks (`--dist loadgroup`), but its marks do not reach pytest 9.2.
"""

from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

# How the address of a test begins, and its group. The first that fits counts.
TOGETHER = {
    "tests/house_rules/": "told houses",  # and one walk through all pages of one
    "tests/pages/": "told houses",
    "tests/browser/test_whole_way.py::test_the_whole_way_on_postgresql": "a site of its own",
    "tests/browser/": "the product as it runs",
}


def group_of(nodeid: str) -> str:
    """Name the group of a test; most tests are one of their own."""
    return next((group for start, group in TOGETHER.items() if nodeid.startswith(start)), nodeid)


class _Together(LoadScopeScheduling):
    def _split_scope(self, nodeid: str) -> str:
        return group_of(nodeid)


def scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling:
    """Hands out groups, the largest first, then single tests."""
    return _Together(config, log)
