"""Whether this process can serve: asked by whatever watches it."""

import sqlalchemy as sa
from flask import Blueprint
from flask.typing import ResponseReturnValue

from marketplace.kernel.db import session
from marketplace.web.pages import public

bp = Blueprint("health", __name__)


@bp.get("/healthz")
@public
def show() -> ResponseReturnValue:
    """`ok` when the database answers."""
    session().execute(sa.text("SELECT 1"))
    return "ok\n", 200, {"Content-Type": "text/plain; charset=utf-8"}
