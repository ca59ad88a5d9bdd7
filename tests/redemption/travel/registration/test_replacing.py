"""Another guest comes along with Maya: the one before is forgotten, and nobody mixes them up."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from catalog.trips.models import RoomType
from marketplace.kernel import clock
from marketplace.kernel.audit import AuditEntry
from marketplace.kernel.db import session, transaction
from marketplace.kernel.errors import BadInput, DomainError
from marketplace.kernel.mail import Letter
from marketplace.ledger.check import ledger_violations
from redemption.travel.activities.models import ActivityPlace
from redemption.travel.activities.queries import wishes_of
from redemption.travel.desk.rooming.models import TripBed, TripRoom
from redemption.travel.desk.tickets.models import Ticket, TicketGone
from redemption.travel.registration.errors import (
    GuestChanged,
    LinkIsOver,
    NoSuchRegistration,
    NotGoing,
    TooLateToReplace,
)
from redemption.travel.registration.links import token_for
from redemption.travel.registration.models import GuestChange, RegistrationEvent, SectionDone
from redemption.travel.registration.operations import filling, replacing, rows
from redemption.travel.registration.operations.replacing import replace_guest
from redemption.travel.registration.operations.rows import Hand
from redemption.travel.registration.queries import kept_of, party_by_link
from redemption.travel.registration.states import RegistrationState, Section
from redemption.travel.vault.models import VaultEntry, VaultSubject
from redemption.travel.vault.states import VaultField as F
from tests.redemption.travel.pocket.test_theirs import OUT
from tests.support.browsing import hidden_fields, words_on
from tests.support.browsing import send as post
from tests.support.invitations import give_back
from tests.support.racing import all_at_once
from tests.support.registration import fill, mine, party, send, wish_for
from tests.support.tampering import named_when
from tests.support.vault import PASSPORT

S = Section


def replace(club, booking, name="Teresa", *, by=None, plans=False, member=None):
    here = party(club.maya, booking)
    guest = member or here.members[1]
    with transaction():
        return replace_guest(Hand(by or club.maya), here, guest, name, plans=plans, at=clock.now())


@pytest.fixture
def ready(club, booking, items):
    """Rui has sent his, wishes for the tram, and flies."""
    fill(club.maya, booking, position=2)
    with transaction():
        filling.call_guest(mine(club.maya, booking, 2), "Rui")
    wish_for(club.maya, booking, items[0], position=2)
    send(club.maya, booking, position=2)
    guest = party(club.maya, booking).members[1]
    with transaction():
        ticket = OUT | {"traveler_id": guest.traveler_id, "changed_at": clock.now()}
        session().execute(sa.insert(Ticket).values(**ticket))
    return guest


def test_who_comes_instead_begins_anew_by_a_link_of_their_own(club, booking, ready, queue, at):
    old = token_for(ready.traveler_id, 1)
    new = replace(club, booking)
    with pytest.raises(LinkIsOver):
        party_by_link(old, at=at)
    here, teresa = party_by_link(new, at=at)
    assert (teresa.name, teresa.guest, teresa.state) == ("Teresa", 2, RegistrationState.OPEN)
    assert not teresa.done
    assert wishes_of([teresa.traveler_id]) == {}
    assert teresa.subject_id != ready.subject_id
    queue.run_due()
    told = sa.select(Letter).where(Letter.subject == "A new link for Teresa")
    letter = session().scalars(told).one()
    assert letter.employee_id == club.maya.id
    assert new in letter.text
    fill(club.maya, here.reference, position=2)
    assert send(club.maya, booking, position=2)
    assert ledger_violations() == []


def test_what_was_kept_of_the_guest_before_is_gone_at_once(club, booking, ready):
    kept = sa.select(VaultEntry.field).where(VaultEntry.subject_id == ready.subject_id)
    assert session().scalars(kept).all() != []
    session().close()
    replace(club, booking)
    session().close()
    assert session().scalars(kept).all() == []
    subject = session().get_one(VaultSubject, ready.subject_id)
    assert (subject.wrapped_key, subject.erased_at) == (None, clock.now())
    assert kept_of(party(club.maya, booking).members[1])[1] == []
    told = str(session().execute(sa.select(AuditEntry.action, AuditEntry.details)).all())
    assert "registration.guest_replaced" in told
    assert "Rui" not in told
    assert "Teresa" not in told


def test_the_bed_and_drawn_seats_stay_and_the_flight_goes(club, booking, ready, items):
    with transaction():
        kind = session().scalars(sa.select(RoomType.id)).first()
        room = {"variant_id": club.trip.variant_id, "room_type_id": kind, "number": 1, "sleeps": 2}
        session().execute(sa.insert(TripRoom).values(id=1, taken=1, label="214", **room))
        session().execute(sa.insert(TripBed).values(traveler_id=ready.traveler_id, room_id=1))
        place = {"item_id": items[2], "traveler_id": ready.traveler_id, "at": clock.now()}
        session().execute(sa.insert(ActivityPlace).values(**place))
    replace(club, booking)
    session().close()
    of_guest = [
        sa.select(model).where(model.traveler_id == ready.traveler_id)
        for model in (TripBed, ActivityPlace, Ticket, TicketGone)
    ]
    assert [len(session().scalars(one).all()) for one in of_guest] == [1, 1, 0, 1]
    assert session().scalars(sa.select(GuestChange.flights)).one() == 1


def test_a_registration_that_was_sent_is_to_be_sent_again(club, booking, ready):
    replace(club, booking)
    moves = sa.select(RegistrationEvent.to_state, RegistrationEvent.note).where(
        RegistrationEvent.traveler_id == ready.traveler_id
    )
    found = session().execute(moves.order_by(RegistrationEvent.seq)).all()
    assert list(map(tuple, found)) == [("open", ""), ("sent", ""), ("open", "Another guest")]


@pytest.mark.parametrize("page", ["2/traveler", "2/send", "2/replace"])
def test_a_form_made_for_the_guest_before_is_not_of_who_comes_instead(
    club, booking, ready, sign_in, page
):
    maya, address = sign_in(club.maya.id), f"/trips/bookings/{booking}/{page}"
    typed = hidden_fields(maya.get(address).text) | {"name": "Rosa", "call_name": "Rui", "sex": ""}
    typed |= {F.FAMILY_NAME.value: "Rui’s", F.NATIONALITY.value: "PT"}
    assert 'name="guest" value="1"' in maya.get(f"/trips/bookings/{booking}/2/traveler").text
    replace(club, booking)
    answer = maya.post(address, data=typed | {"guest": "1"})
    assert answer.status_code == 303
    shown = maya.get(answer.location).text
    assert "Somebody else comes along in this place by now" in words_on(shown)
    assert "Rui" not in shown
    teresa = party(club.maya, booking).members[1]
    assert (teresa.name, teresa.guest, kept_of(teresa)[1]) == ("Teresa", 2, [])


def test_who_comes_late_has_a_week_for_what_is_over(club, booking, time):
    cutoff = party(club.maya, booking).cutoff_on
    time.forward(days=(cutoff - time().date()).days)
    before = party(club.maya, booking).members[1].section(S.TRAVELER)
    replace(club, booking)
    after = party(club.maya, booking).members[1].section(S.TRAVELER)
    assert after.due_on == max(before.due_on, time().date() + timedelta(days=7))


def test_maya_replaces_until_the_cut_off_and_priya_until_it_leaves(club, booking, time):
    here = party(club.maya, booking)
    time.forward(days=(here.cutoff_on - time().date()).days)
    replace(club, booking, "Teresa")
    time.forward(days=1)
    with pytest.raises(TooLateToReplace, match="Write to those who plan the trip"):
        replace(club, booking, "Ulla")
    replace(club, booking, "Ulla", by=club.priya, plans=True)
    time.forward(days=(here.starts_on - time().date()).days)
    with pytest.raises(TooLateToReplace) as refused:
        replace(club, booking, "Vera", by=club.priya, plans=True)
    assert "Write to" not in refused.value.message
    assert party(club.maya, booking).members[1].name == "Ulla"


@pytest.mark.parametrize("name", ["", "  ", "Rui", " rUI "])
def test_a_name_that_is_none_or_the_same_is_refused(club, booking, ready, name):
    with pytest.raises(BadInput) as refused:
        replace(club, booking, name)
    assert refused.value.facts["field"] == "name"


def test_only_guests_of_a_booking_in_force_are_replaced(club, booking):
    with pytest.raises(NoSuchRegistration):
        replace(club, booking, member=party(club.maya, booking).members[0])
    give_back(club.maya)
    with pytest.raises(NotGoing):
        replace(club, booking)


def test_each_replacement_is_remembered_in_order(club, booking):
    for name in ("Teresa", "Ulla"):
        replace(club, booking, name)
    changes = session().scalars(sa.select(GuestChange.number).order_by(GuestChange.id)).all()
    assert changes == [2, 3]
    assert ledger_violations() == []
    session().close()
    forged = "UPDATE guest_changes SET number = 7 WHERE number = 3"
    assert named_when("I31-guests", forged)
    assert named_when("I31-guests", "DELETE FROM guest_changes WHERE number = 2")


# Races: two who replace at once, and the guest before who saves at that very moment.


def attempt(deed):
    try:
        with transaction():
            return deed()
    except DomainError as refusal:
        return refusal.code


@pytest.mark.race
def test_of_two_who_replace_at_once_one_does(app, club, booking):
    here = party(club.maya, booking)
    names = ("Teresa", "Ulla")

    def deed(number):
        who = (club.maya, club.priya)[number]
        work = lambda: bool(  # noqa: E731
            replace_guest(
                Hand(who), here, here.members[1], names[number], plans=True, at=clock.now()
            )
        )
        return attempt(work)

    came_of_it = all_at_once(app, 2, deed)
    assert sorted(map(str, came_of_it)) == ["True", "guest_changed"]
    session().close()
    assert len(session().scalars(sa.select(GuestChange.id)).all()) == 1
    assert ledger_violations() == []


@pytest.mark.race
def test_what_is_saved_too_late_for_the_guest_before_is_not_kept(club, booking):
    """Maya opened the page of her guest twice, and in the other one named somebody else."""
    late = mine(club.maya, booking, 2)
    replace(club, booking)
    session().close()
    with pytest.raises(GuestChanged), transaction():
        filling.save_passport(late, S.TRAVELER, PASSPORT, at=clock.now())
    session().close()
    assert session().scalars(sa.select(VaultEntry.field)).all() == []
    assert session().scalars(sa.select(SectionDone.section)).all() == []


@pytest.mark.race
def test_control_without_the_guard_the_passport_of_one_lies_with_the_other(
    club, booking, monkeypatch
):
    late = mine(club.maya, booking, 2)
    replace(club, booking)
    session().close()
    monkeypatch.setattr(
        filling,
        "lock_for",
        lambda one, *, at: rows.lock_registration(one.member.traveler_id, at=at),
    )
    with transaction():
        filling.save_passport(late, S.TRAVELER, PASSPORT, at=clock.now())
    _, kept = kept_of(party(club.maya, booking).members[1])
    assert kept


@pytest.mark.race
def test_control_without_its_guard_two_replace_and_one_is_not_remembered(
    club, booking, monkeypatch
):
    here = party(club.maya, booking)
    replace(club, booking)
    monkeypatch.setattr(replacing, "_count", lambda member, at: member.guest + 1)
    session().close()
    with pytest.raises(sa.exc.IntegrityError):  # the second wall: one change of each number
        replace(club, booking, "Ulla", member=here.members[1])


# By pages and by command.


def test_maya_replaces_her_guest_on_a_page(club, booking, sign_in, browser):
    maya, home = sign_in(club.maya.id), f"/trips/bookings/{booking}"
    guest = party(club.maya, booking).members[1].traveler_id
    assert "Somebody else comes along" in words_on(maya.get(home).text)
    page = f"{home}/2/replace"
    shown = words_on(maya.get(page).text)
    assert "In the place of your guest." in shown
    assert post(maya, page, name=" ").status_code == 422
    answer = post(maya, page, name="Teresa")
    assert (answer.status_code, answer.location) == (303, f"{home}#guest-2")
    shown = words_on(maya.get(home).text)
    assert "Teresa comes along" in shown
    assert browser().get(f"/guests/{token_for(guest, 1)}").status_code == 404
    assert browser().get(f"/guests/{token_for(guest, 2)}").status_code == 200
    for position in (1, 3):
        assert maya.get(f"{home}/{position}/replace").status_code == 404
    assert sign_in(club.ben.id).get(page).status_code == 404


def test_after_the_cut_off_the_page_says_who_can(club, booking, sign_in, time):
    here = party(club.maya, booking)
    time.forward(days=(here.cutoff_on - time().date()).days + 1)
    maya, page = sign_in(club.maya.id), f"/trips/bookings/{booking}/2/replace"
    assert "until it leaves they still can" in words_on(maya.get(page).text)
    assert "Somebody else comes along" not in words_on(maya.get(page.rpartition("/2/")[0]).text)


def test_priya_replaces_a_guest_and_her_desk_says_so(club, booking, ready, sign_in, time):
    here = party(club.maya, booking)
    time.forward(days=(here.cutoff_on - time().date()).days + 1)
    priya = sign_in(club.priya.id)
    trip = f"/manage/trips/{club.trip.slug}/{club.trip.variant_id}"
    page = f"{trip}/registrations/{ready.traveler_id}"
    assert "Somebody else comes along" in words_on(priya.get(page).text)
    assert post(priya, f"{page}/replace", name="Teresa").status_code == 303
    shown = words_on(priya.get(page).text)
    assert "Guest no. 2 in this place" in shown
    assert "1 flight to be booked anew" in shown
    assert "New guest since" in words_on(priya.get(f"{trip}/registrations").text)
    desk = words_on(priya.get(f"{trip}/desk").text)
    assert f"Teresa ({booking}/2), with Maya Chen, since" in desk
    assert "no ticket" in desk


def test_ana_is_no_planner(club, booking, sign_in):
    guest = party(club.maya, booking).members[1].traveler_id
    page = f"/manage/trips/{club.trip.slug}/{club.trip.variant_id}/registrations/{guest}/replace"
    assert sign_in(club.ben.id).get(page).status_code == 403


def test_the_page_of_another_departure_knows_them_not(club, booking, sign_in):
    guest = party(club.maya, booking).members[1].traveler_id
    other = f"/manage/trips/{club.trip.slug}/{club.trip.variant_id + 1}"
    answer = sign_in(club.priya.id).get(f"{other}/registrations/{guest}/replace")
    assert answer.status_code == 404
