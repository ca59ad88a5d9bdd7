"""People from files: what changes, what does not, and what is told about the rest."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from marketplace.access.actor import Actor
from marketplace.imports import operations, queries, runner
from marketplace.imports.states import RunState
from marketplace.kernel import clock
from marketplace.kernel.audit import AuditEntry
from marketplace.kernel.db import session, transaction
from marketplace.ledger.check import ledger_violations
from marketplace.people.models import Employee, StagedPerson
from marketplace.people.queries import employee_ids_by_key, person, person_named
from tests.people.importing import HEADER, PROFILE, checked, imported, told, upload
from tests.support.ledger import give_points, hold
from tests.support.people import employ

NORA = "1,Nora Lindqvist,nora@north.example,Sales,,2019-02-01\n"
LEO = "2,Leo Martins,leo@north.example,Sales,1,2021-05-03\n"
IDA = "3,Ída Þórsdóttir,ida@north.example,Marketing,2,2022-09-12\n"
FILE = HEADER + NORA + LEO + IDA


def audited(action: str) -> list[dict]:
    wanted = sa.select(AuditEntry.details).where(AuditEntry.action == action)
    return list(session().scalars(wanted.order_by(AuditEntry.id)))


def everyone() -> dict[str, tuple]:
    rows = session().execute(
        sa.select(
            Employee.external_id,
            Employee.name,
            Employee.email,
            Employee.department_id,
            Employee.manager_id,
            Employee.hired_on,
            Employee.status,
        )
    )
    return {row[0]: tuple(row[1:]) for row in rows}


def test_a_file_brings_people_with_departments_and_managers(at):
    run = imported(FILE)

    assert run.state is RunState.DONE
    assert (run.counts["new"], run.bad_rows) == (3, 0)
    ida = person_named("3")
    assert (ida.name, ida.email, ida.department) == (
        "Ída Þórsdóttir",
        "ida@north.example",
        "Marketing",
    )
    assert ida.hired_on == date(2022, 9, 12)
    assert person(ida.manager_id or 0).name == "Leo Martins"


def test_the_same_file_again_changes_nothing(at):
    imported(FILE)
    before = everyone()

    again = imported(FILE)

    assert (again.counts["unchanged"], again.good_rows) == (3, 0)
    assert everyone() == before
    assert audited("people.import_change") == []


def test_a_corrected_file_changes_just_the_differences_and_says_so_in_the_audit(at):
    imported(FILE)

    run = imported(HEADER + NORA + LEO + IDA.replace("Marketing,2", "Field Sales,1"))

    assert (run.counts["changed"], run.counts["unchanged"]) == (1, 2)
    ida = person_named("3")
    assert (ida.department, person(ida.manager_id or 0).name) == ("Field Sales", "Nora Lindqvist")
    (change,) = audited("people.import_change")
    assert change["changes"].keys() == {"department", "manager"}
    assert change["changes"]["department"] == ["marketing", "field sales"]


def test_columns_the_profile_does_not_name_are_left_alone(at):
    imported(FILE)
    with transaction():
        session().execute(
            sa.update(Employee).where(Employee.external_id == "2").values(site="Oslo", title="Lead")
        )

    run = imported(FILE)

    assert run.counts["unchanged"] == 3
    assert person_named("2").site == "Oslo"


def test_a_dry_run_changes_nobody(at):
    run = checked(FILE)

    assert (run.state, run.counts["new"]) == (RunState.CHECKED, 3)
    assert everyone() == {}


def test_rows_in_error_stop_the_import_until_somebody_says_that_the_good_ones_shall_come(at):
    bad = FILE + "4,Per Berg,not an e-mail,Sales,1,2022-01-01\n5,Liv Dahl,,Sales,1,31.12.2021\n"
    run = checked(bad)

    assert told(run) == [(5, "email"), (6, "hire_date")]
    with (
        pytest.raises(operations.BadInput, match="2 rows of this file are in error"),
        transaction(),
    ):
        operations.approve(run.id, skip_errors=False, actor=Actor.system(), at=at)
    assert everyone() == {}

    done = imported(bad, skip_errors=True)

    assert (done.state, done.counts["new"], done.bad_rows) == (RunState.DONE, 3, 2)


@pytest.mark.parametrize(
    ("rows", "where"),
    [
        ("4,Per Berg,LEO@north.example,Sales,1,\n", [(3, "email"), (4, "manager"), (5, "email")]),
        ("4,Per Berg,,Sales,99,\n", [(5, "manager")]),
        ("4,Per Berg,,Sales,4,\n", [(5, "manager")]),
        ("4,Per Berg,,Sales,5,\n5,Liv Dahl,,Sales,4,\n", [(5, "manager"), (6, "manager")]),
        (
            "1,Nora Twice,,Sales,,\n",
            [(2, "identity"), (3, "manager"), (4, "manager"), (5, "identity")],
        ),
        (",Nobody,,Sales,,\n", [(5, "identity")]),
        ("4,,x@north.example,Sales,,\n", [(5, "name")]),
    ],
    ids=["one e-mail twice", "unknown manager", "own manager", "ring", "twice", "no id", "no name"],
)
def test_what_is_wrong_is_told_with_its_line_and_field(at, rows, where):
    assert told(checked(FILE + rows)) == where


def test_an_email_of_somebody_outside_the_file_is_refused(at):
    employ("Maya Chen", email="leo@north.example")

    assert told(checked(FILE)) == [(3, "email"), (4, "manager")]


def test_two_people_may_swap_their_emails(at):
    imported(FILE)
    swapped = FILE.replace("leo@", "x@").replace("nora@", "leo@").replace("x@", "nora@")

    run = imported(swapped)

    assert run.counts["changed"] == 2
    assert (person_named("1").email, person_named("2").email) == (
        "leo@north.example",
        "nora@north.example",
    )


def test_a_ring_that_only_the_people_here_close_is_found(at):
    imported(FILE)
    ring = HEADER + "1,Nora Lindqvist,nora@north.example,Sales,3,2019-02-01\n"

    assert told(checked(ring)) == [(2, "manager")]


def test_managers_named_by_superseded_rows_are_found_through_the_person(at):
    profile = PROFILE.replace('column = "Manager"', 'column = "Manager"\nby = "row_key"')
    profile = profile.replace("[columns]", '[columns]\nrow_key = "Key"')
    profile = profile.replace("[manager]", '[current]\ncolumn = "State"\nvalue = "now"\n[manager]')
    rows = (
        "Key,State,Id,Name,E-mail,Department,Manager,Joined\n"
        "10,old,1,Nora Lindqvist,,Sales,,2019-02-01\n"
        "11,now,1,Nora Lindqvist,,Sales,,2019-02-01\n"
        "12,now,2,Leo Martins,,Sales,10,2021-05-03\n"
    )

    run = imported(rows, profile)

    assert (run.counts["new"], run.counts["superseded"]) == (2, 1)
    nora = person_named("1").id
    assert person_named("2").manager_id == nora
    assert employee_ids_by_key("staff") == {"10": nora, "11": nora, "12": person_named("2").id}
    assert employee_ids_by_key("row_key") == employee_ids_by_key("staff")
    later = "Key,State,Id,Name,E-mail,Department,Manager,Joined\n13,now,4,Per Berg,,Sales,10,\n"
    assert imported(later, profile).counts["new"] == 1
    assert person_named("4").manager_id == nora


@pytest.mark.parametrize(
    ("by", "named"), [("email", "NORA@north.example"), ("name", "Nora Lindqvist")]
)
def test_managers_may_be_named_by_email_or_by_name(at, by, named):
    profile = PROFILE.replace('column = "Manager"', f'column = "Manager"\nby = "{by}"')

    imported(HEADER + NORA + LEO.replace("Sales,1", f"Sales,{named}"), profile)

    assert person_named("2").manager_id == person_named("1").id


def test_a_name_two_people_share_names_no_manager(at):
    profile = PROFILE.replace('column = "Manager"', 'column = "Manager"\nby = "name"')
    rows = NORA + NORA.replace("1,", "9,", 1).replace("nora@", "nora2@")

    run = checked(HEADER + rows + LEO.replace("Sales,1", "Sales,Nora Lindqvist"), profile)

    assert told(run) == [(4, "manager")]


def test_people_gone_from_the_file_are_only_reported(at):
    imported(FILE)

    run = imported(HEADER + NORA + LEO)

    assert (run.counts["missing"], run.counts["left"]) == (1, 0)
    assert person_named("3").is_active


def test_people_gone_from_the_file_leave_when_asked_and_come_back_with_it(at):
    imported(FILE)
    employ("Maya Chen")

    run = imported(HEADER + NORA + LEO, leavers=True)

    assert run.counts["left"] == 1
    assert not person_named("3").is_active
    assert person_named("maya.chen").is_active, "she never came with this file"
    assert imported(FILE).counts["changed"] == 1
    assert person_named("3").is_active


def test_nobody_is_marked_as_left_while_rows_are_in_error(at):
    imported(FILE)

    run = imported(
        HEADER + NORA + LEO + IDA.replace("2022-09-12", "soon"), skip_errors=True, leavers=True
    )

    assert (run.counts["left"], run.counts["missing"]) == (0, 1)
    assert person_named("3").is_active
    notes = queries.problems(run.id, limit=5, stops_row=False)
    assert "nobody is marked as left" in notes[0].problem


def test_a_leave_date_in_the_past_means_left(at):
    profile = PROFILE.replace("[columns]", '[columns]\nleave_date = "Left"')
    header = HEADER.replace("Joined", "Joined,Left")

    imported(header + NORA.replace("02-01\n", "02-01,2026-01-31\n"), profile)

    assert not person_named("1").is_active


def test_a_leave_date_that_comes_late_accuses_nobody_of_what_they_did_before(at, time):
    profile = PROFILE.replace("[columns]", '[columns]\nleave_date = "Left"')
    header = HEADER.replace("Joined", "Joined,Left")
    imported(header + NORA.replace("\n", ",\n"), profile)
    nora = person_named("1")
    give_points(nora.id, 100)
    hold(nora.id, 10)
    time.forward(days=10)

    imported(header + NORA.replace("\n", f",{at.date() - timedelta(days=1)}\n"), profile)

    assert not person_named("1").is_active
    left = sa.select(AuditEntry.subject).where(AuditEntry.action == "people.left")
    assert list(session().scalars(left)) == [f"employee:{nora.id}"]
    assert ledger_violations(["I41"]) == []
    time.forward(minutes=1)
    hold(nora.id, 5)
    assert [found.row["actor_id"] for found in ledger_violations(["I41"])] == [nora.id]


def test_countries_come_by_code_or_name(at):
    profile = PROFILE.replace("[columns]", '[columns]\ncountry = "Country"')
    header = HEADER.replace("Joined", "Joined,Country")
    rows = [NORA.replace("\n", ",germany\n"), LEO.replace("\n", ",NO\n")]

    run = imported(
        header + "".join(rows) + IDA.replace("\n", ",Atlantis\n"), profile, skip_errors=True
    )

    assert told(run) == [(4, "country")]
    assert [person_named(key).country for key in ("1", "2")] == ["DE", "NO"]


def test_a_file_that_cannot_be_read_fails_as_a_whole_and_says_why(at):
    run = imported("Id;Name\n1;Nora\n")

    assert run.state is RunState.FAILED
    assert "column" in run.failure
    assert everyone() == {}


def test_what_changed_since_the_dry_run_stops_the_import(at):
    run = checked(FILE)
    employ("Maya Chen", email="leo@north.example")
    with transaction():
        operations.approve(run.id, skip_errors=False, actor=Actor.system(), at=clock.now())

    runner.import_run(run.id, actor=Actor.system())

    after = queries.run_page(run.id)
    assert after.state is RunState.FAILED
    assert "changed since the dry run" in after.failure
    assert list(everyone()) == ["maya.chen"]


def test_a_run_imported_twice_counts_once(at):
    run = imported(FILE)
    before = everyone()

    runner.import_run(run.id, actor=Actor.system())

    assert everyone() == before
    assert len(audited("imports.done")) == 1


def test_reading_again_after_a_crash_starts_over(at, monkeypatch):
    monkeypatch.setattr(runner, "BATCH_ROWS", 1)
    run_id, batches = upload(FILE), []

    def die_after_two(rows: int) -> None:
        batches.append(rows)
        if len(batches) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        runner.check_run(run_id, progress=die_after_two)
    assert queries.run_page(run_id).rows_read == 2

    runner.check_run(run_id)

    row = queries.run_page(run_id)
    assert (row.state, row.rows_read, row.counts["new"]) == (RunState.CHECKED, 3, 3)
    staged = sa.select(sa.func.count()).where(StagedPerson.run_id == run_id)
    assert session().scalar(staged) == 3


def test_an_import_that_dies_halfway_leaves_nothing_and_can_be_run_again(at, monkeypatch):
    run = checked(FILE)
    with transaction():
        operations.approve(run.id, skip_errors=False, actor=Actor.system(), at=clock.now())

    def die(name: str) -> None:
        if name == "imports.after_apply":
            raise KeyboardInterrupt

    monkeypatch.setattr(runner, "crashpoint", die)
    with pytest.raises(KeyboardInterrupt):
        runner.import_run(run.id, actor=Actor.system())
    assert everyone() == {}
    monkeypatch.undo()

    runner.import_run(run.id, actor=Actor.system())

    assert len(everyone()) == 3
    assert queries.run_page(run.id).state is RunState.DONE


def test_formulas_and_right_to_left_names_come_in_as_text(at):
    rows = "7,=HYPERLINK(1),,Sales,,\n8,ليلى حداد,,Sales,,\n9,Zoë 🎉,,Sales,,\n"

    run = imported(HEADER + rows)

    assert run.counts["new"] == 3
    assert [person_named(key).name for key in "789"] == ["=HYPERLINK(1)", "ليلى حداد", "Zoë 🎉"]
    assert queries.problems(run.id, limit=5, stops_row=False)[0].field == "name"


def test_of_a_birth_date_only_month_and_day_are_kept_and_follow_the_file(at):
    header = HEADER.strip() + ",Birthday\n"
    profile = PROFILE.replace("[columns]", '[columns]\nbirth_date = "Birthday"')
    nora, leo = (
        "1,Nora Lindqvist,,Sales,,2019-02-01,1984-02-29\n",
        "2,Leo Martins,,Sales,1,2021-05-03,",
    )

    def birthdays() -> list[tuple]:
        session().close()
        columns = (Employee.external_id, Employee.birth_month, Employee.birth_day)
        return [tuple(row) for row in session().execute(sa.select(*columns).order_by(Employee.id))]

    imported(header + nora + leo + "\n", profile=profile)
    assert birthdays() == [("1", 2, 29), ("2", None, None)]
    again = imported(header + nora + leo + "1990-11-23\n", profile=profile)
    assert (again.counts["changed"], again.counts["unchanged"]) == (1, 1)
    assert birthdays() == [("1", 2, 29), ("2", 11, 23)]
    imported(HEADER + NORA + LEO + IDA)
    assert birthdays() == [("1", 2, 29), ("2", 11, 23), ("3", None, None)]
    assert "1990" not in str(audited("people.import_change"))
