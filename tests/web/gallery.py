"""A small app that shows the components without database or people."""

from types import SimpleNamespace

from flask import Flask
from flask_wtf import CSRFProtect
from jinja2 import StrictUndefined

from marketplace.kernel.settings import ROOT
from marketplace.web import assets, components_page, design, filters, security
from marketplace.web.icons import icon


def gallery_app(brand_hue: int = 168) -> Flask:
    """An app with the gallery, the style sheet and the security policy of the real one."""
    app = Flask(
        "gallery", template_folder=str(ROOT / "templates"), static_folder=str(ROOT / "static")
    )
    app.config.update(
        SECRET_KEY="only for this test", TESTING=True, LAUREL=SimpleNamespace(brand_hue=brand_hue)
    )
    environment = app.jinja_env
    environment.undefined = StrictUndefined
    environment.trim_blocks = environment.lstrip_blocks = True
    environment.filters.update(filters.FILTERS)
    environment.globals.update(
        icon=icon,
        stylesheet_url=assets.stylesheet_url,
        about=lambda points: f"about €{points // 100}",
    )
    design.equip(environment)
    CSRFProtect(app)
    security.protect(app)
    app.context_processor(
        lambda: {"who": None, "nav": (), "manage_nav": (), "me_nav": (), "flashes": []}
    )
    for module in (assets, components_page):
        app.register_blueprint(module.bp)
    assets.prepare_app(app)
    return app
