"""Headers that tell browsers what not to do, on every answer."""

import secrets

from flask import Flask, Response, abort, current_app, g, request
from flask.sessions import SecureCookieSessionInterface, SessionMixin

from marketplace.web.pages import may_send_files, most_bytes_here

_POLICY = (
    "default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'nonce-{nonce}'; "
    "img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'; manifest-src 'self'"
)


def csp_nonce() -> str:
    """The nonce of this request, for the few inline tags a page may need."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    return g.csp_nonce


def _add_headers(response: Response) -> Response:
    response.headers.setdefault("Content-Security-Policy", _POLICY.format(nonce=csp_nonce()))
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Referrer-Policy", "same-origin")
    response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
    response.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
    if request.is_secure:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    if "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "no-store"
    return response


class PrivateSessions(SecureCookieSessionInterface):
    """Sessions that stay away from what anyone may cache: artwork, the style sheet."""

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Set the cookie, except on a public answer."""
        if not response.cache_control.public:
            super().save_session(app, session, response)


def _limit_bodies() -> None:
    """Who may send no file here has a small limit (413), so strangers fill neither memory nor disk.

    Forms are read before anybody's role is asked for, and without files in one piece.
    """
    if request.mimetype != "multipart/form-data" or not may_send_files():
        request.max_content_length = current_app.config["MAX_FORM_MEMORY_SIZE"]
    else:
        request.max_content_length = most_bytes_here(current_app.config["MAX_CONTENT_LENGTH"])


def _refuse_nul() -> None:
    """A NUL is no text: PostgreSQL keeps none, and nobody can type one."""
    texts = [text for sent in (request.args, request.form) for text in sent.items(multi=True)]
    texts += [(name, file.filename or "") for name, file in request.files.items(multi=True)]
    if any("\0" in name or "\0" in text for name, text in texts):
        abort(400)


def protect(app: Flask) -> None:
    """Headers on every answer, the nonce in every template; call it before CSRF reads forms."""
    app.before_request(_limit_bodies)
    app.before_request(_refuse_nul)
    app.session_interface = PrivateSessions()
    app.after_request(_add_headers)
    app.context_processor(lambda: {"csp_nonce": csp_nonce()})
