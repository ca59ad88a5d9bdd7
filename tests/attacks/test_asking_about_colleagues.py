"""Ben names one colleague after the other to go in his place, to learn who leaves or is invited."""

from datetime import timedelta

import pytest

from marketplace.access.actor import Actor
from marketplace.kernel import clock
from marketplace.kernel.db import transaction
from marketplace.people.operations.employment import mark_left
from redemption.travel.substitutions.errors import NotThisColleague
from tests.redemption.travel.substitutions.conftest import going as going  # noqa: PLC0414  a fixture
from tests.support.invitations import leave
from tests.support.waiting import somebody


def words_about(going, who):
    with pytest.raises(NotThisColleague) as refusal:
        going.name(who)
    return refusal.value.message.replace(going.trip.name, "the trip").partition(" can’t")[2]


def test_he_hears_the_same_of_each_who_can_not_go(going, time):
    notice, gone = somebody("Finn Roe"), somebody("Gus Berg")
    with transaction():
        last = (clock.now() + timedelta(days=30)).date()
        mark_left(notice.id, on=last, actor=Actor.system(), at=clock.now())
    leave(gone.id)
    told = {words_about(going, who) for who in (notice, gone, going.dara)}
    assert told == {
        " go on the trip in your place. Name somebody else. Your place is yours as before."
    }
