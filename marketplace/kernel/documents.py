"""PDFs and painted drawings: the only door to those who draw them, in a process of their own.

Documents come out tagged (PDF/UA-1), and everything the same bytes every time. A document that
takes too long or too much is given up: DocumentComing, which is a page that says so.
"""

from typing import Any

from flask import current_app, has_app_context, render_template

from marketplace.kernel.db import WRITES, session
from marketplace.kernel.painter import painter


def draw(template: str, **context: Any) -> bytes:
    """Render `templates/documents/…` to a tagged PDF. Raises DocumentComing.

    Raises Refused when the document names anything but our own static files.
    """
    html = render_template(template, **context)
    return _ask("write", html=html, variant="pdf/ua-1")


def paint(drawing: str, pixels: int) -> bytes:
    """A square SVG of our own as a PNG of so many pixels a side. Raises DocumentComing."""
    return _ask("paint", drawing=drawing, pixels=pixels)


def _ask(deed: str, **of: Any) -> bytes:
    """Wait for it with no connection of the database in hand."""
    if has_app_context() and "sqlalchemy" in current_app.extensions:
        if session().info.get(WRITES):
            raise RuntimeError("A transaction is open; draw documents before or after it.")
        session().close()
    return painter.ask(deed, **of)
