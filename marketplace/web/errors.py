"""Errors as pages in the same shell: what happened, are the points safe, what to do next."""

import logging
import secrets
from dataclasses import dataclass

from flask import Flask, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError
from werkzeug.exceptions import HTTPException, SecurityError

from marketplace.kernel.db import db, is_out_of_reach, is_out_of_room, is_transient
from marketplace.kernel.errors import DomainError, ForAnotherRole, NotAllowed
from marketplace.kernel.failing_disk import is_disk_failing

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ErrorPage:
    """What an error page says."""

    status: int
    title: str
    text: str
    next_step: str = ""
    reference: str = ""


_WORDS = {
    400: ("This request can't be read", "Go back, open the page again and try from there."),
    403: ("This page is for another role", "Ask the person who looks after Laurel."),
    404: ("We can't find this page", "It may have moved, or it belongs to someone else."),
    405: ("This address takes another kind of request", "Open the page and use its buttons."),
    410: ("This link has been used or has expired", "Ask for a new one."),
    413: ("This file is too large", "Split it, or ask for a higher limit."),
    429: ("That was too often", "Wait a little and try again."),
    503: ("Laurel is busy", "Nothing was spent. Try again in a few seconds."),
}
_UNHEARD = (
    "We could not hear whether this went through",
    "The database fell silent. Press the button again: the same form counts once.",
)
_FULL = (
    "Laurel can't write at the moment",
    "Its disk is full. Nothing was spent, and pages can still be read. Try again later.",
)


def show_errors(app: Flask) -> None:
    """Register what answers each kind of error."""
    app.register_error_handler(DomainError, _refusal)
    app.register_error_handler(CSRFError, _stale_form)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _failure)


def error_page(page: ErrorPage) -> ResponseReturnValue:
    """The page itself; what the failed request had open is let go first."""
    db.session.rollback()
    headers = {"Retry-After": "5"} if page.status == 503 else {}
    is_file = request.path.startswith(("/art/", "/assets/", "/static/"))
    if is_file or isinstance(request.routing_exception, SecurityError):  # no page: no links to make
        return page.title, page.status, headers
    try:
        return render_template("errors/error.html", error=page), page.status, headers
    except DBAPIError:  # who asks, and what stands at the top of a page, cannot be read either
        db.session.rollback()
        plain = headers | {"Content-Type": "text/plain; charset=utf-8"}
        return f"{page.title}. {page.text}\n", page.status, plain


def _refusal(error: DomainError) -> ResponseReturnValue:
    return error_page(ErrorPage(error.status, _title(error), error.message))


def _title(error: DomainError) -> str:
    if error.title:
        return error.title
    if isinstance(error, NotAllowed) and not isinstance(error, ForAnotherRole):
        return "This is for somebody else to do"
    if error.status in {403, 404}:
        return _WORDS[error.status][0]
    return "This didn't go through"


def _stale_form(_error: CSRFError) -> ResponseReturnValue:
    return error_page(
        ErrorPage(
            400,
            "This form is too old",
            "Your session changed since the page was opened. Nothing was sent and nothing spent.",
            "Go back, reload the page and send it again.",
        )
    )


def _http_error(error: HTTPException) -> ResponseReturnValue:
    if error.code is None or error.code < 400:
        return error  # pyright: ignore[reportReturnType]  a redirect raised by the router
    title, text = _WORDS.get(error.code, ("This request can't be answered", str(error.name)))
    return error_page(ErrorPage(error.code, title, text))


def _failure(error: Exception) -> ResponseReturnValue:
    if isinstance(error, DBAPIError) and (words := _words_for_later(error)):
        log.warning("The database was busy at %s: %s", _place(), error.orig)
        return error_page(ErrorPage(503, *words))
    reference = secrets.token_hex(4).upper()
    log.error("Failure %s at %s %s", reference, request.method, _place(), exc_info=error)
    return error_page(
        ErrorPage(
            500,
            "That didn't work on our side",
            "Your points are unchanged.",
            "Try again. If it stays like this, tell us the reference.",
            reference,
        )
    )


def _words_for_later(error: DBAPIError) -> tuple[str, str] | None:
    """What to say where trying again later may help; None where it would not."""
    if is_out_of_room(error):
        return _FULL
    is_failing = is_disk_failing(error.orig)
    if (error.connection_invalidated or is_failing) and request.method == "POST":
        return _UNHEARD
    is_over_soon = is_failing or is_transient(error) or is_out_of_reach(error)
    return _WORDS[503] if is_over_soon else None


def _place() -> str:
    """Where it happened, by the rule of the address: an address itself may hold a code."""
    return str(request.url_rule or "an unknown address")
