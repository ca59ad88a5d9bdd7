"""A process killed in the middle of an import leaves all or nothing; the next one finishes it."""

import signal
from collections.abc import Callable

import pytest

from marketplace.access.actor import Actor
from marketplace.imports import queries, runner
from marketplace.imports.states import RunState
from marketplace.people.queries import people_list
from tests.people.importing import HEADER, PROFILE

pytestmark = pytest.mark.crash
ROWS = "".join(f"{number},Person {number},,Sales,,2020-01-01\n" for number in range(1, 41))


@pytest.fixture
def import_and_die(nursery, app, tmp_path) -> Callable[[str], int]:
    """Runs the command in a process of its own that is killed at a point; its exit code."""
    (tmp_path / "staff.csv").write_text(HEADER + ROWS, "utf-8")
    (tmp_path / "staff.toml").write_text(PROFILE, "utf-8")
    settings = app.config["LAUREL"]
    given = {
        "LAUREL_MODE": "test",
        "LAUREL_DATABASE_URL": settings.database_url,
        "LAUREL_SECRET_KEY": settings.secret_key,
    }
    files = [f"{tmp_path / 'staff.csv'}", "--profile", f"{tmp_path / 'staff.toml'}"]
    words = ["people", "import", *files]
    return lambda point: nursery.run(words, given | {"LAUREL_CRASH_AT": point}).status


@pytest.mark.parametrize("crash_at", ["imports.before_apply", "imports.after_apply"])
def test_a_killed_import_left_nothing_and_is_finished_by_the_next(at, import_and_die, crash_at):
    assert import_and_die(crash_at) == -signal.SIGKILL
    (run,) = queries.history()
    assert run.state is RunState.IMPORTING
    assert people_list() == []

    runner.import_run(run.id, actor=Actor.system())
    runner.import_run(run.id, actor=Actor.system())

    assert queries.run_page(run.id).state is RunState.DONE
    assert len(people_list(limit=100)) == 40


def test_a_killed_dry_run_starts_over(at, import_and_die):
    assert import_and_die("imports.after_batch") == -signal.SIGKILL
    (run,) = queries.history()
    assert run.state is RunState.UPLOADED

    runner.check_run(run.id)

    checked = queries.run_page(run.id)
    assert (checked.state, checked.counts["new"]) == (RunState.CHECKED, 40)


def test_control_without_a_crash_the_command_imports(at, import_and_die):
    assert import_and_die("") == 0
    assert len(people_list(limit=100)) == 40
