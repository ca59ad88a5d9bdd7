"""The pages of the travel desk ask the database little."""

import pytest

from marketplace.kernel.db import db
from tests.support.query_count import statements_sent
from tests.support.redemption import approve
from tests.support.shortages import task_of
from tests.support.travel_dates import book, wish

MOST = 6


@pytest.fixture
def booked(travel, queue, time):
    reference = wish(travel.maya, travel.porto, travel.lena)
    for who in (travel.omar, travel.wei):
        approve(who, reference)
        time.forward(minutes=1)
        queue.run_due()
    book(travel.ana, reference)
    return reference


def test_the_pages_of_the_desk_ask_little(app, travel, booked, sign_in):
    ana, task_id = sign_in(travel.ana.id), task_of(booked).id
    for address in ("/manage/journeys", f"/manage/journeys/{task_id}"):
        with statements_sent(db.engine) as sent:
            assert ana.get(address).status_code == 200
        assert len(sent) <= MOST, "\n".join(sent)
