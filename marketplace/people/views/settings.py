"""Everyone's own settings: password and sessions, and how Laurel looks."""

from datetime import timedelta

from flask import Blueprint, make_response, request
from flask.typing import ResponseReturnValue

from marketplace.access.roles import Permission
from marketplace.kernel import clock, settings
from marketplace.kernel.db import transaction
from marketplace.people import passwords, queries
from marketplace.people.forms import AppearanceForm, PasswordForm
from marketplace.people.operations import sessions, sign_in
from marketplace.people.operations.sign_in import TooManyTries, Try
from marketplace.people.policies import password_obstacle
from marketplace.people.states import SessionEnd
from marketplace.people.views.browser import open_session_for, own_token, remember
from marketplace.web.pages import current_actor, flash_done, render_page, requires, see_other

bp = Blueprint("settings", __name__, url_prefix="/settings")


@bp.get("/sign-in")
@requires(Permission.SETTINGS_OWN)
def sign_in_settings() -> ResponseReturnValue:
    """Change the password; see and end the sessions of other browsers."""
    return _sign_in_page(PasswordForm(formdata=None))


@bp.post("/sign-in")
@requires(Permission.SETTINGS_OWN)
def change_password() -> ResponseReturnValue:
    """Change the password: every other browser is signed out, this one gets a new session."""
    form, me = PasswordForm(), current_actor()
    if not form.validate() or not _may_have(form):
        return _sign_in_page(form)
    attempt = Try(me.email or f"employee:{me.id}", request.remote_addr or "")
    try:
        with transaction():
            sign_in.count_try(attempt, at=clock.now())
    except TooManyTries as refusal:
        form.form_errors.append(refusal.message)
        return _sign_in_page(form, status=refusal.status)
    stored = queries.own_password(me.id)
    known, given = stored.password_hash if stored else "", form.current.data or ""
    if not passwords.password_matches(known or None, given):
        return _not_yours(form)
    if (
        token := _renew(me.id, known, passwords.hash_password(form.new.data or ""), attempt)
    ) is None:
        return _not_yours(form)
    remember(token, me)
    flash_done("Your new password works from now on. Every other browser is signed out.")
    return see_other("settings.sign_in_settings")


def _renew(employee_id: int, known: str, fresh: str, attempt: Try) -> str | None:
    """Keep the new password and start a session; None when another change was faster."""
    with transaction():
        if not sign_in.still_has(employee_id, known):
            return None
        sign_in.forgive_try(attempt, at=clock.now())
        sign_in.set_password(employee_id, fresh, actor_id=employee_id, at=clock.now())
        return open_session_for(employee_id)


def _not_yours(form: PasswordForm) -> ResponseReturnValue:
    form.current.errors = ["This is not your current password. Try again."]
    return _sign_in_page(form)


def _may_have(form: PasswordForm) -> bool:
    me, new = current_actor(), form.new.data or ""
    if new != form.again.data:
        form.again.errors = ["This differs from the new password. Enter it again."]
    elif new == form.current.data:
        form.new.errors = ["This is the password you have now. Choose another."]
    elif obstacle := password_obstacle(new, name=me.name, email=me.email):
        form.new.errors = [obstacle]
    return not form.errors


def _sign_in_page(form: PasswordForm, status: int = 200) -> ResponseReturnValue:
    me = current_actor()
    return render_page(
        "people/sign_in_settings.html",
        status,
        form=form,
        stored=queries.own_password(me.id),
        sessions=queries.open_sessions(me.id, sessions.token_hash(own_token()), at=clock.now()),
    )


@bp.post("/sign-in/sessions/<int:session_id>/end")
@requires(Permission.SETTINGS_OWN)
def end_session(session_id: int) -> ResponseReturnValue:
    """Sign one other browser out."""
    with transaction():
        sessions.end_own_session(current_actor().id, session_id, at=clock.now())
    flash_done("That browser is signed out.")
    return see_other("settings.sign_in_settings")


@bp.post("/sign-in/sessions/end-others")
@requires(Permission.SETTINGS_OWN)
def end_other_sessions() -> ResponseReturnValue:
    """Sign every browser out but this one."""
    with transaction():
        ended = sessions.end_sessions(
            [current_actor().id],
            because=SessionEnd.ENDED_ELSEWHERE,
            at=clock.now(),
            but_token=own_token(),
        )
    flash_done(f"{ended} other browser{' is' if ended == 1 else 's are'} signed out.")
    return see_other("settings.sign_in_settings")


@bp.route("/appearance", methods=["GET", "POST"])
@requires(Permission.SETTINGS_OWN)
def appearance() -> ResponseReturnValue:
    """Choose light, dark, or like the device; kept in this browser only."""
    form = AppearanceForm()
    if form.is_submitted() and form.validate():
        flash_done("Saved for this browser.")
        response = make_response(see_other("settings.appearance"))
        response.set_cookie(
            "theme",
            form.theme.data,
            max_age=timedelta(days=400),
            samesite="Lax",
            secure=settings.current().secure_cookies,
            httponly=True,
        )
        return response
    if not form.is_submitted():
        form.theme.data = request.cookies.get("theme", "auto")
    return render_page("people/appearance.html", form=form)
