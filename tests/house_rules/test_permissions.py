"""Every endpoint has its line in the permission table, and answers each role as it says."""

from collections.abc import Iterator

import pytest
from werkzeug.routing import Rule

from marketplace.access.roles import ROLE_PERMISSIONS, Role
from marketplace.web.pages import PUBLIC
from tests.house_rules.examples import (
    SEEN_BY_ALL,
    address_of,
    methods_of,
    rules_of,
)
from tests.house_rules.permissions import PERMISSIONS, Entry
from tests.support.houses import House
from tests.support.journeys import Visitor

ONE_ROLE_EACH = {
    Role.EMPLOYEE: "clara.weiss",
    Role.PROGRAM_MANAGER: "priya.nair",
    Role.TRAVEL_APPROVER: "wei.zhang",
    Role.FULFILLMENT: "ana.sousa",
    Role.VOUCHER_DESK: "nuno.reis",
    Role.FINANCE: "felix.brandt",
    Role.ADMIN: "ada.kowalski",
}
KEY_TOO_SHORT = {"request_key": "short"}
LAST = {"sign_in.sign_out", "personas.sign_in_as", "settings.end_other_sessions"}  # end sessions


def addresses(house: House) -> Iterator[tuple[Rule, Entry, str]]:
    """Every rule with its line and an address, those that end a session last."""
    for rule in sorted(rules_of(house.app), key=lambda rule: rule.endpoint in LAST):
        address = address_of(house, rule, SEEN_BY_ALL.get(rule.endpoint))
        yield rule, PERMISSIONS[rule.endpoint], address


def ask(visitor: Visitor, method: str, address: str) -> int:
    if method == "POST":
        return visitor.post(address, KEY_TOO_SHORT).status
    return visitor.request(method, address).status


def answers_of(house: House, visitor: Visitor, expected) -> str:
    """Where the answers differ from what is expected of (entry, method)."""
    wrong = []
    for rule, entry, address in addresses(house):
        for method in methods_of(rule):
            wanted, found = expected(entry, method), ask(visitor, method, address)
            if found != wanted:
                wrong.append(f"{method} {address} ({rule.endpoint}): {found}, not {wanted}")
    return "\n".join(wrong)


def status_for(entry: Entry, method: str) -> int | None:
    return entry.get if method == "GET" else entry.post


def test_every_endpoint_has_a_line_and_every_line_an_endpoint(small_house):
    assert {rule.endpoint for rule in rules_of(small_house.app)} == set(PERMISSIONS)


def test_every_view_says_who_may_enter_and_the_table_says_the_same(small_house):
    entries = {
        rule.endpoint: str(getattr(small_house.app.view_functions[rule.endpoint], "entry", None))
        for rule in rules_of(small_house.app)
    }
    assert entries == {name: str(line.entry) for name, line in PERMISSIONS.items()}


def test_every_line_speaks_of_the_methods_that_the_endpoint_takes(small_house):
    taken = {}
    for rule in rules_of(small_house.app):
        taken.setdefault(rule.endpoint, set()).update(methods_of(rule))
    listed = {
        name: {method for method in ("GET", "POST") if status_for(line, method) is not None}
        for name, line in PERMISSIONS.items()
    }
    assert taken == listed


def test_the_table_and_the_roles_agree_on_who_may_do_what():
    for endpoint, line in PERMISSIONS.items():
        if line.entry != PUBLIC and line.others == 403:
            holders = {role for role in Role if line.entry in ROLE_PERMISSIONS[role]}
            assert holders == set(line.roles), endpoint


@pytest.mark.parametrize("role", list(Role))
def test_each_role_gets_what_the_table_says(small_house, role):
    visitor = small_house.visitor(ONE_ROLE_EACH[role])

    def expected(entry: Entry, method: str) -> int | None:
        return status_for(entry, method) if role in entry.roles else entry.others

    assert answers_of(small_house, visitor, expected) == ""


def test_who_has_not_signed_in_is_asked_to(small_house):
    def expected(entry: Entry, method: str) -> int | None:
        return status_for(entry, method) if entry.entry == PUBLIC else 303

    assert answers_of(small_house, small_house.visitor(), expected) == ""
