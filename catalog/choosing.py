"""What somebody chose on the page of a reward: an amount, or a size and a color together."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from catalog.errors import BadAmount
from catalog.offers import Offer
from catalog.policies import Obstacle
from catalog.queries.reward_page import RewardPage

OF = "of_"  # begins the name of an attribute in an address: of_size=M


def over_entered(offer: Offer, text: str) -> tuple[Offer, Obstacle | None]:
    """The offer over the amount entered, the lowest when nothing is; and why that can't be."""
    if offer.amounts is None:
        return offer, None
    try:
        minor = offer.amounts.read(text) if text.strip() else offer.amounts.lowest
    except BadAmount as refusal:
        lowest = offer.over(offer.amounts.lowest)
        return lowest, Obstacle(refusal.code, refusal.advice)
    return offer.over(minor), None


def attributes_of(offers: Sequence[Offer]) -> dict[str, list[str]]:
    """The values of each attribute that all the offers have; empty with fewer than two of them."""
    names = list(offers[0].attributes)
    if len(names) < 2 or any(set(one.attributes) != set(names) for one in offers):
        return {}
    return {name: list(dict.fromkeys(str(o.attributes[name]) for o in offers)) for name in names}


def wanted_of(page: RewardPage, args: Mapping[str, str]) -> dict[str, str]:
    """The value asked for of each attribute; what the address leaves open is as on the page."""
    values = attributes_of(page.offers)
    mine = {name: str(page.chosen.attributes[name]) for name in values}
    asked = {name: args.get(OF + name, "") for name in values}
    return {name: asked[name] if asked[name] in values[name] else mine[name] for name in values}


def chosen_on(page: RewardPage, args: Mapping[str, str]) -> tuple[RewardPage, Obstacle | None]:
    """The page with what the address chooses, and why that can't be had; none when it can."""
    wanted = wanted_of(page, args)
    found = _with(page.offers, wanted) if wanted else page.chosen
    obstacle = None
    if found is None:
        obstacle = Obstacle("no_combination", missing_words(wanted))
        found = page.chosen
    found, wrong = over_entered(found, args.get("amount", ""))
    return replace(page, chosen=found), obstacle or wrong


def _with(offers: Sequence[Offer], wanted: Mapping[str, str]) -> Offer | None:
    return next((one for one in offers if one.attributes == wanted), None)


def missing_words(wanted: Mapping[str, str]) -> str:
    """`There is no Rust with L. Choose another color or size.`, and what became of the points."""
    return (
        f"There is no {' with '.join(wanted.values())}. "
        f"Choose another {' or '.join(wanted)}. Your points are unchanged."
    )


def availability(page: RewardPage, wanted: Mapping[str, str]) -> str:
    """What the last attribute can't be beside the others as chosen; empty when it can be all."""
    values = attributes_of(page.offers)
    if not values:
        return ""
    *others, last = values
    beside = {name: wanted[name] for name in others}
    offers = {value: _with(page.offers, {**beside, last: value}) for value in values[last]}
    missing = [value for value, one in offers.items() if one is None]
    sold_out = [value for value, one in offers.items() if one and one.is_sold_out]
    parts = [f"no {_or(missing)}"] if missing else []
    parts += [f"{_and(sold_out)} sold out for now"] if sold_out else []
    return f"In {' and '.join(beside.values())}: {'; '.join(parts)}." if parts else ""


def _or(words: Sequence[str]) -> str:
    return " or ".join(filter(None, (", ".join(words[:-1]), words[-1])))


def _and(words: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(words[:-1]), words[-1])))
