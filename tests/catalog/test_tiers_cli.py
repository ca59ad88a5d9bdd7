"""`bin/laurel tiers` says and does what the pages do."""

import pytest
from click.testing import CliRunner

from catalog.audiences.queries import standing_of
from catalog.tiers.cli import tiers_cli
from marketplace.kernel.errors import BadInput, NotFound
from tests.support.catalog import put_tiers, stock_reward


@pytest.fixture
def run(at):
    put_tiers()

    def running(*arguments):
        answer = CliRunner().invoke(tiers_cli, arguments)
        if answer.exception:
            raise answer.exception
        return answer.output

    return running


def test_a_tier_is_opened_and_people_are_invited(run, maya, omar, at):
    said = run("open", "summit", "--way", "points_earned=30000", "--way", "invitation=here")
    assert "People, from 30,000 points earned or by invitation." in said
    assert "That is 0 of 2 people at work now." in said
    assert run("invite", "summit", "maya.chen", "--reason", "For the launch").startswith("1 inv")
    assert standing_of(maya, at).locked_tiers == {}
    assert standing_of(omar, at).locked_tiers != {}
    assert "0 invited to Summit, 1 were already." in run(
        "invite", "summit", "maya.chen", "--reason", "For the launch"
    )
    assert "from 30,000 points earned or by invitation" in run("list")


def test_a_reward_is_opened_to_some_people(run, maya, at):
    stock_reward()
    said = run("open-reward", "trail-backpack", "--only", "country=PT", "--locked", "site=Oslo")
    assert said.startswith("People in Oslo in Portugal.")
    with pytest.raises(BadInput, match="can't be read"):
        run("open-reward", "trail-backpack", "--only", "planet=Mars")
    with pytest.raises(NotFound):
        run("open-reward", "nothing", "--only", "country=PT")


def test_tiers_move_by_a_place(run):
    assert run("move", "summit", "up") == "Summit is moved.\n"
    assert run("move", "starter", "up") == "Starter stands at that end already.\n"


def test_the_report_is_counted_and_listed(run, maya, at):
    stock_reward()
    lines = run("report").splitlines()
    assert lines[0] == "1 reward counted."
    assert lines[1].split()[:4] == ["trail-backpack", "2", "2", "0"]
    assert "Nobody can afford it" in run("report", "--dead")
