"""Components keep their promises: documented, styled, safe, light, and fit for the page lint."""

import gzip
import hashlib
import io
import re
from pathlib import Path
from types import SimpleNamespace

import pikepdf
import pytest
from flask import render_template, render_template_string, url_for
from flask_wtf import FlaskForm
from jinja2 import ChoiceLoader, DictLoader
from lucide import IconDoesNotExist
from wtforms import (
    Form,
    HiddenField,
    PasswordField,
    RadioField,
    SelectChoice,
    SelectField,
    StringField,
)
from wtforms.validators import DataRequired

from marketplace.kernel import documents
from marketplace.kernel.settings import ROOT
from marketplace.web import assets
from marketplace.web.components_page import sample_shell
from marketplace.web.design import hue_class, hue_of, initials
from marketplace.web.icons import icon
from tests.support.page_lint import lint_page
from tests.web.gallery import gallery_app

COMPONENTS = sorted((ROOT / "templates" / "components").glob("*.html"))
CSS, JS, FONTS = (ROOT / "static" / name for name in ("css", "js", "fonts"))
KB = 1024


@pytest.fixture(scope="module")
def app():
    return gallery_app()


@pytest.fixture(scope="module")
def gallery(app) -> str:
    return app.test_client().get("/_components").get_data(as_text=True)


def rendered(app, source: str, **context) -> str:
    with app.test_request_context():
        return render_template_string(source, **context)


def header_of(component: Path) -> str:
    found = re.match(r"\{#- (.*?)-#\}", component.read_text("utf-8"), re.DOTALL)
    assert found, f"{component.name} does not begin with a comment."
    return found[1]


def signatures_of(component: Path) -> list[str]:
    found = re.findall(r"\{% macro (\w+\(.*?\)) -?%\}", component.read_text("utf-8"))
    return [signature for signature in found if not signature.startswith(("_", "classes("))]


def test_the_gallery_passes_the_page_lint(gallery):
    assert lint_page(gallery, title_has="Components") == []


@pytest.mark.parametrize("component", COMPONENTS, ids=lambda file: file.stem)
def test_a_component_begins_with_what_it_is_and_its_style(component):
    header = header_of(component)
    assert header.startswith(f"{component.name}: ")
    styles = re.findall(r"[\w/-]+\.css", header.splitlines()[0])
    assert styles, f"{component.name} names no CSS file."
    assert [style for style in styles if not (CSS / style).is_file()] == []


@pytest.mark.parametrize(
    "component", [file for file in COMPONENTS if file.stem != "shell"], ids=lambda file: file.stem
)
def test_every_macro_stands_with_its_arguments_in_the_header_and_in_the_docs(component):
    header, docs = header_of(component), (ROOT / "docs" / "design-system.md").read_text("utf-8")
    for signature in signatures_of(component):
        assert f"\n{signature}" in header
        assert f"`{signature}`" in docs


def test_no_style_is_left_over():
    templates = "".join(file.read_text("utf-8") for file in (ROOT / "templates").rglob("*.html"))
    for file in (CSS / "components").glob("*.css"):
        names = set(
            re.findall(r"\.([a-z][\w-]*)", re.sub(r"url\([^)]*\)", "", file.read_text("utf-8")))
        )
        unused = {name for name in names if name.split("--")[0] not in templates} - {"icon"}
        assert not unused, f"{file.name} styles {unused}, which no template uses."


def test_components_never_ask_who_is_signed_in_or_for_data():
    nosy = [
        file.name
        for file in COMPONENTS
        if re.search(r"current_user|request\.|session", file.read_text("utf-8"))
    ]
    assert nosy == []


def test_every_component_is_shown_in_the_gallery():
    page = (ROOT / "templates" / "components_page.html").read_text("utf-8")
    apart = {"shell", "points_pill", "error_page"}  # the layouts and the error page show these
    missing = [
        file.stem
        for file in COMPONENTS
        if f"components/{file.name}" not in page and file.stem not in apart
    ]
    assert missing == []


def test_every_class_on_the_gallery_has_a_style(gallery):
    sheet = assets.join_stylesheet(CSS).body.decode()
    styled = set(re.findall(r"\.([a-zA-Z][\w-]*)", sheet))
    used = {name for value in re.findall(r'class="([^"]*)"', gallery) for name in value.split()}
    assert (
        used
        - styled
        - {
            "icon",
            "lucide",
            "notice--info",
            "toast--ok",
            "status--neutral",
            "button--secondary",
            "timeline__item--neutral",
        }
        == set()
    )


def test_hostile_words_stay_words(app):
    source = """{% from "components/reward_card.html" import reward_card %}
    {{ reward_card(evil, evil, evil, evil, 5, available=1, tier=evil) }}"""
    html = rendered(app, source, evil='"><script>alert(1)</script>')
    assert "<script" not in html


@pytest.mark.parametrize(
    ("points", "available", "says"),
    [
        (48_000, 12_450, "35,550 to go"),
        (500, 500, "You can get this"),
        (500, -40, "540 to go"),
        (500, None, "500"),
    ],
)
def test_a_price_says_how_far_maya_is(app, points, available, says):
    source = (
        '{% from "components/price.html" import price %}{{ price(points, available=available) }}'
    )
    html = rendered(app, source, points=points, available=available)
    assert says in html
    assert ("You can get this" in html) == (available is not None and available >= points)


@pytest.mark.parametrize(
    ("percent", "drawn"), [(-5, None), (0, None), (26, "26 100"), (140, "100 100")]
)
def test_a_ring_never_turns_past_its_end(app, percent, drawn):
    source = """{% from "components/progress_ring.html" import progress_ring %}
    {{ progress_ring(percent, "Goal") }}"""
    found = re.search(r'stroke-dasharray="([^"]*)"', rendered(app, source, percent=percent))
    assert (found[1] if found else None) == drawn


class PassportForm(Form):
    name = StringField(
        "Name", description="As in the passport", validators=[DataRequired("Enter your name.")]
    )
    word = PasswordField("Password")
    room = RadioField(
        "Room",
        choices=[
            SelectChoice("single", "Single", {"hint": "One bed"}),
            SelectChoice("double", "Double"),
        ],
        validators=[DataRequired("Choose a room.")],
    )
    country = SelectField(
        "Country", choices=[SelectChoice("SE", "Sweden"), SelectChoice("PT", "Portugal")]
    )


FORM_PAGE = """
{% from "components/error_summary.html" import form_errors %}
{% from "components/field.html" import field as ask %}
{{ form_errors(form) }}{% for one in form %}{{ ask(one) }}{% endfor %}
"""


def test_a_form_field_shows_label_hint_and_error_tied_to_its_input(app):
    form = PassportForm(data={"word": "secret", "country": "PT"})
    assert not form.validate()
    html = rendered(app, FORM_PAGE, form=form)
    assert '<label class="field__label" for="name">Name' in html
    assert 'aria-describedby="name-hint name-error" aria-invalid="true"' in html
    assert '<a href="#name">Enter your name.</a>' in html
    assert '<a href="#room">Choose a room.</a>' in html
    assert 'id="room"' in html
    assert '<option value="PT" selected>' in html
    assert "One bed" in html
    assert "secret" not in html


def test_a_form_without_errors_has_no_summary(app):
    form = PassportForm(data={"name": "Maya", "room": "single", "country": "SE"})
    assert form.validate()
    assert "There is a problem" not in rendered(app, FORM_PAGE, form=form)


def test_the_style_sheet_is_kept_forever_under_the_hash_of_its_content(app):
    client = app.test_client()
    with app.test_request_context():
        address = url_for("assets.stylesheet", digest=assets._stylesheet().digest)
    plain, packed = client.get(address), client.get(address, headers={"Accept-Encoding": "gzip"})
    assert plain.status_code == packed.status_code == 200
    assert "immutable" in packed.headers["Cache-Control"]
    assert packed.headers["Vary"] == "Accept-Encoding"
    assert gzip.decompress(packed.data) == plain.data
    assert client.get("/assets/laurel.000000000000.css").status_code == 404


def test_a_company_with_another_hue_gets_another_style_sheet():
    usual, plum = assets.join_stylesheet(CSS), assets.join_stylesheet(CSS, brand_hue=320)
    assert usual.digest != plum.digest
    assert b"--brand-h:320" in plum.body.replace(b" ", b"")


def test_layers_stand_in_their_order():
    body = assets.join_stylesheet(CSS).body.decode()
    assert body.startswith("@layer reset,tokens,base,components,layout,utilities;")


def test_a_first_page_stays_within_its_budget():
    script = sum(len(gzip.compress(file.read_bytes())) for file in JS.glob("*.js"))
    fonts = [
        FONTS / f"{name}-latin-wght-normal.woff2" for name in ("figtree", "bricolage-grotesque")
    ]
    assert len(assets.join_stylesheet(CSS).packed) <= 30 * KB
    assert script <= 30 * KB
    assert sum(font.stat().st_size for font in fonts) <= 65 * KB


def test_the_list_of_fonts_is_true():
    listed = dict(
        re.findall(
            r"^\| (\S+\.woff2) \|.* ([0-9a-f]{64}) \|$",
            (FONTS / "README.md").read_text(),
            re.MULTILINE,
        )
    )
    assert listed == {
        file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in FONTS.glob("*.woff2")
    }
    assert {re.sub(r"-latin.*", "-OFL.txt", name) for name in listed} == {
        file.name for file in FONTS.glob("*-OFL.txt")
    }


def test_every_font_the_style_sheet_names_is_there(app):
    client = app.test_client()
    named = set(
        re.findall(r'url\("\.\.(/static/fonts/[^"]+)"\)', assets.join_stylesheet(CSS).body.decode())
    )
    assert named == {f"/static/fonts/{file.name}" for file in FONTS.glob("*.woff2")}
    for address in named:
        with client.get(address) as answer:
            assert answer.status_code == 200


def test_modules_import_only_files_that_exist():
    for module in JS.glob("*.js"):
        for name in re.findall(
            r"""(?:from|import\() ?["'](\./[\w.-]+)["']""", module.read_text("utf-8")
        ):
            assert (JS / name).is_file(), f"{module.name} imports {name}."


def test_an_icon_is_decoration_unless_it_has_words():
    assert 'aria-hidden="true"' in icon("plane")
    assert 'role="img"' in icon("plane", label="Travel & trips")
    assert 'aria-label="Travel &amp; trips"' in icon("plane", label="Travel & trips")
    assert "icon--directional" in icon("arrow-right")
    with pytest.raises(IconDoesNotExist):
        icon("no-such-icon")


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Maya Lindqvist", "ML"),
        ("Omar", "O"),
        ("Ana Sofía de la Cruz", "AC"),
        ("  ", ""),
        ("張 偉", "張偉"),
    ],
)
def test_initials_come_from_the_first_and_the_last_word(name, letters):
    assert initials(name) == letters


def test_a_persons_hue_is_steady_and_has_a_class():
    sheet = assets.join_stylesheet(CSS).body.decode()
    assert hue_of("Maya Lindqvist") == hue_of("Maya Lindqvist")
    assert {hue_class(hue) for hue in range(-10, 720)} == set(re.findall(r"\.(hue-\d+)\{", sheet))


def test_the_print_layout_draws_a_tagged_document_in_our_fonts(app):
    source = """{% extends "layouts/print.html" %}{% set title = "Voucher" %}
    {% block main %}<h1>Voucher</h1><p>For Zoë Łukasik</p>{% endblock %}"""
    app.jinja_env.loader = ChoiceLoader(
        [DictLoader({"documents/sample.html": source}), app.jinja_env.loader]
    )
    with app.test_request_context():
        drawn = documents.draw("documents/sample.html")
    with pikepdf.open(io.BytesIO(drawn)) as document:
        fonts = document.pages[0].Resources.Font
        names = {str(fonts[key].BaseFont) for key in dict(fonts)}
        assert document.Root.MarkInfo.Marked
        assert str(document.Root.Lang) == "en"
    assert any("Bricolage" in name for name in names)
    assert any("Figtree-Extended" in name for name in names)


class KeptForm(FlaskForm):
    request_key = HiddenField(default="a key for one deed")
    reason = StringField("Reason")


def test_hidden_fields_of_a_form_may_stand_twice_on_a_page(app):
    source = """{% from "components/form.html" import post_form %}
    {% for _ in range(2) %}{% call post_form("/x", wtform=form) %}{% endcall %}{% endfor %}"""
    with app.test_request_context():
        html = render_template_string(source, form=KeptForm())
    assert html.count('name="csrf_token"') == html.count('value="a key for one deed"') == 2
    assert ' id="' not in html
    assert 'name="reason"' not in html


@pytest.mark.parametrize("signed_in", [True, False])
def test_an_error_page_says_what_happened_in_the_shell_at_hand(app, signed_in):
    error = SimpleNamespace(
        status=404,
        title="We can't find this page",
        text="It may have moved.",
        next_step="",
        reference="",
    )
    with app.test_request_context():
        shell = sample_shell() if signed_in else {}
        html = render_template("errors/error.html", error=error, **shell)
    assert lint_page(html, title_has="We can't find this page") == []
    assert ('class="topbar"' in html) == signed_in
    assert ("Search rewards" in html) == signed_in
