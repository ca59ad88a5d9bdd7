"""What a row may not ask for: steps that don't exist, windows, prices and dates that can't be."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from catalog.amounts import steps_reach
from catalog.sheets.columns import RANGE
from catalog.sheets.prices import read_price
from catalog.sheets.queries import KnownReward, KnownVariant
from catalog.states import REWARD_MOVES, RewardState

Problem = tuple[str, str, str, str]
Values = Mapping[str, Any]


def state_problem(
    known: KnownReward | None, own: Values, changes: Values, at: datetime
) -> Problem | None:
    """Why a reward can't come to the state a row asks for, or be offered when it says."""
    now = known.values if known else {}
    wanted = {**now, **own}
    begins, ends = wanted.get("visible_from"), wanted.get("visible_until")
    if begins and ends and ends <= begins:
        return "visible_until", ends, "It would end before it begins.", "A later end."
    if ends and "visible_until" in changes and datetime.fromisoformat(ends) <= at:
        enter = "A later end; to take it off the shelf now, the state retired."
        return "visible_until", ends, "This end is over already.", enter
    if "state" not in changes:
        return None
    target, state = changes["state"], now.get("state", RewardState.DRAFT)
    if target != state and RewardState(target) not in REWARD_MOVES[RewardState(state)]:
        return "state", target, f"The reward is {state}.", "Leave it empty, or as it is."
    if target == RewardState.PUBLISHED and not wanted.get("summary"):
        return "summary", "", "What is published needs a summary.", "One sentence."
    return None


def price_problem(changes: Values, at: datetime) -> Problem | None:
    """Why a price can't be planned."""
    for text in changes.get("prices", ()):
        price = read_price(text)
        begins, ends = price.valid_from or at, price.valid_until
        if begins < at:
            return "prices", text, "This price would begin in the past.", "A moment from now on."
        if ends and ends <= begins:
            return "prices", text, "This price would end before it begins.", "A later end."
    return None


def range_problem(variant: KnownVariant | None, wanted: Values, changes: Values) -> Problem | None:
    """Why these can't be the amounts of a range."""
    now = variant.values if variant else {}
    if variant and (now["highest"] or set(changes) & set(RANGE)):
        changed = [name for name in ("cash", *RANGE, "cash_currency") if name in changes]
        before = f"{now['cash']} to {now['highest']} {now['cash_currency']} by {now['step']}"
        fact, enter = "The amounts of a range stay.", f"As they are, {before}, or a new row."
        if not now["highest"]:
            fact, enter = "This is one amount and stays one.", "Nothing, or a new row for a range."
        return (changed[0], str(wanted.get(changed[0]) or ""), fact, enter) if changed else None
    lowest, highest, step = (wanted.get(name) for name in ("cash", *RANGE))
    if not highest and not step:
        return None
    if not (lowest and highest and step):
        fact = "A range needs its lowest and highest value and its steps."
        return "highest", str(highest or ""), fact, "Value, highest value and steps."
    if not steps_reach(Decimal(lowest), Decimal(highest), Decimal(step)):
        fact = f"Steps of {step} from {lowest} don't reach {highest}."
        return "step", step, fact, "A highest value that the steps reach from the lowest."
    return None


def choices_problem(variant: KnownVariant | None, changes: Values) -> Problem | None:
    """Why a size or color can't become another."""
    if variant and "choices" in changes:
        before = "; ".join(variant.values["choices"]) or "nothing"
        fact = "The size and color of a row stay."
        return "choices", "; ".join(changes["choices"]), fact, f"{before}, or a new row."
    return None


def departure_problem(
    variant: KnownVariant | None, wanted: Values, changes: Values
) -> Problem | None:
    """Why the dates of a row can't be those of a departure."""
    if variant:
        for name, value in changes.items():
            before = str(variant.values.get(name) or "nothing")
            fact = "The dates and the place of a departure stay as they are."
            return name, str(value or ""), fact, f"{before}, or a new row for a new departure."
        return None
    days = [wanted.get(name) for name in ("cutoff_on", "starts_on", "ends_on")]
    if not any(days) and not wanted.get("place"):
        return None
    if not all(days) or not wanted.get("place"):
        fact = "A departure needs all its dates and its place."
        return "starts_on", str(days[1] or ""), fact, "Leaves on, back on, ask until, and place."
    if days != sorted(filter(None, days)):
        fact = "These dates don't follow each other."
        return "starts_on", str(days[1]), fact, "Ask until, then leaves on, then back on."
    return None
