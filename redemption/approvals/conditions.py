"""What a policy looks at, pure: each condition with what it found, in words.

The same checks route a request and stand on the page where policies are tried.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from catalog.audiences.names import country_name
from catalog.states import Kind
from marketplace.ledger.worth import Money, PointValue
from marketplace.web.filters import money
from redemption.approvals.gates import Gate


@dataclass(frozen=True, slots=True)
class Rule:
    """One version of an approval policy; a condition that is empty or None asks for nothing.

    `minimum_worth` is what the reward is worth in money. With `window_days`, points and worth are
    those of all a person asked for within so many days, so that nobody stays below by asking twice;
    `minimum_requests` counts them. `budget_percent` is of what is left of the travel budget.
    `departments` are ids, with their names where pages show them; `months_under` is how long
    somebody has been here at most; `countries` is where a trip goes, two letters each. `for_own`
    narrows it to rewards whose terms the requester had a hand in. `passes_after_hours` of work
    without an answer it lets a request through by itself.
    """

    id: int
    slug: str
    version: int
    name: str
    kinds: frozenset[str]
    tiers: frozenset[str]
    minimum_points: int
    gates: tuple[Gate, ...]
    notice_days: int | None = None
    trips_per_year: int | None = None
    for_own: bool = False
    minimum_worth: Money | None = None
    window_days: int | None = None
    minimum_requests: int | None = None
    budget_percent: int | None = None
    departments: frozenset[int] = frozenset()
    department_names: str = ""
    months_under: int | None = None
    countries: frozenset[str] = frozenset()
    passes_after_hours: int | None = None

    @property
    def is_unconditional(self) -> bool:
        """Whether it holds for everything of its kinds, whoever asks."""
        narrowing = (self.minimum_points, self.minimum_worth, self.minimum_requests)
        of_whom = (self.tiers, self.departments, self.months_under, self.budget_percent)
        return not any((*narrowing, *of_whom, self.countries, self.for_own))


@dataclass(frozen=True, slots=True)
class Earlier:
    """Something the same person asked for and has not been given back, so many days ago.

    Lines of one `request` are one request. What `is_beside` stands in the same request.
    """

    kind: str
    tier: str
    points: int
    worth: Money | None
    days_ago: int
    request: int | None = None
    is_beside: bool = False


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked for and by whom. `is_own`: who asks had a hand in the terms of the reward.

    `country` is where a trip goes, where that is known; `budget_left` are the points left of the
    budget it draws on; `values` what points are worth, by which money of one currency is compared
    with another's.
    """

    kind: str
    tier: str
    points: int
    is_own: bool = False
    worth: Money | None = None
    country: str = ""
    department_id: int | None = None
    hired_on: date | None = None
    on: date = field(default_factory=lambda: date.max)
    budget_left: int | None = None
    earlier: tuple[Earlier, ...] = ()
    values: tuple[PointValue, ...] = ()


@dataclass(frozen=True, slots=True)
class Check:
    """One condition of a policy: what it asks, what was found, and whether that is enough."""

    asks: str
    found: str
    holds: bool


def fitting_rule(rules: Sequence[Rule], request: Request) -> Rule | None:
    """The first rule whose every condition holds; None: no approval is needed."""
    return next((rule for rule in rules if all(c.holds for c in checks(rule, request))), None)


def counted_with(rule: Rule, request: Request) -> int:
    """How many earlier requests make a rule fit that would not fit this one alone."""
    alone = replace(request, earlier=())
    if all(check.holds for check in checks(rule, alone)):
        return 0
    return _requests_in(_counting(rule, request))


def needs_rest(rule: Rule, request: Request) -> bool:
    """Whether a rule fits one line only together with others of the same request."""
    alone = replace(request, earlier=tuple(one for one in request.earlier if not one.is_beside))
    return not all(check.holds for check in checks(rule, alone))


def checks(rule: Rule, request: Request) -> Iterator[Check]:
    """Each condition a rule has, in the order people would ask."""
    yield from _what_checks(rule, request)
    yield from _who_checks(rule, request)
    yield from _how_much_checks(rule, request)


def kinds_said(kinds: frozenset[str]) -> str:
    """`gift card or travel`; every kind where none is named."""
    return " or ".join(sorted(Kind(kind).label.lower() for kind in kinds)) or "every kind"


def _what_checks(rule: Rule, request: Request) -> Iterator[Check]:
    if rule.kinds:
        found = Kind(request.kind).label.lower()
        yield Check(kinds_said(rule.kinds), found, request.kind in rule.kinds)
    if rule.tiers:
        asks = f"tier {' or '.join(sorted(rule.tiers))}"
        yield Check(asks, request.tier or "no tier", request.tier in rule.tiers)
    if rule.countries:
        yield _country_check(rule.countries, request)
    if rule.for_own:
        found = "set up by who asks" if request.is_own else "set up by others"
        yield Check("set up by who asks", found, request.is_own)


def countries_said(countries: Iterable[str]) -> str:
    """`to Portugal or Spain`."""
    return f"to {' or '.join(sorted(map(country_name, countries)))}"


def _country_check(countries: frozenset[str], request: Request) -> Check:
    """Travel of which nobody said where it goes is looked at by somebody."""
    asks = countries_said(countries)
    if request.country:
        found = f"to {country_name(request.country)}"
        return Check(asks, found, request.country in countries)
    if Kind(request.kind).is_travel:
        return Check(asks, "nobody has said where it goes", holds=True)
    return Check(asks, "no trip", holds=False)


def _who_checks(rule: Rule, request: Request) -> Iterator[Check]:
    if rule.departments:
        is_there = request.department_id in rule.departments
        found = "one of them" if is_there else "another department, or none"
        yield Check(rule.department_names or "certain departments", found, is_there)
    if rule.months_under is not None:
        months = _months_between(request.hired_on, request.on)
        found = "nobody knows since when" if months is None else f"here {_counted(months, 'month')}"
        asks = f"here less than {_counted(rule.months_under, 'month')}"
        yield Check(asks, found, months is None or months < rule.months_under)


def _how_much_checks(rule: Rule, request: Request) -> Iterator[Check]:
    together = _counting(rule, request)
    within = f" within {_counted(rule.window_days, 'day')}" if rule.window_days else ""
    if rule.minimum_points:
        points = request.points + sum(one.points for one in together)
        asks = f"from {rule.minimum_points:,} points{within}"
        found = _beside(f"{points:,} points", together)
        yield Check(asks, found, points >= rule.minimum_points)
    if rule.minimum_worth is not None:
        yield _worth_check(rule, rule.minimum_worth, request, together, within)
    if rule.minimum_requests is not None:
        number = 1 + _requests_in(together)
        asks = f"from {_counted(rule.minimum_requests, 'request')}{within}"
        yield Check(asks, _counted(number, "request"), number >= rule.minimum_requests)
    if rule.budget_percent is not None:
        yield _budget_check(rule.budget_percent, request)


def _counting(rule: Rule, request: Request) -> list[Earlier]:
    return [one for one in request.earlier if _counts(one, rule)]


def _requests_in(together: Sequence[Earlier]) -> int:
    """How many requests before: lines of one are one, and those beside are this one."""
    before = [one for one in together if not one.is_beside]
    named = {one.request for one in before if one.request is not None}
    return len(named) + sum(one.request is None for one in before)


def _counts(one: Earlier, rule: Rule) -> bool:
    """Whether a line is added: beside this one or as recent, and of what the rule is about."""
    is_recent = rule.window_days is not None and one.days_ago < rule.window_days
    is_like = (not rule.kinds or one.kind in rule.kinds) and (
        not rule.tiers or one.tier in rule.tiers
    )
    return (one.is_beside or is_recent) and is_like


def _worth_check(
    rule: Rule, least: Money, request: Request, together: Sequence[Earlier], within: str
) -> Check:
    """A currency nothing is known of is looked at by somebody; what has no worth adds none."""
    asks = f"from {money(least.minor, least.currency)}{within}"
    said = [request.worth, *(one.worth for one in together)]
    known = [in_currency(worth, least.currency, request.values) for worth in said if worth]
    if request.worth is None and rule.window_days is None:
        return Check(asks, "not worth money", holds=False)
    if None in known:
        return Check(asks, "worth nobody can compare", holds=True)
    minor = sum(one for one in known if one is not None)
    found = _beside(money(minor, least.currency), together)
    return Check(asks, found, minor >= least.minor)


def in_currency(worth: Money, currency: str, values: Sequence[PointValue]) -> int | None:
    """Minor units of another currency, by what points are worth in both; the most it may be."""
    if worth.currency == currency:
        return worth.minor
    found = [
        -(-worth.minor * theirs.per_points * ours.minor // (theirs.minor * ours.per_points))
        for theirs in values
        for ours in values
        if theirs.currency == worth.currency and ours.currency == currency
    ]
    return max(found, default=None)


def _budget_check(percent: int, request: Request) -> Check:
    asks = f"from {percent} percent of what is left of the budget"
    if request.budget_left is None:
        return Check(asks, "draws on no budget", holds=False)
    found = f"{request.points:,} of {request.budget_left:,} points left"
    return Check(asks, found, request.points * 100 >= percent * request.budget_left)


def _beside(amount: str, together: Sequence[Earlier]) -> str:
    before = _requests_in(together)
    rest = ["the rest of the request"] if any(one.is_beside for one in together) else []
    said = [*rest, *([f"{_counted(before, 'request')} before"] if before else [])]
    return f"{amount}, with {' and '.join(said)}" if said else amount


def _months_between(first: date | None, then: date) -> int | None:
    """Whole months from one day to another, none before it; None where the first is not known."""
    if first is None:
        return None
    months = (then.year - first.year) * 12 + then.month - first.month
    return max(months - (then.day < first.day), 0)


def _counted(number: int | None, word: str) -> str:
    return f"{number:,} {word}" if number == 1 else f"{number:,} {word}s"


NOTHING = Request("badge", "", 0)


def conditions_said(rule: Rule) -> list[str]:
    """What a rule asks for, one condition each, in the words of its checks."""
    return [check.asks for check in checks(rule, NOTHING)] or ["everything"]


def passes_said(rule: Rule) -> str:
    """After how long without an answer a rule lets a request through; empty where it never does."""
    if rule.passes_after_hours is None:
        return ""
    return f"by itself after {_counted(rule.passes_after_hours, 'working hour')} without an answer"


def allowed_said(rule: Rule) -> list[str]:
    """What counts as within a policy, for trips."""
    days, trips = rule.notice_days, rule.trips_per_year
    notice = [] if days is None else [f"{_counted(days, 'day')} of notice"]
    return [*notice, *([] if trips is None else [f"{_counted(trips, 'trip')} a year"])]


def pass_obstacle(hours: int | None, kinds: Collection[str], *, for_own: bool) -> str:
    """Why what such a policy is about may not go through by itself; empty where it may."""
    if hours is None:
        return ""
    if for_own:
        return (
            "What somebody set up themselves never goes through by itself: somebody has to agree."
        )
    if not kinds or any(Kind(kind).is_travel for kind in kinds):
        return (
            "Travel never goes through by itself. Choose the kinds it may hold for, without trips."
        )
    return ""


def uncovered_travel(rules: Sequence[Rule]) -> list[str]:
    """Kinds of travel that could be approved without anybody; there must be none."""
    safe = [rule.kinds for rule in rules if rule.is_unconditional and rule.gates]
    return [
        kind.label.lower()
        for kind in Kind
        if kind.is_travel and not any(not kinds or kind in kinds for kinds in safe)
    ]
