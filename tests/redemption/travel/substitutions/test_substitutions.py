"""Ben can't go and names Eve: the place moves when she says yes, and not before."""

import pytest
import sqlalchemy as sa

from catalog.trips.states import SubstituteRule as R
from marketplace.access.actor import Actor
from marketplace.awards.entitlements.models import Entitlement
from marketplace.awards.entitlements.operations import grant_entitlements
from marketplace.awards.entitlements.states import EntitlementState as E
from marketplace.kernel.db import session, transaction
from marketplace.kernel.errors import NotFound
from marketplace.ledger.check import ledger_violations
from redemption.travel.invitations.errors import NoLongerOpen
from redemption.travel.invitations.states import InvitationState as I
from redemption.travel.substitutions import operations as work
from redemption.travel.substitutions.errors import (
    NoSubstitutes,
    NotThisColleague,
    NotWaiting,
    OneAtATime,
    OwnSubstitution,
)
from redemption.travel.substitutions.jobs import clock_ticks
from redemption.travel.substitutions.models import Substitution
from redemption.travel.substitutions.states import SubstitutionState as S
from tests.redemption.travel.substitutions.conftest import Going
from tests.support.entitlements import won
from tests.support.invitations import accept, give_back, invitation_of, states_of
from tests.support.racing import all_at_once, in_turn
from tests.support.redemption import (
    furnish,
    stock_of,
    subjects_to,
)
from tests.support.tampering import named_when
from tests.support.trips import stock_group_trip, with_terms
from tests.support.waiting import somebody


def state(number):
    session().close()
    return session().get_one(Substitution, number).state


def test_the_place_stays_until_eve_says_yes_and_is_hers_then(going):
    number = going.name()
    assert states_of(going.trip.variant_id) == [I.ACCEPTED, I.ALTERNATE]
    going.take(number)
    assert states_of(going.trip.variant_id) == [I.GIVEN_BACK, I.ALTERNATE, I.ACCEPTED]
    assert invitation_of(going.eve.id).places == 2
    assert stock_of(going.trip.variant_id) == (3, 0, 2)
    assert state(number) is S.TAKEN
    assert ledger_violations() == []


def test_alone_she_leaves_the_second_place_free(going):
    going.take(going.name(), guests=0)
    assert stock_of(going.trip.variant_id) == (3, 0, 1)
    assert ledger_violations() == []


def test_everybody_hears_what_became_of_it(going, queue):
    number = going.name()
    queue.run_due()
    assert subjects_to(going.eve)[-1] == "Ben Osei offers you a place: Lisbon together"
    going.take(number)
    queue.run_due()
    assert "Eve Lund goes in your place: Lisbon together" in subjects_to(going.ben)
    assert "You go: Lisbon together" in subjects_to(going.eve)


@pytest.mark.parametrize("how", ["declines", "silent", "back"])
def test_otherwise_ben_keeps_the_place(going, time, queue, how):
    number = going.name()
    if how == "declines":
        going.do(work.decline_offer, going.eve, number)
    elif how == "back":
        going.do(work.take_back, going.ben, number)
    else:
        time.forward(days=15)
        clock_ticks()
    assert state(number) is {"declines": S.DECLINED, "silent": S.LAPSED, "back": S.TAKEN_BACK}[how]
    assert invitation_of(going.ben.id).state is I.ACCEPTED
    with pytest.raises(NotWaiting):
        going.take(number)
    assert ledger_violations() == []
    going.name()


def test_where_the_rule_says_so_priya_agrees_first(going, queue):
    with_terms(going.trip, substitute_rule=R.PLANNER)
    number = going.name()
    queue.run_due()
    assert "Ben Osei names somebody for Lisbon together" in subjects_to(going.house.priya)
    with pytest.raises(NotWaiting):
        going.take(number)
    with pytest.raises(OwnSubstitution):
        going.do(work.agree, going.ben, number)
    going.do(work.agree, going.house.priya, number)
    going.take(number)
    assert invitation_of(going.eve.id).state is I.ACCEPTED
    assert ledger_violations() == []


def test_or_says_no_and_why(going, queue):
    with_terms(going.trip, substitute_rule=R.PLANNER)
    number = going.name()
    going.do(work.refuse, going.house.priya, number, "Names are with the airline.")
    queue.run_due()
    assert subjects_to(going.ben)[-1] == "You keep your place: Lisbon together"
    assert state(number) is S.REFUSED
    assert ledger_violations() == []


def test_freely_ends_with_the_last_day_to_ask(going, time):
    time.forward(days=135)
    assert state(going.name()) is S.ASKED


def test_nobody_where_the_terms_say_so_or_the_trip_has_left(going, time):
    with_terms(going.trip, substitute_rule=R.NOBODY)
    with pytest.raises(NoSubstitutes):
        going.name()
    with_terms(going.trip, substitute_rule=R.FREELY)
    time.forward(days=175)
    with pytest.raises(NoSubstitutes, match="left"):
        going.name()


def test_only_a_colleague_who_can_go_and_one_at_a_time(going):
    with pytest.raises(NotThisColleague, match="That is you"):
        going.name(going.ben)
    with pytest.raises(NotThisColleague, match="Dara Novak can’t go"):
        going.name(going.dara)
    number = going.name()
    with pytest.raises(OneAtATime):
        going.name(somebody("Finn Roe"))
    with pytest.raises(NotFound):
        going.do(work.take_back, going.eve, number)
    with pytest.raises(NotFound):
        going.do(work.decline_offer, going.dara, number)


def test_what_ben_gives_back_is_no_longer_offered(going):
    number = going.name()
    give_back(going.ben)
    assert state(number) is S.TAKEN_BACK
    with pytest.raises(NoLongerOpen):
        going.take(number)
    assert ledger_violations() == []


def test_a_place_that_was_won_passes_to_eve_and_to_nobody_next_in_line(at, queue):
    house, trip = furnish(), stock_group_trip(capacity=3)
    with_terms(trip, substitute_rule=R.FREELY)
    ben, dara, eve = (somebody(name) for name in ("Ben Osei", "Dara Novak", "Eve Lund"))
    with transaction():
        wanted = [won(ben.id, variant_id=trip.variant_id), won(dara.id, line=1)]
        grant_entitlements(7, wanted, actor=Actor.system(), at=at)
    accept(ben)
    scene = Going(house, trip, ben, dara, eve)
    scene.take(scene.name(), guests=0)
    session().close()
    rights = session().scalars(sa.select(Entitlement.state).order_by(Entitlement.id))
    assert list(rights) == [E.WITHDRAWN, E.ALTERNATE]
    assert ledger_violations() == []


def _race(going, number):
    def act(turn):
        if turn % 2:
            return going.take(number)
        return going.do(work.take_back, going.ben, number)

    return act


@pytest.mark.race
def test_of_ben_who_goes_after_all_and_eve_who_says_yes_one_has_the_place(app, going):
    number = going.name()
    answers = all_at_once(app, 4, _race(going, number))
    assert sum(isinstance(one, Exception) for one in answers) == 3
    assert stock_of(going.trip.variant_id) == (3, 0, 2)
    assert ledger_violations() == []


@pytest.mark.race
def test_control_without_the_lock_the_second_runs_into_the_wall_behind_it(app, going, monkeypatch):
    def unlocked(substitution_id, _among):
        return session().get_one(Substitution, substitution_id)

    number = going.name()
    monkeypatch.setattr(work, "_lock", unlocked)
    first, second = in_turn(app, 2, _race(going, number))
    assert first is None
    assert type(second).__name__ == "IllegalMove"


@pytest.mark.parametrize(
    ("name", "forged"),
    [
        ("I27-substitutes", "UPDATE trip_substitutions SET state = 'declined'"),
        ("I27-substitutes", "UPDATE trip_substitutions SET employee_id = 0"),
        ("I27-substitutes", "UPDATE trip_substitutions SET state = 'offered'"),
        ("I31-substitutes", "UPDATE trip_substitutions SET state = 'lapsed'"),
        ("I31-substitutes", "UPDATE trip_substitution_events SET to_state = 'lapsed'"),
        ("I31-substitutes", "DELETE FROM trip_substitution_events WHERE to_state = 'taken'"),
    ],
)
def test_each_predicate_bites(going, name, forged):
    going.take(going.name())
    assert ledger_violations() == []
    assert named_when(name, forged) == {name}
