"""`bin/laurel baskets`."""

import pytest
from click.testing import CliRunner

from redemption.basket.cli import baskets_cli
from redemption.states import LineState
from tests.support.catalog import stock_gift_card, stock_reward
from tests.support.redemption import HOME, lines_of

pytestmark = pytest.mark.usefixtures("unfulfilled")
PARCEL = ("--parcel", HOME.recipient, HOME.street, HOME.postal_code, HOME.city, HOME.country)


def run(*words):
    return CliRunner().invoke(baskets_cli, words)


def item_of(name: str) -> str:
    shown = run("show", "maya.chen").output.splitlines()
    return next(line.split()[0] for line in shown if name in line)


def test_what_maya_puts_aside_in_the_browser_she_puts_aside_here_too(house):
    card, mug = stock_gift_card(points=2_000), stock_reward("Laurel mug", points=1_500)
    assert run("put", "maya.chen", card.sku).output == (
        "Lumen Books gift card is in the basket of Maya Chen. Nothing is set aside.\n"
    )
    run("put", "maya.chen", mug.sku)
    assert run("change", "maya.chen", item_of("mug"), "3").output == "3 of Laurel mug.\n"
    shown = run("show", "maya.chen").output
    assert "4,500 points  Laurel mug × 3" in shown
    assert "6,500 points of 100,000 points." in shown
    asked = run("ask", "maya.chen", *PARCEL).output
    assert asked.startswith("Maya Chen asked for 2 rewards: R-")
    lines = lines_of(asked.split()[-1].rstrip("."))
    assert [(line.quantity, line.state) for line in lines] == [
        (1, LineState.APPROVED),
        (3, LineState.APPROVED),
    ]
    assert "Nothing lies in the basket" in str(run("ask", "maya.chen").exception)


def test_something_is_taken_out_again(house):
    run("put", "maya.chen", stock_gift_card(points=2_000).sku)
    out = run("change", "maya.chen", item_of("Lumen"), "0").output
    assert out == "Lumen Books gift card is out of the basket.\n"
    assert run("show", "maya.chen").output.startswith("0 points of 100,000 points.")


def test_a_parcel_needs_to_know_where_it_goes(house):
    run("put", "maya.chen", stock_reward("Laurel mug", points=1_500).sku)
    assert "where the parcel should go" in str(run("ask", "maya.chen").exception)
    assert run("ask", "maya.chen", *PARCEL).exit_code == 0
