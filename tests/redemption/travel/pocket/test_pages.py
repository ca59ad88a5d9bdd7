"""The pages of an itinerary: Maya reads, looks again, follows it in her calendar, prints it."""

from dataclasses import replace

import pikepdf
import pytest

from catalog.trips import operations as planning
from tests.redemption.travel.pocket.conftest import TRAM
from tests.support.browsing import hidden_fields, words_on
from tests.support.calendars import events_in
from tests.support.page_lint import lint_page


@pytest.fixture
def maya_at(journey, sign_in):
    return sign_in(journey.maya.id)


def read(client, path):
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    assert lint_page(answer.text) == []
    return answer.text


def test_maya_says_that_she_has_seen_what_changed(journey, maya_at, time):
    here = f"/trips/bookings/{journey.reference}/itinerary"
    assert "Changed since you last looked" not in read(maya_at, here)
    journey.plan(planning.change_item, journey.tram, replace(TRAM, name="Tram 15"), at=time())
    time.forward(minutes=1)
    page = read(maya_at, here)
    assert "was “Tram 28”" in words_on(page)
    sent = hidden_fields(page) | {"until": time().isoformat()}
    assert maya_at.post(f"{here}/seen", data=sent).status_code == 303
    assert "Changed since you last looked" not in read(maya_at, here)


def test_a_moment_that_is_none_is_refused(journey, maya_at):
    here = f"/trips/bookings/{journey.reference}/itinerary"
    sent = hidden_fields(read(maya_at, here)) | {"until": "yesterday"}
    assert maya_at.post(f"{here}/seen", data=sent).status_code in {400, 422}


def test_a_calendar_follows_at_an_address_of_its_own(journey, maya_at, browser):
    here = f"/trips/bookings/{journey.reference}/calendar"
    sent = hidden_fields(read(maya_at, here))
    assert maya_at.post(here, data=sent).status_code == 303
    page = read(maya_at, here)
    path = "/trips/calendars/" + page.split("/trips/calendars/")[1].split(".ics")[0] + ".ics"
    answer = browser().get(path)
    assert answer.status_code == 200
    assert answer.mimetype == "text/calendar"
    assert len(events_in(answer.data)) == 4
    again = browser().get(path, headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert maya_at.post(f"{here}/close", data=hidden_fields(page)).status_code == 303
    assert browser().get(path).status_code == 404


def test_the_paper_is_tagged_and_has_a_cover(journey, maya_at, tmp_path):
    answer = maya_at.get(f"/trips/bookings/{journey.reference}/itinerary.pdf")
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    kept = tmp_path / "itinerary.pdf"
    kept.write_bytes(answer.data)
    with pikepdf.open(kept) as document:
        assert document.Root.MarkInfo.Marked
        assert "Lisbon together" in str(document.docinfo["/Title"])
        assert len(document.pages) == 2


def test_the_worker_of_the_pages_is_a_script(journey, browser):
    answer = browser().get("/trips/bookings/worker.js")
    assert answer.mimetype == "text/javascript"
    assert "laurel-itinerary" in answer.text
