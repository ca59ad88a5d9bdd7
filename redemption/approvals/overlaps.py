"""Policies that get in each other's way by their order, pure."""

from collections.abc import Sequence

from redemption.approvals.conditions import Rule


def hints(rules: Sequence[Rule]) -> list[str]:
    """Of each policy, in their order, what its place does to it or to others; mostly nothing."""
    return [_hint(rules[:place], rule, rules[place + 1 :]) for place, rule in enumerate(rules)]


def _hint(before: Sequence[Rule], rule: Rule, after: Sequence[Rule]) -> str:
    wider = next((one for one in before if covers(one, rule)), None)
    if wider is not None:
        return f"Never decides: “{wider.name}” comes first and holds for all of it. Move it up."
    later = next((one for one in after if covers(one, rule)), None)
    if later is not None:
        return f"Where it fits, “{later.name}” is not asked for any more."
    return ""


def covers(wide: Rule, narrow: Rule) -> bool:
    """Whether one policy surely holds for everything another holds for."""
    named = ("kinds", "tiers", "countries", "departments")
    pairs = [(getattr(wide, name), getattr(narrow, name)) for name in named]
    is_within = all(not most or (few and few <= most) for most, few in pairs)
    return is_within and _asks_as_much(wide, narrow) and (narrow.for_own or not wide.for_own)


def _asks_as_much(wide: Rule, narrow: Rule) -> bool:
    same_count = (wide.window_days, wide.kinds, wide.tiers) == (
        narrow.window_days,
        narrow.kinds,
        narrow.tiers,
    )
    counts_alike = same_count or narrow.window_days is None
    worth = wide.minimum_worth is None or (
        narrow.minimum_worth is not None
        and narrow.minimum_worth.currency == wide.minimum_worth.currency
        and narrow.minimum_worth.minor >= wide.minimum_worth.minor
        and same_count
    )
    points = not wide.minimum_points or (
        narrow.minimum_points >= wide.minimum_points and counts_alike
    )
    requests = wide.minimum_requests is None or (
        (narrow.minimum_requests or 0) >= wide.minimum_requests and same_count
    )
    budget = wide.budget_percent is None or (narrow.budget_percent or 0) >= wide.budget_percent
    months = wide.months_under is None or (
        narrow.months_under is not None and narrow.months_under <= wide.months_under
    )
    return worth and points and requests and budget and months
