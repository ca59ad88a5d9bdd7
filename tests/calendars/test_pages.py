"""Ada says when each site works: on pages and by command, refused where it can't be."""

from datetime import date

import pytest
import sqlalchemy as sa

from marketplace.access.actor import Actor
from marketplace.access.roles import Role
from marketplace.calendars.cli import calendars_cli
from marketplace.calendars.models import Holiday
from marketplace.calendars.operations import add_holidays
from marketplace.calendars.policies import MOST_HOLIDAYS
from marketplace.calendars.queries import calendars_of
from marketplace.kernel import clock
from marketplace.kernel.audit import AuditEntry
from marketplace.kernel.db import session, transaction
from tests.support.browsing import hidden_fields
from tests.support.page_lint import lint_page
from tests.support.people import employ, employ_maya

LIST, LISBON = "/manage/calendars", "/manage/calendars/site?site=Lisbon"
TOKYO = {
    "days": ["tuesday", "friday"],
    "opens": "10:00",
    "closes": "18:30",
    "time_zone": "Asia/Tokyo",
}


@pytest.fixture
def ada(at, sign_in):
    """Ada's browser; Maya and Omar work in Lisbon."""
    employ_maya()
    return sign_in(employ("Ada Kowalski", roles=(Role.ADMIN,)))


def send(ada, to, fields, *, at=LISBON):
    page = ada.get(at).text
    return ada.post(to, data=hidden_fields(page) | fields)


def lisbon():
    found = calendars_of(["Lisbon"])["Lisbon"]
    session().close()
    return found


def holidays_of(site):
    wanted = sa.select(Holiday.on_day, Holiday.name).where(Holiday.site == site)
    found = {row.on_day: row.name for row in session().execute(wanted.order_by(Holiday.on_day))}
    session().close()
    return found


def test_ada_gives_lisbon_hours_of_its_own_and_takes_them_back(ada):
    assert "Monday to Friday, 09:00 to 17:00" in ada.get(LIST).text
    assert "(the company’s)" in ada.get(LIST).text
    assert send(ada, LISBON, TOKYO).status_code == 303
    calendar = lisbon()
    assert (calendar.time_zone, calendar.days) == ("Asia/Tokyo", {1, 4})
    assert (calendar.opens_minute, calendar.closes_minute) == (600, 1_110)
    page = ada.get(LIST).text
    assert "Tuesday, Friday, 10:00 to 18:30" in page
    assert lint_page(page) == lint_page(ada.get(LISBON).text) == []
    assert send(ada, "/manage/calendars/follow?site=Lisbon", {}).status_code == 303
    assert lisbon().time_zone == "UTC"
    actions = session().scalars(sa.select(AuditEntry.action).order_by(AuditEntry.id))
    assert list(actions)[-2:] == ["calendars.hours", "calendars.hours_forgotten"]


def test_sites_follow_the_company_until_they_have_hours_of_their_own(ada):
    company = "/manage/calendars/site?site="
    assert send(ada, company, TOKYO, at=company).status_code == 303
    assert lisbon().time_zone == "Asia/Tokyo"


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"days": []}, "Choose one working day at least."),
        ({"days": ["someday"]}, "not a valid choice"),
        ({"opens": "25:00"}, "Enter a time of day"),
        ({"opens": ""}, "Enter when work begins"),
        ({"closes": "09:30"}, "Enter an end that is later than the beginning."),
        ({"closes": "24:01"}, "Enter a time of day"),
        ({"time_zone": "Atlantis"}, "There is no such time zone."),
    ],
)
def test_hours_that_cannot_be_are_refused_with_what_to_enter(ada, wrong, why):
    refused = send(ada, LISBON, TOKYO | wrong)
    assert refused.status_code == 422
    assert why in refused.text
    assert lisbon().time_zone == "UTC"


def test_pasted_holidays_are_added_renamed_and_removed(ada):
    lines = "2026-12-25 Christmas Day\n\n 2027-01-01  New   Year \n"
    to = "/manage/calendars/holidays?site=Lisbon"
    assert send(ada, to, {"lines": lines}).status_code == 303
    assert holidays_of("Lisbon") == {
        date(2026, 12, 25): "Christmas Day",
        date(2027, 1, 1): "New Year",
    }
    assert date(2026, 12, 25) in lisbon().holidays
    assert "Christmas Day, 25 Dec 2026" in ada.get(LIST).text
    assert "1 holiday added or renamed." in follow(ada, send(ada, to, {"lines": "2027-01-01 One"}))
    gone = "/manage/calendars/holidays/remove?site=Lisbon"
    assert "is removed" in follow(ada, send(ada, gone, {"day": "2026-12-25"}))
    assert "was no holiday" in follow(ada, send(ada, gone, {"day": "2026-12-25"}))
    assert holidays_of("Lisbon") == {date(2027, 1, 1): "One"}


def follow(ada, answer):
    return ada.get(answer.headers["Location"]).text


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        ("", "Enter a day and its name"),
        ("2026-12-25 Christmas\n2026-13-01 Never", "Line 2: Enter a date as YYYY-MM-DD"),
        ("2026-12-25", "Line 1: write the name of the holiday behind 2026-12-25"),
        (f"2026-12-25 {'x' * 81}", "at most 80 characters"),
    ],
)
def test_lines_that_cannot_be_read_are_named_and_nothing_is_added(ada, lines, why):
    refused = send(ada, "/manage/calendars/holidays?site=Lisbon", {"lines": lines})
    assert refused.status_code == 422
    assert why in refused.text
    assert holidays_of("Lisbon") == {}


def test_more_holidays_than_a_year_has_days_are_refused(ada):
    days = {date.fromordinal(738_000 + number): "Off" for number in range(MOST_HOLIDAYS)}
    with transaction():
        add_holidays(Actor.system(), "Lisbon", days, at=clock.now())
    to = "/manage/calendars/holidays?site=Lisbon"
    refused = send(ada, to, {"lines": "2026-12-25 Christmas Day"})
    assert refused.status_code == 422
    assert "more than 400 holidays" in refused.text


@pytest.mark.parametrize("address", ["/manage/calendars/site?site=Atlantis"])
def test_a_site_where_nobody_works_is_not_found(ada, address):
    assert ada.get(address).status_code == 404
    fields = hidden_fields(ada.get(LISBON).text)
    assert ada.post(address, data=fields | TOKYO).status_code == 404


@pytest.mark.parametrize("day", ["", "tomorrow", "2026-02-30"])
def test_a_day_that_is_none_is_no_holiday_to_remove(ada, day):
    answer = send(ada, "/manage/calendars/holidays/remove?site=Lisbon", {"day": day})
    assert answer.status_code == 422


def test_a_form_sent_twice_is_one_change(ada):
    page = ada.get(LISBON).text
    for _time in range(2):
        assert ada.post(LISBON, data=hidden_fields(page) | TOKYO).status_code == 303
    changes = session().query(AuditEntry).filter_by(action="calendars.hours")
    assert changes.count() == 1


def test_commands_list_set_and_name_holidays(ada, app, tmp_path):
    session().close()
    run = app.test_cli_runner().invoke
    assert "Lisbon: Monday to Friday, 09:00 to 17:00 UTC" in run(calendars_cli, ["list"]).output
    done = run(calendars_cli, ["set", "--site", "Lisbon", "--time-zone", "Europe/Lisbon"])
    assert done.exit_code == 0
    assert "09:00 to 17:00 Europe/Lisbon" in run(calendars_cli, ["list"]).output
    file = tmp_path / "holidays.txt"
    file.write_text("2026-12-25 Christmas Day\n", "utf-8")
    added = run(calendars_cli, ["holidays", "--site", "Lisbon", "--add", str(file)])
    assert added.output == "1 added or renamed.\n2026-12-25 Christmas Day\n"
    gone = run(calendars_cli, ["holidays", "--site", "Lisbon", "--remove", "2026-12-25"])
    assert gone.output == "Removed.\n"
    wrong = run(calendars_cli, ["set", "--site", "Lisbon", "--opens", "19:00"])
    assert "later than the beginning" in str(wrong.exception)
    lost = run(calendars_cli, ["holidays", "--add", str(tmp_path / "none.txt")])
    assert "can't be read as text" in lost.output
