"""The pages of the catalog: home, storefront, one reward, and curation."""

from flask import Flask

from catalog.views import details, home, manage, storefront, variants
from catalog.views.faces import card_face, card_price

blueprints = (home.bp, storefront.bp, manage.bp, variants.bp, details.bp)

__all__ = ["blueprints", "prepare_app"]


def prepare_app(app: Flask) -> None:
    """Give templates the faces and prices of cards."""
    app.jinja_env.globals.update(card_face=card_face, card_price=card_price)
