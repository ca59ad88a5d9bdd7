"""Every way of telling a catalog that Laurel reads, by the word a provider names it with."""

from catalog.providers.adapter import CatalogAdapter
from catalog.providers.adapters.tango import TangoAdapter

ADAPTERS: dict[str, CatalogAdapter] = {"tango": TangoAdapter()}
