"""Where events of Stripe arrive, and the sandbox where there is no Stripe."""

from flask import Flask

from marketplace.kernel.refused_hooks import RefusedHooks
from marketplace.payments.views import hooks, sandbox

bp = hooks.bp


def prepare_app(app: Flask) -> None:
    """Stripe has no form of ours: its signature stands for the token of one.

    Production has no sandbox.
    """
    app.extensions["csrf"].exempt(f"{hooks.__name__}.hook")
    app.extensions[hooks.REFUSED] = RefusedHooks()
    if not app.config["LAUREL"].is_production:
        app.register_blueprint(sandbox.bp)
