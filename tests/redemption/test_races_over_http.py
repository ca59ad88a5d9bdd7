"""The same crowds through the front door: everyone gets a page, and nobody a failure."""

from collections import Counter

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from marketplace.kernel.db import session
from marketplace.ledger.check import ledger_violations
from redemption.models import Redemption
from redemption.operations import submit
from tests.support.catalog import stock_gift_card, stock_lisbon_trip
from tests.support.journeys import Visitor
from tests.support.people import employ
from tests.support.racing import all_at_once
from tests.support.redemption import furnish, give_points, open_rewards_budget

pytestmark = [pytest.mark.race, pytest.mark.usefixtures("unfulfilled")]
PLACE = 10_000
BUYERS = 24
ONE_KEY = {"request_key": "the-key-of-one-form"}


@pytest.fixture(autouse=True)
def _plain_browser(app, monkeypatch):
    """A visitor lets the test's session go by itself, before the request has its own context."""
    monkeypatch.setattr(app, "test_client_class", FlaskClient)


def press_at_once(app, visitors, offer, **hidden):
    """Everyone has the check page open and presses its button; how each was answered."""
    address = f"/rewards/{offer.slug}/redeem?variant={offer.variant_id}"
    page = visitors[0].get(address)
    form = next(form for form in page.forms() if "expected_points" in form.kinds)
    data = form.filled(**hidden)
    del data["csrf_token"]
    if not hidden:
        del data["request_key"]
    answers = all_at_once(
        app, len(visitors), lambda number: visitors[number].post(form.action, data).response
    )
    assert [answer for answer in answers if isinstance(answer, Exception)] == []
    return [(answer.status_code, answer.headers.get("Location", "")) for answer in answers]


def requests_kept():
    session().close()
    return session().scalar(sa.select(sa.func.count()).select_from(Redemption))


def windows_of(app, maya):
    return [Visitor(app, maya.id) for _ in range(16)]


def test_one_form_sent_sixteen_times_leads_sixteen_times_to_one_request(app, at):
    maya, card = furnish().maya, stock_gift_card()
    answers = press_at_once(app, windows_of(app, maya), card, **ONE_KEY)
    assert {status for status, _ in answers} == {303}
    assert len({place for _, place in answers}) == 1
    assert requests_kept() == 1
    assert ledger_violations() == []


def test_control_without_the_key_one_form_becomes_several_requests_or_failures(
    app, at, monkeypatch
):
    monkeypatch.setattr(submit, "claim_key", lambda *_args, **_body: None)
    maya, card = furnish().maya, stock_gift_card()
    answers = press_at_once(app, windows_of(app, maya), card, **ONE_KEY)
    assert len(set(answers)) > 1


def _crowd_before_one_place(app):
    furnish(points=0)
    open_rewards_budget(BUYERS * PLACE)
    trip = stock_lisbon_trip(points=PLACE, capacity=1)
    crowd = [employ(f"Buyer {number:02}") for number in range(BUYERS)]
    for buyer in crowd:
        give_points(buyer, PLACE)
    return press_at_once(app, [Visitor(app, buyer) for buyer in crowd], trip)


def test_the_last_place_goes_to_one_and_the_others_are_told(app, at):
    statuses = Counter(status for status, _ in _crowd_before_one_place(app))
    assert statuses == {303: 1, 409: BUYERS - 1}
    assert requests_kept() == 1
    assert ledger_violations() == []


def test_control_without_the_guard_of_the_stock_many_get_the_last_place(app, at, monkeypatch):
    monkeypatch.setattr(submit, "reserve_stock", lambda *_args, **_when: None)
    assert Counter(status for status, _ in _crowd_before_one_place(app))[303] > 1
