"""What changes in the catalog: stock and limits on the way of a redemption, and curation."""

from catalog.operations.awaiting import (
    await_again,
    await_unit,
    keep_awaited,
    put_back_awaited,
    stop_awaiting,
    take_kept,
)
from catalog.operations.capacity import (
    adjust_stock,
    counted_by,
    keep_count,
    keeps_stock,
    set_capacity,
)
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
    slug_of,
    variant_id_of,
    withdraw_variant,
)
from catalog.operations.limits import count_taken, uncount_taken
from catalog.operations.prices import NewPrice, plan_price, set_price
from catalog.operations.shelving import (
    discard_draft,
    publish_reward,
    retire_reward,
    schedule_reward,
)
from catalog.operations.stock import (
    confirm_offer,
    release_stock,
    reserve_stock,
    return_sold,
    sell_reserved,
)
from catalog.operations.variants import offer_variant, rename_variant, reprice, set_worth

__all__ = [
    "NewPrice",
    "NewReward",
    "NewVariant",
    "RewardText",
    "add_variant",
    "adjust_stock",
    "amend_reward",
    "await_again",
    "await_unit",
    "confirm_offer",
    "count_taken",
    "counted_by",
    "create_reward",
    "discard_draft",
    "keep_awaited",
    "keep_count",
    "keeps_stock",
    "offer_variant",
    "open_to",
    "plan_price",
    "publish_reward",
    "put_back_awaited",
    "put_tier",
    "redraw_reward",
    "release_stock",
    "rename_variant",
    "reprice",
    "reserve_stock",
    "retire_reward",
    "return_sold",
    "rewrite_reward",
    "schedule_reward",
    "sell_reserved",
    "set_capacity",
    "set_price",
    "set_worth",
    "slug_of",
    "stop_awaiting",
    "take_kept",
    "uncount_taken",
    "variant_id_of",
    "withdraw_variant",
]
