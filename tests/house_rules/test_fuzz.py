"""Whatever is sent to a form, the answer is a page that says what to do; never a failure."""

import io
import re
from collections.abc import Iterable, Iterator
from itertools import cycle
from urllib.parse import urlsplit

import pytest

from tests.house_rules.examples import address_of, methods_of, rules_of
from tests.house_rules.permissions import PERMISSIONS
from tests.house_rules.walk import SAMPLES
from tests.support.houses import House
from tests.support.journeys import FoundForm, Seen, Visitor

ANSWERS = set(range(200, 500))
NUL = "nul\x00byte"  # refused in front of every form, so one field of each is enough
NONSENSE = (
    "9" * 400,
    str(2**63),
    "-1",
    "٣",
    "<script>alert(1)</script>",
    "😀" * 600,
)
LINTED = "<script>alert(1)</script>"  # the page that answers this one is looked over
ON_THE_ENGINE = (str(2**63), "9" * 18)  # what one engine may take and the other not
WHO = ("maya.chen", "omar.haddad", "priya.nair", "ana.sousa")


@pytest.fixture(scope="module")
def broken_house(houses) -> Iterator[House]:
    """A told house whose things may change."""
    with houses.told() as house:
        yield house


@pytest.fixture(scope="module")
def forms(broken_house, stops) -> list[tuple[str, FoundForm]]:
    """Every writing form that the walk comes by, once per endpoint: who, form.

    The walk was on SQLite. On PostgreSQL the pages with these forms are opened again.
    """
    walked = (stop for stop in stops if stop.who in WHO and stop.endpoint not in SAMPLES)
    found = once_per_endpoint(
        broken_house, ((stop.who, stop.address, form) for stop in walked for form in stop.forms)
    )
    if not broken_house.app.config["LAUREL"].is_sqlite:
        pages = dict.fromkeys((who, address) for who, address, _ in found)
        found = once_per_endpoint(broken_house, opened_again(broken_house, pages))
    return [(who, form) for who, _, form in found]


Found = tuple[str, str, FoundForm]  # who, the page's address, the form


def opened_again(house: House, pages: Iterable[tuple[str, str]]) -> Iterator[Found]:
    """The forms of these people's pages as they stand in this house."""
    visitors = {who: house.visitor(who) for who in WHO}
    for who, address in pages:
        seen = visitors[who].get(address)
        yield from ((who, address, form) for form in seen.forms() if seen.status == 200)


def once_per_endpoint(house: House, forms: Iterable[Found]) -> list[Found]:
    """The first of the forms that send the same fields to the same endpoint."""
    found = {}
    router = house.app.url_map.bind("localhost")
    for who, address, form in forms:
        if form.method == "POST" and "/sign-out" not in form.action:
            endpoint = router.match(urlsplit(form.action).path, method="POST")[0]
            key = (endpoint, tuple(once_each(form.names)))
            found.setdefault(key, (who, address, form))
    return list(found.values())


def once_each(names: list[str]) -> list[str]:
    """The names of a form without those that only repeat a row: `prizes-1-points` is like -0-."""
    first = {_row(name): name for name in reversed(names)}
    return [name for name in names if first[_row(name)] == name]


def _row(name: str) -> str:
    return re.sub(r"(-|leg|_)\d+(-|$)", r"\g<1>0\2", name)


Nonsense = tuple[str, FoundForm, str, str]  # who, the form, the field, what is in it


def nonsense_for(forms: list[tuple[str, FoundForm]], values: tuple[str, ...]) -> Iterator[Nonsense]:
    """Who sends which form with what in which field: each value in turn, field by field.

    As the turn goes on from form to form, what stands in many forms (a budget, days) meets all.
    """
    turn = cycle(values)
    for who, form in forms:
        names = once_each(form.names)
        typed = [name for name in names if form.kinds[name] != "file"]
        files = [name for name in names if form.kinds[name] == "file"]
        yield from ((who, form, name, NUL) for name in (*typed[:1], *files))
        yield from ((who, form, name, next(turn)) for name in names)


def targets(house: House) -> Iterator[tuple[str, str]]:
    """Every address that takes POST, with somebody who may send it something."""
    for rule in rules_of(house.app):
        if "POST" in methods_of(rule) and rule.endpoint not in {"sign_in.sign_out"}:
            is_manager = "employee" not in PERMISSIONS[rule.endpoint].roles
            yield address_of(house, rule), "priya.nair" if is_manager else "maya.chen"


def faults(address: str, seen: Seen, allowed: set[int], *, lint: bool = True) -> list[str]:
    if seen.status not in allowed:
        return [f"{address}: {seen.status}"]
    if not seen.is_page or 300 <= seen.status < 400:
        return []
    return [f"{address}: {fault}" for fault in seen.lint()] if lint else []


def report(found: list[str]) -> str:
    return "\n".join(dict.fromkeys(found))


def test_a_form_without_its_token_is_refused_with_a_page(small_house):
    found, maya = [], small_house.visitor("maya.chen")
    for address, _who in targets(small_house):
        found += faults(address, maya.request("POST", address, data={"a": "b"}), {400})
    assert report(found) == ""


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"request_key": ["one-key-of-mine", "another-key-of-mine"], "reason": ["a", "b"]},
    ],
    ids=["empty", "doubled"],
)
def test_too_little_and_too_much_is_answered_with_a_page(broken_house, body):
    found, visitors = [], {who: broken_house.visitor(who) for who in WHO}
    for address, who in targets(broken_house):
        visitor = visitors[who]
        data = {"csrf_token": visitor.token, **body}
        if "end-others" in address or "sign-in/as" in address:
            continue  # it would end the session that looks
        found += faults(address, visitor.request("POST", address, data=data), ANSWERS)
    assert report(found) == ""


def test_a_field_of_a_megabyte_is_too_large(broken_house):
    maya = broken_house.visitor("maya.chen")
    data = {"csrf_token": maya.token, "text": "x" * (1024 * 1024 + 1)}
    for address in ("/settings/appearance", f"/redemptions/{broken_house.story.waiting}/answer"):
        assert faults(address, maya.request("POST", address, data=data), {413}) == []


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b'{"csrf_token": 1}', "application/json"),
        (b"--x\r\nContent-Disposition: form-data\r\n\r\n", "multipart/form-data; boundary=x"),
        (b"%ff%fe=%00&=&&&%", "application/x-www-form-urlencoded"),
        (b"\xff\xfe", "text/plain"),
    ],
    ids=["json", "torn", "bytes", "text"],
)
def test_a_body_of_another_kind_is_refused_with_a_page(broken_house, body, kind):
    maya = broken_house.visitor("maya.chen")
    seen = maya.request("POST", "/settings/appearance", data=body, content_type=kind)
    assert faults(kind, seen, {400}) == []


def send(visitor: Visitor, form: FoundForm, changes: dict) -> Seen:
    data = form.filled(**changes) | {"csrf_token": visitor.token}
    kind = {}
    if "file" in form.kinds.values():
        kind = {"content_type": "multipart/form-data"}
        for name, sort in form.kinds.items():
            if sort == "file":
                data[name] = (io.BytesIO(str(changes.get(name, "a;b")).encode()), "a.csv")
    return visitor.request("POST", form.action, data=data, **kind)


def first_of_each_name(wanted: Iterable[Nonsense]) -> Iterator[Nonsense]:
    """What is sent in the first field of a name: what forms read alike, the engine stores alike."""
    seen: set[str] = set()
    for one in wanted:
        if one[2] not in seen:
            seen.add(one[2])
            yield one


def test_nonsense_in_one_field_of_a_form_is_never_a_failure(broken_house, forms, houses):
    on_sqlite = houses.engine == "sqlite"
    wanted = nonsense_for(forms, NONSENSE if on_sqlite else ON_THE_ENGINE)
    found, visitors = [], {who: broken_house.visitor(who) for who in WHO}
    assert len(forms) > 80
    for who, form, name, value in wanted if on_sqlite else first_of_each_name(wanted):
        seen = send(visitors[who], form, {name: value})
        refused = value == NUL and form.kinds[name] != "file"
        allowed = {400} if refused else ANSWERS
        found += [
            f"{fault} with {name}={value[:20]!r}"
            for fault in faults(form.action, seen, allowed, lint=value == LINTED)
        ]
    assert report(found) == ""


def test_the_same_key_with_another_wish_is_refused(broken_house):
    maya, world = broken_house.visitor("maya.chen"), broken_house.story
    page = maya.get(f"/rewards/{world.shown_reward}/redeem")
    form = next(form for form in page.forms() if form.kinds.get("expected_points"))
    key = {"request_key": "the-very-same-key"}
    first = send(maya, form, key)
    again = send(maya, form, key)
    other = send(maya, form, key | {"expected_points": "29999"})
    assert (first.status, again.status, other.status) == (303, 303, 422)
    assert first.response.location == again.response.location


def test_another_host_is_refused(broken_house):
    seen = broken_house.visitor().get("/sign-in", headers={"Host": "evil.example"})
    assert seen.status == 400
    assert "evil.example" not in seen.html


def test_the_cookies_are_kept_from_scripts_and_other_sites(small_houses):
    with small_houses.empty(secure_cookies=True) as house:
        visitor = house.visitor()
        answer = visitor.get("/sign-in", base_url="https://localhost").response
        cookies = answer.headers.getlist("Set-Cookie")
        assert cookies
        for cookie in cookies:
            assert {"HttpOnly", "SameSite=Lax", "Secure"} <= set(cookie.split("; "))
