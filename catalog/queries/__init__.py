"""What the catalog shows: one function per page, each answering frozen values."""

from catalog.queries.cards import Card
from catalog.queries.curators_table import (
    SHELF_PAGE,
    ShelfFilters,
    ShelfRow,
    ShelfView,
    catalog_shelf,
    every_reward,
    tier_choices,
)
from catalog.queries.editor import (
    Change,
    EditedVariant,
    RewardEditor,
    RewardHead,
    reward_editor,
    reward_head,
)
from catalog.queries.filters import Facet, Sort, StoreFilters
from catalog.queries.home import HomeShelf, home_shelf
from catalog.queries.offers import offer
from catalog.queries.reward_page import RewardPage, reward_choices, reward_page
from catalog.queries.stock import MOVEMENTS_PAGE, Movement, stock_movements
from catalog.queries.storefront import Storefront, storefront

__all__ = [
    "MOVEMENTS_PAGE",
    "SHELF_PAGE",
    "Card",
    "Change",
    "EditedVariant",
    "Facet",
    "HomeShelf",
    "Movement",
    "RewardEditor",
    "RewardHead",
    "RewardPage",
    "ShelfFilters",
    "ShelfRow",
    "ShelfView",
    "Sort",
    "StoreFilters",
    "Storefront",
    "catalog_shelf",
    "every_reward",
    "home_shelf",
    "offer",
    "reward_choices",
    "reward_editor",
    "reward_head",
    "reward_page",
    "stock_movements",
    "storefront",
    "tier_choices",
]
