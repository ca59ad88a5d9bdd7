"""What managers see of providers: frozen values, each page in a few statements."""

from catalog.providers.queries.items import (
    ITEMS_PAGE,
    BrandRow,
    ItemRow,
    PriceChange,
    brands_of,
    brands_to_publish,
    countries_with_worth,
    items_of,
    price_changes,
)
from catalog.providers.queries.providers import (
    ProviderRow,
    SyncRow,
    due_providers,
    provider_id_of,
    provider_row,
    providers_list,
    sync_of,
)
from catalog.providers.queries.report import (
    CHANGES_PAGE,
    REPORT_COLUMNS,
    ChangeRow,
    change_counts,
    changes_of,
)

__all__ = [
    "CHANGES_PAGE",
    "ITEMS_PAGE",
    "REPORT_COLUMNS",
    "BrandRow",
    "ChangeRow",
    "ItemRow",
    "PriceChange",
    "ProviderRow",
    "SyncRow",
    "brands_of",
    "brands_to_publish",
    "change_counts",
    "changes_of",
    "countries_with_worth",
    "due_providers",
    "items_of",
    "price_changes",
    "provider_id_of",
    "provider_row",
    "providers_list",
    "sync_of",
]
