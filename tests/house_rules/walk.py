"""A walk through a house: every persona follows every kind of link, and each page is looked at."""

import gzip
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import urlsplit

from werkzeug.exceptions import HTTPException

from marketplace.kernel.db import db
from tests.house_rules.examples import address_of, methods_of, rules_of
from tests.house_rules.permissions import PERMISSIONS
from tests.support.houses import House
from tests.support.journeys import FoundForm, Seen, Visitor
from tests.support.query_count import statements_sent

WALKERS = (
    "maya.chen",
    "omar.haddad",
    "priya.nair",
    "ana.sousa",
    "felix.brandt",
    "ada.kowalski",
    "wei.zhang",
    "jonas.lind",
    "",
)
MOST_OF_A_KIND = 4  # pages of one endpoint that one walk opens
OF_EACH_KIND = {
    "programs.show",
    "programs_manage.desk",
    "redemption.show",
    "catalog_manage.edit",
    "catalog_manage.stock",
    "registration.section",
}
# Linked from a code, or from a letter that is passed on.
ON_PAPER = {
    "moments.check_in",
    "moments.capture",
    "vouchers.voucher",
    "guest_registration.show",
}
SAMPLES = {"components.show"}  # its links are examples


@dataclass(frozen=True, slots=True)
class Stop:
    """One page of a walk, with what was noticed."""

    who: str
    endpoint: str
    address: str
    linked_from: str
    status: int
    statements: tuple[str, ...]
    size: int  # gzipped
    lint: tuple[str, ...]
    headers: dict[str, str]
    forms: tuple[FoundForm, ...]

    @property
    def is_html(self) -> bool:
        """Whether it is a page and not a file or a picture."""
        return self.headers.get("Content-Type", "").startswith("text/html")

    @property
    def name(self) -> str:
        """The stop as a failing test names it."""
        return f"{self.who or 'nobody'} at {self.address} (from {self.linked_from})"


@dataclass
class Walk:
    """Walks on until nothing new of a kind is linked."""

    house: House
    stops: list[Stop] = field(default_factory=list)
    visits: Counter = field(default_factory=Counter)

    def go(self, handles: tuple[str, ...]) -> list[Stop]:
        """Walk as each of these people."""
        for handle in handles:
            self._walk_as(handle)
        return self.stops

    def _walk_as(self, who: str) -> None:
        visitor = self.house.visitor(who, lint=False)
        ahead, known, met = deque(self._doors(who)), set(), set()
        while ahead:
            address, origin = ahead.popleft()
            address = address.partition("#")[0]
            if address in known:
                continue
            known.add(address)
            endpoint = self.endpoint_of(address)
            is_door = origin == "the list of endpoints"
            is_known = self.visits[endpoint] >= MOST_OF_A_KIND and endpoint in met
            if is_known and endpoint not in OF_EACH_KIND and not (is_door and who == "maya.chen"):
                continue
            self.visits[endpoint] += 1
            met.add(endpoint)
            ahead += self._stop_at(visitor, who, endpoint, address, origin)

    def _doors(self, who: str) -> Iterator[tuple[str, str]]:
        """Home, and every page that can be had without a link, or from a code on paper."""
        yield "/", "the door"
        for rule in rules_of(self.house.app):
            is_door = rule.endpoint in ON_PAPER or not rule.arguments
            if is_door and "GET" in methods_of(rule) and self.may_enter(who, rule.endpoint):
                yield address_of(self.house, rule), "the list of endpoints"

    def may_enter(self, who: str, endpoint: str) -> bool:
        """Whether the table of permissions lets a walker in."""
        entry = PERMISSIONS[endpoint]
        if not who:
            return entry.entry == "public"
        roles = self._roles[who]
        return bool(roles & entry.roles)

    @cached_property
    def _roles(self) -> dict[str, frozenset]:
        from marketplace.people.queries import actor_of

        people = self.house.story.people
        return {handle: actor_of(people[handle]).roles for handle in WALKERS if handle}

    def endpoint_of(self, address: str) -> str:
        """The endpoint behind an address; nothing when there is none."""
        router = self.house.app.url_map.bind("localhost")
        try:
            return str(router.match(urlsplit(address).path, method="GET")[0])
        except HTTPException:
            return ""

    def _stop_at(
        self, visitor: Visitor, who: str, endpoint: str, address: str, origin: str
    ) -> list[tuple[str, str]]:
        with statements_sent(db.engine) as sent:
            seen = visitor.get(address)
        is_page = seen.is_page and seen.status == 200
        body = seen.response.get_data()
        self.stops.append(
            Stop(
                who,
                endpoint,
                address,
                origin,
                seen.status,
                tuple(sent),
                len(gzip.compress(body, 6)),
                tuple(seen.lint()) if is_page else (),
                dict(seen.response.headers),
                tuple(seen.forms()) if is_page else (),
            )
        )
        goes_on = is_page and endpoint not in SAMPLES
        return list(self._onward(seen, address)) if goes_on else []

    def _onward(self, seen: Seen, address: str) -> Iterator[tuple[str, str]]:
        for _words, link in seen.links():
            yield link, address
        for picture in seen.pictures():
            if urlsplit(picture).path.startswith("/"):
                yield picture, address
