"""Samuel keeps the books on pages, in files and at the terminal."""

import csv
import io
from datetime import date

import pytest
from click.testing import CliRunner

from marketplace.access.roles import Role
from marketplace.insights.books.cli import books_cli
from marketplace.insights.books.queries import movements
from marketplace.kernel import clock
from marketplace.kernel.db import transaction
from marketplace.ledger.operations import set_point_value
from marketplace.ledger.queries import PointValue
from marketplace.ledger.queries.periods import closed_periods
from tests.support.browsing import hidden_fields, read, send
from tests.support.ledger import give_points, hold
from tests.support.people import employ


@pytest.fixture
def samuel(time, sign_in):
    """Samuel of finance, two days after Maya earned 300 points in Portugal."""
    with transaction():
        set_point_value(PointValue("PT", "EUR", 1, 1), valid_from=date(2026, 1, 1))
    maya = employ("Maya Chen", country="PT")
    give_points(maya, 300)
    hold(maya, 120)
    time.forward(days=2)
    return sign_in(employ("Samuel Brandt", roles=(Role.FINANCE,)))


PERIODS = "/manage/books/periods"


def words(page):
    return " ".join(page.text.split())


def close(samuel, day):
    return send(samuel, PERIODS, through=day)


def test_the_month_so_far_agrees_with_the_ledger_and_says_that_it_may_change(samuel):
    page = words(samuel.get("/manage/books"))
    assert '300 <span class="stat__unit">points' in page
    assert "€3" in page
    assert "No period is closed yet" in page
    assert "does not agree" not in page


def test_a_day_nobody_knows_yet_and_a_turned_stretch_are_said_at_their_fields(samuel):
    ahead = words(samuel.get("/manage/books?since=2026-11-01&until=2026-12-24"))
    assert "Enter 2026-11-25 or an earlier day." in ahead
    turned = words(samuel.get("/manage/books?since=2026-11-20&until=2026-11-01"))
    assert "Enter a day that is not after the last one." in turned
    odd = words(samuel.get("/manage/books?since=soon&until=2026-11-01&time=99:99"))
    assert 'value="soon"' in odd
    assert samuel.get("/manage/books/roll-forward.csv?since=soon").status_code == 422


def test_any_second_can_be_asked_for(samuel):
    at_nine = "/manage/books?since=2026-11-01&until=2026-11-23&time="
    assert "Nobody had earned any points" in words(samuel.get(at_nine + "08:59:59"))
    assert "Maya" not in words(samuel.get(at_nine + "09:00:00"))
    assert "300" in words(samuel.get(at_nine + "09:00:00"))


@pytest.mark.parametrize("page", ["roll-forward", "aging"])
def test_both_reports_go_along_as_csv_and_xlsx(samuel, page):
    answer = samuel.get(f"/manage/books/{page}.csv")
    (row,) = csv.DictReader(io.StringIO(answer.get_data(as_text=True).lstrip("\ufeff")))
    assert row["Closing" if page == "roll-forward" else "Points"] == "300"
    assert samuel.get(f"/manage/books/{page}.xlsx").data[:2] == b"PK"


def test_what_does_not_agree_is_not_to_be_booked(samuel, monkeypatch):
    monkeypatch.setattr(movements, "_beside", lambda _until: (0, 299, None))
    page = words(samuel.get("/manage/books"))
    assert "The ledger does not agree" in page
    assert "Parcels less what is owed come to 300, people’s accounts to 299." in page
    asked = ["roll-forward", "--since", "2026-11-01", "--until", "2026-11-24"]
    assert CliRunner().invoke(books_cli, asked).exit_code == 1


def test_samuel_closes_a_day_once_and_reads_its_seal(samuel):
    form = hidden_fields(read(samuel, PERIODS)) | {"through": "2026-11-23"}
    twice = [samuel.post(PERIODS, data=form).status_code for _ in range(2)]
    assert twice == [303, 303]
    (period,) = closed_periods()
    page = words(samuel.get("/manage/books/periods"))
    assert period.seal[:12] in page
    assert "Samuel Brandt" in page
    closed = words(samuel.get("/manage/books?since=2026-11-01&until=2026-11-23"))
    assert "these figures stay as they are" in closed


def test_what_cannot_be_closed_is_said_at_its_field_with_the_day_it_can(samuel):
    answer = close(samuel, "2026-11-24")
    assert answer.status_code == 422
    assert "2026-11-24 can be closed from 2026-11-26 on" in words(answer)
    assert 'value="2026-11-24"' in words(answer)
    assert "Enter the last day of the period." in words(close(samuel, ""))
    assert closed_periods() == []


def test_the_home_page_says_when_last_month_can_be_closed(samuel, time):
    assert "The books of" not in words(samuel.get("/"))
    time.forward(days=7)
    assert "The books of November can be closed" in words(samuel.get("/"))
    close(samuel, "2026-11-30")
    assert "The books of" not in words(samuel.get("/"))


def test_the_same_at_the_terminal(samuel):
    run = CliRunner().invoke
    done = run(books_cli, ["roll-forward", "--since", "2026-11-01", "--until", "2026-11-24"])
    assert "300,EUR,3.00" in done.stdout
    assert "300 points less 0 owed. Not closed: it may still change." in done.stderr
    assert "300" in run(books_cli, ["aging", "--until", "2026-11-24"]).stdout
    assert run(books_cli, ["aging", "--until", "2027-01-01"]).exit_code == 2
    turned = run(books_cli, ["roll-forward", "--since", "2026-11-24", "--until", "2026-11-01"])
    assert turned.exit_code == 2
    assert clock.today() == date(2026, 11, 25)
