"""The plan of a departure from a sheet: what is new, what changes, and each wrong cell named."""

import io
from datetime import date, time
from types import SimpleNamespace

import pytest
import xlsxwriter
from click.testing import CliRunner

from catalog.trips.operations import add_item
from catalog.trips.plan import NewItem
from catalog.trips.queries.plan import days_of
from catalog.trips.sheets.cli import import_plan
from catalog.trips.sheets.importer import PlanImporter
from catalog.trips.states import ItemKind
from marketplace.imports import operations as imports
from marketplace.imports import runner
from marketplace.imports.queries import problems, run_page
from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.kernel.errors import NotAllowed
from marketplace.ledger.check import ledger_violations
from tests.support.page_lint import lint_page
from tests.support.people import actor, employ_maya, employ_priya
from tests.support.trips import stock_group_trip

HEAD = "Day,From,To,Kind,What,Where,Choice,Seats,What travelers read\n"
DINNER = "1,19:30,22:00,meal,Dinner,Ribeira,no,,\n"
TWO = HEAD + DINNER + "2,10:00,12:30,activity,Tram,Graça,yes,24,Slow\n"


@pytest.fixture
def priya(at, queue):
    return actor(employ_priya())


@pytest.fixture
def trip(priya):
    return stock_group_trip()


def send(trip, priya, text, *, name="plan.csv", profile="", skip=False, **options):
    """Send a file and import it; the run, what was wrong, and what would have changed."""
    file = text if isinstance(text, bytes) else text.encode()
    given = imports.Upload(
        kind="plan", file_name=name, file=io.BytesIO(file), profile_name="Agency",
        profile_toml=profile or PlanImporter.example.profile,
        options={"departure": trip.sku, **options},
    )  # fmt: skip
    session().close()
    with transaction():
        run_id = imports.upload(given, actor=priya, at=clock.now())
    runner.check_run(run_id)
    wrong, notes = problems(run_id, stops_row=True), problems(run_id, stops_row=False)
    session().close()
    if run_page(run_id).state == "checked" and (skip or not wrong):
        session().close()
        with transaction():
            imports.approve(run_id, skip_errors=skip, actor=priya, at=clock.now())
        runner.import_run(run_id, actor=priya)
    session().close()
    return run_page(run_id), wrong, notes


def plan(trip):
    session().close()
    days = days_of(trip.variant_id, trip.departure.starts_on)
    return [(item.day, item.name) for day in days for item in day.items]


def counts(run):
    return [run.counts.get(name) for name in ("new", "changed", "unchanged", "gone")]


def test_a_sheet_makes_the_plan_and_the_same_one_changes_nothing(trip, priya):
    run, wrong, _ = send(trip, priya, TWO)
    assert wrong == []
    assert counts(run) == [2, 0, 0, 0]
    (dinner,), (tram,) = (day.items for day in days_of(trip.variant_id, trip.departure.starts_on))
    assert (dinner.kind, dinner.starts_at, dinner.place) == (ItemKind.MEAL, time(19, 30), "Ribeira")
    assert (tram.is_choice, tram.seats, tram.text) == (True, 24, "Slow")
    assert counts(send(trip, priya, TWO)[0]) == [0, 0, 2, 0]
    assert ledger_violations() == []


def test_a_corrected_sheet_corrects_and_says_beforehand_what_changes(trip, priya):
    send(trip, priya, TWO)
    run, _, notes = send(trip, priya, TWO.replace("19:30", "20:00"))
    assert counts(run) == [0, 1, 1, 0]
    assert [note.problem for note in notes] == ["Dinner: now 19:30; it would become 20:00."]


def test_columns_that_the_file_does_not_have_stay_as_they_are(trip, priya):
    send(trip, priya, TWO)
    short = 'kind = "plan"\n[columns]\nday = "Day"\nname = "What"\nstarts_at = "From"\n'
    run, wrong, _ = send(trip, priya, "Day,What,From\n2,Tram,11:00\n", profile=short)
    assert (wrong, counts(run)) == ([], [0, 1, 0, 0])
    _, (tram,) = (day.items for day in days_of(trip.variant_id, trip.departure.starts_on))
    assert (tram.starts_at, tram.seats, tram.is_choice) == (time(11), 24, True)


def test_what_the_whole_plan_does_not_have_is_taken_out_when_somebody_says_so(trip, priya):
    send(trip, priya, TWO)
    dinner_alone = "\n".join(TWO.splitlines()[:2]) + "\n"
    assert counts(send(trip, priya, dinner_alone)[0]) == [0, 0, 1, 0]
    run, _, notes = send(trip, priya, dinner_alone, complete=True)
    assert counts(run) == [0, 0, 1, 1]
    assert "Day 2, Tram: the file does not have it" in notes[0].problem
    assert plan(trip) == [(1, "Dinner")]


def test_several_of_a_name_on_a_day_are_told_apart_by_their_order(trip, priya):
    text = HEAD + "1,10:00,,free,Coffee,,,,\n1,16:00,,free,Coffee,,,,\n"
    assert counts(send(trip, priya, text)[0]) == [2, 0, 0, 0]
    run, _, notes = send(trip, priya, text.replace("16:00", "16:30"))
    assert counts(run) == [0, 1, 1, 0]
    assert notes[0].line == 3


@pytest.mark.parametrize(
    ("row", "field", "fact"),
    [
        ("9,,,meal,Dinner,,,,", "day", "The departure has no such day."),
        ("2027-05-20,,,meal,Dinner,,,,", "day", "The departure has no such day."),
        ("2027-13-40,,,meal,Dinner,,,,", "day", "The departure has no such day."),
        ("1_0,,,meal,Dinner,,,,", "day", "The departure has no such day."),
        ("1,25:00,,meal,Dinner,,,,", "starts_at", "This is no time of day."),
        ("1,20:00,19:00,meal,Dinner,,,,", "ends_at", "It ends before it begins."),
        ("1,,19:00,meal,Dinner,,,,", "starts_at", "It ends and does not begin."),
        ("1,,,feast,Dinner,,,,", "kind", "This is no kind of thing."),
        ("1,,,meal,Dinner,,maybe,,", "choice", "This is no answer."),
        ("1,,,activity,Tram,,,many,", "seats", "This is no number of seats."),
        ("1,,,meal,Dinner,,,12,", "seats", "Meal has no number of seats."),
        (f"1,,,meal,{'x' * 130},,,,", "name", "It has 130."),
    ],
)
def test_each_wrong_cell_is_named_with_what_to_enter(trip, priya, row, field, fact):
    run, wrong, _ = send(trip, priya, f"{TWO}{row}\n")
    assert [(one.line, one.field, one.problem) for one in wrong] == [(4, field, fact)]
    assert wrong[0].enter
    assert run.bad_rows == 1
    assert plan(trip) == []
    assert counts(send(trip, priya, f"{TWO}{row}\n", skip=True)[0])[0] == 2


def test_nothing_is_taken_out_while_a_row_is_in_error(trip, priya):
    send(trip, priya, TWO)
    bad = HEAD + "9,,,meal,Dinner,,,,\n"
    run, _, _ = send(trip, priya, bad, skip=True, complete=True)
    assert counts(run)[3] == 0
    assert len(plan(trip)) == 2


def test_dates_and_words_of_a_spreadsheet_are_read(trip, priya):
    held = io.BytesIO()
    with xlsxwriter.Workbook(held) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEAD.strip().split(","))
        day, hour = (book.add_format({"num_format": form}) for form in ("yyyy-mm-dd", "hh:mm"))
        sheet.write_datetime(1, 0, date(2027, 5, 14), day)
        sheet.write_datetime(1, 1, time(10), hour)
        sheet.write_row(1, 3, ["Time of your own", "Stroll"])
    run, wrong, _ = send(trip, priya, held.getvalue(), name="plan.xlsx")
    assert wrong == []
    assert counts(run) == [1, 0, 0, 0]
    ((stroll,),) = (day.items for day in days_of(trip.variant_id, trip.departure.starts_on))
    assert (stroll.day, stroll.starts_at, stroll.kind) == (2, time(10), ItemKind.FREE)


def test_seats_that_people_have_are_not_taken_by_a_sheet(trip, priya, monkeypatch):
    monkeypatch.setattr("catalog.trips.operations.seats_in_use", lambda _item_id: 9)
    tram = NewItem(day=2, kind=ItemKind.ACTIVITY, name="Tram", is_choice=True, seats=24)
    with transaction():
        add_item(priya, trip.variant_id, tram, at=clock.now())
    fewer = HEAD + "2,,,activity,Tram,,yes,5,\n"
    _, wrong, _ = send(trip, priya, fewer)
    assert "Tram" in wrong[0].problem
    _, wrong, _ = send(trip, priya, HEAD + "1,,,meal,Dinner,,,,\n", complete=True)
    assert wrong[0].field == "name"
    assert plan(trip) == [(2, "Tram")]


def test_only_who_plans_trips_takes_a_plan_in(trip, priya):
    maya = actor(employ_maya())
    run, _, _ = send(trip, priya, HEAD)
    with pytest.raises(NotAllowed), transaction():
        run_now = SimpleNamespace(id=run.id, options={"departure": trip.sku})
        PlanImporter().apply(run_now, actor=maya, at=clock.now())


def test_the_page_of_a_sheet_leads_back_to_the_plan_of_its_departure(trip, priya, sign_in):
    """Also the way to another file, which is about the same departure."""
    right, wrong = send(trip, priya, TWO)[0], send(trip, priya, HEAD + "9,,,x,,,,,\n")[0]
    client = sign_in(priya.id)
    for run in (right, wrong):
        page = client.get(f"/manage/imports/{run.id}").text
        assert lint_page(page) == []
        assert f'href="/manage/trips/{trip.slug}/{trip.variant_id}"' in page
        again = client.get(f"/manage/imports/new?kind=plan&departure={trip.sku}").text
        assert f"/manage/imports/new?kind=plan&amp;departure={trip.sku}" in page
        assert f'value="{trip.sku}" selected' in again
    assert "Back to" in client.get(f"/manage/imports/{right.id}").text


def test_the_terminal_takes_a_plan_in_too(trip, priya, tmp_path):
    file = tmp_path / "plan.csv"
    file.write_text(TWO)
    session().close()
    tried = CliRunner().invoke(import_plan, [trip.sku, str(file), "--dry-run"])
    assert "Would be 2 new in the plan" in tried.output
    assert plan(trip) == []
    session().close()
    done = CliRunner().invoke(import_plan, [trip.sku, str(file), "--complete"])
    assert "Imported: 2 new in the plan" in done.output
    assert plan(trip) == [(1, "Dinner"), (2, "Tram")]
