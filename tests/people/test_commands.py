"""`bin/laurel people …` as an administrator types it."""

from pathlib import Path

import pytest
from click import Abort
from click.testing import CliRunner

from marketplace.access.roles import Role
from marketplace.imports import queries as imports
from marketplace.imports.states import RunState
from marketplace.kernel.errors import BadInput, NotFound
from marketplace.people import passwords, queries
from marketplace.people.cli import people_cli
from marketplace.people.importer import PeopleImporter
from tests.people.importing import HEADER, PROFILE
from tests.support.people import employ_maya, employ_omar, employ_priya

NORA = "1,Nora Lindqvist,nora@north.example,Sales,,2019-02-01\n"
BAD = "2,Leo Martins,not an e-mail,Sales,1,2021-05-03\n"


def run(*words: str, typed: str = "") -> str:
    """Run a command and answer what it prints; refusals are raised."""
    outcome = CliRunner().invoke(
        people_cli, list(words), input=typed, catch_exceptions=False, standalone_mode=False
    )
    return outcome.output


@pytest.fixture
def files(tmp_path: Path) -> tuple[str, str]:
    """A people file and its profile."""
    (tmp_path / "staff.csv").write_text(HEADER + NORA, "utf-8")
    (tmp_path / "staff.toml").write_text(PROFILE, "utf-8")
    return str(tmp_path / "staff.csv"), str(tmp_path / "staff.toml")


def test_a_dry_run_says_what_would_happen_and_does_nothing(at, files):
    said = run("import", files[0], "--profile", files[1], "--dry-run")

    assert "Would be 1 new" in said
    assert queries.people_list() == []
    assert [row.state for row in imports.history()] == [RunState.CANCELLED]


def test_an_import_goes_the_way_of_the_browser(at, files):
    said = run("import", files[0], "--profile", files[1])

    assert "Imported: 1 new" in said
    assert [row.state for row in imports.history()] == [RunState.DONE]
    assert "1 unchanged" in run("import", files[0], "--profile", files[1])


def test_errors_stop_the_command_unless_they_are_skipped(at, files):
    Path(files[0]).write_text(HEADER + NORA + BAD, "utf-8")

    with pytest.raises(BadInput, match="1 row of this file is in error"):
        run("import", files[0], "--profile", files[1])
    assert queries.people_list() == []

    said = run("import", files[0], "--profile", files[1], "--skip-errors")

    assert "line 3, email “not an e-mail”" in said
    assert [person.name for person in queries.people_list()] == ["Nora Lindqvist"]


def test_a_profile_that_is_neither_file_nor_saved_is_named(at, files):
    with pytest.raises(NotFound, match="no profile 'nothing'"):
        run("import", files[0], "--profile", "nothing")


def test_a_lookup_is_taken_from_beside_the_file_or_from_the_option(at, files, tmp_path: Path):
    table = '\n[lookup.offices]\nfile = "offices.csv"\nfrom = "Code"\nto = "Office"\n'
    profile = PROFILE.replace('"Department"', '{ column = "Department", lookup = "offices" }')
    Path(files[1]).write_text(profile + table, "utf-8")
    with pytest.raises(BadInput, match="offices"):
        run("import", files[0], "--profile", files[1])
    (tmp_path / "other.csv").write_text("Code,Office\nSales,Field Sales\n", "utf-8")

    with pytest.raises(BadInput, match="no such file"):
        run("import", files[0], "--profile", files[1], "--lookup", "offices=nowhere.csv")
    run("import", files[0], "--profile", files[1], "--lookup", f"offices={tmp_path / 'other.csv'}")

    assert queries.person_named("1").department == "Field Sales"


def test_a_password_is_read_from_standard_input(at):
    maya = employ_maya()

    said = run("set-password", "maya.chen", typed="correct horse battery\n")

    stored = queries.own_password(maya)
    assert stored is not None
    assert passwords.password_matches(stored.password_hash, "correct horse battery")
    assert "Maya Chen has a new password" in said
    assert "correct horse" not in said
    with pytest.raises(BadInput, match="at least 12"):
        run("set-password", "maya.chen", typed="short\n")


def test_roles_are_granted_and_taken_away(at):
    maya = employ_maya()

    assert "now has the role finance" in run("grant-role", "maya.chen", "finance")
    assert "already had" in run("grant-role", "maya.chen", "finance")
    assert Role.FINANCE in queries.actor_of(maya).roles
    assert "no longer has" in run("revoke-role", "maya.chen", "finance")
    assert queries.actor_of(maya).roles == {Role.EMPLOYEE}


def test_who_has_left_cannot_sign_in_any_more(at):
    maya = employ_maya()
    with pytest.raises(BadInput, match="still to come"):
        run("mark-left", "maya.chen", "--on", "2026-11-24")
    assert queries.person(maya).is_active

    assert "Maya Chen has left now" in run("mark-left", "maya.chen", "--on", "2026-11-20")
    assert "had left already" in run("mark-left", "maya.chen")
    assert not queries.person(maya).is_active


def test_people_are_listed_and_shown(at):
    employ_maya()
    employ_priya()

    assert "Maya Chen, Marketing" in run("list")
    assert "Priya" not in run("list", "--text", "CHEN")
    shown = run("show", "maya.chen@evergreen.example")
    assert "manager     Omar Haddad" in shown
    with pytest.raises(NotFound, match="Nobody here has the id or e-mail"):
        run("show", "nobody")


def test_the_chart_refuses_rings_one_person_at_a_time_too(at):
    from marketplace.access.actor import Actor
    from marketplace.kernel.db import transaction
    from marketplace.people.operations.employment import ManagerCycle, assign_manager

    maya, omar = employ_maya(), employ_omar()
    with pytest.raises(ManagerCycle, match="Maya Chen reports to Omar Haddad"), transaction():
        assign_manager(omar, maya, actor=Actor.system(), at=at)
    assert queries.person(omar).manager_id is None


def test_a_profile_that_is_not_there_or_not_utf_8_is_said(at, files, tmp_path):
    with pytest.raises(BadInput, match="There is no file nowhere"):
        run("import", files[0], "--profile", "nowhere.toml")
    (tmp_path / "old.toml").write_bytes('description = "Straße"'.encode("cp1252"))
    with pytest.raises(BadInput, match="is not UTF-8"):
        run("import", files[0], "--profile", str(tmp_path / "old.toml"))
    assert imports.history() == []


@pytest.mark.parametrize("given", ["sellers", "=staff.csv", "sellers=staff.csv"])
def test_a_lookup_the_profile_does_not_have_is_named(at, files, given):
    with pytest.raises(BadInput, match="the profile has no lookup"):
        run("import", files[0], "--profile", files[1], "--lookup", given)
    assert imports.history() == []


@pytest.mark.parametrize("step", ["check", "apply"])
def test_a_command_stopped_in_the_middle_leaves_no_run_that_waits_for_ever(
    at, files, monkeypatch, step
):
    def stop(*_words, **_more):
        raise KeyboardInterrupt

    monkeypatch.setattr(PeopleImporter, step, stop)
    with pytest.raises(Abort):
        run("import", files[0], "--profile", files[1])

    ended = RunState.CANCELLED if step == "check" else RunState.FAILED
    assert [row.state for row in imports.history()] == [ended]
    assert queries.people_list() == []
