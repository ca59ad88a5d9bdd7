"""What components may call in templates."""

from collections.abc import MutableMapping
from functools import lru_cache
from hashlib import sha256
from typing import Any

import flask.templating
from flask import request
from jinja2 import Environment
from jinja2.runtime import Macro
from markupsafe import Markup

from marketplace.web.filters import points
from marketplace.web.forms import errors_of, needs_eyes, new_request_key

DRAWINGS_KEPT = 4_096
HUE_STEP = 5
FOCUS_STEP = 5


class SharedGlobals(flask.templating.Environment):
    """Templates that share one set of globals.

    Jinja chains an empty set of its own before it for each template, and then compares the chains
    name by name at every import of a page.
    """

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return super().make_globals(d) if d else self.globals


def equip(environment: Environment) -> None:
    """Give templates the helpers that components use."""
    environment.filters["grouped"] = points
    environment.globals.update(
        drawn_once=drawn_once,
        initials=initials,
        hue_of=hue_of,
        hue_class=hue_class,
        new_request_key=new_request_key,
        errors_of=errors_of,
        needs_eyes=needs_eyes,
    )


def drawn_once(macro: Macro, *values: Any) -> Markup:
    """What a macro draws of these values: drawn once and kept.

    For what looks the same on many pages. The macro may look at its values only, not at who asks,
    and the values cannot be changed: tuples, text, frozen dataclasses.
    """
    return _drawn(macro, request.script_root, *values)


@lru_cache(maxsize=DRAWINGS_KEPT)
def _drawn(macro: Macro, _root: str, *values: Any) -> Markup:
    return Markup(macro(*values))  # noqa: S704  drawn by a template that escapes


def initials(name: str) -> str:
    """Return one or two letters that stand for a person: of the first and the last word."""
    words = name.split()
    letters = [words[0][0], words[-1][0]] if len(words) > 1 else [name.strip()[:1]]
    return "".join(letters).upper()


def hue_of(text: str) -> int:
    """Return a hue in degrees that always belongs to the same text."""
    return int.from_bytes(sha256(text.encode()).digest()[:2], "big") % 360


def focus_class(x: int, y: int) -> str:
    """Return the classes that keep a point of a picture in view: percent from left and top."""
    steps = (round(part / FOCUS_STEP) * FOCUS_STEP for part in (x, y))
    return " ".join(f"focus-{axis}-{part}" for axis, part in zip("xy", steps, strict=True))


def hue_class(hue: int) -> str:
    """Return the class that sets `--hue` to the nearest step below."""
    return f"hue-{hue % 360 // HUE_STEP * HUE_STEP}"
