"""Rules that people forget, held by the code itself."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from marketplace.app import SLICES, slice_modules
from marketplace.cli import main
from marketplace.kernel.db import Model
from marketplace.kernel.jobs import HANDLERS
from marketplace.kernel.settings import ROOT

PACKAGES = ("marketplace", "catalog", "redemption")
LONGEST_FILE = 500
LONGEST_FUNCTION = 40
WITHIN = {"operations", "policies", "queries", "models"}
AT_THE_DOORS = ("transaction", "now", "today")


def sources() -> Iterator[Path]:
    for package in PACKAGES:
        yield from sorted((ROOT / package).rglob("*.py"))


def trees(*words: str, below: set[str] | None = None) -> Iterator[tuple[Path, ast.Module]]:
    """Each file in which one of the words stands, parsed; if asked, those of some names alone."""
    for path in sources():
        if below and not below & {*path.relative_to(ROOT).with_suffix("").parts}:
            continue
        text = path.read_text("utf-8")
        if any(word in text for word in words):
            yield path.relative_to(ROOT), ast.parse(text)


def calls(tree: ast.AST, name: str) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else node.func
            if called == name or (isinstance(called, ast.Name) and called.id == name):
                yield node


def test_only_the_one_transaction_commits():
    """And the session that ends what it only read, beside it."""
    stray = {str(path) for path, tree in trees("commit") for _ in calls(tree, "commit")}
    assert stray == {"marketplace/kernel/db.py"}


def test_operations_never_open_a_transaction_or_read_the_clock():
    stray = [
        f"{path}: {name}"
        for path, tree in trees(*AT_THE_DOORS, below=WITHIN)
        for name in AT_THE_DOORS
        for call in calls(tree, name)
        if not (isinstance(call.func, ast.Attribute) and ast.unparse(call.func).startswith("sa."))
    ]
    assert stray == []


def test_every_promised_job_has_a_handler():
    slice_modules()
    promised = {
        (str(path), call.args[0].value)
        for path, tree in trees("enqueue")
        for call in calls(tree, "enqueue")
        if call.args and isinstance(call.args[0], ast.Constant)
    }
    assert promised, "the search found no enqueue at all"
    assert {entry for entry in promised if entry[1] not in HANDLERS} == set()


def test_a_job_is_always_promised_by_its_plain_name():
    odd = [
        f"{path}:{call.lineno}"
        for path, tree in trees("enqueue")
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
        for path, tree in trees("def ")
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef)
        and (node.end_lineno or 0) - node.lineno + 1 > LONGEST_FUNCTION
    ]
    assert (long_files, long_functions) == ([], [])


FREE_TEXT = ("StringField", "TextAreaField")
WHAT_MAY_STAND = ("Line(", "Lines(", "Regexp(", "Slug(")


def test_every_text_that_is_typed_is_looked_through_for_hidden_signs():
    """A field made in a form, and a class of fields that brings its own check."""
    made = [
        (f"{path}:{call.lineno}", call)
        for path, tree in trees(*FREE_TEXT)
        for name in FREE_TEXT
        for call in calls(tree, name)
    ]
    kinds = [
        (f"{path}: {node.name}", node)
        for path, tree in trees(*FREE_TEXT)
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
        and {ast.unparse(one) for one in node.bases} & {*FREE_TEXT}
    ]
    assert made
    assert kinds
    unread = [where for where, node in made + kinds if not _says_what_may_stand(node)]
    assert unread == []


def _says_what_may_stand(node: ast.AST) -> bool:
    return any(word in ast.unparse(node) for word in WHAT_MAY_STAND)


def test_the_three_packages_are_empty_at_the_top():
    for package in PACKAGES:
        assert (ROOT / package / "__init__.py").read_text("utf-8").strip() == ""


def test_nothing_but_the_process_that_draws_knows_weasyprint():
    users = [
        str(path)
        for path, tree in trees("weasyprint")
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        and "weasyprint" in (getattr(node, "module", None) or node.names[0].name)
    ]
    assert set(users) == {"marketplace/kernel/painting.py"}


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


def commands() -> Iterator[tuple[str, click.Command]]:
    """Every command by what one types, those of the bench too."""

    def below(command: click.Command, path: str):
        if not isinstance(command, click.Group):
            yield path, command
            return
        context = click.Context(command)
        for name in command.list_commands(context):
            yield from below(command.get_command(context, name), f"{path} {name}")

    return below(main, "bin/laurel")


def options_of(command: click.Command) -> list[click.Option]:
    return [one for one in command.params if isinstance(one, click.Option)]


def test_every_option_says_what_it_means():
    mute = [
        f"{name} {option.opts[0]}"
        for name, command in commands()
        for option in options_of(command)
        if not option.help
    ]
    assert mute == []


def test_every_command_and_option_is_documented_and_nothing_else_is():
    text = (ROOT / "docs/commands.md").read_text("utf-8")
    documented = {
        re.match(r"[a-z/ -]+[a-z]", title)[0]: set(re.findall(r"^\| `(--[a-z-]+)`", section, re.M))
        for title, section in re.findall(r"^### `([^`]+)`\n(.*?)(?=^#|\Z)", text, re.M | re.S)
    }
    known = {
        name: {option.opts[0] for option in options_of(command)} - _said_once_for_all(name)
        for name, command in commands()
    }
    assert documented == known
    of_groups = [name for name in documented if name.count(" ") > 1]
    assert of_groups == sorted(of_groups), "they stand in the order of the terminal"


def _said_once_for_all(command: str) -> set[str]:
    """The options that docs/commands.md explains above the commands that share them."""
    return {"--database-url", "--json"} if command.startswith("bin/laurel bench") else set()


def test_the_meaning_of_an_option_is_the_same_in_the_terminal_and_the_documentation():
    text = (ROOT / "docs/commands.md").read_text("utf-8")
    unsaid = [
        f"{name} {option.opts[0]}: {option.help}"
        for name, command in commands()
        for option in options_of(command)
        if option.opts[0] not in _said_once_for_all(name) and f"| {option.help}" not in text
    ]
    assert unsaid == []


def test_every_slice_has_its_place_in_the_order_of_imports():
    rules = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]
    order, inside = (
        next(one for one in rules["contracts"] if one["name"] == name)
        for name in ("Imports go down only", "Inside a slice")
    )
    placed = {word for layer in order["layers"] for word in re.findall(r"[\w.]+", layer)}
    assert [name for name in SLICES if not _is_within(name, placed)] == []
    slices = {name for name in SLICES if (ROOT / name.replace(".", "/") / "models.py").exists()}
    assert slices - set(inside["containers"]) == set()


def _is_within(name: str, places: set[str]) -> bool:
    return name in places or any(name.startswith(f"{place}.") for place in places)


def test_migrations_are_numbered_and_follow_each_other():
    paths = sorted((ROOT / "migrations/versions").glob("*.py"))
    found = [re.findall(r"^(?:down_)?revision = (.+)$", p.read_text("utf-8"), re.M) for p in paths]
    numbers = [f"{number:04d}" for number in range(1, len(paths) + 1)]
    before = ["None", *(f'"{number}"' for number in numbers)]
    assert [path.name[:5] for path in paths] == [f"{number}_" for number in numbers]
    assert found == [[f'"{number}"', was] for number, was in zip(numbers, before, strict=False)]
    for path in paths:
        notes = re.findall(r"^(\w+): ", ast.get_docstring(ast.parse(path.read_text("utf-8"))), re.M)
        assert notes == ["Why", "Expand", "Backfill", "Lock", "Back"], path.name


def test_every_race_and_every_crash_stands_beside_a_control():
    marked = re.compile(r"pytest\.mark\.(race|crash)\b")
    control = re.compile(r"def test_\w*(control|without|default_loses)")
    paths = [
        path
        for path in sorted((ROOT / "tests").rglob("test_*.py"))
        if path != Path(__file__) and marked.search(path.read_text("utf-8"))
    ]
    assert len(paths) > 5
    bare = [path.name for path in paths if not control.search(path.read_text("utf-8"))]
    assert bare == []


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_lock_files_name_versions_and_hashes_but_no_addresses(lock):
    text = (ROOT / lock).read_text("utf-8")
    assert "--hash=sha256:" in text
    assert re.search(r"https?://|--index|--find-links", text) is None
