"""What the page of one reward says in a few words: choices, facts, and what happens after."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from catalog import choosing
from catalog.extras import approval_note, together_address
from catalog.links import redeem_label
from catalog.offers import Offer
from catalog.packages.queries import Package, asks_for_dates, package_of
from catalog.policies import Obstacle, limit_words, redeem_obstacle
from catalog.queries import RewardPage
from catalog.queries.lock_facts import lock_facts
from catalog.states import Kind
from catalog.views.dates import span_of_days
from catalog.views.locks import Said, explained
from marketplace.access.actor import Actor
from marketplace.web.filters import day, moment, money, points_are, points_word

CHOICE_LABELS = {
    Kind.GIFT_CARD: "Choose an amount",
    Kind.LEARNING: "Choose a course",
    Kind.TIME_OFF: "Choose how much",
    Kind.DONATION: "Choose an amount",
    Kind.INDIVIDUAL_TRAVEL: "Choose your dates",
    Kind.GROUP_TRIP: "Choose a departure",
}
FEW = 10

Choice = tuple[str, str] | tuple[str, str, str]
Fact = tuple[str, str]


def page_facts(
    reader: Actor,
    page: RewardPage,
    args: Mapping[str, str],
    *,
    wrong: Obstacle | None,
    available: int,
    at: datetime,
) -> dict[str, Any]:
    """What the page of a reward says to its reader; `wrong` is why their choice can't be had."""
    offer, package = page.chosen, package_of(page.chosen)
    is_far = offer.lock is not None or (offer.is_sold_out and offer.kind.is_travel)
    approval = "" if is_far else approval_note(reader, offer, at)
    wrong = wrong or terms_obstacle(offer, package)
    return choice_of(page, args) | {
        "page": page,
        "offer": offer,
        "face_value": face_value(page),
        "facts": [*(package.terms.facts if package else ()), *facts_of(page, approval, at)],
        "next_steps": next_steps(offer, approval, is_chosen=wrong is None),
        "redeem_label": redeem_label(offer, needs_a_yes=bool(approval)),
        "together_url": together_address(offer),
        "obstacle": wrong or redeem_obstacle(offer, available, used=page.used, at=at),
    }


def terms_obstacle(offer: Offer, package: Package | None) -> Obstacle | None:
    """Why nobody can ask for dates yet, where the terms of that are not set."""
    if package is not None or not asks_for_dates(offer):
        return None
    return Obstacle("no_terms_yet", "Nobody has said yet which dates can be asked for.")


def lock_words(reader: Actor, offer: Offer, *, tells_earned: bool = True) -> list[Said]:
    """What opens a locked offer, and how far its reader is; what they earned only if it is told."""
    if offer.lock is None:
        return []
    facts = lock_facts(reader, offer.lock)
    return explained(offer.lock, facts if tells_earned else replace(facts, earned=None))


def choice_of(page: RewardPage, args: Mapping[str, str]) -> dict[str, Any]:
    """What the choice of an amount, size, color or date on the page shows."""
    wanted, offer = choosing.wanted_of(page, args), page.chosen
    values = choosing.attributes_of(page.offers)
    return {
        "choices": choices_of(page),
        "choice_label": choice_label(offer),
        "attributes": {
            name: (choose(name), [(one, one) for one in values[name]]) for name in values
        },
        "wanted": wanted,
        "available_words": choosing.availability(page, wanted),
        "entered_amount": args.get("amount", "").strip()[:40] or offer.amount_text,
    }


def choice_label(offer: Offer) -> str:
    """The question above the variants."""
    attribute = next(iter(offer.attributes), "")
    if asks_for_dates(offer):
        return choose(attribute) if attribute else "Choose one"
    return CHOICE_LABELS.get(offer.kind, choose(attribute) if attribute else "Choose one")


def choose(attribute: str) -> str:
    """`Choose a size`, `Choose an option`."""
    return f"Choose a{'n' if attribute[:1].lower() in 'aeio' else ''} {attribute}"


def choices_of(page: RewardPage) -> list[Choice]:
    """Each variant as value, label and, where there is something to say, a line below it."""
    same_price = len({one.points for one in page.offers}) == 1
    return [_choice(one, with_price=not same_price) for one in page.offers]


def _choice(offer: Offer, *, with_price: bool) -> Choice:
    value, hint = str(offer.variant_id), _hint(offer, with_price=with_price)
    return (value, offer.variant_label, hint) if hint else (value, offer.variant_label)


def _hint(offer: Offer, *, with_price: bool) -> str:
    parts = [points_word(offer.points)] if with_price else []
    parts.append("sold out for now" if offer.is_sold_out else _left(offer))
    if offer.departure:
        parts.append(f"ask by {day(offer.departure.cutoff_on)}")
    return " · ".join(filter(None, parts))


def _left(offer: Offer) -> str:
    """`3 seats left`; nothing while there is plenty or none."""
    if offer.is_sold_out or offer.left is None or not (offer.departure or offer.left <= FEW):
        return ""
    return f"{offer.kind.units(offer.left)} left"


def face_value(page: RewardPage) -> str | None:
    """What stands on a gift card: its amount, or the span of its amounts."""
    worth = sorted(one.cash_minor for one in page.offers if one.cash_minor is not None)
    currency = page.chosen.currency
    if page.chosen.kind is not Kind.GIFT_CARD or not worth or currency is None:
        return None
    if page.chosen.amounts:
        worth = [page.chosen.cash_minor or 0]
    if worth[0] == worth[-1]:
        return money(worth[0], currency)
    return f"{money(worth[0], currency)}–{money(worth[-1], currency)}"


def facts_of(page: RewardPage, approval: str, at: datetime) -> list[Fact]:
    """What one wants to know beside the price."""
    offer = page.chosen
    facts = [
        *_of_the_only_one(page),
        ("Place", offer.departure and offer.departure.place),
        ("Approval", approval),
        ("Smallest group", _group(offer)),
        ("Ready", ready_words(offer, after_a_yes=bool(approval))),
        ("Taxable value", _taxable(offer)),
        ("Limit", limit_so_far(offer, page.used, at)),
        ("Changed your mind?", offer.mind_words),
    ]
    return [(label, text) for label, text in facts if text]


def _of_the_only_one(page: RewardPage) -> list[Fact]:
    """What the choice says of each variant, where there is one and so nothing to choose."""
    offer, departure = page.chosen, page.chosen.departure
    if len(page.offers) > 1:
        return []
    facts = [("Available", _left(offer))]
    if departure is None:
        return facts
    dates = ("Dates", span_of_days(departure.starts_on, departure.ends_on))
    return [dates, ("Ask by", day(departure.cutoff_on)), *facts]


def _group(offer: Offer) -> str:
    """How many a departure needs to take place; nothing when it does in any case."""
    if offer.departure is None or offer.departure.min_group == 1:
        return ""
    return f"It takes place with {offer.departure.min_group:,} people or more"


def ready_words(offer: Offer, *, after_a_yes: bool) -> str:
    """How long it takes until it is there."""
    days = offer.lead_days
    yes = " after the yes" if after_a_yes else ""
    if days == 0:
        return f"Within a minute{yes}"
    return f"About {days} working day{'' if days == 1 else 's'}{yes}"


def _taxable(offer: Offer) -> str:
    """What counts as pay; nothing is said of a donation, which goes to others."""
    if offer.kind is Kind.DONATION:
        return ""
    if offer.cash_minor is None or offer.currency is None:
        return "None"
    return money(offer.cash_minor, offer.currency)


def limit_so_far(offer: Offer, used: int, at: datetime) -> str:
    """`2 a year; you have had 1`, and when it opens again once it is used up."""
    words, period = limit_words(offer), offer.limit_period
    if not words or not used or period is None or offer.limit_per_person is None:
        return words
    so_far = f"{words}; you have had {used:,}"
    opens = period.next_from(at)
    if used < offer.limit_per_person or opens is None:
        return so_far
    return f"{so_far}. It opens again on {moment(opens)}"


def next_steps(offer: Offer, approval: str, *, is_chosen: bool) -> list[str]:
    """What happens after asking, one sentence a step; without a choice no price is named."""
    points = points_word(offer.points) if is_chosen else "the points"
    held = points_are(offer.points) if is_chosen else "the points are"
    asked = (
        f"You ask, and {held} set aside. Nothing is spent yet."
        if approval or offer.kind.is_travel
        else f"You check everything once more, then spend {points}."
    )
    steps = [asked, approval, offer.next_steps]
    return [step for step in steps if step]
