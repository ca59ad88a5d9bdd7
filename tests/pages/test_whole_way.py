"""The whole way through the pages, without a script: ask, decide, undo, decide again, hold it."""

import re

import pytest

from marketplace.kernel import clock

UNDO = 31


@pytest.fixture
def house(houses):
    with houses.told() as house:
        yield house


def wait(house, seconds: int) -> None:
    """Let time pass, and do what is due."""
    clock._read.forward(seconds=seconds)
    house.queue.run_due()


def test_maya_holds_a_voucher_after_three_presses(house):
    maya = house.visitor("maya.chen")
    maya.open("/rewards/bluebird-tea-card")
    maya.follow("Get this for")
    maya.press("Spend 5,000 points")
    request = maya.here.address
    wait(house, 1)
    maya.open(request)
    maya.press("Show the code")
    assert maya.here.heading == "Your code"


def test_a_trip_goes_to_omar_then_to_wei_and_undo_takes_a_yes_back(house):
    maya, omar = house.visitor("maya.chen"), house.visitor("omar.haddad")
    maya.open("/rewards/copenhagen-by-bike")
    maya.follow("Ask for this trip")
    maya.reads("Omar Haddad", "Wei Zhang")
    maya.press("Ask and set aside 42,000 points")
    reference = re.search(r"R-\w+", maya.here.address)[0]
    wait(house, 1)
    omar.open(f"/approvals/{reference}")
    omar.press("Approve")
    omar.press("Undo")
    wait(house, UNDO)
    maya.open(f"/redemptions/{reference}")
    maya.reads("Waiting for approval", "Omar Haddad")
    omar.open(f"/approvals/{reference}")
    omar.press("Approve")
    wait(house, UNDO)
    wei = house.visitor("wei.zhang")
    wei.open(f"/approvals/{reference}")
    wei.press("Approve")
    wait(house, UNDO)
    maya.open(f"/redemptions/{reference}")
    maya.reads("Being prepared", "Wei Zhang")


def test_what_omar_declines_comes_back_in_full(house):
    maya, omar, reference = (
        house.visitor("maya.chen"),
        house.visitor("omar.haddad"),
        house.story.waiting,
    )
    before = _available(maya)
    omar.open(f"/approvals/{reference}/decline")
    omar.press("Decline", reason="The launch is that week.")
    wait(house, UNDO)
    maya.open(f"/redemptions/{reference}")
    maya.reads("The launch is that week.")
    assert _available(maya) == before + 30_000


def _available(visitor) -> int:
    found = re.search(r"Yours to spend([\d,]+)", visitor.open("/points").words)
    return int(found[1].replace(",", ""))
