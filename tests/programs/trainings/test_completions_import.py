"""Priya imports completions at the command line: dry run, again, corrections, refusals."""

import pytest
from click.testing import CliRunner

from marketplace.kernel.db import session
from marketplace.ledger.queries import points_of
from marketplace.programs.trainings.cli import completions_cli
from marketplace.programs.trainings.example import EXAMPLE
from marketplace.programs.trainings.models import StagedCompletion
from tests.support.people import employ_leo
from tests.support.trainings import add_courses, run_training

HEAD = "Work e-mail,Course,Finished,Certificate"
LEO = "leo.martins@evergreen.example"


@pytest.fixture
def completions(tmp_path, at):
    """Runs `completions import` on lines of a file and answers what it printed."""
    employ_leo()
    run_training(add_courses())
    profile = tmp_path / "academy.toml"
    profile.write_text(EXAMPLE.profile)

    def run(*lines: str, options: tuple[str, ...] = ()):
        file = tmp_path / "academy.csv"
        file.write_text("\n".join([HEAD, *lines]))
        session().close()
        arguments = ["import", str(file), "--profile", str(profile), *options]
        return CliRunner().invoke(completions_cli, arguments)

    return run


def leos_points(at):
    session().close()
    return points_of(employ_leo(), at=at).available


FILE = (f"{LEO},reading,2026-11-02,C-1", f"{LEO},Who we talk to,2026-11-09,C-2")


def test_a_file_brings_points_once_and_leaves_nothing_behind(completions, at):
    assert "30 points given" in completions(*FILE, options=("--dry-run",)).output
    assert leos_points(at) == 0
    assert "2 new" in completions(*FILE).output
    assert "2 unchanged" in completions(*FILE).output
    assert leos_points(at) == 30
    assert session().query(StagedCompletion).count() == 0


def test_a_corrected_file_takes_back_exactly_the_difference(completions, at):
    completions(*FILE)
    said = completions(FILE[0], f"{LEO},leads,2026-11-09,C-2").output
    assert "1 corrected" in said
    assert "20 points taken back" in said
    assert leos_points(at) == 10 + 30


def test_what_a_whole_file_lacks_is_taken_back(completions, at):
    later = f"{LEO},leads,2026-11-12,C-3"
    completions(*FILE, later)
    said = completions(FILE[0], later, options=("--complete",)).output
    assert "1 taken back as missing" in said
    assert leos_points(at) == 10 + 30


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("nobody@evergreen.example,reading,2026-11-02,C-1", "No employee has this"),
        (f"{LEO},juggling,2026-11-02,C-1", "There is no such course"),
        (f"{LEO},reading,2026-13-45,C-1", "error: line 2, date"),
        (f"{LEO},reading,2026-11-02,claim:T-1", "Laurel's own mark"),
    ],
)
def test_bad_rows_are_named_and_nothing_is_imported(completions, at, line, said):
    result = completions(line, FILE[1])
    assert said in result.output
    assert result.exception is not None
    assert leos_points(at) == 0


def test_two_rows_of_one_certificate_are_both_named(completions, at):
    result = completions(FILE[0], f"{LEO},leads,2026-11-03,C-1")
    assert result.output.count("Another row of this file has the same reference") == 2


def test_a_course_can_not_have_been_completed_on_a_day_still_to_come(completions, at):
    said = completions(f"{LEO},reading,2027-11-02,C-1", *FILE[1:], options=("--dry-run",)).output
    assert "This day is still to come." in said
    assert "1 new" in said
