"""The demo's mailbox: what was written to the signed-in person. Not there in production."""

import sqlalchemy as sa
from flask import Blueprint, Flask, abort
from flask.typing import ResponseReturnValue

from marketplace.access.roles import Permission
from marketplace.kernel.db import session
from marketplace.kernel.mail import Letter
from marketplace.kernel.settings import current
from marketplace.web.navigation import NavItem, add_nav_item
from marketplace.web.pages import current_actor, render_page, requires

bp = Blueprint("mailbox", __name__)


def prepare_app(_app: Flask) -> None:
    """Put the mailbox into the menu of the demo."""
    if not current().is_production:
        add_nav_item(NavItem("Mailbox", "mailbox.show", "mail", Permission.MAILBOX_VIEW, "me"))


@bp.get("/mailbox")
@requires(Permission.MAILBOX_VIEW)
def show() -> ResponseReturnValue:
    """The last fifty letters to this person, newest first."""
    if current().is_production:
        abort(404)
    mine = Letter.employee_id == current_actor().id
    letters = session().scalars(sa.select(Letter).where(mine).order_by(Letter.id.desc()).limit(50))
    return render_page("mailbox.html", letters=list(letters))


@bp.get("/mailbox/<int:letter_id>")
@requires(Permission.MAILBOX_VIEW)
def read(letter_id: int) -> ResponseReturnValue:
    """One letter, as text: the page shows no HTML that came from elsewhere."""
    letter = session().get(Letter, letter_id)
    if current().is_production or letter is None or letter.employee_id != current_actor().id:
        abort(404)
    return render_page("letter.html", letter=letter)
