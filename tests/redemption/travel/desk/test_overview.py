"""How far everyone is, and what is late, at the desk and at the terminal."""

from datetime import date

import pytest

from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from redemption.travel.desk.funnel.policies import Late, Progress, Stage, late
from redemption.travel.desk.funnel.queries import funnel_of
from redemption.travel.registration.models import Registration
from redemption.travel.registration.states import RegistrationState
from tests.support.desk import fill, move, plan_rooms

STAGES = [Stage.REGISTERED, Stage.ROOMED, Stage.TICKETED]


def test_what_is_late_is_said_the_longest_due_first():
    nobody = Progress(who=None, reached=frozenset())
    with_bed = Progress(who=None, reached=frozenset({Stage.ROOMED}))
    found = late([nobody, with_bed], STAGES, starts_on=date(2027, 5, 13), today=date(2027, 4, 25))
    assert list(found) == [
        Late(Stage.REGISTERED, 2, date(2027, 3, 14)),
        Late(Stage.TICKETED, 2, date(2027, 4, 13)),
        Late(Stage.ROOMED, 1, date(2027, 4, 22)),
    ]


def test_nothing_is_late_before_its_day():
    nobody = Progress(who=None, reached=frozenset())
    assert not list(late([nobody], STAGES, starts_on=date(2027, 5, 13), today=date(2027, 3, 1)))


@pytest.fixture
def going(tour):
    kinds = plan_rooms(tour.priya, tour.trip, ("Double", 2, 3))
    found = fill(tour.trip, [2, 1], names=["Ben Osei", "Cleo Marsh"])
    move(tour.priya, tour.trip, found[0].travelers[0], kind=kinds["Double"])
    with transaction() as now:
        at = clock.now()
        now.add(
            Registration(
                traveler_id=found[1].travelers[0], state=RegistrationState.SENT,
                sent_at=at, opened_at=at, changed_at=at,
            )
        )  # fmt: skip
    return found


def test_the_funnel_counts_people_from_invited_to_ticketed(tour, going):
    session().close()
    counts = funnel_of(tour.trip.variant_id).counts
    assert counts == {
        Stage.QUALIFIED: 2, Stage.INVITED: 2, Stage.ACCEPTED: 3, Stage.REGISTERED: 1,
        Stage.DOCUMENTS: 0, Stage.ROOMED: 1, Stage.TICKETED: 0,
    }  # fmt: skip


def test_each_number_leads_to_the_people_behind_it(tour, going, priya):
    page = priya.get(tour.path)
    assert "Going: 3" in page.words
    roomed = priya.get(f"{tour.path}?stage=roomed")
    assert "Have a bed: 1" in roomed.words
    assert "Cleo Marsh" not in roomed.words
    missing = priya.get(f"{tour.path}?stage=roomed&missing=1")
    assert f'href="{tour.path}/messages/new?to=no-roomed"' in missing.html
    assert "No bed: 2" in missing.words
    assert "Guest of Ben Osei" in missing.words
    assert priya.get(f"{tour.path}?stage=nonsense").status == 200
