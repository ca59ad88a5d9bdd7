"""What is Maya's is not there for Jonas, whatever he types into the address line."""

from collections.abc import Iterator
from itertools import count, cycle, islice, product
from urllib.parse import unquote

import pytest
from werkzeug.routing import Rule

from marketplace.access.roles import Role
from tests.house_rules.examples import (
    EXAMPLES,
    PUBLIC_THINGS,
    address_of,
    methods_of,
    rules_of,
)
from tests.house_rules.permissions import PERMISSIONS
from tests.support.houses import House
from tests.support.journeys import Visitor

MISSING = {404, 400, 403, 308}
THROTTLED = ("guest_registration.", "guest_pocket.")  # who tries many links of guests waits a while
NUMBERS = (str(2**63), "9" * 18, "-1", "0", "1_0", "٣", "1%00")
TEXTS = (
    "../../../etc/passwd",
    "a%00b",
    "%ff%fe",
    "R-%F0%9F%92%A5",
    "'%20OR%201=1--",
    "a" * 5_000,
)


def test_every_endpoint_with_arguments_has_an_example(small_house):
    with_arguments = {rule.endpoint for rule in rules_of(small_house.app) if rule.arguments}
    assert with_arguments == set(EXAMPLES) | (set(PUBLIC_THINGS) - {"static"})


def test_jonas_finds_nothing_of_mayas(house):
    jonas, seen = house.visitor("jonas.lind"), []
    for rule in rules_of(house.app):
        if rule.endpoint not in EXAMPLES:
            continue
        example = EXAMPLES[rule.endpoint]
        address = address_of(house, rule)
        for method in methods_of(rule):
            answer = jonas.get(address) if method == "GET" else jonas.post(address)
            if answer.status != example.stranger:
                seen.append(f"{method} {address}: {answer.status}, not {example.stranger}")
    assert "\n".join(seen) == ""


def test_the_owner_does_find_it(house):
    lost, owners = [], {}
    for rule in rules_of(house.app):
        example = EXAMPLES.get(rule.endpoint)
        if example is None or not example.owner:
            continue
        address = address_of(house, rule)
        owner = owners.setdefault(example.owner, None) or house.visitor(example.owner)
        owners[example.owner] = owner
        for method in methods_of(rule):
            short = {"request_key": "short"}  # so that nothing changes
            answer = owner.get(address) if method == "GET" else owner.post(address, short)
            if answer.status not in {200, 303, 409, 422}:
                lost.append(f"{method} {address}: {answer.status}")
    assert "\n".join(lost) == ""


def test_the_words_of_a_refusal_are_the_same_for_what_is_foreign_and_what_is_not_there(house):
    jonas, world = house.visitor("jonas.lind"), house.story
    for foreign, absent in (
        (f"/redemptions/{world.waiting}", "/redemptions/R-ZZZZZZ"),
        (f"/approvals/{world.waiting}", "/approvals/R-ZZZZZZ"),
        (f"/rewards/{world.hidden_reward}", "/rewards/not-a-reward"),
        (f"/mailbox/{world.letter}", "/mailbox/99999"),
        (f"/programs/{world.draft_program}", "/programs/not-a-program"),
    ):
        assert jonas.get(foreign).words == jonas.get(absent).words, foreign


@pytest.mark.parametrize("handle", ["maya.chen", "priya.nair"])
def test_addresses_nobody_gave_out_are_pages_that_say_so(house, houses, handle):
    """All that a route lets in goes to PostgreSQL, which refuses more; SQLite gets it in turn."""
    visitor, broken, kept_out = house.visitor(handle), [], {}
    turn = count()
    for rule, argument in _arguments(house, is_manager=handle == "priya.nair"):
        let_in = []
        for tried in NUMBERS if f"<int:{argument}>" in rule.rule else TEXTS:
            address = _with(rule.rule, argument, tried)
            if _is_let_in(house, rule, address):
                let_in.append(address)
            else:
                kept_out.setdefault(tried, (address, rule))  # each gets the same page
        if houses.engine == "sqlite":
            let_in = list(islice(cycle(let_in), one := next(turn), one + 1))
        broken += _not_missing(visitor, rule, let_in)
    assert set(kept_out) >= {NUMBERS[0], NUMBERS[-1], TEXTS[0], TEXTS[-1]}
    for address, rule in kept_out.values():
        broken += _not_missing(visitor, rule, [address])
    assert "\n".join(broken) == ""


def _is_let_in(house: House, rule: Rule, address: str) -> bool:
    """Whether a route takes an address, so that a view has to answer it."""
    router, (method, *_) = house.app.url_map.bind("localhost"), methods_of(rule)
    return router.test(unquote(address), method=method)


def _not_missing(visitor: Visitor, rule: Rule, addresses: list[str]) -> Iterator[str]:
    for method, address in product(methods_of(rule), addresses):
        answer = visitor.get(address) if method == "GET" else visitor.post(address)
        is_throttled = answer.status == 429 and rule.endpoint.startswith(THROTTLED)
        if answer.status not in MISSING and not is_throttled:
            yield f"{method} {address[:120]}: {answer.status}"


def _arguments(house: House, *, is_manager: bool) -> Iterator[tuple[Rule, str]]:
    for rule in rules_of(house.app):
        if (Role.EMPLOYEE not in PERMISSIONS[rule.endpoint].roles) is is_manager:
            yield from ((rule, argument) for argument in sorted(rule.arguments))


def _with(rule: str, argument: str, tried: str) -> str:
    """The rule as an address with `tried` for one argument and something plain for the others."""
    parts = []
    for part in rule.replace("<", "\0<").replace(">", ">\0").split("\0"):
        if not part.startswith("<"):
            parts.append(part)
        elif part.strip("<>").rpartition(":")[2] == argument:
            parts.append(tried)
        else:
            parts.append("1" if part.startswith("<int:") else "plain")
    return "".join(parts)
