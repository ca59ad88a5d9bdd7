"""A web process that dies when its answer is ready, and one that does not; each a forked child."""

import os
import signal

from werkzeug.serving import make_server

PORT, DIES = "TESTS_PORT", "TESTS_DIES"
environment = os.environ  # noqa: TID251  these are the tests' own settings, not the product's


def serve() -> None:
    """Answer at the port until killed; with DIES, be killed once a POST has been committed."""
    from wsgi import app  # made here, with the settings of this process

    app.wsgi_app = _Dies(app.wsgi_app) if environment.get(DIES) == "1" else app.wsgi_app
    make_server("127.0.0.1", int(environment[PORT]), app, threaded=True).serve_forever()


class _Dies:
    """Everything is done and committed, and not one byte of the answer leaves."""

    def __init__(self, app) -> None:
        self.app = app

    def __call__(self, environ, start_response):
        answer = self.app(environ, _say) if _is_post(environ) else None
        if answer is not None:
            b"".join(answer)
            os.kill(os.getpid(), signal.SIGKILL)
        return self.app(environ, start_response)


def _is_post(environ) -> bool:
    return environ["REQUEST_METHOD"] == "POST"


def _say(status: str, *_more) -> None:
    print(status, flush=True)  # noqa: T201  into the log, for whoever looks why
