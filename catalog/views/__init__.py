"""The pages of the catalog: home, storefront, one reward, and curation."""

from catalog.views import details, home, manage, storefront, variants

blueprints = (home.bp, storefront.bp, manage.bp, variants.bp, details.bp)

__all__ = ["blueprints"]
