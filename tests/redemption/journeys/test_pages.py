"""The way of a package through its pages: Maya asks, Omar wants other dates, Ana books."""

import io
import re

import pytest
from click.testing import CliRunner

from marketplace.ledger.check import ledger_violations
from redemption.journeys.cli import journeys_cli
from tests.support.browsing import hidden_fields, words_on
from tests.support.page_lint import lint_page
from tests.support.redemption import approve, form_of, line_of
from tests.support.shortages import task_of
from tests.support.travel_dates import ask_other_dates, wish

DATES = {
    "first_on": "2027-05-14",
    "second_on": "2027-05-21",
    "nights": "3",
    "travelers": "2",
    "cover": "lena.novak@evergreen.example",
}
MADE = {
    "starts_on": "2027-05-21",
    "ends_on": "2027-05-24",
    "operator": "Ribeira Rooms",
    "confirmation": "RR-2207",
    "parts": "Train 121, 08:15\nRibeira Rooms, three nights",
}
PDF = b"%PDF-1.7\nseat 4A\n%%EOF\n"


def read(client, path, status=200):
    answer = client.get(path)
    assert answer.status_code == status, answer.text
    assert lint_page(answer.text) == []
    return answer


def asked_on(client, travel, **changes):
    path = f"/rewards/{travel.porto.slug}/redeem"
    page = read(client, path)
    form = form_of(page) | {"seen_terms": "1"} | DATES | changes
    return client.post(path, data=form)


@pytest.fixture
def maya(travel, sign_in):
    return sign_in(travel.maya.id)


@pytest.fixture
def approved(travel, queue, time):
    reference = wish(travel.maya, travel.porto, travel.lena)
    for who in (travel.omar, travel.wei):
        approve(who, reference)
        time.forward(minutes=1)
        queue.run_due()
    return reference


def test_maya_asks_for_dates_on_the_check_page(travel, maya):
    page = words_on(read(maya, f"/rewards/{travel.porto.slug}/redeem").text)
    assert "until 23 Dec 2026, also when it changes meanwhile" in page
    assert "14 Dec 2026 to 23 Nov 2027." in page
    sent = asked_on(maya, travel)
    assert sent.status_code == 303
    shown = words_on(read(maya, sent.location).text)
    assert "14 May 2027 to 17 May 2027, 3 nights" in shown
    assert "Stands in at work Lena Novak" in shown


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"nights": "9"}, "It takes 2 to 5 nights."),
        ({"first_on": "2026-11-30"}, "It can begin from 14 Dec 2026 on."),
        ({"first_on": "soon"}, "Not a valid date"),
        ({"first_on": ""}, "Enter the first night."),
        ({"travelers": "3"}, "For you and a guest."),
        ({"cover": "Maya Chen"}, "You can’t stand in for yourself."),
        ({"cover": "Nobody"}, "No colleague at work is called “Nobody”"),
        ({"seen_terms": "3"}, "The terms of this package changed"),
    ],
)
def test_what_does_not_fit_is_said_at_its_field(travel, maya, changes, told):
    sent = asked_on(maya, travel, **changes)
    assert sent.status_code in {409, 422}, sent.status_code
    assert told in words_on(sent.text)
    assert lint_page(sent.text) == []
    assert "14 May 2027" in sent.text or "2027-05-21" in sent.text  # what was typed stays


def test_omar_asks_for_other_dates_and_maya_chooses_them(travel, maya, sign_in):
    reference = asked_on(maya, travel).location.rsplit("/", 1)[1]
    omar, here = sign_in(travel.omar.id), f"/approvals/{reference}"
    shown = words_on(read(omar, here).text)
    assert "Stands in at work Lena Novak, at work in these days" in shown
    assert "Price guaranteed until 23 Dec 2026" in shown
    read(omar, f"/approvals?request={reference}")
    form = hidden_fields(read(omar, f"{here}/dates").text)
    assert omar.post(f"{here}/dates", data=form | {"words": " "}).status_code == 422
    sent = omar.post(f"{here}/dates", data=form | {"words": "It is launch week."})
    assert sent.status_code == 303
    assert "is asked for other dates" in words_on(read(omar, here).text)
    maya = sign_in(travel.maya.id)
    assert "Omar Haddad asks for other dates" in words_on(
        read(maya, f"/redemptions/{reference}").text
    )
    dates = f"/redemptions/{reference}/dates"
    page = read(maya, dates)
    assert "as promised until 23 Dec 2026" in words_on(page.text)
    form = form_of(page) | {"seen_terms": "1"} | DATES
    wrong = maya.post(dates, data=form | {"nights": "1"})
    assert "It takes 2 to 5 nights." in words_on(wrong.text)
    sent = maya.post(dates, data=hidden_fields(wrong.text) | form | {"first_on": "2027-05-28"})
    assert sent.status_code == 303, words_on(sent.text)
    assert f"In place of {reference}" in words_on(read(maya, sent.location).text)
    assert sent.location.rsplit("/", 1)[1] in read(maya, f"/redemptions/{reference}").text
    assert maya.get(dates).status_code == 303
    assert ledger_violations() == []


def test_ana_books_with_documents_that_only_maya_and_the_desk_can_open(
    travel, approved, sign_in, queue
):
    ana, task = sign_in(travel.ana.id), task_of(approved).id
    assert "Porto for two" in words_on(read(ana, "/manage/journeys").text)
    assert "Open it at the travel desk" in words_on(read(ana, f"/manage/fulfillment/{task}").text)
    here = f"/manage/journeys/{task}"
    form = hidden_fields(read(ana, here).text)
    bad = ana.post(f"{here}/booked", data=form | MADE | {"ends_on": "2027-05-01"})
    assert (bad.status_code, lint_page(bad.text)) == (422, [])
    sent = form | MADE | {"documents": (io.BytesIO(PDF), "Ticket.pdf")}
    assert ana.post(f"{here}/booked", data=sent).status_code == 303
    shown = read(ana, here)
    assert "From 21 May 2027, your second choice, instead of 14 May 2027" in words_on(shown.text)
    assert ana.get(re.search(rf'href="({here}/documents/\d+)"', shown.text)[1]).data == PDF
    maya = sign_in(travel.maya.id)
    mine = read(maya, f"/redemptions/{approved}")
    link = re.search(r'href="(/redemptions/[^"]*/documents/\d+)"', mine.text)[1]
    opened = maya.get(link)
    assert (opened.data, opened.mimetype) == (PDF, "application/pdf")
    assert opened.headers["Cache-Control"] == "private, no-store"
    assert sign_in(travel.omar.id).get(link).status_code == 404
    queue.run_due()


def test_a_guarantee_that_is_over_is_kept_or_asked_about(travel, approved, sign_in, time):
    time.forward(days=31)
    ana, here = sign_in(travel.ana.id), f"/manage/journeys/{task_of(approved).id}"
    assert "Guarantee over" in words_on(read(ana, "/manage/journeys").text)
    form = hidden_fields(read(ana, here).text)
    assert "guaranteed until 23 Dec 2026" in words_on(
        ana.post(f"{here}/booked", data=form | MADE).text
    )
    assert ana.post(f"{here}/price", data=form | {"words": ""}).status_code == 422
    sent = ana.post(f"{here}/price", data=form | {"words": "The hotel raised it."})
    assert sent.status_code == 303
    assert "Maya Chen is asked" in words_on(read(ana, here).text)
    maya = sign_in(travel.maya.id)
    assert "Your yes is needed" in words_on(read(maya, f"/redemptions/{approved}").text)
    assert "as of today" in words_on(read(maya, f"/redemptions/{approved}/dates").text)
    ana = sign_in(travel.ana.id)
    form = hidden_fields(read(ana, here).text)
    assert ana.post(f"{here}/keep", data=form | {"days": "0"}).status_code == 422
    assert ana.post(f"{here}/keep", data=form | {"days": "5"}).status_code == 303
    assert "Book it" in words_on(read(ana, here).text)


def test_the_desk_works_at_the_terminal(travel, approved, tmp_path, time):
    ticket = tmp_path / "ticket.pdf"
    ticket.write_bytes(PDF)

    def run(*arguments):
        answer = CliRunner().invoke(journeys_cli, [str(one) for one in arguments])
        if answer.exception:
            raise answer.exception
        return answer.output

    by = ("--by", travel.ana.email)
    assert "To book, " in run("list")
    time.forward(days=31)
    assert "They are asked" in run("ask-price", approved, *by, "--words", "It costs more now.")
    assert "Maya Chen acts next" in run("list")
    assert "until 29 Dec 2026" in run("keep-price", approved, 5, *by)
    made = ("--from", "2027-05-14", "--to", "2027-05-17", "--with", "Ribeira Rooms")
    said = run("book", approved, *by, *made, "--confirmation", "RR-1", "--document", ticket)
    assert said == "Booked.\n"
    again = (*made, "--confirmation", "RR-2", "--note", "A quieter room.")
    assert "as number 2" in run("book", approved, *by, *again)
    assert line_of(approved).state == "fulfilled"


def test_other_dates_are_no_way_into_what_is_someone_elses(travel, sign_in):
    reference = wish(travel.maya, travel.porto, travel.lena)
    ask_other_dates(travel.omar, reference)
    assert sign_in(travel.lena.id).get(f"/redemptions/{reference}/dates").status_code == 404
    assert sign_in(travel.lena.id).get(f"/approvals/{reference}/dates").status_code in {403, 404}
