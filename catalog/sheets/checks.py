"""What a row may not ask for: steps that don't exist, windows and dates that can't be."""

from collections.abc import Mapping
from typing import Any

from catalog.sheets.queries import KnownReward, KnownVariant
from catalog.states import REWARD_MOVES, RewardState

Problem = tuple[str, str, str, str]
Values = Mapping[str, Any]


def state_problem(known: KnownReward | None, own: Values, changes: Values) -> Problem | None:
    """Why a reward can't come to the state a row asks for, or be offered when it says."""
    now = known.values if known else {}
    wanted = {**now, **own}
    begins, ends = wanted.get("visible_from"), wanted.get("visible_until")
    if begins and ends and ends <= begins:
        return "visible_until", ends, "It would end before it begins.", "A later end."
    if "state" not in changes:
        return None
    target, state = changes["state"], now.get("state", RewardState.DRAFT)
    if target != state and RewardState(target) not in REWARD_MOVES[RewardState(state)]:
        return "state", target, f"The reward is {state}.", "Leave it empty, or as it is."
    if target == RewardState.PUBLISHED and not wanted.get("summary"):
        return "summary", "", "What is published needs a summary.", "One sentence."
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
