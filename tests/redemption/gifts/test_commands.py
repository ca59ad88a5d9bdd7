"""`bin/laurel gifts`, and asking for one with `bin/laurel redemptions`."""

import pytest
from click.testing import CliRunner

from redemption.cli import redemptions_cli
from redemption.gifts.cli import gifts_cli
from redemption.states import LineState
from tests.support.catalog import stock_gift_card, stock_reward
from tests.support.people import actor, employ
from tests.support.redemption import HOME, line_of, points_now

PARCEL = ("--parcel", HOME.recipient, HOME.street, HOME.postal_code, HOME.city, HOME.country)


def run(group, *words):
    return CliRunner().invoke(group, words)


@pytest.fixture
def jonas(house):
    return actor(employ("Jonas Lind"))


def give(sku: str, jonas, queue) -> str:
    words = ("--gift-to", jonas.email, "--words", "For the launch night.")
    asked = run(redemptions_cli, "ask", "maya.chen", sku, *words).output
    queue.run_due()
    return asked.split()[-1].rstrip(".")


def test_jonas_takes_what_maya_gives(house, jonas, queue):
    reference = give(stock_reward("Laurel mug", points=1_500).sku, jonas, queue)
    assert "where the parcel should go" in str(
        run(gifts_cli, "accept", jonas.email, reference).exception
    )
    taken = run(gifts_cli, "accept", jonas.email, reference.lower(), *PARCEL).output
    assert taken == "Jonas Lind took it. Maya Chen hears of it.\n"
    assert f"{reference}  Maya Chen to Jonas Lind: Laurel mug" in run(gifts_cli, "list").output


def test_jonas_leaves_what_maya_gives(house, jonas, queue):
    before = points_now(house.maya)
    reference = give(stock_gift_card(points=2_000).sku, jonas, queue)
    foreign = run(gifts_cli, "decline", "omar.haddad", reference)
    assert "There is no such gift" in str(foreign.exception)
    left = run(gifts_cli, "decline", jonas.email, reference).output
    assert left == "Jonas Lind left it. The points go back to Maya Chen.\n"
    assert line_of(reference).state is LineState.CANCELLED
    assert points_now(house.maya) == before
