"""A process killed in the middle of an import leaves all or nothing; the next one finishes it."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from marketplace.access.actor import Actor
from marketplace.imports import queries, runner
from marketplace.imports.states import RunState
from marketplace.kernel.settings import ROOT
from marketplace.people.queries import people_list
from tests.people.importing import HEADER, PROFILE

pytestmark = pytest.mark.crash
ROWS = "".join(f"{number},Person {number},,Sales,,2020-01-01\n" for number in range(1, 41))


def import_and_die(app, tmp_path: Path, crash_at: str) -> int:
    """Run the command in a process of its own that is killed at `crash_at`; its exit code."""
    (tmp_path / "staff.csv").write_text(HEADER + ROWS, "utf-8")
    (tmp_path / "staff.toml").write_text(PROFILE, "utf-8")
    settings = {
        "LAUREL_MODE": "test",
        "LAUREL_DATABASE_URL": app.config["LAUREL"].database_url,
        "LAUREL_SECRET_KEY": app.config["LAUREL"].secret_key,
        "LAUREL_CRASH_AT": crash_at,
    }
    words = ["people", "import", tmp_path / "staff.csv", "--profile", tmp_path / "staff.toml"]
    outcome = subprocess.run(
        [sys.executable, "-m", "marketplace.cli", *words],
        cwd=ROOT,
        env={**os.environ, **settings},  # noqa: TID251  the child needs a PATH
        capture_output=True,
        check=False,
        timeout=120,
    )
    return outcome.returncode


@pytest.mark.parametrize("crash_at", ["imports.before_apply", "imports.after_apply"])
def test_a_killed_import_left_nothing_and_is_finished_by_the_next(app, at, tmp_path, crash_at):
    assert import_and_die(app, tmp_path, crash_at) == -signal.SIGKILL
    (run,) = queries.history()
    assert run.state is RunState.IMPORTING
    assert people_list() == []

    runner.import_run(run.id, actor=Actor.system())
    runner.import_run(run.id, actor=Actor.system())

    assert queries.run_page(run.id).state is RunState.DONE
    assert len(people_list(limit=100)) == 40


def test_a_killed_dry_run_starts_over(app, at, tmp_path):
    assert import_and_die(app, tmp_path, "imports.after_batch") == -signal.SIGKILL
    (run,) = queries.history()
    assert run.state is RunState.UPLOADED

    runner.check_run(run.id)

    checked = queries.run_page(run.id)
    assert (checked.state, checked.counts["new"]) == (RunState.CHECKED, 40)


def test_control_without_a_crash_the_command_imports(app, at, tmp_path):
    assert import_and_die(app, tmp_path, "") == 0
    assert len(people_list(limit=100)) == 40
