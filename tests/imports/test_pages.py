"""Priya imports people in the browser, without JavaScript."""

import re
from io import BytesIO

import pytest
from sqlalchemy.exc import OperationalError

from marketplace.imports import operations, queries, runner
from marketplace.imports.forms import EXAMPLE
from marketplace.imports.states import RunState
from marketplace.kernel.db import transaction
from marketplace.kernel.tabular import write_xlsx
from marketplace.people.importer import PeopleImporter
from marketplace.people.queries import actor_of, people_list
from marketplace.programs.operations.metrics import define_metric
from marketplace.programs.states import MetricUnit
from tests.people.importing import HEADER, PROFILE
from tests.people.pages import be
from tests.support.browsing import hidden_fields, send
from tests.support.page_lint import lint_page
from tests.support.people import employ_maya, employ_priya

NEW = "/manage/imports/new?kind=people"
GOOD = HEADER + "1,Nora Lindqvist,nora@north.example,Sales,,2019-02-01\n"
RESULTS = """
kind = "results"
person = {column = "Id"}
columns = {date = "Joined", amount = "Name"}
constants = {currency = "USD"}
"""
MIXED = GOOD + "2,Leo Martins,not an e-mail,Sales,1,2021-05-03\n"


@pytest.fixture
def priya(at, browser):
    client = browser()
    be(client, employ_priya())
    return client


def choose(client, content: str, **fields):
    """Send a file through the form."""
    given = {"name": "Staff", "toml": PROFILE, "profile": ""} | fields
    file = (BytesIO(content.encode()), "staff.csv")
    hidden = hidden_fields(client.get(NEW).text)
    return client.post(NEW, data={**hidden, **given, "file": file})


def test_priya_uploads_sees_the_dry_run_and_imports(priya, queue):
    answer = choose(priya, GOOD)
    assert answer.status_code == 303
    page = answer.location
    assert 'http-equiv="refresh"' in priya.get(page).text
    queue.run_due()

    checked = priya.get(page).text
    assert "has no errors" in checked
    assert 'http-equiv="refresh"' not in checked
    before = len(people_list())
    assert send(priya, page, f"{page}/import").status_code == 303
    queue.run_due()

    assert "Imported" in priya.get(page).text
    assert len(people_list()) == before + 1


def test_good_rows_of_a_file_with_errors_come_in_only_when_asked(priya, queue):
    page = choose(priya, MIXED).location
    queue.run_due()
    shown = priya.get(page).text
    assert "1 row is in error" in shown
    assert "Import the 1 good row" in shown
    assert "This is no e-mail." in shown

    refused = send(priya, page, f"{page}/import")
    assert refused.status_code == 422
    queue.run_due()
    assert "1 row is in error" in priya.get(page).text

    send(priya, page, f"{page}/import", skip_errors="1")
    queue.run_due()
    assert "Nora Lindqvist" in [person.name for person in people_list()]
    assert "Leo Martins" not in [person.name for person in people_list()]


def test_the_rows_in_error_can_be_downloaded_corrected_and_sent_again(priya, queue):
    page = choose(priya, MIXED).location
    queue.run_due()
    send(priya, page, f"{page}/import", skip_errors="1")
    queue.run_due()

    download = priya.get(f"{page}/rows-in-error")
    assert download.mimetype == "text/csv"
    corrected = download.data.decode("utf-8-sig").replace("not an e-mail", "leo@north.example")
    again = choose(priya, corrected, profile="Staff", toml="", name="").location
    queue.run_due()
    send(priya, again, f"{again}/import")
    queue.run_due()

    assert "Leo Martins" in [person.name for person in people_list()]
    problems = priya.get(f"{page}/problems.csv").data.decode("utf-8-sig").splitlines()
    assert problems[0] == "line,field,value,problem,enter"
    assert problems[1].startswith("3,email,not an e-mail,")


def test_a_spreadsheet_too_large_to_be_read_while_somebody_waits_gives_no_rows_again(
    priya, queue, monkeypatch
):
    target = BytesIO()
    heading, *rows = (line.split(",") for line in MIXED.splitlines())
    write_xlsx(rows, heading, target)
    hidden = hidden_fields(priya.get(NEW).text)
    given = {
        "name": "Staff",
        "toml": PROFILE,
        "profile": "",
        "file": (BytesIO(target.getvalue()), "a.xlsx"),
    }
    page = priya.post(NEW, data={**hidden, **given}).location
    queue.run_due()
    assert priya.get(f"{page}/rows-in-error").data.startswith(b"PK")
    monkeypatch.setattr(runner, "MOST_WHILE_WAITING", 1_000)
    refused = priya.get(f"{page}/rows-in-error")
    assert refused.status_code == 422
    assert "more than is read here at once" in refused.text


def test_the_same_form_sent_twice_is_one_import(priya, queue):
    hidden = hidden_fields(priya.get(NEW).text)

    def again():
        file = (BytesIO(GOOD.encode()), "staff.csv")
        fields = {**hidden, "name": "Staff", "toml": PROFILE, "profile": "", "file": file}
        return priya.post(NEW, data=fields)

    assert again().location == again().location
    assert len(queries.history()) == 1


def test_a_file_may_be_put_aside(priya, queue):
    page = choose(priya, GOOD).location
    queue.run_due()

    send(priya, page, f"{page}/cancel")

    assert "This file was put aside" in priya.get(page).text
    assert send(priya, NEW, f"{page}/import").status_code == 409


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"toml": "", "name": ""}, "Choose a saved profile, or write a new one here."),
        ({"name": ""}, "Enter a name for the new profile."),
        ({"toml": "kind = 7"}, "kind"),
        ({"toml": "kind = "}, "not valid TOML"),
        ({"toml": RESULTS}, "This profile is for results."),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_kept(priya, fields, words):
    answer = choose(priya, GOOD, **fields)

    assert answer.status_code == 422
    assert words in answer.text.replace("&#34;", '"')
    assert queries.history() == []


def test_an_empty_file_and_no_file_are_refused(priya):
    assert "The file is empty" in choose(priya, "").text
    hidden = hidden_fields(priya.get(NEW).text)
    nothing = priya.post(NEW, data={**hidden, "profile": "", "toml": PROFILE, "name": "x"})
    assert "Choose the file to import." in nothing.text


def test_imports_are_for_those_who_may(at, browser):
    client = browser()
    be(client, employ_maya())

    for address in ("/manage/imports", NEW, "/manage/imports/1", "/manage/imports/1/problems.csv"):
        assert client.get(address).status_code == 403


def test_unknown_runs_and_kinds_are_not_found(priya):
    for address in ("/manage/imports/99", "/manage/imports/99/rows-in-error", f"{NEW}s"):
        assert priya.get(address).status_code == 404


def test_the_pages_are_well_formed(priya, queue):
    pages = ["/manage/imports", NEW, choose(priya, MIXED).location]
    assert not any(lint_page(priya.get(page).text) for page in pages)
    queue.run_due()
    for page in [*pages, "/sign-in", "/settings/sign-in", "/settings/appearance"]:
        assert lint_page(priya.get(page).text) == []


def test_a_saved_profile_is_kept_by_kind_and_name(at):
    actor = actor_of(employ_priya())
    with transaction():
        operations.save_profile("people", "  Staff  list ", PROFILE, actor=actor, at=at)
        operations.save_profile("people", "Staff list", PROFILE + "\n", actor=actor, at=at)

    assert queries.profile_names("people") == ["Staff list"]
    assert queries.profile_names("results") == []


@pytest.mark.parametrize("before", ["x", "0", "1_0", "١", "9" * 30])
def test_a_history_goes_on_from_a_plain_id_only(priya, before):
    refused = priya.get("/manage/imports", query_string={"before": before})
    assert refused.status_code == 422
    assert "address is not whole" in refused.text


@pytest.mark.parametrize("kind", ["people", "results"])
def test_the_example_file_and_its_profile_need_nothing_written(priya, queue, kind):
    with transaction():
        define_metric("revenue", "Order value", MetricUnit.MONEY, "EUR")
    for what in dict.fromkeys(("people", kind)):
        new = f"/manage/imports/new?kind={what}"
        page = priya.get(new).text
        assert lint_page(page) == []
        example = priya.get(f"/manage/imports/example?kind={what}")
        fields = {"profile": EXAMPLE, "option-metric": "revenue"}
        file = (BytesIO(example.data), "filled.csv")
        run = priya.post(new, data={**hidden_fields(page), **fields, "file": file}).location
        queue.run_due()
        assert "has no errors" in priya.get(run).text
        send(priya, run, f"{run}/import")
        queue.run_due()
    assert "Nora Lindqvist" in [person.name for person in people_list()]


def test_a_chosen_profile_counts_and_not_the_text_it_could_be_changed_to(priya, queue):
    choose(priya, GOOD)
    again = choose(priya, GOOD, profile="Staff", toml="kind = 1", name="")
    assert again.status_code == 303


def test_a_new_profile_starts_from_the_example_or_from_a_saved_one(priya, queue):
    assert "Staff number" in priya.get(NEW).text
    choose(priya, GOOD)
    copied = priya.get(f"{NEW}&copy=Staff").text
    assert "Staff number" not in copied
    assert "E-mail" in copied


def test_rows_in_error_of_a_file_without_header_come_back_through_its_own_profile(priya, queue):
    profile = """
kind = "people"
file = {delimiter = "|", header = false}
identity = {column = 1}
columns = {name = 2, email = 3}
"""
    lines = "1|Nora Lindqvist|nora@north.example\n2|Leo Martins|leo\n"
    page = choose(priya, lines, toml=profile).location
    queue.run_due()
    corrected = priya.get(f"{page}/rows-in-error").data.replace(b"|leo", b"|leo@north.example")

    again = choose(priya, corrected.decode("utf-8-sig"), toml="", name="", profile="Staff").location
    queue.run_due()

    assert "has no errors" in priya.get(again).text
    assert queries.run_page(int(again.rpartition("/")[2])).good_rows == 1


def test_a_run_that_meets_a_fault_of_ours_ends_and_says_so(priya, queue, monkeypatch):
    def stumble(*_words, **_more):
        raise ZeroDivisionError

    monkeypatch.setattr(PeopleImporter, "check", stumble)
    page = choose(priya, GOOD).location
    with pytest.raises(ZeroDivisionError):
        queue.run_due()

    assert "This went wrong on our side." in priya.get(page).text
    assert queries.history()[0].state is RunState.FAILED


def test_a_run_waits_for_a_database_that_comes_back(priya, queue, monkeypatch):
    def stumble(*_words, **_more):
        raise OperationalError("SELECT 1", {}, Exception("the server is gone"))

    monkeypatch.setattr(PeopleImporter, "check", stumble)
    choose(priya, GOOD)
    with pytest.raises(OperationalError):
        queue.run_due()

    assert queries.history()[0].state is RunState.UPLOADED


def test_a_profile_may_have_several_tables_beside_the_file(priya, queue):
    tables = """
[lookup.sites]
file = "sites.csv"
from = "Key"
to = "Name"
[lookup.lands]
file = "lands.csv"
from = "Key"
to = "Name"
"""
    site, land = (f'{{ column = "Joined", lookup = "{name}" }}' for name in ("sites", "lands"))
    toml = PROFILE.replace('hire_date = "Joined"', f"site = {site}\ncountry = {land}") + tables
    assert re.search("<input[^>]* name=.lookups.[^>]* multiple", priya.get(NEW).text)

    refused = choose(priya, GOOD, toml=toml)
    assert "sites.csv for “sites”, lands.csv for “lands”" in refused.text

    beside = [
        (BytesIO(b"Key,Name\n2019-02-01,Bergen\n"), "sites.csv"),
        (BytesIO(b"Key,Name\n2019-02-01,Norway\n"), "lands.csv"),
    ]
    page = choose(priya, GOOD, toml=toml, lookups=beside).location
    queue.run_due()
    assert "has no errors" in priya.get(page).text
