"""`bin/laurel redemptions` and `bin/laurel approvals`."""

import pytest
from click.testing import CliRunner

from redemption.approvals.cli import approvals_cli
from redemption.cli import redemptions_cli
from tests.support.catalog import stock_gift_card, stock_lisbon_trip
from tests.support.redemption import ask_for, furnish

pytestmark = pytest.mark.usefixtures("unfulfilled")


def run(group, *words):
    return CliRunner().invoke(group, words)


def test_requests_are_listed_with_who_they_wait_for(at):
    house = furnish()
    trip, card = ask_for(house.maya, stock_lisbon_trip()), ask_for(house.maya, stock_gift_card())
    listed = run(redemptions_cli, "list").output.splitlines()
    assert [line.split()[0] for line in listed] == [card, trip]
    assert "Maya Chen: Lisbon long weekend, waiting for Omar Haddad" in listed[1]
    assert run(redemptions_cli, "list", "--state", "approved").output.count("R-") == 1


def test_one_request_is_shown_with_its_story(at):
    house = furnish()
    reference = ask_for(house.maya, stock_lisbon_trip())
    shown = run(redemptions_cli, "show", reference.lower()).output
    assert f"{reference}: Maya Chen asked for Lisbon long weekend" in shown
    assert "48,000 points, waiting for approval" in shown
    assert "Then Wei Zhang decides" in shown


def test_a_request_that_is_not_there_is_said_in_a_sentence(at):
    answer = run(redemptions_cli, "show", "R-NOTHIN")
    assert answer.exit_code == 1
    assert "There is no request R-NOTHIN" in str(answer.exception)


def test_policies_are_listed_in_the_order_they_are_tried(at):
    assert run(approvals_cli, "policies").output == "Everything else needs nobody.\n"
    listed = run(approvals_cli, "policies", "--defaults").output
    assert listed.startswith("5 added.\ntravel v1:")
    assert "asks  the manager, then a travel approver" in listed
    assert "for   gift card, from 10,000 points" in listed
