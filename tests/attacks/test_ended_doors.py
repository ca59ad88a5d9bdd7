"""A page that was open when its place or its link ended puts nothing into the vault any more."""

import pytest
import sqlalchemy as sa

from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from redemption.travel.registration.errors import LinkIsOver, NotGoing
from redemption.travel.registration.operations import filling, opening
from redemption.travel.registration.operations.rows import Hand
from redemption.travel.registration.states import Section
from redemption.travel.registration.views import doors
from redemption.travel.vault.models import VaultEntry
from tests.redemption.travel.invitations.conftest import club as club  # noqa: PLC0414  a fixture
from tests.redemption.travel.registration.conftest import (  # a fixture each
    booking as booking,  # noqa: PLC0414
)
from tests.redemption.travel.registration.conftest import items as items  # noqa: PLC0414
from tests.support.browsing import hidden_fields
from tests.support.invitations import give_back
from tests.support.registration import mine, party
from tests.support.vault import PASSPORT


def kept():
    session().close()
    return session().scalar(sa.select(sa.func.count()).select_from(VaultEntry))


def end_link(club, booking):
    guest = party(club.maya, booking).members[1]
    with transaction():
        assert opening.revoke_link(Hand(club.maya), guest, at=clock.now())


DEEDS = {
    "passport": lambda one, at: filling.save_passport(one, Section.TRAVELER, PASSPORT, at=at),
    "send": lambda one, at: filling.send(one, at=at),
    "seat": lambda one, at: filling.take_activity(one, 1, at=at),
    "leave": lambda one, at: filling.leave_activity(one, 1, at=at),
}


@pytest.mark.parametrize("deed", DEEDS.values(), ids=DEEDS)
def test_after_the_place_was_given_back(club, booking, deed):
    before = mine(club.maya, booking)
    give_back(club.maya)
    with pytest.raises(NotGoing), transaction():
        deed(before, clock.now())
    assert kept() == 0


@pytest.mark.parametrize("deed", DEEDS.values(), ids=DEEDS)
def test_after_the_link_of_the_guest_was_ended(club, booking, deed):
    before = mine(club.maya, booking, 2, by_link=True)
    end_link(club, booking)
    with pytest.raises(LinkIsOver), transaction():
        deed(before, clock.now())
    assert kept() == 0


def test_nor_is_there_another_link_of_a_place_that_was_given_back(club, booking):
    before = party(club.maya, booking)
    give_back(club.maya)
    with pytest.raises(NotGoing), transaction():
        opening.renew_link(Hand(club.maya), before, before.members[1], at=clock.now())


def test_the_guest_reads_that_the_link_is_over(club, booking, browser, monkeypatch):
    guest = party(club.maya, booking).members[1]
    home = f"/guests/{opening.token_for(guest.traveler_id, 1)}"
    client = browser()
    fields = hidden_fields(client.get(f"{home}/traveler").text)
    passport = {one.value: text for one, text in PASSPORT.items()}
    held = doors.guest_door(home.rsplit("/", 1)[1], at=clock.now())
    session().close()
    end_link(club, booking)
    monkeypatch.setattr("redemption.travel.registration.views.guest._door", lambda _token: held)
    answer = client.post(f"{home}/traveler", data=fields | {"call_name": "Otto"} | passport)
    assert answer.status_code == 404
    assert "does not hold any more" in answer.text
    assert "•••" not in answer.text
    assert kept() == 0
