"""Templates compile, import what they use, and leave colors and styles to the style sheet."""

import importlib
import pkgutil
import re
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import pytest
from flask import Flask
from jinja2 import StrictUndefined, nodes

import catalog
import marketplace
import redemption
from marketplace.kernel.settings import ROOT

TEMPLATES = ROOT / "templates"
COLOR = re.compile(r"#[0-9a-fA-F]{3,8}\b(?![^<>]*</a>)|\b(?:rgba?|hsla?|oklch|oklab)\(")
COLORS_LIVE_IN = {"tokens.css", "print.css"}
ON_PAPER = ("documents/", "emails/", "layouts/print.html")  # no style sheet reaches these


NAMING = (nodes.FromImport, nodes.Import, nodes.Extends, nodes.Include)


def names() -> list[str]:
    return sorted(
        str(path.relative_to(TEMPLATES))
        for path in TEMPLATES.rglob("*")
        if path.suffix in {".html", ".txt", ".svg"}
    )


@pytest.fixture(scope="module")
def environment(small_house):
    return small_house.app.jinja_env


@pytest.fixture(scope="module")
def trees(environment) -> dict[str, nodes.Template]:
    """Every template by its name, parsed once."""
    return {name: environment.parse((TEMPLATES / name).read_text("utf-8")) for name in names()}


def test_every_template_compiles_and_undefined_names_are_errors(environment):
    assert environment.undefined is StrictUndefined
    assert len(names()) > 50
    for name in names():
        environment.get_template(name)


def test_every_import_of_a_template_is_used(trees):
    unused = []
    for name, tree in trees.items():
        imported = {
            alias[1] if isinstance(alias, tuple) else alias
            for found in tree.find_all(nodes.FromImport)
            for alias in found.names
        } | {found.target for found in tree.find_all(nodes.Import)}
        used = {found.name for found in tree.find_all(nodes.Name)}
        unused += [f"{name}: {word}" for word in sorted(imported - used)]
    assert "\n".join(unused) == ""


def test_every_include_and_import_names_a_template_that_exists(trees):
    lost = []
    for name, tree in trees.items():
        for found in tree.find_all(NAMING):
            wanted = found.template
            if isinstance(wanted, nodes.Const) and wanted.value not in trees:
                lost.append(f"{name}: {wanted.value}")
    assert "\n".join(lost) == ""


def test_pages_carry_no_style_of_their_own():
    pages = [name for name in names() if not name.startswith(ON_PAPER)]
    styled = [
        name
        for name in pages
        if re.search(r"\sstyle=|<style|\son[a-z]+=\"", (TEMPLATES / name).read_text("utf-8"))
    ]
    colored = [name for name in pages if COLOR.search(_without_links(TEMPLATES / name))]
    assert (styled, colored) == ([], [])


def _without_links(path: Path) -> str:
    return re.sub(
        r"href=\"[^\"]*\"|#\}|\{#.*?#\}|url_for\([^)]*\)#\w*",
        "",
        path.read_text("utf-8"),
        flags=re.S,
    )


def test_colors_stand_in_the_tokens_alone():
    sheets = [p for p in (ROOT / "static/css").rglob("*.css") if p.name not in COLORS_LIVE_IN]
    colored = [
        f"{path.name}: {line.strip()}"
        for path in sheets
        for line in path.read_text("utf-8").splitlines()
        if re.search(r"#[0-9a-fA-F]{3,8}\b|\b(?:rgba?|hsla?)\(", line)
    ]
    assert "\n".join(colored) == ""


def test_nothing_that_jinja_would_take_for_safe_comes_from_outside():
    marked = [
        name
        for name in names()
        if "|safe" in (TEMPLATES / name).read_text("utf-8").replace(" ", "")
    ]
    assert marked == ["components/field.html"]  # its own attributes, put together and escaped there


def _states() -> list[type[StrEnum]]:
    found = []
    for package in (marketplace, catalog, redemption):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if module.name.endswith(".states"):
                found += [
                    thing
                    for thing in vars(importlib.import_module(module.name)).values()
                    if isinstance(thing, type)
                    and issubclass(thing, StrEnum)
                    and thing.__module__ == module.name
                ]
    return found


@dataclass(frozen=True)
class Row:
    """An import as its macro takes it."""

    state: StrEnum
    bad_rows: int = 0
    held_for_id: int | None = None


# States that are shown by a macro of their own, and states that nobody sees.
SHOWN_BY = {
    "RunState": ("imports/_run_state.html", "run_state", Row),
    "RewardState": ("catalog/manage/_state.html", "state_pill", lambda state: state),
    "ProgramState": ("programs/_state.html", "program_state", lambda state: state),
}
NEVER_SHOWN = {"HoldState", "EmployeeStatus", "VariantState", "StepState", "CertificateState"}


def test_every_state_has_words_for_its_pill(small_house):
    states = [kind for kind in _states() if kind.__name__.endswith(("State", "Status", "Standing"))]
    assert {kind.__name__ for kind in states} >= {"LineState", *SHOWN_BY, *NEVER_SHOWN}
    shown = [state for kind in states for state in kind if kind.__name__ not in NEVER_SHOWN]
    with small_house.app.test_request_context():
        wordless = [
            f"{type(state).__name__}.{state.name}"
            for state in shown
            if not _words(small_house.app, state)
        ]
    assert "\n".join(wordless) == ""


def _words(app: Flask, state: StrEnum) -> str:
    if type(state).__name__ not in SHOWN_BY:
        return getattr(state, "label", "").strip()
    name, macro, given = SHOWN_BY[type(state).__name__]
    pill = getattr(app.jinja_env.get_template(name).module, macro)(given(state))
    assert "status--" in pill
    return re.sub(r"<[^>]*>", "", pill).strip()
