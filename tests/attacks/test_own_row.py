"""Who imports the people of the company changes nothing of what it says about himself."""

from io import BytesIO

import pytest
import sqlalchemy as sa

from marketplace.access.roles import Role
from marketplace.imports import operations, queries, runner
from marketplace.imports.operations import Upload
from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.people.models import Employee, EmployeeKey
from marketplace.people.operations.roster import matching
from marketplace.people.queries import actor_of
from tests.people.importing import PROFILE
from tests.support.people import employ, employ_maya, employ_priya

KEYED = PROFILE.replace('[columns]\nname = "Name"', '[columns]\nrow_key = "Key"\nname = "Name"')
HEADER = "Id,Name,E-mail,Department,Manager,Joined,Key\n"


@pytest.fixture
def house(at):
    """Priya and Ines import; Maya sells."""
    ines = employ("Ines Carvalho", department="People", roles=(Role.PROGRAM_MANAGER,))
    return {"priya": employ_priya(), "ines": ines, "maya": employ_maya()}


def brought(who: int, *ids: int) -> int:
    """A file that makes these people ten years old in the house today, in another department."""
    session().close()
    joined = clock.today().replace(year=clock.today().year - 10)
    lines = [_line(session().get_one(Employee, one), f"{joined},key-{one}") for one in ids]
    session().close()
    with transaction():
        run_id = operations.upload(
            Upload(
                kind="people",
                file_name="people.csv",
                file=BytesIO((HEADER + "".join(lines)).encode()),
                profile_name="staff",
                profile_toml=KEYED,
            ),
            actor=actor_of(who),
            at=clock.now(),
        )
    runner.check_run(run_id)
    return run_id


def _line(one: Employee, rest: str) -> str:
    return f"{one.external_id},{one.name},{one.email},Sales,,{rest}\n"


def say_import(who: int, run_id: int) -> dict[str, int]:
    actor = actor_of(who)
    session().close()
    with transaction():
        operations.approve(run_id, skip_errors=False, actor=actor, at=clock.now())
    runner.import_run(run_id, actor=actor)
    return queries.run_page(run_id).counts


def years(who: int) -> int | None:
    session().close()
    hired_on = session().scalar(sa.select(Employee.hired_on).where(Employee.id == who))
    return None if hired_on is None else clock.today().year - hired_on.year


def keys() -> set[int]:
    return set(session().scalars(sa.select(EmployeeKey.employee_id)))


def test_the_file_comes_in_and_the_importers_own_row_stays_as_it_was(house):
    before = years(house["priya"])
    run_id = brought(house["priya"], house["priya"], house["maya"])
    [note] = queries.problems(run_id, stops_row=False)
    assert (note.line, "about you" in note.problem) == (2, True)
    counts = say_import(house["priya"], run_id)
    assert (counts["changed"], counts["unchanged"], counts["own"]) == (1, 1, 1)
    assert (years(house["priya"]), years(house["maya"])) == (before, 10)
    assert keys() == {house["maya"]}  # nor does a key in it become a name for her


def test_it_comes_in_with_somebody_elses_yes(house):
    run_id = brought(house["priya"], house["priya"])
    counts = say_import(house["ines"], run_id)
    assert (counts["changed"], counts.get("own")) == (1, None)
    assert years(house["priya"]) == 10
    assert keys() == {house["priya"]}


def test_a_row_that_says_what_is_known_is_no_news(house):
    say_import(house["ines"], brought(house["priya"], house["priya"]))
    run_id = brought(house["priya"], house["priya"])
    assert queries.problems(run_id, stops_row=False) == []
    assert "own" not in say_import(house["priya"], run_id)


def test_control_without_it_the_importer_makes_herself_a_jubilarian(house, monkeypatch):
    monkeypatch.setattr(matching, "leave_alone", lambda *_: 0)
    say_import(house["priya"], brought(house["priya"], house["priya"]))
    assert years(house["priya"]) == 10
