"""The way in and the way out."""

from flask import Blueprint, current_app, redirect, request, session
from flask.typing import ResponseReturnValue
from flask_login import current_user, logout_user

from marketplace.access.actor import Actor
from marketplace.kernel import clock
from marketplace.kernel.db import transaction
from marketplace.people import passwords, queries
from marketplace.people.forms import PersonaForm, SignInForm
from marketplace.people.operations import sessions, sign_in
from marketplace.people.operations.sign_in import TooManyTries, Try
from marketplace.people.queries import StoredPassword
from marketplace.people.states import SessionEnd
from marketplace.people.views.browser import local_page, open_session_for, own_token, remember
from marketplace.web.pages import flash_notice, public, render_page, see_other

bp = Blueprint("sign_in", __name__)
NO_MATCH = "This e-mail and password don't go together. Check both, then try again."


@bp.get("/sign-in")
@public
def show() -> ResponseReturnValue:
    """The sign-in page; whoever is signed in goes on, except in the demo, where people change."""
    if current_user.is_authenticated and not _has_personas():
        return redirect(local_page(request.args.get("next")), 303)
    form = SignInForm(formdata=None, next=request.args.get("next", ""))
    return _page(form)


@bp.post("/sign-in")
@public
def submit() -> ResponseReturnValue:
    """Judge a password. The answer is the same for a wrong one and for nobody."""
    form = SignInForm()
    if not form.validate():
        return _page(form)
    attempt = Try(form.email.data or "", request.remote_addr or "")
    try:
        with transaction():
            sign_in.count_try(attempt, at=clock.now())
    except TooManyTries as refusal:
        form.form_errors.append(refusal.message)
        return _page(form, status=refusal.status)
    stored, password = queries.password_behind(attempt.account), form.password.data or ""
    if not passwords.password_matches(stored and stored.password_hash, password) or stored is None:
        return _no_match(form)
    if (opened := _open_session(stored, password, attempt)) is None:
        return _no_match(form)
    remember(*opened)
    return redirect(local_page(form.next.data), 303)


def _open_session(stored: StoredPassword, password: str, attempt: Try) -> tuple[str, Actor] | None:
    """A session for who knew the password; None when it was changed while it was judged."""
    fresh = passwords.hash_password(password) if passwords.is_outdated(stored.password_hash) else ""
    with transaction():
        if not sign_in.still_has(stored.employee_id, stored.password_hash):
            return None
        sign_in.forgive_try(attempt, at=clock.now())
        if fresh:
            sign_in.keep_password(stored.employee_id, fresh)
        token = open_session_for(stored.employee_id)
        return token, queries.actor_of(stored.employee_id)


@bp.post("/sign-out")
@public
def sign_out() -> ResponseReturnValue:
    """End this browser's session here and in our table."""
    if token := own_token():
        with transaction():
            sessions.end_session(token, because=SessionEnd.SIGNED_OUT, at=clock.now())
    logout_user()
    session.clear()
    flash_notice("You're signed out. Your points stay where they are.")
    return see_other("sign_in.show")


def _no_match(form: SignInForm) -> ResponseReturnValue:
    form.form_errors.append(NO_MATCH)
    return _page(form, status=422)


def _has_personas() -> bool:
    return "personas" in current_app.blueprints


def _page(form: SignInForm, status: int = 200) -> ResponseReturnValue:
    picker = _has_personas()
    return render_page(
        "sign_in/show.html",
        status,
        form=form,
        personas=queries.personas() if picker else [],
        persona_form=PersonaForm(formdata=None, next=form.next.data) if picker else None,
    )
