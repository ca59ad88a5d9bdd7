"""Rules that people forget, held by the code itself."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from marketplace.app import slice_modules
from marketplace.cli import main
from marketplace.kernel.db import Model
from marketplace.kernel.jobs import HANDLERS
from marketplace.kernel.settings import ROOT

PACKAGES = ("marketplace", "catalog", "redemption")
HELD_BY_SLICES = ("models", "states", "policies", "queries", "operations")
LONGEST_FILE = 500
LONGEST_FUNCTION = 40


def sources() -> Iterator[Path]:
    for package in PACKAGES:
        yield from sorted((ROOT / package).rglob("*.py"))


def trees() -> Iterator[tuple[Path, ast.Module]]:
    for path in sources():
        yield path.relative_to(ROOT), ast.parse(path.read_text("utf-8"))


def calls(tree: ast.AST, name: str) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else node.func
            if called == name or (isinstance(called, ast.Name) and called.id == name):
                yield node


def test_only_the_one_transaction_commits():
    stray = [str(path) for path, tree in trees() for _ in calls(tree, "commit")]
    assert stray == ["marketplace/kernel/db.py"]


def test_operations_never_open_a_transaction_or_read_the_clock():
    stray = [
        f"{path}: {name}"
        for path, tree in trees()
        if set(path.with_suffix("").parts) & {"operations", "policies", "queries", "models"}
        for name in ("transaction", "now", "today")
        for call in calls(tree, name)
        if not (isinstance(call.func, ast.Attribute) and ast.unparse(call.func).startswith("sa."))
    ]
    assert stray == []


def test_every_promised_job_has_a_handler():
    slice_modules()
    promised = {
        (str(path), call.args[0].value)
        for path, tree in trees()
        for call in calls(tree, "enqueue")
        if call.args and isinstance(call.args[0], ast.Constant)
    }
    assert promised, "the search found no enqueue at all"
    assert {entry for entry in promised if entry[1] not in HANDLERS} == set()


def test_a_job_is_always_promised_by_its_plain_name():
    odd = [
        f"{path}:{call.lineno}"
        for path, tree in trees()
        for call in calls(tree, "enqueue")
        if not (call.args and isinstance(call.args[0], ast.Constant))
    ]
    assert odd == []


def test_files_and_functions_stay_small():
    long_files = [
        str(p) for p in sources() if len(p.read_text("utf-8").splitlines()) > LONGEST_FILE
    ]
    long_functions = [
        f"{path}:{node.name}"
        for path, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef)
        and (node.end_lineno or 0) - node.lineno + 1 > LONGEST_FUNCTION
    ]
    assert (long_files, long_functions) == ([], [])


def test_the_three_packages_are_empty_at_the_top():
    for package in PACKAGES:
        assert (ROOT / package / "__init__.py").read_text("utf-8").strip() == ""


def test_nothing_but_the_documents_room_draws_pdfs():
    users = [
        str(path)
        for path, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        and "weasyprint" in (getattr(node, "module", None) or node.names[0].name)
    ]
    assert set(users) == {"marketplace/kernel/documents.py"}


def test_every_check_and_key_of_a_table_has_a_name():
    slice_modules()
    nameless = [
        f"{table.name}: {constraint}"
        for table in Model.metadata.tables.values()
        for constraint in table.constraints
        if constraint.name is None
    ]
    assert nameless == []


def test_every_command_says_what_it_does():
    def unexplained(group, path=""):
        for name, command in getattr(group, "commands", {}).items():
            if not command.help:
                yield f"{path} {name}".strip()
            yield from unexplained(command, f"{path} {name}")

    assert list(unexplained(main)) == []


def test_every_command_is_documented():
    documented = (ROOT / "docs/commands.md").read_text("utf-8")

    def commands(group, path="bin/laurel"):
        for name, command in group.commands.items():
            if hasattr(command, "commands"):
                yield from commands(command, f"{path} {name}")
            else:
                yield f"{path} {name}"

    assert [name for name in commands(main) if f"`{name}" not in documented] == []


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_lock_files_name_versions_and_hashes_but_no_addresses(lock):
    text = (ROOT / lock).read_text("utf-8")
    assert "--hash=sha256:" in text
    assert re.search(r"https?://|--index|--find-links", text) is None
