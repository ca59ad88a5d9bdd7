"""The style sheet: all layer files joined at start, served under the hash of their content."""

import gzip
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from flask import Blueprint, Flask, Response, abort, current_app, request, url_for

from marketplace.web.design import FOCUS_STEP, HUE_STEP
from marketplace.web.pages import public

LAYERS = ("reset", "tokens", "base", "components", "layout", "utilities")
FOREVER = "public, max-age=31536000, immutable"
EXTENSION = "laurel-stylesheet"

bp = Blueprint("assets", __name__)


@dataclass(frozen=True, slots=True)
class Stylesheet:
    """The joined CSS, its gzip form and the short hash that names it."""

    body: bytes
    packed: bytes
    digest: str


def prepare_app(app: Flask) -> None:
    """Join the style sheet in the organization's own color."""
    if app.static_folder is None:
        raise RuntimeError("The app needs a static folder for its style sheet.")
    app.extensions[EXTENSION] = join_stylesheet(
        Path(app.static_folder) / "css", brand_hue=app.config["LAUREL"].brand_hue
    )


def stylesheet_url() -> str:
    """Return the address of the style sheet; it changes whenever the content does."""
    return url_for("assets.stylesheet", digest=_stylesheet().digest)


@bp.get("/assets/laurel.<digest>.css")
@public
def stylesheet(digest: str) -> Response:
    """Serve the style sheet, gzipped where the browser takes it."""
    sheet = _stylesheet()
    if digest != sheet.digest:
        abort(404)
    packed = request.accept_encodings.quality("gzip") > 0
    answer = Response(sheet.packed if packed else sheet.body, mimetype="text/css")
    if packed:
        answer.headers["Content-Encoding"] = "gzip"
    answer.headers["Vary"] = "Accept-Encoding"
    answer.headers["Cache-Control"] = FOREVER
    return answer


def worker_script(name: str) -> Response:
    """The script of `static/js` that answers for pages when there is no network.

    A slice serves it at an address of its own, because it may only answer for what is below that.
    """
    if current_app.static_folder is None:
        raise RuntimeError("The app needs a static folder for its scripts.")
    body = (Path(current_app.static_folder) / "js" / name).read_text("utf-8")
    answer = Response(body, mimetype="text/javascript")
    answer.headers["Cache-Control"] = "no-cache"
    return answer


def _stylesheet() -> Stylesheet:
    return current_app.extensions[EXTENSION]


def join_stylesheet(folder: Path, *, brand_hue: int = 168) -> Stylesheet:
    """Join the files below `folder` in the order of the cascade layers."""
    layers = [f"@layer {', '.join(LAYERS)};"]
    layers += [f"@layer {name} {{\n{_layer_source(folder, name)}\n}}" for name in LAYERS]
    layers.append(f"@layer tokens {{ :root {{ --brand-h: {brand_hue % 360}; }} }}")
    layers.append(f"@layer utilities {{ {hue_classes()} {focus_classes()} }}")
    body = squeeze("\n".join(layers)).encode()
    return Stylesheet(body, gzip.compress(body, 9, mtime=0), hashlib.sha256(body).hexdigest()[:12])


def _layer_source(folder: Path, name: str) -> str:
    pieces = (
        sorted((folder / name).glob("*.css")) if name == "components" else [folder / f"{name}.css"]
    )
    joined = "\n".join(piece.read_text("utf-8") for piece in pieces)
    return joined.replace('url("../fonts/', 'url("../static/fonts/')  # as seen from /assets/


def hue_classes() -> str:
    """Return `.hue-0` to `.hue-355`: a style attribute would need an unsafe policy."""
    return " ".join(f".hue-{hue} {{ --hue: {hue}; }}" for hue in range(0, 360, HUE_STEP))


def focus_classes() -> str:
    """Return `.focus-x-0` to `.focus-y-100`, which say what part of a cropped picture to keep."""
    return " ".join(
        f".focus-{axis}-{part} {{ --{axis}: {part}%; }}"
        for axis in "xy"
        for part in range(0, 101, FOCUS_STEP)
    )


def squeeze(css: str) -> str:
    """Drop comments and needless space; strings with two spaces do not occur in our files."""
    bare = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    return re.sub(r"\s*([{};,])\s*", r"\1", re.sub(r"\s+", " ", bare)).replace(";}", "}").strip()
