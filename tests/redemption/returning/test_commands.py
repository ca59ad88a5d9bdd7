"""What the desk does, at the terminal."""

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from marketplace.access.roles import Role
from marketplace.kernel.db import session
from marketplace.people.queries import person
from redemption.fulfillment.cli import fulfillment_cli
from redemption.goodwill.cli import refunds_cli
from redemption.goodwill.models import Goodwill
from redemption.sending_back.cli import returns_cli
from redemption.sending_back.models import GoodsReturn
from tests.redemption.returning.test_sending_back import arrived
from tests.support.catalog import stock_reward
from tests.support.people import actor, employ, employ_ana
from tests.support.redemption import ask_for, furnish, points_now


@pytest.fixture
def house(at, queue):
    return furnish()


@pytest.fixture
def ana(house):
    return actor(employ_ana())


GROUPS = {"fulfillment": fulfillment_cli, "refunds": refunds_cli, "returns": returns_cli}


def run(group, *arguments, fails=False):
    result = CliRunner().invoke(GROUPS[group], [str(one) for one in arguments])
    assert (result.exit_code != 0) == fails, result.output
    return result.output


def mail(who):
    return person(who.id).email


def test_parcels_leave_get_lost_and_are_made_good(house, ana, queue, tmp_path):
    reference = ask_for(house.maya, stock_reward("Mug", points=100), quantity=3)
    queue.run_due()
    file = tmp_path / "sent.csv"
    file.write_text(f"{reference},DHL,JD0146,2\nR-222222,UPS\n")
    by = ("--by", mail(ana))
    assert "would be sent" in run("fulfillment", "send", file, *by, "--dry-run", fails=True)
    assert f"{reference}: sent" in run("fulfillment", "send", file, *by, fails=True)
    run("fulfillment", "lost", reference, 1, *by, "--words", "It is gone.")
    assert "points are back" in run("fulfillment", "make-good", reference, 1, *by, "--points")
    assert points_now(house.maya).available == 99_900
    file.write_text(f"{reference};By hand\n")
    run("fulfillment", "send", file, *by)
    run("fulfillment", "arrived", reference, *by, "--proof", "In her hand")
    assert "0 in" not in run("fulfillment", "list", "--view", "sent")


def numbers_of(model):
    """What the rows are called at the terminal, oldest first."""
    found = list(session().scalars(sa.select(model.id).order_by(model.id)))
    session().close()
    return found


def test_a_return_from_asking_to_receiving(house, ana, queue):
    mugs = arrived(house, ana, queue)
    by = ("--by", mail(ana))
    asks = ("returns", "ask", mugs, "--by", mail(house.maya))
    run(*asks, "--units", 2, "--reason", "Too many")
    run(*asks, "--units", 1, "--reason", "Too many")
    assert "Too many" in run("returns", "list")
    first, second = numbers_of(GoodsReturn)
    run("returns", "accept", first, *by, "--words", "Rewards desk")
    assert "200 points came back" in run("returns", "receive", first, *by, "--units", 2)
    run("returns", "decline", second, *by, "--why", "Used")
    assert "Received" in run("returns", "list", "--over")
    assert "Sent back" in run("refunds", "export")


def test_a_goodwill_at_the_terminal(house, ana, queue):
    mugs = arrived(house, ana, queue, quantity=30, capacity=40)
    felix = actor(employ("Felix Brandt", roles=(Role.FINANCE,)))
    by = ("--by", mail(house.priya))
    gives = ("refunds", "give", mugs)
    assert "given" in run(*gives, 100, *by, "--reason", "Late")
    assert "second person" in run(*gives, 2_500, *by, "--reason", "Late")
    _given, waits = numbers_of(Goodwill)
    run("refunds", "agree", waits, *by, fails=True)
    run("refunds", "decline", waits, "--by", mail(felix), fails=True)
    run("refunds", "decline", waits, "--by", mail(felix), "--why", "The mugs were on time")
    assert "Felix Brandt: The mugs were on time" in run("refunds", "list")
    assert "second person" in run(*gives, 2_400, *by, "--reason", "Late")
    run("refunds", "decline", numbers_of(Goodwill)[-1], *by)
    assert "Late" in run("refunds", "list")
    assert points_now(house.maya).available == 97_100
    assert "Receipt" in run("fulfillment", "donations")
