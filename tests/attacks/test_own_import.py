"""What a file says about the person who imports it counts once somebody else says so."""

import io

import pytest
import sqlalchemy as sa

from marketplace.access.roles import Role
from marketplace.imports import jobs, operations, queries, runner
from marketplace.imports.models import ImportRun
from marketplace.imports.operations import Upload
from marketplace.imports.staging import StagedImporter
from marketplace.imports.states import RunState
from marketplace.kernel import clock
from marketplace.kernel.audit import AuditEntry
from marketplace.kernel.db import session, transaction
from marketplace.kernel.errors import NotAllowed
from marketplace.kernel.mail import Letter
from marketplace.ledger.check import ledger_violations
from marketplace.ledger.queries import points_of
from marketplace.people.queries import actor_of
from marketplace.programs.models import Result
from tests.support.browsing import send
from tests.support.page_lint import lint_page
from tests.support.people import employ, employ_maya, employ_priya
from tests.support.programs import run_program

PROFILE = """
kind = "results"
dates = "YYYY-MM-DD"

[person]
column = "Seller"
by = "email"

[columns]
date = "Day"
amount = "Net"
group = "Order"
reference = "Order"

[constants]
currency = "USD"
"""
PRIYA, MAYA = "priya.nair@evergreen.example", "maya.chen@evergreen.example"
BOTH = (f"SO1,2026-11-02,{PRIYA},900.00", f"SO2,2026-11-02,{MAYA},300.00")


@pytest.fixture
def priya(at):
    run_program()
    employ_maya()
    return employ_priya()


@pytest.fixture
def ines(at):
    return employ("Ines Carvalho", department="People", roles=(Role.PROGRAM_MANAGER,))


def brought(who: int, *lines: str, complete: bool = False) -> int:
    """Somebody uploads a file, sees the dry run and imports it; answers the run."""
    actor, text = actor_of(who), "\n".join(["Order,Day,Seller,Net", *lines])
    session().close()
    with transaction():
        given = Upload(
            kind="results",
            file_name="sales.csv",
            file=io.BytesIO(text.encode()),
            profile_name="Sales",
            profile_toml=PROFILE,
            options={"metric": "revenue", "complete": complete},
        )
        run_id = operations.upload(given, actor=actor, at=clock.now())
    runner.check_run(run_id)
    say_import(who, run_id)
    return run_id


def say_import(who: int, run_id: int) -> None:
    actor = actor_of(who)
    session().close()
    with transaction():
        operations.approve(run_id, skip_errors=False, actor=actor, at=clock.now())
    runner.import_run(run_id, actor=actor)


def held() -> list[int]:
    session().close()
    query = sa.select(ImportRun.id).where(ImportRun.held_for_id.is_not(None))
    waiting = query.where(ImportRun.state == RunState.CHECKED)
    return list(session().scalars(waiting.order_by(ImportRun.id)))


def has(*who: int) -> list[int]:
    session().close()
    return [points_of(one, at=clock.now()).available for one in who]


def amounts() -> dict[str, int]:
    session().close()
    return dict(session().execute(sa.select(Result.external_ref, Result.amount)).all())


def test_the_file_comes_in_and_the_importers_own_row_waits_for_somebody_else(priya, ines):
    maya = employ_maya()
    run_id = brought(priya, *BOTH)
    assert (has(priya, maya), amounts()) == ([0, 3], {"SO2": 30_000})
    [aside] = held()
    counts = queries.run_page(run_id).counts
    assert (counts["held"], counts["held_run"]) == (1, aside)
    with pytest.raises(NotAllowed, match="Ines Carvalho can import them"):
        say_import(priya, aside)
    with pytest.raises(NotAllowed, match="about you"), transaction():
        operations.cancel(aside, actor=actor_of(priya), at=clock.now())
    assert has(priya) == [0]
    say_import(ines, aside)
    assert (has(priya, maya), held()) == ([9, 3], [])
    actions = session().scalars(sa.select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert "imports.hold" in actions
    assert ledger_violations() == []


def test_the_pages_show_what_waits_and_for_whom(priya, ines, sign_in):
    run_id = brought(priya, *BOTH)
    [aside] = held()
    mine, page = sign_in(priya), f"/manage/imports/{aside}"
    first = mine.get(f"/manage/imports/{run_id}").text
    assert "This row is about you, who sent the file." in first
    assert page in first
    shown = mine.get(page).text
    assert "Ines Carvalho can import them." in shown
    assert "Import 1 row" not in shown
    hers = sign_in(ines)
    seen = hers.get(page).text
    assert "2 Nov 2026: $900, SO1" in seen
    assert "1 import holds rows for your yes" in hers.get("/").text
    assert "for your yes" not in mine.get("/").text
    assert "Waits for a second person" in hers.get("/manage/imports").text
    for text in (first, shown, seen):
        assert lint_page(text) == []
    assert send(mine, f"/manage/imports/{run_id}", f"{page}/import").status_code == 403
    assert send(hers, page, f"{page}/cancel").status_code == 303
    assert (held(), has(priya)) == ([], [0])


def test_the_page_of_the_file_says_whether_its_rows_still_wait(priya, ines, sign_in):
    run_id = brought(priya, *BOTH)
    page, mine = f"/manage/imports/{run_id}", sign_in(priya)
    assert "wait for somebody else&#39;s yes" in mine.get(page).text
    refused = send(mine, page, f"/manage/imports/{held()[0]}/import").text
    assert "This is for somebody else to do" in refused
    assert "another role" not in refused
    say_import(ines, held()[0])
    shown = mine.get(page).text
    assert "Somebody else has answered for the rows" in shown
    assert "wait for" not in shown
    assert lint_page(shown) == []


def letters() -> list[Letter]:
    session().close()
    query = sa.select(Letter).where(Letter.subject.contains("sales.csv"))
    return list(session().scalars(query.order_by(Letter.id)))


def test_those_who_may_import_are_asked_by_letter_once_a_file(priya, ines, queue):
    lea = employ("Lea Brandt", department="People", roles=(Role.ADMIN,))
    brought(priya, *BOTH, f"SO3,2026-11-03,{PRIYA},500.00")
    [aside] = held()
    queue.run_due()
    jobs.tell_held(aside)
    asked = letters()
    assert sorted(one.employee_id for one in asked) == sorted([ines, lea])
    assert asked[0].subject == "Rows of an import need a second yes: sales.csv"
    assert "Priya Nair imported sales.csv. 2 rows of it are about Priya Nair" in asked[0].text
    assert f"/manage/imports/{aside}" in asked[0].text
    assert "23 Dec 2026 is put aside" in asked[0].text


def test_who_imports_alone_reads_what_to_do(priya, queue):
    brought(priya, *BOTH)
    queue.run_due()
    [letter] = letters()
    assert letter.employee_id == priya
    assert letter.subject == "Rows about you wait, and nobody can import them: sales.csv"
    assert "1 row of it is about you" in letter.text
    assert "Give somebody else the role" in letter.text


def test_who_imported_the_file_reads_the_answer_and_nobody_is_asked_for_it_any_more(
    priya, ines, queue
):
    brought(priya, *BOTH)
    say_import(ines, held()[0])
    queue.run_due()
    brought(priya, *BOTH)  # changes nothing, so nothing waits
    queue.run_due()
    [letter] = letters()
    assert (letter.employee_id, letter.subject) == (priya, "Your rows are imported: sales.csv")
    assert "1 row of sales.csv about you was imported by somebody else" in letter.text
    brought(priya, BOTH[0].replace("900.00", "1000.00"))
    [aside], hers = held(), actor_of(ines)
    session().close()
    with transaction():
        operations.cancel(aside, actor=hers, at=clock.now())
    queue.run_due()
    assert letters()[-1].subject == "Your rows were put aside: sales.csv"
    assert len(letters()) == 2


def test_the_same_file_again_holds_nothing_that_stands_already(priya, ines):
    brought(priya, *BOTH)
    say_import(ines, held()[0])
    brought(priya, *BOTH)
    assert (held(), has(priya)) == ([], [9])


def test_ones_own_correction_and_taking_a_row_over_wait_too(priya, ines):
    maya = employ_maya()
    brought(ines, *BOTH)
    brought(priya, f"SO1,2026-11-02,{MAYA},900.00", f"SO2,2026-11-02,{PRIYA},300.00")
    assert has(priya, maya) == [9, 3]
    say_import(ines, held()[0])
    assert has(priya, maya) == [3, 9]


def test_a_whole_file_takes_back_what_is_missing_and_not_what_waits(priya, ines):
    maya = employ_maya()
    brought(ines, *BOTH, f"SO3,2026-11-03,{MAYA},500.00")
    brought(priya, f"SO1,2026-11-02,{PRIYA},1000.00", BOTH[1], complete=True)
    assert amounts() == {"SO1": 90_000, "SO2": 30_000, "SO3": 50_000}  # SO3 is after the last day
    brought(priya, f"SO1,2026-11-04,{PRIYA},1000.00", BOTH[1], complete=True)
    assert amounts() == {"SO1": 90_000, "SO2": 30_000, "SO3": 0}
    assert has(priya, maya) == [9, 3]
    say_import(ines, held()[-1])
    assert (amounts()["SO1"], has(priya)) == (100_000, [10])


def test_a_file_of_others_and_one_at_the_command_line_hold_nothing(priya, ines):
    brought(ines, *BOTH)
    assert (held(), has(priya)) == ([], [9])


def test_the_database_refuses_it_as_well(priya, ines):
    brought(priya, *BOTH)
    [aside] = held()
    with pytest.raises(sa.exc.IntegrityError), transaction():
        session().execute(
            sa.update(ImportRun).where(ImportRun.id == aside).values(approved_by_id=priya)
        )


def test_control_without_holding_back_the_importer_pays_herself(priya, monkeypatch):
    monkeypatch.setattr(StagedImporter, "_hold_back", lambda *_given: (None, 0))
    brought(priya, *BOTH)
    assert has(priya) == [9]
