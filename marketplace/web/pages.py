"""What every view uses: who may enter, who asks, how a page answers."""

import functools
from collections.abc import Callable
from typing import Any, TypeVar

from flask import Response, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from marketplace.access.actor import Actor
from marketplace.access.roles import Permission
from marketplace.kernel.errors import ForAnotherRole

View = TypeVar("View", bound=Callable[..., ResponseReturnValue])
PUBLIC = "public"


def public(view: View) -> View:
    """Anyone may enter, signed in or not."""
    view.entry = PUBLIC  # pyright: ignore[reportFunctionMemberAccess]
    return view


def requires(permission: Permission) -> Callable[[View], View]:
    """Only a signed-in person with `permission` may enter; others sign in or are told why."""

    def guard(view: View) -> View:
        @functools.wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> ResponseReturnValue:
            if not current_user.is_authenticated:
                return see_other("sign_in.show", next=local_path())
            if not current_actor().may(permission):
                raise ForAnotherRole(
                    "This page is for another role. Ask the person who looks after Laurel in your "
                    f"organization for “{permission.value}”."
                )
            return view(*args, **kwargs)

        guarded.entry = permission  # pyright: ignore[reportAttributeAccessIssue]
        return guarded  # pyright: ignore[reportReturnType]

    return guard


def takes_files(view: View) -> View:
    """Files may be sent here: the body may be as large as the settings allow for who may enter."""
    view.takes_files = True  # pyright: ignore[reportFunctionMemberAccess]
    return view


def takes_files_up_to(most: int) -> Callable[[View], View]:
    """Files may be sent here, in a body of at most `most` bytes."""

    def mark(view: View) -> View:
        view.most_bytes = most  # pyright: ignore[reportFunctionMemberAccess]
        return takes_files(view)

    return mark


def most_bytes_here(otherwise: int) -> int:
    """The largest body where this request goes, never more than `otherwise`."""
    view = current_app.view_functions.get(request.endpoint or "")
    return min(getattr(view, "most_bytes", otherwise), otherwise)


def may_send_files() -> bool:
    """Whether this request goes where files are taken, from a person who may enter there."""
    view = current_app.view_functions.get(request.endpoint or "")
    if not getattr(view, "takes_files", False) or not current_user.is_authenticated:
        return False
    return current_actor().may(view.entry)  # pyright: ignore[reportFunctionMemberAccess, reportOptionalMemberAccess]


def current_actor() -> Actor:
    """The signed-in person as a frozen value."""
    return current_user.actor


def local_path() -> str:
    """Where the person is, to return to after signing in; pages only, never a form's target."""
    return request.full_path.rstrip("?") if request.method == "GET" else url_for("home.show")


def render_page(template: str, status: int = 200, **context: Any) -> ResponseReturnValue:
    """A whole page. With a form in `context` that has errors the status is 422."""
    form = context.get("form")
    if status == 200 and form is not None and getattr(form, "errors", None):
        status = 422
    return render_template(template, **context), status


def see_other(endpoint: str, **values: Any) -> Response:
    """After a write: go and look at `endpoint` (303)."""
    return redirect(url_for(endpoint, **values), code=303)  # pyright: ignore[reportReturnType]


def flash_done(text: str, *, undo_url: str | None = None) -> None:
    """Say on the next page that something is done, with an Undo that is a POST form."""
    flash({"text": text, "undo_url": undo_url}, "ok")  # pyright: ignore[reportArgumentType]


def flash_notice(text: str) -> None:
    """Say on the next page that something was not done, or needs a look."""
    flash({"text": text, "undo_url": None}, "warn")  # pyright: ignore[reportArgumentType]
