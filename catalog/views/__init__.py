"""The pages of the catalog: home, storefront, one reward, and curation."""

from catalog.views import home, manage, storefront

blueprints = (home.bp, storefront.bp, manage.bp)

__all__ = ["blueprints"]
