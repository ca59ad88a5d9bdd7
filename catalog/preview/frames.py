"""The catalog's own templates, drawn so that every address stays inside the preview.

The same templates are compiled once more in an environment of their own, in which the layout is
bare, the addresses of shelf and reward are those of the preview, and anything that leads elsewhere
leads to the line that says so.
"""

import re
from functools import partial
from typing import Any

from flask import current_app, g, url_for
from jinja2 import ChoiceLoader, DictLoader, Environment
from markupsafe import Markup

from catalog.views.balance import Purse
from catalog.views.faces import draw_face

BARE = {
    "layouts/page.html": "{% block main %}{% endblock %}",
    "wishes/_heart.html": (
        "{% macro heart_on(card, is_saved, place='', apart=False, variant_id=None) %}{% endmacro %}"
        "{% macro hearts() %}{% endmacro %}"
    ),
    "wishes/_on_reward.html": "",
    "wishes/_below_shelf.html": "",
    "catalog/saved_views/_shelf.html": "",
}
"""What stands in place of templates in a preview: what a person saved is theirs alone."""

HERE = "#looking-as"
NAME = "catalog_preview"
_INSIDE = {"catalog.shelf": "catalog_preview.shelf", "catalog.show": "catalog_preview.show"}
_LEADS_OUT = re.compile(r'\b(href|action|formaction)="(?!/manage/catalog/preview/|#)[^"]*"')
_HEADING = re.compile(r"<h1\b[^>]*>(.*?)</h1>", re.DOTALL)
_WRITES = re.compile(r'(<form\b[^>]*\bmethod="post"[^>]*>)', re.IGNORECASE)


def drawn_as(person_id: int, template: str, *, purse: Purse, **context: Any) -> Markup:
    """What a page of the catalog holds, with nothing in it that leads out or does anything."""
    context["purse"] = purse
    current_app.update_template_context(context)
    g.preview_of, g.preview_purse = person_id, purse
    text = _environment().get_template(template).render(context)
    inert = _LEADS_OUT.sub(rf'\1="{HERE}"', text)
    still = _WRITES.sub(r"\1<fieldset disabled>", inert)
    return Markup(_closed(still))  # noqa: S704  drawn by our own templates, which escape


def heading_of(looked: Markup) -> Markup:
    """What the page in the preview is about: its only first heading."""
    found = _HEADING.search(looked)
    return Markup(found[1].strip()) if found else Markup()  # noqa: S704  a part of the same


def _closed(text: str) -> str:
    """Close the fieldset of each form that had one opened."""
    parts = text.split("</form>")
    return "".join(
        part if number == len(parts) - 1 else f"{part}{_end_of(part)}</form>"
        for number, part in enumerate(parts)
    )


def _end_of(part: str) -> str:
    return "</fieldset>" if "<fieldset disabled>" in part.rsplit("<form", 1)[-1] else ""


def _environment() -> Environment:
    frames: dict[str, Environment] = current_app.extensions
    if NAME not in frames:
        own = current_app.jinja_env
        loader = ChoiceLoader([DictLoader(BARE), own.loader or DictLoader({})])
        frame = own.overlay(loader=loader)
        drawn = partial(draw_face, frame)  # with addresses of the preview, so none is kept
        frame.globals = {**own.globals, "card_face": drawn}
        frame.globals |= {"url_for": _url_inside, "about": _about_inside}
        frames[NAME] = frame
    return frames[NAME]


def _about_inside(points: int) -> str:
    """What points are worth where the person lives, not where the manager does."""
    return g.preview_purse.about(points) or ""


def _url_inside(endpoint: str, **values: Any) -> str:
    if endpoint in _INSIDE:
        return url_for(_INSIDE[endpoint], person_id=g.preview_of, **values)
    return url_for(endpoint, **values)
