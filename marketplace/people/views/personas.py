"""The demo's persona picker: sign in as somebody without a password. Absent in production."""

from flask import Blueprint, redirect
from flask.typing import ResponseReturnValue

from marketplace.kernel.db import transaction
from marketplace.people import queries
from marketplace.people.forms import PersonaForm
from marketplace.people.views.browser import local_page, open_session_for, remember
from marketplace.web.pages import public, see_other

bp = Blueprint("personas", __name__)


@bp.post("/sign-in/as/<int:employee_id>")
@public
def sign_in_as(employee_id: int) -> ResponseReturnValue:
    """Be this person from now on."""
    form = PersonaForm()
    if not form.validate():
        return see_other("sign_in.show")
    with transaction():
        actor = queries.actor_of(employee_id)
        token = open_session_for(employee_id)
    remember(token, actor)
    return redirect(local_page(form.next.data), 303)
