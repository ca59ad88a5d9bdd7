"""Whether a reward may say that it has no markup: for its button, its deed and its page."""

from collections.abc import Sequence

from catalog.margins.markup import Margin

NAMED = 3


def no_markup_obstacle(of: Sequence[Margin]) -> str | None:
    """Why a reward can't say that it has no markup; None when it can."""
    on_sale = [one for one in of if one.is_on_sale]
    if not on_sale:
        return "Nothing of this reward is on sale, so there is no price to compare."
    unknown = [one.label for one in on_sale if one.reference_minor is None]
    if unknown:
        return f"Enter the market price of {_list(unknown)} first."
    unvalued = {one.currency or "" for one in on_sale if one.value is None}
    if unvalued:
        return f"Nobody has said what points are worth in {_list(sorted(unvalued))}."
    dearer = [one.label for one in on_sale if not one.is_at_most_market]
    if dearer:
        return f"The points for {_list(dearer)} are worth more than the market price."
    return None


def _list(names: list[str]) -> str:
    more = f" and {len(names) - NAMED:,} more" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more
