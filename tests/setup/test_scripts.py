"""The scripts in bin: what they refuse, what they hand over, and that they are sound."""

import shlex
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from marketplace.kernel.settings import ROOT
from tests.support.postgres import environment

# bin/setup exports what it told uv, so a first start would hand its own answers on to these tests.
SET_ELSEWHERE = ("LAUREL_", "PIP_", "UV_")
SCRIPTS = sorted(path for path in (ROOT / "bin").iterdir() if path.is_file())


def run(*command: str | Path, **settings: str) -> subprocess.CompletedProcess:
    known = {name: text for name, text in environment.items() if not name.startswith(SET_ELSEWHERE)}
    return subprocess.run(
        command, env={**known, **settings}, capture_output=True, text=True, check=False, cwd=ROOT
    )


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_every_script_can_be_started_and_read_by_bash(script):
    assert script.stat().st_mode & 0o111
    assert run("bash", "-n", script).returncode == 0


def test_the_lock_files_are_pinned_hashed_and_in_step_with_the_project():
    checked = run(sys.executable, ROOT / ".ci" / "locks.py")
    assert (checked.returncode, checked.stdout.count("\n")) == (0, 1), checked.stdout


@pytest.mark.parametrize("port", ["0", "abc", "70000", "-1", "8000 "])
def test_the_demo_says_what_a_port_is(port):
    refused = run(ROOT / "bin" / "demo", PORT=port)
    assert refused.returncode == 1
    assert "set a number from 1 to 65535" in refused.stderr


def test_the_demo_never_starts_over_production_data():
    refused = run(ROOT / "bin" / "demo", "--reset", LAUREL_MODE="production")
    assert refused.returncode == 1
    assert "LAUREL_MODE is production" in refused.stderr


def test_the_provider_of_the_demo_finds_a_port_although_its_own_is_taken():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = run(
            "bash", "-c",
            f"{_demo_functions()}\nPORT={port - 90}; choose_provider; echo $provider_port",
        )  # fmt: skip
        near = run("bash", "-c", f"{_demo_functions()}\nPORT=1; choose_provider")
    found = int(said.stdout)
    assert found != port
    assert 1024 <= found <= 65535
    assert near.returncode == 0, "a port that needs more rights is passed over"


def test_the_demo_knows_no_other_option():
    refused = run(ROOT / "bin" / "demo", "--rest")
    assert (refused.returncode, refused.stderr) == (1, "Usage: bin/demo [--reset]\n")


def test_a_taken_port_is_said_in_words():
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        tried = run("bash", "-c", f"{_demo_functions()}\nPORT={port}; require_free_port")
    assert tried.returncode == 1
    assert f"Port {port} cannot be used" in tried.stderr


def test_what_pip_knows_of_the_machine_is_handed_to_uv(tmp_path):
    settings = {
        "PIP_CONFIG_FILE": "/dev/null",
        "PIP_INDEX_URL": "https://index.example/simple",
        "PIP_TRUSTED_HOST": "index.example",
        "PIP_FIND_LINKS": f"{tmp_path} /no/such/folder",
    }
    told = run("bash", "-c", f"{_setup_functions()}; tell_uv; env", **settings)
    lines = told.stdout.splitlines()
    assert "UV_DEFAULT_INDEX=https://index.example/simple" in lines
    assert "UV_INSECURE_HOST=index.example" in lines
    assert f"UV_FIND_LINKS={tmp_path}" in lines


def test_a_setting_of_uvs_own_wins_over_pips():
    settings = {
        "PIP_CONFIG_FILE": "/dev/null",
        "PIP_INDEX_URL": "https://pips.example/simple",
        "UV_INDEX_URL": "https://uvs.example/simple",
    }
    told = run("bash", "-c", f"{_setup_functions()}; tell_uv; env", **settings)
    assert "UV_INDEX_URL=https://uvs.example/simple" in told.stdout
    assert "UV_DEFAULT_INDEX" not in told.stdout


PYTEST_SAYS = "===== 2 failed, 5 passed, 1 error in 3.21s ====="


@pytest.mark.parametrize(
    ("tests", "last_line", "code"),
    [
        ("echo '5 passed in 3.21s'", "5 passed in 3.21s", 0),
        (f"echo '{PYTEST_SAYS}'; exit 1", PYTEST_SAYS, 1),
        ("echo 'no such option'; exit 4", "0 passed, 1 failed", 1),
    ],
    ids=["pass", "fail", "never began"],
)
def test_ci_sums_up_whatever_becomes_of_the_tests(tmp_path, tests, last_line, code):
    checked = run(_house_whose_tests_end(tmp_path, tests))
    assert (checked.returncode, checked.stdout.splitlines()[-1]) == (code, last_line)
    assert "migrations   ok" in checked.stdout.rpartition("in all")[0]


def _house_whose_tests_end(folder: Path, tests: str) -> Path:
    """A copy of .ci/run among scripts that do nothing but end as told; its path."""
    scripts = {
        "bin/setup": "set -euo pipefail; venv=$root/.venv; prepare() { :; }",
        "bin/test": tests,
        ".venv/bin/python": "exit 0",
        ".venv/bin/lint-imports": "exit 0",
    }
    for name, body in scripts.items():
        script = folder / name
        script.parent.mkdir(parents=True, exist_ok=True)
        script.write_text(f"#!/usr/bin/env bash\n{body}\n")
        script.chmod(0o755)
    (folder / ".ci").mkdir()
    return Path(shutil.copy(ROOT / ".ci" / "run", folder / ".ci" / "run"))


def _setup_functions() -> str:
    return f"source {shlex.quote(str(ROOT / 'bin' / 'setup'))}; find_python; find_pip"


def _demo_functions() -> str:
    """Everything in bin/demo above the part that acts."""
    text = (ROOT / "bin" / "demo").read_text()
    head = text.split('\nread_arguments "$@"\n')[0].split('/setup"\n', 1)[1]
    return f"source {shlex.quote(str(ROOT / 'bin' / 'setup'))}; {head}"
