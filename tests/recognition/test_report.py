"""Who gives, who never hears it, rings of two and three, and what crosses departments."""

from datetime import date, timedelta

import pytest

from marketplace.kernel.db import transaction
from marketplace.people.queries import actor_of
from marketplace.recognition.cli import recognition_cli
from marketplace.recognition.operations.withdrawing import withdraw_recognition
from marketplace.recognition.queries.report import Asked, recognition_report, report_table
from marketplace.recognition.states import Visibility
from tests.support.people import employ, employ_leo, employ_maya, employ_omar, employ_priya
from tests.support.recognition import give, run_recognition

NOVEMBER = Asked(date(2026, 11, 1), date(2026, 11, 30))


@pytest.fixture
def people(at):
    maya, omar, leo = employ_maya(), employ_omar(), employ_leo()
    return maya, omar, leo, employ("Ben Osei", department="Sales")


def test_rings_of_two_and_three_have_their_numbers(people, at):
    maya, omar, leo, ben = people
    program = run_recognition()
    give(maya, leo, points=10, program_id=program)
    give(leo, maya, points=20, program_id=program)
    give(leo, ben)
    give(ben, omar)
    give(omar, leo)
    rings = recognition_report(NOVEMBER).rings
    assert [(ring.who, ring.times, ring.points, ring.share) for ring in rings] == [
        ("Maya Chen → Leo Martins → Maya Chen", 2, 30, 67),
        ("Omar Haddad → Leo Martins → Ben Osei → Omar Haddad", 3, 0, 75),
    ]


def test_sales_and_marketing_are_measured_both_ways(people, at):
    maya, omar, leo, ben = people
    give(maya, leo, ben)
    give(leo, maya)
    give(maya, omar)
    report = recognition_report(NOVEMBER)
    [pair] = report.crossings
    assert (pair.one, pair.other, pair.there, pair.back) == ("Marketing", "Sales", 2, 1)
    assert (report.times, report.crossing, pair.share) == (4, 75.0, 75.0)
    assert report_table(report, "departments")[1][0] == ("Marketing", "Sales", 2, 1, "75.0")


def test_givers_and_those_whom_nobody_thanked_are_named(people, at):
    maya, _omar, leo, ben = people
    give(maya, leo, ben, visibility=Visibility.PRIVATE)
    report = recognition_report(NOVEMBER)
    assert [(row.name, row.gave, row.gave_to) for row in report.givers] == [("Maya Chen", 2, 2)]
    never = {row.name for row in report.never_got}
    assert {"Maya Chen", "Omar Haddad"} <= never
    assert not {"Leo Martins", "Ben Osei"} & never


def test_only_the_days_and_the_program_asked_for_count(people, at):
    maya, _omar, leo, ben = people
    program = run_recognition()
    give(maya, leo, points=10, program_id=program)
    give(maya, ben)
    gone = give(leo, maya)
    with transaction():
        withdraw_recognition(actor_of(leo), gone, at=at)
    assert recognition_report(NOVEMBER).times == 2
    assert recognition_report(Asked(NOVEMBER.first, NOVEMBER.last, "kind-words")).times == 1
    assert recognition_report(Asked(at.date(), at.date())).times == 2
    tomorrow = at.date() + timedelta(days=1)
    empty = recognition_report(Asked(tomorrow, tomorrow))
    assert (empty.times, empty.crossing, empty.rings) == (0, None, [])


def test_the_command_says_the_same_and_writes_a_file(people, at, capsys):
    maya, _omar, leo, _ben = people
    give(maya, leo)
    give(leo, maya)
    days = ["report", "--from", "2026-11-01", "--to", "2026-11-30"]
    recognition_cli(days, standalone_mode=False)
    said = capsys.readouterr().out
    assert "2 thanks with 0 points, 100.0% across departments." in said
    assert "Maya Chen → Leo Martins → Maya Chen: 2 thanks" in said
    recognition_cli([*days, "--csv", "--table", "rings"], standalone_mode=False)
    assert "who,times,points,share_percent" in capsys.readouterr().out


def test_the_page_shows_it_and_gives_every_table_as_a_file(people, at, sign_in):
    maya, _omar, leo, _ben = people
    give(maya, leo)
    priya = sign_in(employ_priya())
    days = "from=2026-11-01&to=2026-11-30"
    page = priya.get(f"/manage/recognition?{days}")
    assert "Marketing ↔ Sales" in page.text
    for table in ("people", "rings", "departments"):
        file = priya.get(f"/manage/recognition/report.csv?{days}&table={table}")
        assert (file.status_code, file.mimetype) == (200, "text/csv")
    assert priya.get("/manage/recognition/report.csv?table=secrets").status_code == 422
    for bad, words in (("from=soon", "YYYY-MM-DD"), ("from=2026-12-01&to=2026-11-01", "not earl")):
        answer = priya.get(f"/manage/recognition?{bad}")
        assert words in answer.text
