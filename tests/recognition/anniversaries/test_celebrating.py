"""Years of service and birthdays: whose day, how often, what it brings, and who is told."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from marketplace.kernel import jobs
from marketplace.kernel.db import session, transaction
from marketplace.kernel.mail import Letter
from marketplace.ledger.check import ledger_violations
from marketplace.ledger.queries import points_of
from marketplace.people.models import Employee
from marketplace.people.operations.employment import mark_left
from marketplace.people.queries import actor_of
from marketplace.programs.operations.programs import set_rule
from marketplace.programs.operations.settlement import settle_program
from marketplace.recognition.anniversaries.operations import choose_celebrations
from marketplace.recognition.anniversaries.queries.choices import Celebrations
from marketplace.recognition.anniversaries.queries.occasions import upcoming
from marketplace.recognition.anniversaries.queries.report import tax_report
from marketplace.recognition.anniversaries.terms import YearPoints, day_in, filled
from marketplace.recognition.models import Recognition, RecognitionRecipient
from marketplace.recognition.operations.showing import choose
from marketplace.recognition.operations.withdrawing import remove_recognition
from marketplace.recognition.states import Choice, Showing, Source
from tests.support.anniversaries import TERMS, celebrate_on, run_anniversaries
from tests.support.people import employ, employ_omar, employ_priya

TODAY = date(2026, 11, 23)  # a Monday, the day of the tests' clock


def made():
    session().close()
    rows = session().execute(
        sa.select(Recognition.source, Recognition.source_ref, Recognition.points)
        .order_by(Recognition.id)
    )  # fmt: skip
    return [tuple(row) for row in rows]


def available(employee_id, at):
    session().close()
    return points_of(employee_id, at=at).available


def ada_of_five_years(**details):
    return employ("Ada Long", hired_on=date(2021, 11, 23), **details)


def test_five_years_bring_a_recognition_and_the_points_of_the_table(queue, at):
    run_anniversaries()
    ada = ada_of_five_years()
    assert celebrate_on(TODAY) == 1
    queue.run_due()
    assert made() == [(Source.ANNIVERSARY, f"service:5:{ada}", 500)]
    assert available(ada, at) == 500
    assert ledger_violations() == []


def test_running_twice_or_after_missed_days_makes_each_once(queue, at):
    run_anniversaries()
    ada = ada_of_five_years()
    days = [TODAY + timedelta(days=late) for late in (7, 7, 3, 0)]
    assert [celebrate_on(day) for day in days] == [1, 0, 0, 0]
    queue.run_due()
    assert available(ada, at) == 500


def test_after_more_than_seven_days_it_is_over(at):
    run_anniversaries()
    ada_of_five_years()
    assert celebrate_on(TODAY + timedelta(days=8)) == 0
    assert celebrate_on(TODAY - timedelta(days=1)) == 0


def test_years_outside_the_table_are_celebrated_only_where_the_rule_says_so(at):
    run_anniversaries()
    tom = employ("Tom Short", hired_on=date(2023, 11, 23))
    assert celebrate_on(TODAY) == 0
    run_anniversaries(replace(TERMS, every_year=True), slug="every-year")
    assert celebrate_on(TODAY) == 1
    assert made() == [(Source.ANNIVERSARY, f"service:3:{tom}", 0)]


def test_the_day_of_hiring_itself_is_no_anniversary(at):
    run_anniversaries(replace(TERMS, every_year=True))
    employ("Nia New", hired_on=TODAY)
    employ("Fay Future", hired_on=date(2027, 11, 23))
    assert celebrate_on(TODAY) == 0


@pytest.mark.parametrize(
    ("today", "celebrated"),
    [
        (date(2027, 2, 27), 0),
        (date(2027, 2, 28), 2),
        (date(2028, 2, 28), 0),
        (date(2028, 2, 29), 2),
    ],
)
def test_the_29th_of_february_is_the_28th_in_other_years(at, today, celebrated):
    run_anniversaries(replace(TERMS, every_year=True, birthday_points=50))
    employ("Leah Leap", hired_on=date(2020, 2, 29), birthday=(2, 29))
    programs_day = upcoming(today, 0)
    assert len(programs_day) == celebrated
    assert celebrate_on(today) == celebrated


def test_days_of_february_in_leap_years():
    assert day_in(2028, 2, 29) == date(2028, 2, 29)
    assert day_in(2100, 2, 29) == date(2100, 2, 28)
    assert day_in(2000, 2, 29) == date(2000, 2, 29)
    assert day_in(2027, 3, 1) == date(2027, 3, 1)


def test_a_birthday_brings_its_points_once_a_year(queue, at):
    run_anniversaries(replace(TERMS, birthday_points=50))
    ben = employ("Ben Osei", birthday=(11, 23))
    assert [celebrate_on(TODAY), celebrate_on(TODAY)] == [1, 0]
    queue.run_due()
    assert available(ben, at) == 50
    assert celebrate_on(date(2027, 11, 23)) == 1
    assert [ref for _, ref, _ in made()] == [f"birthday:2026:{ben}", f"birthday:2027:{ben}"]


def test_leavers_those_who_switched_it_off_and_other_departments_are_left_out(at):
    run_anniversaries(replace(TERMS, birthday_points=10), departments=("Marketing",))
    gone, quiet = ada_of_five_years(), employ(
        "Quinn Quiet", hired_on=date(2016, 11, 23), birthday=(11, 23)
    )  # fmt: skip
    employ("Sam Sales", hired_on=date(2016, 11, 23), department="Sales")
    with transaction():
        mark_left(gone, on=TODAY, actor=actor_of(employ_priya()), at=at)
        choose_celebrations(actor_of(quiet), Celebrations(False, True), at=at)
    assert celebrate_on(TODAY) == 1
    assert made() == [(Source.BIRTHDAY, f"birthday:2026:{quiet}", 10)]


def test_two_programs_celebrate_one_day_once(at):
    run_anniversaries()
    run_anniversaries(slug="second")
    ada_of_five_years()
    assert celebrate_on(TODAY) == 1


def test_a_new_table_holds_for_days_to_come_and_a_removed_one_gives_back(queue, at):
    program_id = run_anniversaries()
    ada, priya = ada_of_five_years(), actor_of(employ_priya())
    celebrate_on(TODAY)
    queue.run_due()
    with transaction():
        set_rule(
            priya, program_id, replace(TERMS, table=(YearPoints(5, 900),)), reason="More", at=at
        )
        settle_program(program_id, actor=priya, at=at)
    assert available(ada, at) == 500
    with transaction():
        found = session().scalars(sa.select(Recognition.id)).one()
        remove_recognition(priya, found, reason="The hire date was wrong.", at=at)
    assert available(ada, at) == 0


def test_who_sees_it_follows_the_program_and_the_person(at):
    run_anniversaries(replace(TERMS, asks_first=True))
    asked, shown, hidden = (
        employ(name, hired_on=date(2021, 11, 23)) for name in ("Ada One", "Bea Two", "Cid Three")
    )
    with transaction():
        choose(actor_of(shown), Choice.PUBLIC, at=at)
        choose(actor_of(hidden), Choice.PRIVATE, at=at)
    celebrate_on(TODAY)
    session().close()
    rows = session().execute(
        sa.select(RecognitionRecipient.employee_id, RecognitionRecipient.showing)
    )
    assert {row.employee_id: row.showing for row in rows} == {
        asked: Showing.ASKED,
        shown: Showing.SHOWN,
        hidden: Showing.HIDDEN,
    }


def test_the_manager_gets_one_quiet_note_three_days_before(queue, at):
    run_anniversaries()
    omar = employ_omar()
    employ("Ada Long", hired_on=date(2021, 11, 26), manager_id=omar)
    employ("Far Away", hired_on=date(2021, 11, 27), manager_id=omar)
    for _ in range(2):
        jobs.HANDLERS["anniversaries.celebrate"]()
    session().close()
    letters = session().scalars(sa.select(Letter).where(Letter.employee_id == omar)).all()
    assert [letter.subject for letter in letters] == ["Ada Long: 5 years of service on 26 Nov 2026"]
    assert "5 years of service" in letters[0].text


def test_the_report_for_tax_has_a_line_for_each_with_its_worth(queue, at):
    run_anniversaries(replace(TERMS, birthday_points=50))
    ada_of_five_years(birthday=(11, 23))
    celebrate_on(TODAY)
    queue.run_due()
    session().close()
    rows = tax_report(TODAY, TODAY, at=at)
    assert [(row.name, row.occasion, row.points) for row in rows] == [
        ("Ada Long", "birthday 2026", 50),
        ("Ada Long", "5 years of service", 500),
    ]
    assert tax_report(date(2026, 1, 1), date(2026, 11, 22), at=at) == []


def test_words_fill_only_known_places_and_long_names_fit():
    assert filled("{name}, {years}, {other}", "Ada", 1) == "Ada, 1 year, {other}"
    assert len(filled("{name}", "x" * 200, 1)) == 60


def test_only_month_and_day_of_a_birthday_are_kept(at):
    ada = ada_of_five_years(birthday=(2, 29))
    kept = session().get(Employee, ada)
    assert (kept.birth_month, kept.birth_day) == (2, 29)
