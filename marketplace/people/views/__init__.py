"""Pages of this slice: the way in and out, and everyone's own settings."""

from flask import Flask

from marketplace.people.views import personas, settings, sign_in
from marketplace.people.views.browser import load_person

blueprints = (sign_in.bp, settings.bp)


def prepare_app(app: Flask) -> None:
    """Tell the app who a session belongs to; the persona picker exists outside production only."""
    manager = app.extensions.get("login_manager") or app.login_manager  # pyright: ignore[reportAttributeAccessIssue]
    manager.session_protection = None  # sessions live in our table, with their own checks
    manager.user_loader(load_person)
    if not app.config["LAUREL"].is_production:
        app.register_blueprint(personas.bp)
