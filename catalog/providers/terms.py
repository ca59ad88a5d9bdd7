"""What a manager says about a provider: how its items are priced and shown."""

from dataclasses import dataclass

from catalog.providers.states import NewBrands


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """How a provider's items are priced and shown."""

    tier_slug: str
    price_country: str
    markup_percent: int = 0
    round_to: int = 1
    new_brands: NewBrands = NewBrands.DRAFT
    most_taken_percent: int = 30
