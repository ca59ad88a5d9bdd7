"""Omar picks several requests at once; a stranger's among them leaves nothing half done."""

import sqlalchemy as sa

from marketplace.kernel.db import session
from redemption.approvals.models import ApprovalDecision
from tests.support.browsing import hidden_fields
from tests.support.catalog import stock_gift_card
from tests.support.people import actor, employ_leo
from tests.support.redemption import ask_for, furnish, give_points, line_of


def decisions() -> int:
    session().close()
    return session().scalar(sa.select(sa.func.count()).select_from(ApprovalDecision)) or 0


def test_a_request_of_a_stranger_among_those_picked_approves_nothing(at, queue, sign_in):
    house, card = furnish(), stock_gift_card(points=10_000)
    leo = actor(employ_leo())
    give_points(leo.id, 20_000)
    mine, theirs = ask_for(house.maya, card), ask_for(leo, card)
    omar = sign_in(house.omar.id)
    form = hidden_fields(omar.get("/approvals").text)
    picked = [f"{reference}:{line_of(reference).content_hash}" for reference in (mine, theirs)]
    answer = omar.post("/approvals/decisions", data=form | {"request": picked})
    assert answer.status_code == 404
    assert decisions() == 0
    assert omar.post("/approvals/decisions", data=form | {"request": picked[:1]}).status_code == 303
    assert decisions() == 1
