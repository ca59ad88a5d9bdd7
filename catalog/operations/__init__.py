"""What changes in the catalog: stock and limits on the way of a redemption, and curation."""

from catalog.operations.capacity import adjust_stock, set_capacity
from catalog.operations.curation import (
    NewReward,
    NewVariant,
    RewardText,
    add_variant,
    amend_reward,
    create_reward,
    open_to,
    put_tier,
    redraw_reward,
    rewrite_reward,
    set_price,
    slug_of,
    variant_id_of,
    withdraw_variant,
)
from catalog.operations.shelving import (
    discard_draft,
    publish_reward,
    retire_reward,
    schedule_reward,
)
from catalog.operations.stock import (
    confirm_offer,
    give_back_limit,
    release_stock,
    reserve_stock,
    return_sold,
    sell_reserved,
    use_limit,
)
from catalog.operations.variants import offer_variant, rename_variant, revalue_variant

__all__ = [
    "NewReward",
    "NewVariant",
    "RewardText",
    "add_variant",
    "adjust_stock",
    "amend_reward",
    "confirm_offer",
    "create_reward",
    "discard_draft",
    "give_back_limit",
    "offer_variant",
    "open_to",
    "publish_reward",
    "put_tier",
    "redraw_reward",
    "release_stock",
    "rename_variant",
    "reserve_stock",
    "retire_reward",
    "return_sold",
    "revalue_variant",
    "rewrite_reward",
    "schedule_reward",
    "sell_reserved",
    "set_capacity",
    "set_price",
    "slug_of",
    "use_limit",
    "variant_id_of",
    "withdraw_variant",
]
