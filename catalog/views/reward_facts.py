"""What the page of one reward says in a few words: choices, facts, and what happens after."""

from catalog.offers import Offer
from catalog.policies import limit_words
from catalog.queries import RewardPage
from catalog.states import Kind
from marketplace.web.filters import day, money, points_word

CHOICE_LABELS = {
    Kind.GIFT_CARD: "Choose an amount",
    Kind.INDIVIDUAL_TRAVEL: "Choose your dates",
    Kind.GROUP_TRIP: "Choose a departure",
}
FEW = 10

Choice = tuple[str, str] | tuple[str, str, str]
Fact = tuple[str, str]


def choice_label(offer: Offer) -> str:
    """The question above the variants."""
    attribute = next(iter(offer.attributes), "")
    asked = f"Choose a {attribute}" if attribute else "Choose one"
    return CHOICE_LABELS.get(offer.kind, asked)


def choices_of(page: RewardPage) -> list[Choice]:
    """Each variant as value, label and, where there is something to say, a line below it."""
    same_price = len({one.points for one in page.offers}) == 1
    return [_choice(one, with_price=not same_price) for one in page.offers]


def _choice(offer: Offer, *, with_price: bool) -> Choice:
    value, hint = str(offer.variant_id), _hint(offer, with_price=with_price)
    return (value, offer.variant_label, hint) if hint else (value, offer.variant_label)


def _hint(offer: Offer, *, with_price: bool) -> str:
    parts = [points_word(offer.points)] if with_price else []
    if offer.is_sold_out:
        parts.append("sold out for now")
    elif offer.left is not None and (offer.departure or offer.left <= FEW):
        places = "place" if offer.departure else "piece"
        parts.append(f"{offer.left:,} {places}{'' if offer.left == 1 else 's'} left")
    if offer.departure:
        parts.append(f"ask by {day(offer.departure.cutoff_on)}")
    return " · ".join(parts)


def face_value(page: RewardPage) -> str | None:
    """What stands on a gift card: its amount, or the span of its amounts."""
    worth = sorted(one.cash_minor for one in page.offers if one.cash_minor is not None)
    currency = page.chosen.currency
    if page.chosen.kind is not Kind.GIFT_CARD or not worth or currency is None:
        return None
    if worth[0] == worth[-1]:
        return money(worth[0], currency)
    return f"{money(worth[0], currency)}–{money(worth[-1], currency)}"


def facts_of(page: RewardPage, approval: str) -> list[Fact]:
    """What one wants to know beside the price."""
    offer = page.chosen
    facts = [
        ("Place", offer.departure and offer.departure.place),
        ("Approval", approval),
        ("Ready", _ready(offer.lead_days, after_a_yes=bool(approval))),
        ("Taxable value", _taxable(offer)),
        ("Limit", _limit(page)),
    ]
    return [(label, text) for label, text in facts if text]


def _ready(days: int, *, after_a_yes: bool) -> str:
    yes = " after the yes" if after_a_yes else ""
    if days == 0:
        return f"Within a minute{yes}"
    return f"About {days} working day{'' if days == 1 else 's'}{yes}"


def _taxable(offer: Offer) -> str:
    if offer.cash_minor is None or offer.currency is None:
        return "None"
    return money(offer.cash_minor, offer.currency)


def _limit(page: RewardPage) -> str:
    words = limit_words(page.chosen)
    return f"{words}; you have had {page.used:,}" if words and page.used else words


def next_steps(offer: Offer, approval: str) -> list[str]:
    """What happens after asking, one sentence a step."""
    asked = (
        f"You ask, and {points_word(offer.points)} are set aside. Nothing is spent yet."
        if approval or offer.kind.is_travel
        else f"You check everything once more, then spend {points_word(offer.points)}."
    )
    steps = [asked, approval, offer.next_steps]
    return [step for step in steps if step]
