"""A trip for many, Priya who plans it, and rooms for the people of her test."""

from dataclasses import dataclass
from typing import Any

import pytest
from flask.testing import FlaskClient

from catalog.offers import Offer
from marketplace.access.actor import Actor
from tests.support.journeys import FoundForm, Seen
from tests.support.redemption import House, furnish
from tests.support.trips import stock_group_trip


@dataclass(frozen=True, slots=True)
class Tour:
    """Lisbon in May for a thousand, and Priya who plans it."""

    house: House
    trip: Offer

    @property
    def priya(self) -> Actor:
        return self.house.priya

    @property
    def path(self) -> str:
        return f"/manage/trips/{self.trip.slug}/{self.trip.variant_id}/desk"


@pytest.fixture
def tour(at, queue) -> Tour:
    return Tour(furnish(), stock_group_trip(capacity=1_000))


@dataclass(frozen=True, slots=True)
class AtDesk:
    """Priya in front of a browser that runs no script."""

    client: FlaskClient

    def get(self, path: str) -> Seen:
        return self._seen(self.client.get(path))

    def send(self, form: FoundForm, **changes: Any) -> Seen:
        answer = self.client.post(form.action, data=form.filled(**changes))
        return self._seen(self.client.get(answer.location) if answer.status_code == 303 else answer)

    def press(self, page: Seen, ending: str, **changes: Any) -> Seen:
        """Send the first form whose address ends so."""
        form = next(one for one in page.forms() if one.action.endswith(ending))
        return self.send(form, **changes)

    def _seen(self, answer: Any) -> Seen:
        seen = Seen(answer.request.full_path, answer)
        assert not seen.is_page or seen.lint() == []
        return seen


@pytest.fixture
def priya(tour, sign_in) -> AtDesk:
    return AtDesk(sign_in(tour.priya.id))
