"""What the catalog shows: one function per page, each answering frozen values."""

from catalog.queries.cards import Card
from catalog.queries.filters import Facet, Sort, StoreFilters
from catalog.queries.home import HomeShelf, home_shelf
from catalog.queries.manage import (
    SHELF_PAGE,
    Change,
    EditedVariant,
    RewardEditor,
    ShelfFilters,
    ShelfRow,
    catalog_shelf,
    every_reward,
    reward_editor,
    tier_choices,
)
from catalog.queries.offers import offer
from catalog.queries.reward_page import RewardPage, reward_page
from catalog.queries.storefront import Storefront, storefront

__all__ = [
    "SHELF_PAGE",
    "Card",
    "Change",
    "EditedVariant",
    "Facet",
    "HomeShelf",
    "RewardEditor",
    "RewardPage",
    "ShelfFilters",
    "ShelfRow",
    "Sort",
    "StoreFilters",
    "Storefront",
    "catalog_shelf",
    "every_reward",
    "home_shelf",
    "offer",
    "reward_editor",
    "reward_page",
    "storefront",
    "tier_choices",
]
