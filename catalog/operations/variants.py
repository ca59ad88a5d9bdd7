"""Several variants at once, what they are worth, their departures, and what is asked for."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import product

import sqlalchemy as sa

from catalog.amounts import AmountRange, steps_reach
from catalog.details import MOST_DETAILS, Detail, rows_of
from catalog.errors import PriceMoved
from catalog.models import Departure, PriceVersion, Variant, VariantStock
from catalog.offers import DepartureDates
from catalog.operations.capacity import counted_by
from catalog.operations.curation import NewVariant, add_variant
from catalog.operations.deeds import locked_reward, locked_variant, note_deed
from catalog.operations.prices import set_price
from catalog.queries.offers import current_price_id
from catalog.shelf.operations import refresh_listing
from catalog.states import VariantState
from marketplace.access.actor import Actor
from marketplace.kernel.db import session
from marketplace.kernel.errors import BadInput, NotFound
from marketplace.web.filters import money

MOST_AT_ONCE = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Worth:
    """What one variant counts as in money; both none: nothing."""

    minor: int | None = None
    currency: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What the variants of one form share. `points` of each, `capacity` of each."""

    points: int
    capacity: int | None = None
    worth: Worth = Worth()


def reprice(actor: Actor, variant_id: int, points: int, *, seen: int, at: datetime) -> None:
    """From now on a variant costs `points`; `seen` is the price the person had before their eyes.

    Raises PriceMoved when it is another by now. The same price again changes nothing, so that a
    sale which runs is not made to stay.
    """
    locked_variant(variant_id)
    price = sa.select(PriceVersion.points).join(Variant, PriceVersion.id == current_price_id(at))
    now = session().execute(price.where(Variant.id == variant_id)).scalar_one() or 0
    if points == now:
        return
    if seen != now:
        raise PriceMoved(seen=seen, now=now)
    set_price(actor, variant_id, points, at=at)


def add_amounts(
    actor: Actor,
    reward_id: int,
    amounts: Sequence[tuple[int, int]],
    *,
    currency: str,
    capacity: int | None,
    at: datetime,
) -> int:
    """Add a variant for each amount in minor units with its price in points; how many."""
    _few_enough(len(amounts))
    for minor, points in amounts:
        new = NewVariant(
            label=money(minor, currency),
            points=points,
            cash_minor=minor,
            currency=currency,
            capacity=capacity,
        )
        add_variant(actor, reward_id, new, at=at)
    return len(amounts)


def add_range(
    actor: Actor, reward_id: int, amounts: AmountRange, terms: Terms, *, at: datetime
) -> int:
    """Add a variant with amounts of one's own choice; `terms.points` is for the lowest; its id."""
    if not steps_reach(amounts.lowest, amounts.highest, amounts.step):
        raise BadInput("Enter a highest amount that the steps reach from the lowest.")
    low, high = money(amounts.lowest, amounts.currency), money(amounts.highest, amounts.currency)
    new = NewVariant(
        label=f"{low} to {high}",
        points=terms.points,
        cash_minor=amounts.lowest,
        currency=amounts.currency,
        range_to_minor=amounts.highest,
        step_minor=amounts.step,
        capacity=terms.capacity,
    )
    return add_variant(actor, reward_id, new, at=at)


def add_options(
    actor: Actor,
    reward_id: int,
    attributes: dict[str, list[str]],
    terms: Terms,
    *,
    leave_out: Sequence[tuple[str, ...]] = (),
    at: datetime,
) -> int:
    """Add a variant with a stock of its own for each combination; how many."""
    combos = [combo for combo in product(*attributes.values()) if combo not in set(leave_out)]
    _few_enough(len(combos))
    for combo in combos:
        new = NewVariant(
            label=", ".join(combo),
            points=terms.points,
            capacity=terms.capacity,
            cash_minor=terms.worth.minor,
            currency=terms.worth.currency,
            attributes=dict(zip(attributes, combo, strict=True)),
        )
        add_variant(actor, reward_id, new, at=at)
    return len(combos)


def _few_enough(number: int) -> None:
    if not 1 <= number <= MOST_AT_ONCE:
        raise BadInput(f"This makes {number:,}. Enter so many that it makes 1 to {MOST_AT_ONCE}.")


def set_worth(actor: Actor, variant_id: int, worth: Worth, *, at: datetime) -> None:
    """Say what a variant counts as in money. What was asked for before keeps its value.

    Raises BadInput for a range, whose amounts stand for good, and for what is counted by something
    that has this value.
    """
    variant = locked_variant(variant_id)
    if what := counted_by(variant_id):
        raise BadInput(f"Its value is that of {what}. Add another amount. Nothing was changed.")
    if variant.range_to_minor is not None:
        raise BadInput("The amounts of a range stay. Take it off the shelf and add another range.")
    before = Worth(minor=variant.cash_minor, currency=variant.currency)
    if before == worth:
        return
    variant.cash_minor, variant.currency = worth.minor, worth.currency
    session().flush()
    refresh_listing(variant.reward_id, at=at)
    facts = {"sku": variant.sku, "before": before.minor, "currency_before": before.currency}
    facts |= {"after": worth.minor, "currency": worth.currency}
    note_deed(actor, "catalog.set_worth", variant.reward_id, at=at, **facts)


def change_departure(
    actor: Actor, variant_id: int, dates: DepartureDates, *, label: str, at: datetime
) -> None:
    """Give a departure other dates, place, last day or group.

    Raises BadInput for other dates or another place once somebody asked for them: they were
    promised. Raises NotFound for a variant that is no departure.
    """
    variant = locked_variant(variant_id)
    departure = session().get(Departure, variant_id, with_for_update=True, populate_existing=True)
    if departure is None:
        raise NotFound("We can't find this departure.")
    promised = _promised(variant_id)
    same = ("starts_on", "ends_on", "place")
    if promised and any(getattr(departure, name) != getattr(dates, name) for name in same):
        people = "1 person has" if promised == 1 else f"{promised:,} people have"
        raise BadInput(
            f"{people} a place on these dates or asked for one, so dates and place stay. "
            "Take this departure off the shelf and add another."
        )
    for name, value in asdict(dates).items():
        setattr(departure, name, value)
    variant.label = label
    session().flush()
    refresh_listing(variant.reward_id, at=at)
    note_deed(
        actor, "catalog.change_departure", variant.reward_id, at=at, sku=variant.sku, label=label
    )


def _promised(variant_id: int) -> int:
    stock = VariantStock
    taken = sa.select(stock.reserved + stock.sold).where(stock.variant_id == variant_id)
    return session().execute(taken.with_for_update()).scalar_one()


def ask_details(actor: Actor, reward_id: int, details: Sequence[Detail], *, at: datetime) -> None:
    """Say what is asked for when the reward is redeemed. Raises BadInput for a name used twice."""
    names = [one.name for one in details]
    if len(set(names)) != len(names):
        raise BadInput("Give each detail a label of its own.")
    if len(names) > MOST_DETAILS:
        raise BadInput(f"Ask for {MOST_DETAILS} details at most.")
    reward = locked_reward(reward_id)
    rows = rows_of(details)
    if rows == reward.details:
        return
    reward.details = rows
    session().flush()
    note_deed(actor, "catalog.ask_details", reward_id, at=at, asked=[one.label for one in details])


def rename_variant(actor: Actor, variant_id: int, label: str, *, at: datetime) -> None:
    """Give a variant another label; what was asked for keeps the one it was asked for under."""
    variant = locked_variant(variant_id)
    before = variant.label
    if before == label:
        return
    variant.label = label
    session().flush()
    refresh_listing(variant.reward_id, at=at)
    facts = {"sku": variant.sku, "before": before, "after": label}
    note_deed(actor, "catalog.rename_variant", variant.reward_id, at=at, **facts)


def offer_variant(actor: Actor, variant_id: int, *, at: datetime) -> None:
    """Put a variant that was withdrawn back on the shelf."""
    variant = locked_variant(variant_id)
    if variant.state is VariantState.ON_SALE:
        return
    departure = session().get(Departure, variant_id)
    if departure is not None and departure.canceled_at is not None:
        raise BadInput("This departure was canceled, and everyone was told. Add another one.")
    variant.state = VariantState.ON_SALE
    session().flush()
    refresh_listing(variant.reward_id, at=at)
    note_deed(actor, "catalog.offer_variant", variant.reward_id, at=at, sku=variant.sku)
