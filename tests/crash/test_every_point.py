"""Every point that the code names for a crash is one that some test dies at."""

import importlib
import re

from marketplace.kernel.settings import ROOT
from tests.crash.world import points_in

# The tests that die at points. They name each, or take them from the source as `POINTS`.
DYING = (
    *sorted(
        f"tests/crash/{path.name}" for path in (ROOT / "tests/crash").glob("test_*_crashes.py")
    ),
    "tests/catalog/wishes/test_races.py",
    "tests/people/test_import_crash.py",
    "tests/redemption/approvals/test_gate_races.py",
    "tests/redemption/approvals/test_passing.py",
    "tests/redemption/approvals/test_away_races.py",
    "tests/redemption/test_gifts.py",
    "tests/redemption/test_submit_crashes.py",
)
NAMED = re.compile(r'"([a-z_]+(?:\.[a-z_]+)+)"')


def died_at() -> set[str]:
    found = set()
    for path in DYING:
        module = importlib.import_module(path.removesuffix(".py").replace("/", "."))
        found |= {*getattr(module, "POINTS", ()), *NAMED.findall((ROOT / path).read_text("utf-8"))}
    return found


def named_in_the_code() -> set[str]:
    packages = ("marketplace", "catalog", "redemption")
    return {point for package in packages for point in points_in(ROOT / package)}


def test_no_point_is_named_that_nobody_dies_at():
    assert named_in_the_code() - died_at() == set()


def test_control_a_point_that_is_named_nowhere_else_is_found():
    assert "redemption.submit.held" in named_in_the_code()
    assert "redemption.submit.forgotten" not in died_at()
