"""From invitation to a sent registration, by pages alone; a guest by their link."""

import re

import pytest
import sqlalchemy as sa

from catalog.trips.operations import put_rooms
from catalog.trips.plan import NewRoom
from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.kernel.mail import Letter
from redemption.travel.activities.queries import draw_facts
from redemption.travel.registration import jobs as begun
from redemption.travel.registration.links import token_for
from redemption.travel.registration.states import RegistrationState, Section
from redemption.travel.vault.consent import CURRENT
from redemption.travel.vault.models import VaultEntry
from redemption.travel.vault.states import VaultField as F
from tests.support.browsing import hidden_fields, send, words_on
from tests.support.invitations import invitation_of, invite
from tests.support.registration import begin, fill, go, party, wish_for
from tests.support.vault import CANARIES, NEEDS, PASSPORT

NAME = {f.value: PASSPORT[f] for f in (F.FAMILY_NAME, F.GIVEN_NAMES, F.BIRTH_DATE, F.NATIONALITY)}
BOOK = {f.value: PASSPORT[f] for f in (F.PASSPORT_NUMBER, F.ISSUED_ON, F.EXPIRES_ON)}
KIND = {f.value: text for f, text in NEEDS.items()} | {"agree": "1", "text_version": CURRENT}
NAME["sex"] = ""
BOOK["issuing_country"] = ""
JOURNEY = {
    "from_place": "Auckland", "outbound_on": "2027-05-12", "outbound_part": "morning",
    "return_on": "2027-05-16", "return_part": "any",
}  # fmt: skip
ROOM = {"room_type": "", "bed": "one"}


def go_on(client, page, **fields):
    """Fill a page in and press Continue; the address it leads to."""
    assert client.get(page).status_code == 200
    answer = send(client, page, **fields)
    assert answer.status_code == 303, words_on(answer.text)
    return answer.location


def test_maya_is_through_after_eight_presses(club, items, sign_in):
    invite(club.priya, club.trip, [club.maya.id])
    maya = sign_in(club.maya.id)
    page = f"/invitations/{invitation_of(club.maya.id).id}"
    home = go_on(maya, page, guests="1")
    begin(club.maya, home.rsplit("/", 1)[1])
    first = re.search(r'href="([^"]+/1/traveler)"', maya.get(home).text)[1]
    page = go_on(maya, first, **NAME)
    page = go_on(maya, page, **BOOK)
    page = go_on(maya, page, **JOURNEY)
    page = go_on(maya, page, **ROOM)
    page = go_on(maya, page, **KIND)
    page = go_on(maya, page, wish_1=str(items[0]), wish_2=str(items[1]))
    assert page.endswith("/send")
    shown = maya.get(page).text
    assert not any(canary in shown for canary in CANARIES)
    assert "•••384" in shown
    assert "1. Old tram" in shown
    assert go_on(maya, page) == home
    assert "Your registration is complete" in words_on(maya.get(home).text)


def test_a_guest_fills_in_their_own_without_an_account(club, booking, browser):
    fill(club.maya, booking)
    guest = party(club.maya, booking).members[1]
    home = f"/guests/{token_for(guest.traveler_id, 1)}"
    client = browser()
    answer = client.get(home)
    assert answer.headers["X-Robots-Tag"] == "noindex, nofollow, noarchive"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert booking not in answer.text
    page = go_on(client, f"{home}/traveler", call_name="Ottoline", **NAME)
    page = go_on(client, page, **BOOK)
    page = go_on(client, page, **KIND)
    page = go_on(client, page, along="same")
    assert page == f"{home}/send"
    assert "The same as Maya Chen" in words_on(client.get(page).text)
    assert go_on(client, page) == home
    found = party(club.maya, booking).members[1]
    assert (found.name, found.state) == ("Ottoline", RegistrationState.SENT)
    for section in ("travel", "room", "nothing"):
        assert client.get(f"{home}/{section}").status_code == 404


def test_who_has_a_passport_that_does_not_do_hears_so_at_once_and_before_sending(
    club, booking, sign_in
):
    maya, page = sign_in(club.maya.id), f"/trips/bookings/{booking}/1/documents"
    late = "The passport has to be valid until"
    after = go_on(maya, page, **BOOK | {"expires_on": "2027-06-30"})
    assert f"“Passport” is saved, but does not do yet. {late}" in words_on(maya.get(after).text)
    sending = f"/trips/bookings/{booking}/1/send"
    for shown in (page, sending):
        assert late in words_on(maya.get(shown).text)
    after = go_on(maya, page, **BOOK)
    assert "“Passport” is saved." in words_on(maya.get(after).text)
    assert late not in words_on(maya.get(sending).text)


def test_a_guest_who_is_too_young_hears_so_with_their_name(club, booking, browser):
    guest = party(club.maya, booking).members[1]
    home, client = f"/guests/{token_for(guest.traveler_id, 1)}", browser()
    named = NAME | {"call_name": "Rui", "birth_date": "2020-01-01"}
    after = go_on(client, f"{home}/traveler", **named)
    young = "Who comes along has to be"
    assert young in words_on(client.get(after).text)
    assert young in words_on(client.get(f"{home}/traveler").text)
    assert "To be solved before you go" in words_on(client.get(f"{home}/send").text)


def test_once_the_trip_has_begun_nothing_is_said_to_be_missing(club, booking, sign_in, time):
    page = f"/trips/bookings/{booking}"
    assert "The trip has begun" not in sign_in(club.maya.id).get(page).text
    time.forward(days=(party(club.maya, booking).starts_on - time().date()).days)
    shown = words_on(sign_in(club.maya.id).get(page).text)
    assert "The trip has begun, so nothing more is asked here." in shown
    assert "Missing" not in shown
    assert "By this link they read their itinerary" in shown


def test_who_is_booked_once_the_trip_has_begun_is_not_asked_to_register(club, items, time):
    def opened(reference):
        begun.begin(party(club.maya, reference).booking_id)
        session().close()
        told = sa.select(Letter.id).where(Letter.subject.startswith("Before you go"))
        return len(session().scalars(told).all())

    reference = go(club.priya, club.trip, club.maya)
    time.forward(days=(party(club.maya, reference).starts_on - time().date()).days)
    assert opened(reference) == 0
    time.forward(days=-1)
    assert opened(reference) == 1


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (("2027-05-18", "2027-05-19"), "The trip ends on 16 May 2027."),
        (("2027-05-10", "2027-05-12"), "The trip begins on 13 May 2027."),
    ],
)
def test_days_that_miss_the_trip_are_a_slip(club, booking, sign_in, days, words):
    maya, page = sign_in(club.maya.id), f"/trips/bookings/{booking}/1/travel"
    out, home = days
    answer = send(maya, page, **JOURNEY | {"outbound_on": out, "return_on": home})
    assert answer.status_code in {409, 422}
    assert words in words_on(answer.text)
    assert out in answer.text
    assert "not before the one you leave on" in words_on(
        send(maya, page, **JOURNEY | {"return_on": "2027-05-11"}).text
    )


def test_a_party_of_two_chooses_among_rooms_for_two(club, booking, sign_in):
    with transaction():
        single = NewRoom(name="Single", sleeps=1, rooms=4)
        put_rooms(club.priya, club.trip.variant_id, single, at=clock.now())
    page = words_on(sign_in(club.maya.id).get(f"/trips/bookings/{booking}/1/room").text)
    assert "Double, for 2" in page
    assert "Single" not in page


def test_the_form_twice_is_one_deed(club, booking, sign_in):
    maya = sign_in(club.maya.id)
    page = f"/trips/bookings/{booking}/1/documents"
    fields = hidden_fields(maya.get(page).text) | BOOK
    first, second = maya.post(page, data=fields), maya.post(page, data=fields)
    assert (first.status_code, second.status_code) == (303, 303)
    versions = session().scalars(sa.select(VaultEntry.version)).all()
    assert set(versions) == {1}


def test_maya_sees_of_her_guests_passport_only_that_it_is_there(club, booking, sign_in):
    fill(club.maya, booking)
    fill(club.maya, booking, position=2)
    maya = sign_in(club.maya.id)
    for page in ("", "/2/traveler", "/2/documents", "/2/needs", "/2/send", "/1/documents"):
        shown = maya.get(f"/trips/bookings/{booking}{page}").text
        assert not any(canary in shown for canary in CANARIES), page


@pytest.mark.parametrize("section", list(Section))
def test_ben_finds_nothing_of_mayas(club, booking, sign_in, section):
    ben = sign_in(club.ben.id)
    assert ben.get(f"/trips/bookings/{booking}").status_code == 404
    assert ben.get(f"/trips/bookings/{booking}/1/{section.value}").status_code == 404


def test_a_link_that_does_not_hold_says_so_and_is_counted(club, booking, browser):
    client = browser()
    answers = {client.get(f"/guests/{number:064x}").status_code for number in range(40)}
    assert answers == {404, 429}


def test_what_is_wrong_is_said_at_its_field(club, booking, sign_in, items):
    maya = sign_in(club.maya.id)
    here = f"/trips/bookings/{booking}/1"
    wrong = {
        "documents": (BOOK | {"passport_number": "!"}, "5 to 20 letters and digits"),
        "travel": (JOURNEY | {"from_place": ""}, "Enter an airport or a town"),
        "room": (ROOM | {"bed": "hammock"}, "Not a valid choice"),
        "needs": ({"diet": "None"} | {"text_version": CURRENT}, "only if you agree"),
        "activities": ({"wish_1": str(items[0]), "wish_2": str(items[0])}, "further up already"),
    }
    for section, (fields, words) in wrong.items():
        answer = send(maya, f"{here}/{section}", **fields)
        assert answer.status_code == 422, section
        assert words in words_on(answer.text), section


def test_a_new_link_ends_the_one_before(club, booking, sign_in, browser):
    maya, guest = sign_in(club.maya.id), party(club.maya, booking).members[1]
    home, first = f"/trips/bookings/{booking}", f"/guests/{token_for(guest.traveler_id, 1)}"
    assert send(maya, home, f"{home}/2/link").status_code == 303
    assert browser().get(first).status_code == 404
    assert browser().get(f"/guests/{token_for(guest.traveler_id, 2)}").status_code == 200
    assert send(maya, home, f"{home}/2/link/end").status_code == 303
    assert "No link holds at the moment" in words_on(maya.get(home).text)


def test_priya_sees_how_far_they_are_and_opens_a_section_again(club, booking, sign_in, time):
    fill(club.maya, booking, Section.TRAVELER)
    priya = sign_in(club.priya.id)
    desk = f"/manage/trips/{club.trip.slug}/{club.trip.variant_id}/registrations"
    shown = words_on(priya.get(desk).text)
    assert "Guest of Maya Chen" in shown
    assert "1 of 6" in shown
    traveler = party(club.maya, booking).members[0].traveler_id
    answer = send(priya, f"{desk}/{traveler}", f"{desk}/{traveler}/reopen",
                  section="room", until_on="2027-05-11", reason="More suites.")  # fmt: skip
    assert answer.status_code == 303
    assert "More suites." in words_on(priya.get(f"{desk}/{traveler}").text)
    assert send(priya, desk, f"{desk}/deadlines", room="2027-02-01").status_code == 303
    refused = send(priya, desk, f"{desk}/deadlines", room="2029-02-01")
    assert refused.status_code == 422


def test_priya_sees_only_who_is_late_and_writes_to_who_has_not_sent_it(
    club, booking, sign_in, time
):
    priya = sign_in(club.priya.id)
    trip = f"/manage/trips/{club.trip.slug}/{club.trip.variant_id}"
    late = words_on(priya.get(f"{trip}/registrations?view=late").text)
    assert "Late 0" in late
    assert "Nobody here." in late
    assert send(priya, f"{trip}/registrations", f"{trip}/registrations/deadlines",
                travel=clock.today().isoformat()).status_code == 303  # fmt: skip
    time.forward(days=30)
    priya = sign_in(club.priya.id)
    late = words_on(priya.get(f"{trip}/registrations?view=late").text)
    assert "Late 1 To be sent 2 Sent 0" in late
    assert "Name, passport, journey, room" in late
    assert "Guest of Maya Chen" not in late
    waiting = priya.get(f"{trip}/registrations?view=open").text
    assert f'href="{trip}/desk/messages/new?to=no-registered"' in waiting
    letter = priya.get(f"{trip}/desk/messages/new?to=no-registered").text
    assert 'value="no-registered" selected' in letter


def test_priya_draws_and_maya_takes_what_is_free(club, booking, items, sign_in, time):
    wish_for(club.maya, booking, items[0])
    priya, maya = sign_in(club.priya.id), sign_in(club.maya.id)
    desk = f"/manage/trips/{club.trip.slug}/{club.trip.variant_id}/desk/activities"
    assert "The draw can be held after that day" in words_on(priya.get(desk).text)
    assert priya.get(f"{desk}/draw.csv").status_code == 404
    time.forward(days=(party(club.maya, booking).starts_on - clock.today()).days - 29)
    priya, maya = sign_in(club.priya.id), sign_in(club.maya.id)
    assert send(priya, desk, f"{desk}/draw").status_code == 303
    assert "1 place for 1 wish list" in words_on(priya.get(desk).text)
    assert priya.get(f"{desk}/draw.csv").data.startswith(b"\xef\xbb\xbfwhat,number")
    page = f"/trips/bookings/{booking}/1/activities"
    shown = maya.get(page).text
    assert draw_facts(club.trip.variant_id).seed in shown
    assert (
        maya.get(f"/trips/bookings/{booking}/draw.csv").data == priya.get(f"{desk}/draw.csv").data
    )
    seats = f"/trips/bookings/{booking}/1/seats/{items[1]}"
    assert send(maya, page, f"{seats}/take").location == page
    assert "You have a seat: Fado evening." in words_on(maya.get(page).text)
    assert send(maya, page, f"{seats}/leave").location == page
    assert "free for somebody else" in words_on(maya.get(page).text)
