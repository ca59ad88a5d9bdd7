"""Pools: who manages them, on pages and by command, and what ending one is refused for."""

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from marketplace.kernel import clock
from marketplace.kernel.audit import AuditEntry
from marketplace.kernel.db import session, transaction
from marketplace.kernel.errors import BadInput
from redemption.approvals.operations import policies
from redemption.approvals.pools import operations
from redemption.approvals.pools.cli import approval_pools_cli
from redemption.approvals.pools.queries import pool_page
from tests.support.approvals import in_the_way, open_pool
from tests.support.browsing import hidden_fields
from tests.support.page_lint import lint_page
from tests.support.people import employ

POOLS = "/manage/approval-policies/pools"


def people_in(slug):
    names = [who.name for who in pool_page(slug, at=clock.now()).people]
    session().close()
    return names


def test_ada_adds_a_pool_puts_people_in_takes_one_out_and_renames_it(house, ada, sign_in):
    client = sign_in(ada.id)
    form = hidden_fields(client.get(f"{POOLS}/new").text) | {"name": "Travel desk"}
    added = client.post(f"{POOLS}/new", data=form)
    assert (added.status_code, added.location) == (303, f"{POOLS}/travel-desk")
    for who in ("Wei Zhang", "Omar Haddad"):
        fields = hidden_fields(client.get(added.location).text) | {"who": who}
        assert client.post(f"{added.location}/people", data=fields).status_code == 303
    assert people_in("travel-desk") == ["Omar Haddad", "Wei Zhang"]
    fields = hidden_fields(client.get(added.location).text) | {"who": str(house.omar.id)}
    assert client.post(f"{added.location}/remove", data=fields).status_code == 303
    fields = hidden_fields(client.get(added.location).text) | {"name": "Travel crew"}
    assert client.post(f"{added.location}/rename", data=fields).status_code == 303
    page = client.get(added.location).text
    assert ("Travel crew" in page, "Wei Zhang" in page) == (True, True)
    assert lint_page(page) == []
    assert lint_page(client.get(POOLS).text) == []
    deeds = session().scalars(
        sa.select(AuditEntry.action)
        .where(AuditEntry.subject == "approval-pool:travel-desk")
        .order_by(AuditEntry.id)
    )
    assert [deed.partition(".")[2] for deed in deeds] == [
        "added",
        "person_added",
        "person_added",
        "person_removed",
        "renamed",
    ]


@pytest.mark.parametrize(
    ("who", "said"),
    [("", "Enter who"), ("Nobody Known", "Nobody at work fits."), ("a", "Several people fit.")],
)
def test_who_is_not_clear_is_asked_about(house, ada, sign_in, who, said):
    open_pool("travel-desk")
    client = sign_in(ada.id)
    fields = hidden_fields(client.get(f"{POOLS}/travel-desk").text) | {"who": who}
    answer = client.post(f"{POOLS}/travel-desk/people", data=fields)
    assert answer.status_code == 422
    assert said in answer.text
    assert people_in("travel-desk") == []


def test_a_pool_that_a_policy_asks_is_not_ended_and_names_it(house, ada, sign_in):
    open_pool("travel-desk", house.wei.id)
    in_the_way("2:pool:travel-desk")
    client = sign_in(ada.id)
    fields = hidden_fields(client.get(f"{POOLS}/travel-desk").text)
    client.post(f"{POOLS}/travel-desk/end", data=fields)
    refused = client.get(f"{POOLS}/travel-desk").text
    assert "“Travel desk” is asked by “Cards pass gates”" in refused
    assert "Asked by Cards pass gates." in refused
    with transaction():
        rule = policies.policies_locked()[0]
        policies.end_policy(ada, rule.slug, seen=rule.version, at=clock.now())
    fields = hidden_fields(client.get(f"{POOLS}/travel-desk").text)
    assert client.post(f"{POOLS}/travel-desk/end", data=fields).location == POOLS
    assert client.get(f"{POOLS}/travel-desk").status_code == 404


def test_a_policy_cannot_ask_a_pool_that_is_not_there(house):
    with pytest.raises(BadInput, match="There is no pool “nowhere”"):
        in_the_way("pool:nowhere")


@pytest.mark.parametrize("slug", ["new", "pools", "Travel Desk", "x" * 61, "--", ""])
def test_a_pool_with_an_address_that_is_none_is_refused(house, ada, slug):
    with pytest.raises(BadInput, match="cannot be the address of a pool"), transaction():
        operations.add_pool(ada, slug, "Travel desk", at=clock.now())


def test_a_pool_has_fifty_people_at_most(house, ada):
    open_pool("travel-desk", *(employ(f"Person {number:02}") for number in range(50)))
    one_more = employ("Person 51")
    with pytest.raises(BadInput, match="has 50 people"), transaction():
        operations.put_in_pool(ada, "travel-desk", one_more, at=clock.now())


def test_the_command_adds_fills_lists_and_ends_a_pool(app, house):
    def run(*words):
        session().close()
        return CliRunner().invoke(approval_pools_cli, words)

    assert "A new pool needs --name" in run("set", "desk").output
    wei = ("--put-in", "wei.zhang@evergreen.example")
    assert run("set", "desk", "--name", "Desk", *wei).output == "Desk: Wei Zhang\n"
    assert "people    Wei Zhang" in run("list").output
    gone = run("set", "desk", "--take-out", "wei.zhang@evergreen.example")
    assert gone.output == "Desk: nobody at work\n"
    assert run("end", "desk").output == "“Desk” has ended.\n"
    assert run("list").output == ""
