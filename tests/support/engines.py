"""Which tests PostgreSQL runs, too: what a second engine does not only repeat.

What a page shows does not depend on the engine: a house rule opens every page on PostgreSQL, and
its forms meet nonsense there. Of the variations of a test, PostgreSQL runs the first. A run of
everything leaves it four in five of the rest besides, always the same ones, at least one a file;
`bin/test --whole`, or naming a path, leaves out none of those. Where processes are killed at named
points, it dies at the first point of each test, and SQLite at all of them. What the clock does it
meets in the soak. Long files of real sales, and forms and things of others, of which PostgreSQL
only hears what SQLite heard, are left to `--whole`.
"""

from collections.abc import Iterable
from zlib import crc32

import pytest

WHOLE_ON_BOTH = (
    "tests/house_rules/",
    "tests/faults/",
    "random_kills.py",
    "tests/kernel/",
    "tests/ledger/",
    "predicates.py",
    "races.py",
    "search.py",
    "by_the_database.py",
)
FIRSTS_ON_BOTH = ("tests/crash/", "state_machine.py")
LATER = (
    "jumping_clock.py",
    "real_input/test_points.py",
    "real_input/test_contests.py",
    "test_foreign_objects.py::test_jonas",
    "test_foreign_objects.py::test_the_owner",
    "test_fuzz.py::test_too_little",
)
ONE_IN = 5


def left_to_sqlite(items: Iterable[pytest.Item], *, whole: bool) -> list[pytest.Item]:
    """The tests that PostgreSQL need not run."""
    there = [item for item in items if _is_on_postgresql(item)]
    on_both = [item for item in there if not _is_in(WHOLE_ON_BOTH, item)]
    firsts = _first_variations(on_both)
    left = [item for item in on_both if item not in firsts or _is_of_pages(item)]
    rest = {item for item in on_both if not _is_in(FIRSTS_ON_BOTH, item)} - set(left)
    later = [item for item in there if _is_later(item) and not _is_long(item)]
    return left if whole else [*left, *_of_each_file_most(rest), *later]


def _is_on_postgresql(item: pytest.Item) -> bool:
    call = getattr(item, "callspec", None)
    return call is not None and call.params.get("engine") == "postgresql"


def _is_long(item: pytest.Item) -> bool:
    return item.get_closest_marker("soak") is not None


def _is_in(places: Iterable[str], item: pytest.Item) -> bool:
    return any(place in _file_of(item) for place in places)


def _is_later(item: pytest.Item) -> bool:
    return any(place in item.nodeid for place in LATER)


def _file_of(item: pytest.Item) -> str:
    return item.nodeid.partition("::")[0]


def _first_variations(items: Iterable[pytest.Item]) -> set[pytest.Item]:
    """Of each test the variation it begins with, and the same of those it keeps for the soak.

    What pytest calls indices goes on counting from one engine to the next.
    """
    found: dict[tuple[str, bool], tuple[list[int], pytest.Item]] = {}
    for item in items:
        name = item.nodeid.partition("[")[0]
        test = (name, _is_long(item))
        place = list(item.callspec.indices.values())  # pyright: ignore[reportAttributeAccessIssue]
        if test not in found or place < found[test][0]:
            found[test] = (place, item)
    return {item for _place, item in found.values()}


def _is_of_pages(item: pytest.Item) -> bool:
    return _file_of(item).endswith("pages.py")


def _of_each_file_most(items: Iterable[pytest.Item]) -> list[pytest.Item]:
    by_file: dict[str, list[tuple[int, str, pytest.Item]]] = {}
    for item in items:
        drawn = crc32(item.nodeid.encode())
        by_file.setdefault(_file_of(item), []).append((drawn % ONE_IN, item.nodeid, item))
    found = (sorted(of_one, key=lambda row: row[:2]) for of_one in by_file.values())
    return [item for of_one in found for lot, _name, item in of_one[1:] if lot]
