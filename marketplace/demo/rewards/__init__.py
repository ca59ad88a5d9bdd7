"""The demo catalog: a file of rewards per kind, put on the shelf by the catalog's operations.

A file begins with what its rewards share; each reward adds to that or overrides it. Dates are weeks
from the day of loading, so that the demo never grows old.
"""

import tomllib
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import product
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from catalog import operations
from catalog.details import Detail, DetailKind
from catalog.margins.operations import Cost, set_cost, show_no_markup
from catalog.models import Reward
from catalog.offers import DepartureDates
from catalog.operations import NewReward, NewVariant, RewardText
from catalog.operations.variants import ask_details
from catalog.packages.operations import set_terms
from catalog.packages.terms import Blackout, PackageTerms
from catalog.return_terms import CancelUntil
from catalog.search_words import words_of
from catalog.states import Kind, LimitPeriod
from catalog.views.dates import span_of_days
from marketplace.access.actor import Actor
from marketplace.kernel.db import session
from marketplace.web.filters import money

HERE = Path(__file__).parent
TIERS = (
    ("starter", "Starter", 60, "sprout"),
    ("explorer", "Explorer", 150, "compass"),
    ("achiever", "Achiever", 25, "trophy"),
    ("voyager", "Voyager", 245, "plane"),
    ("summit", "Summit", 300, "mountain"),
)
POINTS_A_UNIT = 100  # of money: a euro or a dollar
CUTOFF_WEEKS = 6
AGE_STEP = timedelta(hours=7)
SETTLED = timedelta(days=10)  # the newest is this old: what colleagues chose is older than a week

Facts = dict[str, Any]


def load_rewards(at: datetime) -> int:
    """Put the demo rewards that are not there yet on the shelf; how many. Inside a transaction."""
    for position, (slug, name, hue, icon) in enumerate(TIERS):
        operations.put_tier(slug, name=name, hue=hue, icon=icon, position=position)
    there = set(session().scalars(sa.select(Reward.slug)))
    new = [facts for facts in demo_rewards() if slug_of(facts["name"]) not in there]
    for age, facts in enumerate(new):
        load_reward(facts, at=at, since=at - SETTLED - AGE_STEP * (age * 31 % len(new) + 1))
    return len(new)


def demo_rewards() -> Iterator[Facts]:
    """The facts of every demo reward, with what its file shares filled in."""
    for path in sorted(HERE.glob("*.toml")):
        shared = tomllib.loads(path.read_text("utf-8"))
        for own in shared.pop("reward"):
            yield shared | own


def slug_of(name: str) -> str:
    """The address a reward gets from its name."""
    return "-".join(words_of(name))


def load_reward(facts: Facts, *, at: datetime, since: datetime) -> int:
    """Put one reward on the shelf; its id."""
    system = Actor.system()
    reward = NewReward(
        kind=Kind(facts["kind"]), text=_text(facts), art=facts["art"], slug=slug_of(facts["name"])
    )
    reward_id = operations.create_reward(system, reward, at=since)
    for variant in variants_of(facts, at):
        variant_id = operations.add_variant(system, reward_id, variant, at=since)
        set_cost(system, variant_id, _cost(facts, variant), at=since)
    ask_details(system, reward_id, _details(facts), at=since)
    if "package" in facts:
        set_terms(system, reward_id, _package(facts, at), seen=0, at=since)
    operations.publish_reward(system, reward_id, at=since)
    return reward_id


def _cost(facts: Facts, variant: NewVariant) -> Cost:
    """Cost and market price, which the files give as percents of what the points are worth."""
    if variant.cash_minor is None or "cost" not in facts:
        return Cost()
    worth = variant.cash_minor
    return Cost(worth * facts["cost"] // 100, worth * facts["market"] // 100, variant.currency)


def promise_no_markup(at: datetime) -> None:
    """Let demo rewards that cost no more here than elsewhere say so, after points got a worth."""
    slugs = {slug_of(facts["name"]) for facts in demo_rewards() if facts.get("no_markup")}
    ids = session().scalars(sa.select(Reward.id).where(Reward.slug.in_(slugs)).order_by(Reward.id))
    for reward_id in ids.all():
        show_no_markup(Actor.system(), reward_id, True, at=at)


def _text(facts: Facts) -> RewardText:
    period, until = facts.get("limit_period"), facts.get("cancel_until")
    return RewardText(
        name=facts["name"],
        tier_slug=facts["tier"],
        note=facts.get("note") or _nights(facts),
        summary=facts["summary"],
        story=facts["story"],
        brand=facts["name"].removesuffix(" gift card") if facts["kind"] == "gift_card" else "",
        included=facts["included"],
        terms=facts["terms"],
        next_steps=facts["next_steps"],
        approver_note=facts.get("approver_note", ""),
        lead_days=facts["lead_days"],
        cancel_until=CancelUntil(until) if until else None,
        return_days=facts.get("return_days"),
        return_percent=facts.get("return_percent"),
        return_condition=facts.get("return_condition", ""),
        late_return=facts.get("late_return", ""),
        limit_per_person=facts.get("limit_per_person"),
        limit_period=LimitPeriod(period) if period else None,
        is_featured=facts.get("featured", False),
    )


def _nights(facts: Facts) -> str:
    nights = facts.get("nights")
    if not nights:
        return ""
    return f"{nights} nights" if facts["kind"] == "individual_travel" else f"{nights + 1} days"


def variants_of(facts: Facts, at: datetime) -> Iterator[NewVariant]:
    """Amounts, colors, sizes, options or departures, whichever the reward has; else just one."""
    if "range" in facts:
        yield _range(facts)
    elif "amounts" in facts:
        yield from _amounts(facts)
    elif "departures" in facts:
        yield from _departures(facts, at)
    else:
        yield from _choices(facts)


def _amounts(facts: Facts) -> Iterator[NewVariant]:
    for amount in facts["amounts"]:
        minor = amount * 100
        yield NewVariant(
            label=money(minor, facts["currency"]),
            points=amount * POINTS_A_UNIT,
            cash_minor=minor,
            currency=facts["currency"],
        )


def _range(facts: Facts) -> NewVariant:
    low, high, step = (amount * 100 for amount in facts["range"])
    return NewVariant(
        label=f"{money(low, facts['currency'])} to {money(high, facts['currency'])}",
        points=facts["range"][0] * POINTS_A_UNIT,
        cash_minor=low,
        currency=facts["currency"],
        range_to_minor=high,
        step_minor=step,
    )


def _choices(facts: Facts) -> Iterator[NewVariant]:
    found = {name: facts[name + "s"] for name in ("color", "size", "option") if name + "s" in facts}
    left_out = [tuple(combo) for combo in facts.get("left_out", [])]
    for combo in product(*found.values()) if found else [()]:
        if combo in left_out:
            continue
        yield NewVariant(
            label=", ".join(combo) or _only_label(facts),
            points=facts["points"],
            capacity=facts.get("stock"),
            attributes=dict(zip(found, combo, strict=True)),
            **_worth(facts),
        )


def _details(facts: Facts) -> list[Detail]:
    return [
        Detail(**{**one, "kind": DetailKind(one["kind"]), "choices": tuple(one.get("choices", ()))})
        for one in facts.get("details", ())
    ]


def _package(facts: Facts, at: datetime) -> PackageTerms:
    """What people may ask for; nights on which nobody goes are so many weeks from now."""
    told = facts["package"] | {"place": facts["place"], "country": facts["country"]}
    closed = [
        Blackout(
            at.date() + timedelta(weeks=one["weeks"]),
            at.date() + timedelta(weeks=one["weeks"], days=one["nights"] - 1),
            one["why"],
        )
        for one in told.pop("closed", ())
    ]
    return PackageTerms(**told, blackouts=tuple(closed))


def _only_label(facts: Facts) -> str:
    kind = Kind(facts["kind"])
    return facts.get("label") or ("One size" if kind is Kind.MERCHANDISE else kind.label)


def _departures(facts: Facts, at: datetime) -> Iterator[NewVariant]:
    for leaving in facts["departures"]:
        starts = _first_day(leaving, at)
        ends = starts + timedelta(days=facts["nights"])
        weeks_before = leaving.get("cutoff", facts.get("cutoff_weeks", CUTOFF_WEEKS))
        yield NewVariant(
            label=span_of_days(starts, ends),
            points=facts["points"],
            capacity=leaving["places"],
            departure=DepartureDates(
                starts_on=starts,
                ends_on=ends,
                cutoff_on=starts - timedelta(weeks=weeks_before),
                place=facts["place"],
                min_group=leaving.get("min_group", 1),
                country=facts.get("country"),
            ),
            **_worth(facts),
        )


def _first_day(leaving: Facts, at: datetime) -> date:
    """So many days from today, or the Thursday of so many weeks from now."""
    if "days" in leaving:
        return at.date() + timedelta(days=leaving["days"])
    monday = at.date() - timedelta(days=at.weekday()) + timedelta(weeks=leaving["weeks"])
    return monday + timedelta(days=3)


def _worth(facts: Facts) -> Facts:
    """What it counts as in money; badges and certificates have no value."""
    if "currency" not in facts:
        return {}
    return {"cash_minor": facts["points"] * 100 // POINTS_A_UNIT, "currency": facts["currency"]}
