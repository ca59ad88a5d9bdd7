"""Curation."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from marketplace.access.roles import Permission
from marketplace.web.pages import render_page, requires

bp = Blueprint("catalog_manage", __name__, url_prefix="/manage/catalog")


@bp.get("")
@requires(Permission.CATALOG_MANAGE)
def shelf() -> ResponseReturnValue:
    return render_page("catalog/manage.html")
