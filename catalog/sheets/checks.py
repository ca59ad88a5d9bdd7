"""What a row may not ask for: what is missing, and states, prices, ranges and dates that can't be.

Each check raises RowRefused.
"""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from catalog.amounts import steps_reach
from catalog.operations import counted_by
from catalog.sheets.columns import COLUMNS, DEPARTURE, RANGE
from catalog.sheets.prices import read_price
from catalog.sheets.queries import KnownReward, KnownVariant
from catalog.sheets.refusals import RowRefused
from catalog.states import REWARD_MOVES, RewardState

Values = Mapping[str, Any]


def check_reward(known: KnownReward | None, own: Values, changes: Values, at: datetime) -> None:
    """What a row says about its reward, and what of it is new, must be possible."""
    if known is None:
        _need(own, "kind", "name", "tier")
    elif "kind" in changes:
        enter = f"{known.values['kind']}, or make a new reward."
        raise RowRefused("kind", own["kind"], "What a reward is stays.", enter)
    wanted = {**(known.values if known else {}), **own}
    _check_window(wanted, changes, at)
    if "state" in changes:
        _check_state(known.values["state"] if known else RewardState.DRAFT, wanted)


def check_variant(
    known: KnownVariant | None, wanted: Values, changes: Values, at: datetime
) -> None:
    """What a row says about its amount, size or date, and what of it is new, must be possible."""
    if known is None:
        _need(wanted, "label", "points")
        _check_new_range(wanted)
        _check_new_departure(wanted)
    else:
        _check_capacity(known, changes)
        _check_known_range(known, wanted, changes)
        _check_choices(known, changes)
        _check_known_departure(known, changes)
    _check_prices(changes, at)


def _need(values: Values, *names: str) -> None:
    for name in names:
        if values.get(name) is None:
            fact, column = "This is empty, and what is new needs it.", COLUMNS[name]
            raise RowRefused(name, "", fact, f"{column.help} For example: {column.example}.")


def _check_window(wanted: Values, changes: Values, at: datetime) -> None:
    begins, ends = wanted.get("visible_from"), wanted.get("visible_until")
    if begins and ends and ends <= begins:
        raise RowRefused("visible_until", ends, "It would end before it begins.", "A later end.")
    if ends and "visible_until" in changes and datetime.fromisoformat(ends) <= at:
        enter = "A later end; to take it off the shelf now, the state retired."
        raise RowRefused("visible_until", ends, "This end is over already.", enter)


def _check_state(state: str, wanted: Values) -> None:
    target = wanted["state"]
    if target != state and RewardState(target) not in REWARD_MOVES[RewardState(state)]:
        raise RowRefused("state", target, f"The reward is {state}.", "Leave it empty, or as it is.")
    if target == RewardState.PUBLISHED and not wanted.get("summary"):
        raise RowRefused("summary", "", "What is published needs a summary.", "One sentence.")


def _check_capacity(known: KnownVariant, changes: Values) -> None:
    capacity = changes.get("capacity")
    if "capacity" in changes and (what := counted_by(known.id)):
        fact = f"Its stock is counted by {what}."
        raise RowRefused("capacity", capacity, fact, "Leave it empty, or as it is.")
    if capacity is not None and capacity < known.taken:
        fact = f"{known.taken:,} are set aside or gone already."
        raise RowRefused("capacity", capacity, fact, f"{known.taken:,} or more.")


def _check_prices(changes: Values, at: datetime) -> None:
    for text in changes.get("prices", ()):
        price = read_price(text)
        begins, ends = price.valid_from or at, price.valid_until
        if begins < at:
            fact, enter = "This price would begin in the past.", "A moment from now on."
            raise RowRefused("prices", text, fact, enter)
        if ends and ends <= begins:
            raise RowRefused(
                "prices", text, "This price would end before it begins.", "A later end."
            )


def _check_known_range(known: KnownVariant, wanted: Values, changes: Values) -> None:
    now = known.values
    if not (now["highest"] or set(changes) & set(RANGE)):
        return
    changed = [name for name in ("cash", *RANGE, "cash_currency") if name in changes]
    before = f"{now['cash']} to {now['highest']} {now['cash_currency']} by {now['step']}"
    fact, enter = "The amounts of a range stay.", f"As they are, {before}, or a new row."
    if not now["highest"]:
        fact, enter = "This is one amount and stays one.", "Nothing, or a new row for a range."
    if changed:
        raise RowRefused(changed[0], wanted.get(changed[0]), fact, enter)


def _check_new_range(wanted: Values) -> None:
    lowest, highest, step = (wanted.get(name) for name in ("cash", *RANGE))
    if not highest and not step:
        return
    if not (lowest and highest and step):
        fact = "A range needs its lowest and highest value and its steps."
        raise RowRefused("highest", highest, fact, "Value, highest value and steps.")
    if not steps_reach(Decimal(lowest), Decimal(highest), Decimal(step)):
        fact = f"Steps of {step} from {lowest} don't reach {highest}."
        raise RowRefused(
            "step", step, fact, "A highest value that the steps reach from the lowest."
        )


def _check_choices(known: KnownVariant, changes: Values) -> None:
    if "choices" in changes:
        fact = "The size and color of a row stay."
        enter = f"{'; '.join(known.values['choices']) or 'nothing'}, or a new row."
        raise RowRefused("choices", "; ".join(changes["choices"]), fact, enter)


def _check_known_departure(known: KnownVariant, changes: Values) -> None:
    for name in DEPARTURE:
        if name in changes:
            fact = "The dates and the place of a departure stay as they are."
            enter = f"{known.values.get(name) or 'nothing'}, or a new row for a new departure."
            raise RowRefused(name, changes[name], fact, enter)


def _check_new_departure(wanted: Values) -> None:
    days = [wanted.get(name) for name in ("cutoff_on", "starts_on", "ends_on")]
    if not any(days) and not wanted.get("place"):
        return
    if not all(days) or not wanted.get("place"):
        fact, enter = (
            "A departure needs all its dates and its place.",
            "Leaves on, back on, ask until, and place.",
        )
        raise RowRefused("starts_on", days[1], fact, enter)
    if days != sorted(filter(None, days)):
        fact, enter = (
            "These dates don't follow each other.",
            "Ask until, then leaves on, then back on.",
        )
        raise RowRefused("starts_on", days[1], fact, enter)
