"""Who was on a trip has a badge that says so; who did not come has none."""

import pytest
import sqlalchemy as sa

from marketplace.kernel.db import session, transaction
from marketplace.kernel.errors import NotFound
from marketplace.kernel.mail import Letter
from marketplace.ledger.check import ledger_violations
from marketplace.people.badges import badges_of
from redemption.credentials.operations import choose_name, revoke_certificate
from redemption.travel.after.jobs import close_trips
from redemption.travel.after.operations.reporting import say_who_came
from redemption.travel.after.queries.report import heads_of
from redemption.vouchers.models import Certificate
from redemption.vouchers.queries import badge_from_trip
from tests.redemption.travel.after.conftest import BACK
from tests.support.browsing import hidden_fields
from tests.support.tampering import named_when


def badge(over, who):
    session().close()
    return badge_from_trip(who, over.bookings[who.id])


def said(over, who, *, came):
    """Priya says whether somebody came."""
    head = next(one for one in heads_of(over.variant_id) if one.booking == over.bookings[who.id])
    over.do(say_who_came, head.traveler_id, came=came)


def test_maya_brings_a_badge_back_and_her_guest_does_not(over):
    mine = badge(over, over.club.maya)
    assert mine.title == over.club.trip.name
    assert mine.reason.startswith("Traveled with 4 others to Lisbon")
    assert mine.name == "Maya Chen"
    count = sa.select(sa.func.count()).select_from(Certificate)
    assert session().scalar(count) == 4
    assert ledger_violations() == []


def test_it_stands_on_her_page_among_her_badges(over):
    assert [one.title for one in badges_of(over.club.maya.id)] == [over.club.trip.name]


def test_two_nights_give_one_badge(over):
    close_trips(BACK.date())
    assert session().scalar(sa.select(sa.func.count()).select_from(Certificate)) == 4


def test_who_did_not_come_loses_it_and_gets_it_back_when_that_was_a_mistake(over, queue):
    cleo = over.club.cleo
    first = badge(over, cleo)
    said(over, cleo, came=False)
    assert badge(over, cleo).standing == "void"
    assert badges_of(cleo.id) == []
    queue.run_due()
    letter = session().scalars(sa.select(Letter).where(Letter.subject.startswith("Taken"))).one()
    assert letter.employee_id == cleo.id
    assert f"/trips/bookings/{over.bookings[cleo.id]}/itinerary" in letter.text
    said(over, cleo, came=True)
    again = badge(over, cleo)
    assert (again.standing, again.number != first.number) == ("valid", True)
    assert ledger_violations() == []


def test_one_that_priya_took_back_stays_away(over):
    ben = over.club.ben
    number = badge(over, ben).number
    with transaction():
        revoke_certificate(over.priya, number, reason="By mistake", at=BACK)
    close_trips(BACK.date())
    assert badge(over, ben).standing == "void"
    assert ledger_violations() == []


def test_maya_reads_it_and_hides_her_name(over, queue, sign_in):
    queue.run_due()  # signs it
    maya, reference = over.club.maya, over.bookings[over.club.maya.id]
    browser = sign_in(maya.id)
    address = f"/trips/bookings/{reference}/itinerary"
    page = browser.get(address).text
    assert "Your badge" in page
    assert "Hide my name there" in page
    sent = hidden_fields(page) | {"shows_name": ""}
    assert browser.post(f"/trips/bookings/{reference}/name", data=sent).status_code == 303
    assert "Show my name there" in browser.get(address).text
    public = browser.get(f"/credentials/{badge(over, maya).token}").text
    assert "Maya Chen" not in public.partition("<main")[2]
    assert "gives this badge to those who traveled with it." in public


def test_nobody_chooses_for_somebody_else(over):
    with pytest.raises(NotFound), transaction():
        choose_name(over.club.ben, over.bookings[over.club.maya.id], shows_name=False)


@pytest.mark.parametrize(
    "forged",
    [
        "DELETE FROM certificates",
        "UPDATE certificates SET employee_id = 1000000",
        "UPDATE bookings SET state = 'cancelled'",
    ],
)
def test_the_check_finds_a_traveler_without_a_badge_and_a_badge_of_somebody_else(over, forged):
    assert named_when("I33-travelers", forged) == {"I33-travelers"}


def test_the_check_finds_a_badge_of_who_did_not_come(over):
    said(over, over.club.cleo, came=False)
    forged = "UPDATE certificates SET state = 'valid', voided_at = NULL WHERE state = 'void'"
    assert named_when("I33-travelers", forged) == {"I33-travelers"}


def test_the_check_finds_two_badges_for_one_place(over):
    words = "line_id, traveler_id, employee_id, reward_id, reference, kind, title, slug, art, name"
    kept = f"{words}, reason, signers, state, issued_at"
    forged = f"""INSERT INTO certificates ({kept}, unit_no, number)
    SELECT {kept}, 2, '1' || number FROM certificates"""
    assert named_when("I34", "DROP INDEX uq_certificates_traveler_in_force", forged) == {"I34"}
