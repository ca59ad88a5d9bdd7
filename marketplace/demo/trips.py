"""What happens on the group trips of the story, and which rooms there are."""

import tomllib
from dataclasses import fields
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

from catalog.trips.operations import add_item, put_rooms, set_terms, set_zone
from catalog.trips.plan import NewItem, NewRoom
from catalog.trips.queries.planner import PlannedTrip, planned_trips
from catalog.trips.states import ItemKind, LineRule, SubstituteRule
from catalog.trips.terms import TripTerms
from marketplace.access.actor import Actor
from marketplace.budgets.operations import NewBudget, fund_budget, open_budget
from marketplace.budgets.queries import budget_named
from marketplace.budgets.states import BudgetPurpose

PLANS = Path(__file__).with_name("trips.toml")
TRADES = "in-place-of-trips"
TERMS = tuple(one.name for one in fields(TripTerms))


def load_trips(manager: Actor, *, at: datetime) -> int:
    """Plan them; how many things happen on their first departures."""
    told = tomllib.loads(PLANS.read_text("utf-8"))["trip"]
    _open_trades(manager, at)
    trips = {trip.name: trip for trip in planned_trips()}
    return sum(plan_trip(manager, trips[one["name"]], one, at=at) for one in told)


def _open_trades(manager: Actor, at: datetime) -> None:
    year = timedelta(days=365)
    new = NewBudget(
        TRADES,
        "Trips not taken",
        BudgetPurpose.AWARDS,
        (at - year).date(),
        (at + year).date(),
        owner_id=manager.id,
    )
    budget_id = open_budget(new, actor_id=manager.id, at=at)
    reason = "For who can’t go on a trip they won"
    fund_budget(budget_id, 400_000, reference="opening", reason=reason, actor_id=manager.id, at=at)


def plan_trip(manager: Actor, trip: PlannedTrip, told: dict[str, Any], *, at: datetime) -> int:
    """Set its terms, and the days and rooms of its first departure; how much happens on it."""
    given = {name: value for name, value in told.items() if name in TERMS}
    if "trade_points" in given:
        given["trade_budget_id"] = budget_named(TRADES).budget_id
    given["line_rule"] = LineRule(given.get("line_rule", LineRule.STRICT))
    rule = given.get("substitute_rule", SubstituteRule.PLANNER)
    given["substitute_rule"] = SubstituteRule(rule)
    set_terms(manager, trip.reward_id, TripTerms(**given), seen=trip.version, at=at)
    first = trip.departures[0].variant_id
    for room in told["rooms"]:
        put_rooms(manager, first, NewRoom(**room), at=at)
    for item in told["items"]:
        add_item(manager, first, item_told(item), at=at)
    if "zone" in told:
        set_zone(manager, first, told["zone"], at=at)
    return len(told["items"])


def item_told(told: dict[str, Any]) -> NewItem:
    """One thing that happens, as a file of the story tells it."""
    starts, ends = (told.get(end) for end in ("from", "to"))
    return NewItem(
        day=told["day"],
        kind=ItemKind(told["kind"]),
        name=told["name"],
        starts_at=time.fromisoformat(starts) if starts else None,
        ends_at=time.fromisoformat(ends) if ends else None,
        text=told.get("text", ""),
        place=told.get("place", ""),
        is_choice=told.get("choice", False),
        seats=told.get("seats"),
    )
