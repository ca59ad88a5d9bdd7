"""A tier that is not for somebody does not exist for them, whatever address they try."""

import pytest

from catalog.audiences.clauses import clauses_of
from catalog.operations import open_to
from catalog.states import AudienceAttribute as Attribute
from marketplace.kernel.db import transaction
from tests.support.browsing import words_on
from tests.support.catalog import put_tiers, stock_lisbon_trip, stock_reward
from tests.support.people import employ_maya


@pytest.fixture
def maya_outside(at):
    """Maya, with a tier on the shelf that is for people in Namibia only."""
    stock_reward()
    stock_lisbon_trip(tier="summit")
    with transaction():
        for_namibia = clauses_of({Attribute.COUNTRY: ["NA"]}, is_shown_locked=False)
        open_to(for_namibia, tier_id=put_tiers()["summit"], at=at)
    return employ_maya()


def test_maya_learns_nothing_of_a_tier_that_is_for_others_by_guessing_its_address(
    maya_outside, sign_in
):
    page = sign_in(maya_outside).get("/rewards?tier=summit")
    words = words_on(page.text)
    assert "Summit" not in words
    assert "There is no tier “summit”, so it narrows nothing." in words
