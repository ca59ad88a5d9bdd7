"""Generated pictures over HTTP: the address says everything, so the answer never changes."""

import gzip
import hashlib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from flask import Blueprint, Flask, Response, abort, request, url_for
from markupsafe import escape

from marketplace.web.art import art_version, card_ink, draw, options_from_args
from marketplace.web.assets import FOREVER
from marketplace.web.design import hue_class, hue_of
from marketplace.web.pages import public

KEPT_PICTURES = 512
LONGEST_SLUG = 80

bp = Blueprint("artwork", __name__)


@dataclass(frozen=True, slots=True)
class Picture:
    """One drawn SVG as it is sent."""

    packed: bytes
    etag: str


def prepare_app(app: Flask) -> None:
    """Give templates the addresses of pictures and what stands around them."""
    app.jinja_env.globals.update(
        art_url=art_url, art_url_of=art_url_of, stage_class=stage_class, is_light_face=is_light_face
    )


def art_url(kind: str, slug: str, **options: Any) -> str:
    """The address of a picture; it changes whenever the picture would."""
    asked = {name: value for name, value in sorted(options.items()) if value is not None}
    path = {"kind": kind.replace("_", "-"), "slug": slug, "v": art_version()}
    return url_for("artwork.picture", **path, **asked)


def art_url_of(art: Mapping[str, Any], slug: str) -> str:
    """The address of what a reward's `art` says: its kind and the options of that kind."""
    options = {name: value for name, value in art.items() if name != "kind"}
    return art_url(str(art.get("kind", "merchandise")), slug, **options)


def stage_class(slug: str) -> str:
    """The class that tints the stage behind a card or medal, always the same for a slug."""
    return hue_class(hue_of(slug))


def is_light_face(art: Mapping[str, Any], slug: str) -> bool:
    """Whether words over this gift card must be dark."""
    ink = card_ink(slug, variant=int(art.get("variant", 0)), hue=art.get("hue"))
    return int(ink[1:3], 16) < 128


@bp.get("/art/<kind>/<slug>.svg")
@public
def picture(kind: str, slug: str) -> Response:
    """Serve a drawing to anyone, to be kept for ever when asked for in its present version."""
    if not _may_be_slug(slug):
        abort(404)
    name = kind.replace("-", "_")
    try:
        options = options_from_args(name, request.args)
    except ValueError as refusal:
        return Response(str(escape(refusal)), 404, mimetype="text/plain")
    drawn = _picture(name, slug, tuple(sorted(options.items())))
    answer = _answer(drawn)
    answer.set_etag(drawn.etag)
    answer.headers["Vary"] = "Accept-Encoding"
    answer.headers["Cache-Control"] = (
        FOREVER if request.args.get("v") == art_version() else "public, max-age=300"
    )
    return answer.make_conditional(request)  # pyright: ignore[reportReturnType]


def _may_be_slug(text: str) -> bool:
    """Words of any script with hyphens; `~` stands in the address of what was discarded."""
    return len(text) <= LONGEST_SLUG and all(
        sign in "-~" or unicodedata.category(sign)[0] in "LNM" for sign in text
    )


def _answer(drawn: Picture) -> Response:
    if request.accept_encodings.quality("gzip") <= 0:
        return Response(gzip.decompress(drawn.packed), mimetype="image/svg+xml")
    answer = Response(drawn.packed, mimetype="image/svg+xml")
    answer.headers["Content-Encoding"] = "gzip"
    return answer


@lru_cache(maxsize=KEPT_PICTURES)
def _picture(kind: str, slug: str, options: tuple[tuple[str, Any], ...]) -> Picture:
    body = draw(kind, slug, **dict(options)).encode()
    return Picture(gzip.compress(body, 9, mtime=0), hashlib.sha256(body).hexdigest()[:16])
