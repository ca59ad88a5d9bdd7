"""`bin/laurel redemptions` and `bin/laurel approvals`."""

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from catalog.states import Kind
from marketplace.access.actor import Actor
from marketplace.cli import upgrade as upgrade_command
from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from redemption.approvals.cli import approvals_cli
from redemption.approvals.models import ApprovalPolicy
from redemption.approvals.operations import policies
from redemption.cli import redemptions_cli
from redemption.refusals import NobodyCanApprove
from redemption.states import LineState
from tests.redemption.test_choices import SIZE, asks
from tests.support.catalog import stock_gift_card, stock_lisbon_trip, stock_reward
from tests.support.redemption import ask_for, furnish, line_of, points_now

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


def test_maya_asks_and_takes_it_back(at):
    house, card = furnish(), stock_gift_card(points=2_000)
    asked = run(redemptions_cli, "ask", "maya.chen", card.sku).output
    reference = asked.split()[-1].rstrip(".")
    assert asked == f"Maya Chen asked for Lumen Books gift card: {reference}.\n"
    assert line_of(reference).state is LineState.APPROVED
    assert (
        "What can be canceled is" in run(redemptions_cli, "cancel", "maya.chen", reference).output
    )
    assert points_now(house.maya).available == 100_000


def test_what_a_course_asks_for_is_answered_in_the_terminal_too(at):
    furnish()
    course = asks(stock_reward("A course", kind=Kind.LEARNING, points=900), SIZE)
    without = run(redemptions_cli, "ask", "maya.chen", course.sku)
    assert "Size" in str(without.exception)
    answered = ("--detail", "size", "M")
    asked = run(redemptions_cli, "ask", "maya.chen", course.sku, *answered).output
    [said] = line_of(asked.split()[-1].rstrip(".")).snapshot["details"]
    assert said["value"] == "M"


def test_policies_are_listed_in_the_order_they_are_tried(at):
    assert run(approvals_cli, "policies").output == (
        "What none of them names needs nobody; travel is refused then.\n"
    )
    listed = run(approvals_cli, "policies", "--defaults").output
    assert listed.startswith("5 added.\ntravel v1:")
    assert "asks  the manager, then a travel approver" in listed
    assert "for   gift card, from 10,000 points" in listed


def test_a_new_installation_has_policies_from_its_first_upgrade_and_keeps_its_own(app, at):
    def upgrade():
        return CliRunner().invoke(upgrade_command, obj=app)

    first = upgrade()
    assert "5 approval policies are in place." in first.output, first
    with transaction():
        policies.end_policy(Actor.system(), "learning", seen=1, at=clock.now())
    assert "approval policies" not in upgrade().output
    assert "learning" not in run(approvals_cli, "policies").output


def test_travel_that_no_policy_names_is_refused_and_nothing_is_spent(at):
    house, trip = furnish(), stock_lisbon_trip()
    with transaction():
        session().execute(sa.update(ApprovalPolicy).values(valid_until=clock.now()))
    session().close()
    with pytest.raises(NobodyCanApprove, match="Nothing has been spent"):
        ask_for(house.maya, trip)
    tried = run(approvals_cli, "try", "maya.chen", "--kind", "group_trip", "--points", "5")
    assert "No policy names this travel" in tried.output
