"""Priya enters, corrects and withdraws a result by hand; points follow, and history says why."""

import re
from datetime import date

import pytest
from click.testing import CliRunner

from marketplace.kernel.db import session, transaction
from marketplace.kernel.errors import BadInput, NotFound
from marketplace.ledger.queries import points_of
from marketplace.people.queries import actor_of
from marketplace.programs.cli import results_cli
from marketplace.programs.models import Result, ResultChange
from marketplace.programs.operations.hand import (
    correct_result,
    enter_result,
    result_named,
    withdraw_result,
)
from marketplace.programs.operations.results import Reported
from marketplace.programs.queries import metric_named
from tests.support.browsing import hidden_fields, send
from tests.support.page_lint import lint_page
from tests.support.people import employ_leo, employ_maya, employ_omar, employ_priya
from tests.support.programs import report_sales, run_program, sold

ENTER = "/manage/metrics/revenue/enter"


@pytest.fixture
def maya(at):
    run_program()
    return employ_maya()


@pytest.fixture
def priya(sign_in, maya):
    return sign_in(employ_priya())


def has(employee_id, at):
    session().close()
    return points_of(employee_id, at=at).available


def entry(**changes):
    return {
        "person": "maya.chen@evergreen.example",
        "on_day": "2026-11-02",
        "amount": "549.90",
        "group": "",
        "details": "product: Core",
        "reference": "",
        "reason": "The order came by phone",
    } | changes


def result_id():
    session().close()
    return session().query(Result).one().id


def test_a_result_by_hand_counts_at_once_and_says_who_and_why(priya, maya, at):
    answer = send(priya, ENTER, **entry(reference="SO-7"))
    assert answer.status_code == 303
    page = priya.get("/manage/metrics/revenue").text
    assert "5 points given" in page
    assert has(maya, at) == 5
    own = priya.get(f"/manage/metrics/revenue/results/{result_id()}").text
    for words in ("Entered by hand: $549.90", "Priya Nair", "The order came by phone", "Core"):
        assert words in own
    assert lint_page(page) == lint_page(own) == []


def test_a_correction_and_a_withdrawal_take_back_and_stay_in_the_history(priya, maya, at):
    send(priya, ENTER, **entry())
    own = f"/manage/metrics/revenue/results/{result_id()}"
    assert 'value="549.90"' in priya.get(f"{own}/correct").text
    said = send(priya, f"{own}/correct", **entry(amount="320", reason="Two items came back"))
    assert said.status_code == 303
    assert has(maya, at) == 3
    send(priya, f"{own}/withdraw", reason="It was a test order")
    assert has(maya, at) == 0
    page = priya.get(own).text
    for words in ("amount from $549.90 to $320", "Withdrawn: it was $320", "It was a test order"):
        assert words in page
    assert session().query(ResultChange).count() == 3
    assert lint_page(page) == []


def test_a_correction_moves_the_result_to_another_person(priya, maya, at):
    leo = employ_leo()
    send(priya, ENTER, **entry())
    own = f"/manage/metrics/revenue/results/{result_id()}"
    send(priya, f"{own}/correct", **entry(person="leo.martins", reason="It was Leo"))
    assert (has(maya, at), has(leo, at)) == (0, 5)


def test_a_result_without_a_reference_is_called_by_hand_wherever_it_is_listed(
    sign_in, priya, maya, at
):
    send(priya, ENTER, **entry())
    listed = priya.get("/manage/metrics/revenue").text
    points = sign_in(maya).get("/points").text
    assert "By hand" in listed
    assert "a result by hand" in points
    assert "hand:" not in listed + points


def test_the_same_form_twice_enters_once(priya, maya, at):
    page = priya.get(ENTER).text
    fields = hidden_fields(page) | entry()
    assert [priya.post(ENTER, data=fields).status_code for _ in range(2)] == [303, 303]
    assert session().query(Result).count() == 1


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"person": "nobody@evergreen.example"}, "Nobody here has this e-mail or staff number"),
        ({"amount": "1_000"}, "Enter a number such as"),
        ({"amount": "5.001"}, "at most 2 decimals"),
        ({"amount": "0"}, "an amount other than 0"),
        ({"on_day": "2026-12-24"}, "still to come"),
        ({"on_day": ""}, "Enter the day"),
        ({"details": "product"}, "a name, a colon and a value"),
        ({"details": "a: 1\na: 2"}, "names once"),
        ({"reason": " "}, "Say why"),
        ({"reference": "SO1/1"}, "is there already"),
    ],
)
def test_bad_input_is_named_and_nothing_is_kept(priya, maya, at, changes, words):
    report_sales(sold(employ_omar(), "SO1", "50"))
    answer = send(priya, ENTER, **entry(**changes))
    assert answer.status_code == 422
    assert words in answer.text
    assert lint_page(answer.text) == []
    assert session().query(Result).count() == 1
    assert has(maya, at) == 0


def test_a_reason_is_needed_to_withdraw_and_results_of_others_are_not_there(priya, maya, at):
    send(priya, ENTER, **entry())
    own = f"/manage/metrics/revenue/results/{result_id()}"
    assert send(priya, f"{own}/withdraw", reason="").status_code == 422
    assert has(maya, at) == 5
    assert priya.get("/manage/metrics/revenue/results/999").status_code == 404
    assert priya.get("/manage/metrics/nothing").status_code == 404


def test_priya_reports_no_result_of_her_own_and_takes_none_over(priya, maya, at):
    send(priya, ENTER, **entry(reference="SO-7"))
    own = f"/manage/metrics/revenue/results/{result_id()}"
    answers = [
        send(priya, ENTER, **entry(person="priya.nair")),
        send(priya, f"{own}/correct", **entry(person="priya.nair", reason="It was me")),
    ]
    assert [answer.status_code for answer in answers] == [422, 422]
    assert all("nobody reports for himself" in answer.text for answer in answers)
    priya_id = employ_priya()
    assert has(priya_id, at) == 0
    report_sales(sold(priya_id, "SO9", "900"))
    mine = session().query(Result).filter_by(employee_id=priya_id).one().id
    before = has(priya_id, at)
    for deed, fields in (
        ("correct", entry(person="maya.chen", reason="It was Maya")),
        ("withdraw", {"reason": "It was a test order"}),
    ):
        said = send(priya, f"/manage/metrics/revenue/results/{mine}/{deed}", **fields)
        assert "nobody reports for himself" in said.text
    assert (has(priya_id, at), has(maya, at)) == (before, 5)


def test_operations_take_plain_values_and_refuse_with_words(maya, at):
    priya, fact = actor_of(employ_priya()), Reported(maya, date(2026, 11, 2), 0, "A", "A", {})
    metric_id = metric_named("revenue").id
    with pytest.raises(BadInput, match="0 means withdrawn"), transaction():
        enter_result(metric_id, fact, reason="Why", actor=priya, at=at)
    with pytest.raises(NotFound, match="no such result"), transaction():
        withdraw_result(77, reason="Why", actor=priya, at=at)
    with pytest.raises(NotFound, match="no such result"), transaction():
        correct_result(77, fact, reason="Why", actor=priya, at=at)


def run(*options):
    session().close()
    fixed = ["record", "--metric", "revenue", "--reference", "SO-9", "--reason", "By phone"]
    return CliRunner().invoke(results_cli, [*fixed, *options])


def test_the_command_enters_corrects_and_withdraws_and_may_be_repeated(maya, at):
    given = ("--person", "maya.chen", "--day", "2026-11-02", "--amount")
    assert "Entered: 2 points given" in run(*given, "250", "--dimension", "product=Core").output
    assert "Nothing new: 0 points" in run(*given, "250", "--dimension", "product=Core").output
    assert "Changed: 0 points given, 1 taken back" in run(*given, "199").output
    assert "Changed: 0 points given, 1 taken back" in run("--withdraw").output
    assert result_named(metric_named("revenue").id, "SO-9").amount == 0
    assert has(maya, at) == 0


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--person", "maya.chen"), "Give --day and --amount too"),
        (("--person", "nobody", "--day", "2026-11-02", "--amount", "5"), "Nobody here"),
        (("--person", "maya.chen", "--day", "2026-11-02", "--amount", "5_0"), "not a number"),
        (("--withdraw",), "has no result"),
    ],
)
def test_the_command_refuses_in_words_and_keeps_nothing(maya, at, options, words):
    answer = run(*options)
    assert answer.exit_code == 1
    assert words in str(answer.exception)
    assert session().query(Result).count() == 0


def test_metrics_are_listed_made_and_described(priya, maya, at):
    report_sales(sold(maya, "SO1", "50"))
    new = {"name": "Complaints", "slug": "complaints", "currency": "", "direction": "lower"}
    send(priya, "/manage/metrics/new", **new, source="Help desk")
    page = priya.get("/manage/metrics").text
    for words in ("Complaints", "Less is better", "Help desk", "pieces", "None yet", "2 Nov 2026"):
        assert words in page
    send(priya, "/manage/metrics/complaints/edit", name="Complaints heard", source="Phone")
    own = priya.get("/manage/metrics/complaints").text
    assert "Complaints heard" in own
    assert "Phone" in own
    assert lint_page(page) == lint_page(own) == []
    wrong = send(priya, "/manage/metrics/new", **new | {"currency": "XQQ", "slug": "other"})
    assert wrong.status_code == 422
    assert "three letters" in wrong.text


def test_older_results_are_a_page_away(priya, maya, at):
    report_sales(*(sold(maya, f"SO{n}", "10") for n in range(30)))
    page = priya.get("/manage/metrics/revenue").text
    assert page.count("/manage/metrics/revenue/results/") == 25
    more = re.search(r"/manage/metrics/revenue\?before=\d+", page)[0]
    older = priya.get(more).text
    assert older.count("/manage/metrics/revenue/results/") == 5


def test_priya_finds_a_result_by_its_reference_or_its_order(priya, maya, statements):
    send(priya, ENTER, **entry(reference="SO-7/1", group="SO-7"))
    send(priya, ENTER, **entry(reference="SO-7/2", group="SO-7", amount="20"))
    send(priya, ENTER, **entry(reference="SO-8/1", group="SO-8", amount="30"))
    for named, found in (("SO-7", ["SO-7/2", "SO-7/1"]), (" SO-8/1 ", ["SO-8/1"]), ("SO", [])):
        with statements() as asked:
            page = priya.get("/manage/metrics/revenue", query_string={"q": named})
        assert page.status_code == 200
        assert lint_page(page.text) == []
        assert re.findall(r'/results/\d+">([^<]+)<', page.text) == found
        assert ("Nothing found" in page.text) is not bool(found)
        assert len(asked) <= 6
    again = send(priya, ENTER, **entry(reference="SO-8/1"))
    assert "Find it by this reference" in again.text
