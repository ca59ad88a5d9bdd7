"""Filling in a registration: in any order, until its day, where nothing personal leaks."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from catalog.trips.operations import change_item, remove_item
from marketplace.kernel.audit import AuditEntry
from marketplace.kernel.db import session, transaction
from marketplace.kernel.drawing import commitment_of, sha256_of
from marketplace.kernel.errors import BadInput
from marketplace.kernel.mail import Letter
from marketplace.ledger.check import ledger_violations
from redemption.travel.activities.errors import (
    DrawnAlready,
    NoSeatLeft,
    NotDrawnYet,
    SameHours,
    TooEarlyToDraw,
)
from redemption.travel.activities.queries import (
    draw_facts,
    draw_list,
    drawn_file,
    places_of,
)
from redemption.travel.registration.changes import reopenings_of
from redemption.travel.registration.errors import (
    LinkIsOver,
    NoRoomThere,
    NoSuchRegistration,
    NotGoing,
    NotReady,
    SectionClosed,
)
from redemption.travel.registration.jobs import remind
from redemption.travel.registration.links import token_for
from redemption.travel.registration.models import GuestLink, RegistrationEvent
from redemption.travel.registration.operations import filling, opening
from redemption.travel.registration.operations.planning import (
    draw_places,
    put_deadlines,
    reopen,
)
from redemption.travel.registration.operations.rows import Hand
from redemption.travel.registration.policies import Again, Needs, RoomChosen
from redemption.travel.registration.queries import (
    kept_of,
    my_parties,
    party_by_link,
    room_wish,
)
from redemption.travel.registration.states import Bed, RegistrationState, Section
from redemption.travel.vault.errors import ConsentNeeded
from redemption.travel.vault.models import VaultEntry, VaultKeeping
from redemption.travel.vault.states import VaultField as F
from tests.support.invitations import accept, give_back, invite
from tests.support.registration import (
    TRAM,
    begin,
    fill,
    go,
    mine,
    party,
    seats,
    send,
    wish_for,
)
from tests.support.vault import CANARIES, NEEDS

S = Section


def in_deed(work):
    with transaction():
        return work()


def test_registration_begins_with_the_booking_and_a_link_for_each_guest(club, items, queue):
    invite(club.priya, club.trip, [club.maya.id])
    reference = accept(club.maya, guests=1)
    queue.run_due()
    maya, guest = party(club.maya, reference).members
    assert [row.section for row in maya.sections] == list(S)
    assert [row.section for row in guest.sections] == [
        S.TRAVELER,
        S.DOCUMENTS,
        S.NEEDS,
        S.ACTIVITIES,
    ]
    assert guest.link_series == 1
    letters = session().scalars(sa.select(Letter).where(Letter.subject.startswith("Before you")))
    (letter,) = letters
    assert letter.employee_id == club.maya.id
    assert token_for(guest.traveler_id, 1) in letter.text


def test_maya_fills_it_in_and_sends_it(club, booking, queue, at):
    with pytest.raises(NotReady, match="Name as in the passport"):
        send(club.maya, booking)
    fill(club.maya, booking)
    assert send(club.maya, booking)
    assert not send(club.maya, booking)
    found = party(club.maya, booking).members[0]
    assert (found.state, found.sent_at) == (RegistrationState.SENT, at)
    moves = session().execute(
        sa.select(RegistrationEvent.from_state, RegistrationEvent.to_state)
        .where(RegistrationEvent.traveler_id == found.traveler_id)
        .order_by(RegistrationEvent.seq)
    )
    assert list(map(tuple, moves)) == [(None, "open"), ("open", "sent")]
    queue.run_due()
    assert (
        session()
        .scalars(sa.select(Letter.subject).where(Letter.subject == "Your registration is sent"))
        .one()
    )
    assert ledger_violations() == []


def test_the_passport_may_follow_and_a_part_of_it_is_kept(club, booking, at):
    missing = in_deed(
        lambda: filling.save_passport(
            mine(club.maya, booking), S.TRAVELER, {F.FAMILY_NAME: "Chen"}, at=at
        )
    )
    assert missing == [F.BIRTH_DATE, F.NATIONALITY]
    assert not party(club.maya, booking).members[0].done
    fill(club.maya, booking, S.TRAVELER, S.TRAVEL, S.ROOM, S.NEEDS, S.ACTIVITIES)
    assert send(club.maya, booking)


def test_what_is_entered_lies_in_the_vault_alone(club, booking):
    fill(club.maya, booking)
    fill(club.maya, booking, position=2)
    entries = session().scalar(sa.select(sa.func.count()).select_from(VaultEntry))
    assert entries == 2 * 13
    told = str(session().execute(sa.select(AuditEntry.details)).all())
    assert not any(canary in told for canary in CANARIES)
    here = party(club.maya, booking)
    _, kept = kept_of(here.members[1])
    assert next(one.shown for one in kept if one.field is F.PASSPORT_NUMBER) == "•••384"
    assert not any(one.shown in CANARIES for one in kept)
    whats = set(session().scalars(sa.select(VaultKeeping.what)))
    assert whats == {f"booking:{here.booking_id}"}


def test_needs_are_kept_only_with_an_agreement_and_nothing_is_an_answer(club, booking, at):
    with pytest.raises(ConsentNeeded):
        in_deed(lambda: filling.save_needs(mine(club.maya, booking), Needs(NEEDS), at=at))
    assert S.NEEDS not in party(club.maya, booking).members[0].done
    in_deed(lambda: filling.save_needs(mine(club.maya, booking), Needs({}), at=at))
    found = party(club.maya, booking).members[0]
    assert S.NEEDS in found.done
    in_deed(
        lambda: filling.save_needs(mine(club.maya, booking), Needs({}, tells_hotel=True), at=at)
    )
    assert party(club.maya, booking).members[0].tells_hotel


def test_a_section_is_closed_after_its_day_until_priya_opens_it_for_one(club, booking, time, queue):
    fill(club.maya, booking)
    send(club.maya, booking)
    here = party(club.maya, booking)
    time.forward(days=140)
    with pytest.raises(SectionClosed, match="could be changed until"):
        fill(club.maya, booking, S.ROOM)
    until = (time() + timedelta(days=3)).date()
    again = Again(S.ROOM, until, "The hotel has more suites now.")
    in_deed(lambda: reopen(club.priya, here, here.members[0], again, at=time()))
    found = party(club.maya, booking).members[0]
    assert found.state is RegistrationState.OPEN
    assert [one.reason for one in reopenings_of(found.traveler_id)] == [again.reason]
    fill(club.maya, booking, S.ROOM)
    with pytest.raises(SectionClosed):
        fill(club.maya, booking, S.TRAVEL)
    assert send(club.maya, booking)
    queue.run_due()
    letter = (
        session().scalars(sa.select(Letter).where(Letter.subject == "Open again: Your room")).one()
    )
    assert again.reason in letter.text


def test_a_day_that_is_over_opens_nothing(club, booking, at):
    here = party(club.maya, booking)
    for day in (at.date() - timedelta(days=2), here.ends_on + timedelta(days=1)):
        with pytest.raises(BadInput, match="before the trip is over"):
            in_deed(
                lambda day=day: reopen(
                    club.priya, here, here.members[0], Again(S.ROOM, day, "Why"), at=at
                )
            )


def test_priya_sets_last_days_for_everyone(club, booking, at):
    trip, ends_on = club.trip.variant_id, party(club.maya, booking).ends_on
    days = {S.ROOM: date(2027, 2, 1), S.NEEDS: None}
    set_them = lambda days: in_deed(  # noqa: E731
        lambda: put_deadlines(club.priya, trip, days, ends_on=ends_on, at=at)
    )
    assert set_them(days)
    assert not set_them(days)
    assert party(club.maya, booking).members[0].section(S.ROOM).due_on == date(2027, 2, 1)
    with pytest.raises(BadInput) as refused:
        set_them({S.ROOM: ends_on + timedelta(days=1)})
    assert refused.value.facts == {"field": "room"}
    assert set_them({S.ROOM: None})


def test_a_link_leads_a_guest_to_their_own_alone_and_a_newer_one_ends_it(club, booking, at):
    guest = party(club.maya, booking).members[1]
    token = token_for(guest.traveler_id, 1)
    here, member = party_by_link(token, at=at)
    assert (here.reference, member.traveler_id) == (booking, guest.traveler_id)
    assert token not in str(session().execute(sa.select(GuestLink.token_hash)).all())
    newer = in_deed(
        lambda: opening.renew_link(Hand(club.maya), party(club.maya, booking), guest, at=at)
    )
    with pytest.raises(LinkIsOver):
        party_by_link(token, at=at)
    assert party_by_link(newer, at=at)[1].position == 2
    assert in_deed(lambda: opening.revoke_link(Hand(club.maya), guest, at=at))
    with pytest.raises(LinkIsOver):
        party_by_link(newer, at=at)
    assert not in_deed(lambda: opening.revoke_link(Hand(club.maya), guest, at=at))


def test_a_link_ends_with_the_trip(club, booking, time):
    guest = party(club.maya, booking).members[1]
    time.forward(days=200)
    with pytest.raises(LinkIsOver):
        party_by_link(token_for(guest.traveler_id, 1), at=time())


def test_maya_has_no_link_and_ben_sees_nothing_of_hers(club, booking, at):
    here = party(club.maya, booking)
    with pytest.raises(NoSuchRegistration):
        in_deed(lambda: opening.renew_link(Hand(club.maya), here, here.members[0], at=at))
    with pytest.raises(NoSuchRegistration):
        party(club.ben, booking)
    assert my_parties(club.ben, on=at.date()) == []


def test_a_room_of_another_departure_is_refused_and_a_colleague_is_found_by_name(club, booking, at):
    with pytest.raises(NoRoomThere):
        in_deed(
            lambda: filling.save_room(mine(club.maya, booking), RoomChosen(9_999, Bed.ANY), at=at)
        )
    go(club.priya, club.trip, club.ben, guests=0)
    for said, known in (("ben  OSEI", True), ("Cleo Marsh", False)):
        room = RoomChosen(None, Bed.TWO, said)
        in_deed(lambda room=room: filling.save_room(mine(club.maya, booking), room, at=at))
        wish = room_wish(party(club.maya, booking).members[0].traveler_id)
        assert (wish.with_name, wish.with_text) == (
            ("Ben Osei", "") if known else ("", "Cleo Marsh")
        )


def test_who_gives_the_place_back_has_no_link_no_seat_and_little_time_left(club, booking, queue):
    fill(club.maya, booking)
    here = party(club.maya, booking)
    before = session().scalar(sa.select(sa.func.max(VaultKeeping.identity_until)))
    give_back(club.maya)
    queue.run_due()
    after = session().scalar(sa.select(sa.func.max(VaultKeeping.identity_until)))
    assert after < before
    assert party(club.maya, booking).members[1].link_series is None
    with pytest.raises(NotGoing):
        fill(club.maya, booking, S.ROOM)
    with pytest.raises(NotGoing):
        send(club.maya, booking)
    begin(club.maya, booking)  # a job that comes late opens nothing anew
    assert party(club.maya, booking).members[1].link_series is None
    assert here.is_in_force
    assert ledger_violations() == []


def test_people_are_reminded_seven_and_two_days_before_and_once_each(club, booking, queue, time):
    first = min(row.due_on for row in party(club.maya, booking).members[0].sections)
    time.forward(days=(first - time().date()).days - 8)
    remind()
    assert _due_letters() == 0
    time.forward(days=1)
    remind()
    time.forward(days=2)
    remind()
    assert _due_letters() == 1
    time.forward(days=3)
    remind()
    remind()
    assert _due_letters() == 2


def _due_letters():
    session().close()
    written = sa.select(sa.func.count()).where(Letter.subject.contains("your registration for"))
    return session().scalar(written)


def drawn(club, booking, time):
    """The wishes' day is over, and Priya draws."""
    here = party(club.maya, booking)
    time.forward(days=(here.starts_on - time().date()).days - 29)
    session().close()
    return in_deed(lambda: draw_places(club.priya, here.variant_id, here.starts_on, at=time()))


def test_places_are_drawn_once_after_the_day_and_can_be_drawn_again_by_anyone(
    club, booking, items, time
):
    tram, fado, _ = items
    ben = go(club.priya, club.trip, club.ben, guests=0)
    cleo = go(club.priya, club.trip, club.cleo, guests=0)
    with pytest.raises(TooEarlyToDraw):
        in_deed(lambda: draw_places(club.priya, club.trip.variant_id, date(2027, 5, 13), at=time()))
    wish_for(club.maya, booking, tram, fado)
    in_deed(lambda: filling.save_activities(mine(club.maya, booking, 2), [], along=True, at=time()))
    wish_for(club.ben, ben, tram)
    wish_for(club.cleo, cleo, tram, fado)
    promised = draw_facts(club.trip.variant_id).commitment
    given = drawn(club, booking, time)
    facts, file = draw_facts(club.trip.variant_id), drawn_file(club.trip.variant_id)
    assert facts.commitment == promised
    assert commitment_of(facts.seed) == facts.commitment
    assert sha256_of(file) == facts.sha256
    assert seats(items)[0] <= 2
    assert sum(seats(items)) == given == facts.places
    listed = draw_list(club.trip.variant_id)
    assert sum(len(listed.travelers[one.entry]) for one in listed.drawn_with(facts.seed)) == given
    assert [one.people for one in listed.entries] == [2, 1, 1]
    with pytest.raises(DrawnAlready):
        drawn_again = lambda: draw_places(  # noqa: E731
            club.priya, club.trip.variant_id, date(2027, 5, 13), at=time()
        )
        in_deed(drawn_again)
    assert ledger_violations() == []


def test_after_the_draw_what_is_free_is_taken_and_left(club, booking, items, time):
    tram, fado, tiles = items
    ben = go(club.priya, club.trip, club.ben, guests=0)
    take = lambda who, ref, item, position=1: in_deed(  # noqa: E731
        lambda: filling.take_activity(mine(who, ref, position), item, at=time())
    )
    with pytest.raises(NotDrawnYet):
        take(club.ben, ben, tiles)
    wish_for(club.maya, booking, tram)
    drawn(club, booking, time)
    assert seats(items) == [1, 0, 0]
    assert take(club.ben, ben, tram) == "Old tram"
    assert take(club.ben, ben, tram) == "Old tram"
    assert seats(items) == [2, 0, 0]
    with pytest.raises(SameHours, match="Old tram"):
        take(club.ben, ben, tiles)
    with pytest.raises(NoSeatLeft, match="All 2 seats"):
        take(club.maya, booking, tram, 2)
    leave = lambda: in_deed(  # noqa: E731
        lambda: filling.leave_activity(mine(club.ben, ben), tram, at=time())
    )
    assert leave()
    assert not leave()
    assert take(club.maya, booking, tram, 2) == "Old tram"
    traveler = party(club.maya, booking).members[1].traveler_id
    assert places_of([traveler]) == {traveler: {tram}}
    with pytest.raises(DrawnAlready):
        _wish_late(club, ben, fado, time)
    assert ledger_violations() == []


def _wish_late(club, ben, fado, time):
    here = party(club.ben, ben)
    again = Again(S.ACTIVITIES, time().date() + timedelta(days=2), "Late")
    in_deed(lambda: reopen(club.priya, here, here.members[0], again, at=time()))
    wish_for(club.ben, ben, fado)


def test_a_seat_that_people_have_keeps_the_plan_from_shrinking(club, booking, items, time):
    tram, trip = items[0], club.trip.variant_id
    wish_for(club.maya, booking, tram)
    drawn(club, booking, time)
    with pytest.raises(BadInput, match="1 seats of “Old tram” are in use"):
        in_deed(lambda: remove_item(club.priya, trip, tram, at=time()))
    in_deed(lambda: change_item(club.priya, trip, tram, replace(TRAM, seats=1), at=time()))
    with pytest.raises(BadInput):
        in_deed(
            lambda: change_item(club.priya, trip, tram, replace(TRAM, is_choice=False), at=time())
        )


def test_wishes_go_with_what_is_taken_out_of_the_plan(club, booking, items, at):
    wish_for(club.maya, booking, *items)
    in_deed(lambda: remove_item(club.priya, club.trip.variant_id, items[1], at=at))
    assert draw_list(club.trip.variant_id).entries[0].wishes == (items[0], items[2])
