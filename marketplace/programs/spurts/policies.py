"""What facts deserve in a spurt: claims, in the order they came, and what the caps leave of them.

Pure: an evaluation, a replay on past results and a test all reckon here.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from marketplace.programs.measures import Counting
from marketplace.programs.spurts.terms import OF_CLIENTS, Leg, Per, SpurtTerms
from marketplace.web.filters import points_word

LONGEST_NAME = 200
WARN_PERCENT = 80  # of what the budget has left


@dataclass(frozen=True, slots=True)
class Fact:
    """What one person brought on one day under one order.

    `name` is what it is known by beside the order: a client's name, a result's reference. `staff`
    is the person's staff number; `is_active` says whether they are still here.
    """

    leg: int
    employee_id: int
    staff: str
    department_id: int | None
    on_day: date
    order: str
    name: str
    amount: int
    is_active: bool = True


class Cap(StrEnum):
    """Which cap left less than was wanted."""

    PERSON = "person"
    SPURT = "spurt"


@dataclass(frozen=True, slots=True)
class Claim:
    """So many full amounts (`steps`) of one thing that counted; `amount` is what it was of."""

    leg: Leg
    employee_id: int
    staff: str
    subject: str
    name: str
    on_day: date
    order: str
    amount: int
    steps: int

    @property
    def wanted(self) -> int:
        """Its points before any cap."""
        return self.steps * self.leg.points

    @property
    def place(self) -> tuple[date, int, str, str, int, str]:
        """First come, first served: day, order number (shorter ones first), staff number."""
        return (
            self.on_day,
            len(self.order),
            self.order,
            self.staff,
            self.leg.number,
            self.subject,
        )


@dataclass(frozen=True, slots=True)
class Share:
    """What a claim gets, and which cap it met."""

    claim: Claim
    points: int
    met: Cap | None = None


Key = tuple[int, str]  # employee, subject


def reckon(
    terms: SpurtTerms, facts: Iterable[Fact], kept: Mapping[Key, int] | None = None
) -> list[Share]:
    """The shares of everything that counted, in the order it came, one a person and subject.

    `kept` names points that the rule's terms let people keep whatever a correction says: they use
    up the caps before anything else does.
    """
    by_leg: dict[int, list[Fact]] = defaultdict(list)
    for fact in facts:
        by_leg[fact.leg].append(fact)
    claims = [claim for leg in terms.legs for claim in claims_of(leg, by_leg[leg.number])]
    return _whole(_allot(terms, sorted(claims, key=lambda claim: claim.place), kept or {}))


def claims_of(leg: Leg, facts: Sequence[Fact]) -> list[Claim]:
    """What the facts of a leg claim, in no order."""
    if leg.per is Per.WINDOW:
        people: dict[int, list[Fact]] = defaultdict(list)
        for fact in facts:
            people[fact.employee_id].append(fact)
        return [claim for own in people.values() for claim in _over_the_window(leg, own)]
    things: dict[tuple[int, str], list[Fact]] = defaultdict(list)
    for fact in facts:
        things[fact.employee_id, fact.name].append(fact)
    return [_claim(leg, thing) for thing in things.values()]


def _claim(leg: Leg, facts: Sequence[Fact]) -> Claim:
    first = min(facts, key=_came)
    is_order = leg.measure.counting is Counting.ORDERS
    amount = 1 if is_order else sum(fact.amount for fact in facts)
    kind = "client" if leg.measure.counting in OF_CLIENTS else leg.per.value
    return Claim(
        leg=leg,
        employee_id=first.employee_id,
        staff=first.staff,
        subject=f"{leg.number}:{kind}:{_short(first.name)}",
        name=first.name,
        on_day=first.on_day,
        order=first.order,
        amount=amount,
        steps=max(amount, 0) // leg.per_amount,
    )


def _short(name: str) -> str:
    """A name as an index takes it: long ones end in their digest."""
    if len(name) <= LONGEST_NAME:
        return name
    return f"{name[:LONGEST_NAME]}…{hashlib.sha256(name.encode()).hexdigest()}"


def _over_the_window(leg: Leg, facts: Sequence[Fact]) -> list[Claim]:
    """One claim for each fact that lifted the sum over the next full amount.

    What a later return took away again is not claimed, the last steps first.
    """
    ordered = _each_order_once(facts) if leg.measure.counting is Counting.ORDERS else facts
    total = sum(fact.amount for fact in ordered)
    most = max(total, 0) // leg.per_amount
    so_far, reached, claims = 0, 0, []
    for fact in sorted(ordered, key=_came):
        so_far += fact.amount
        steps = min(so_far // leg.per_amount, most)
        if steps > reached:
            claims.append(replace(_claim(leg, [fact]), amount=total, steps=steps - reached))
            reached = steps
    subject = f"{leg.number}:window"
    whole = [replace(claim, subject=subject, name="") for claim in claims]
    return whole or [replace(_claim(leg, ordered), subject=subject, name="", amount=total, steps=0)]


def _each_order_once(facts: Sequence[Fact]) -> list[Fact]:
    orders: dict[str, Fact] = {}
    for fact in sorted(facts, key=_came):
        orders.setdefault(fact.order, replace(fact, amount=1))
    return list(orders.values())


def _came(fact: Fact) -> tuple[date, int, str, str]:
    return fact.on_day, len(fact.order), fact.order, fact.name


def _allot(terms: SpurtTerms, claims: Sequence[Claim], kept: Mapping[Key, int]) -> list[Share]:
    caps = _Caps(terms, kept)
    return [caps.share(claim) for claim in claims]


class _Caps:
    """What is left of the caps while claims are served one after the other."""

    def __init__(self, terms: SpurtTerms, kept: Mapping[Key, int]) -> None:
        self.spurt = terms.cap
        self.people: dict[tuple[int, int], int] = {}
        self.kept = dict(kept)
        legs = {leg.number: leg for leg in terms.legs}
        for (employee_id, subject), points in kept.items():
            leg = legs.get(leg_of(subject))
            if leg is not None:
                self._use(leg, employee_id, points)
            elif self.spurt is not None:
                self.spurt = max(self.spurt - points, 0)

    def share(self, claim: Claim) -> Share:
        """Serve a claim: first from what is kept for it, then from what the caps leave."""
        key = (claim.employee_id, claim.subject)
        own = min(self.kept.get(key, 0), claim.wanted)
        if own:
            self.kept[key] -= own
        limits = {
            Cap.PERSON: self._left(claim.leg, claim.employee_id),
            Cap.SPURT: self.spurt,
        }
        known = {cap: left for cap, left in limits.items() if left is not None}
        more = min([claim.wanted - own, *known.values()])
        self._use(claim.leg, claim.employee_id, more)
        if own + more == claim.wanted:
            return Share(claim, claim.wanted)
        return Share(claim, own + more, min(known, key=lambda cap: known[cap]))

    def _left(self, leg: Leg, employee_id: int) -> int | None:
        return None if leg.cap is None else self.people.get((leg.number, employee_id), leg.cap)

    def _use(self, leg: Leg, employee_id: int, points: int) -> None:
        left = self._left(leg, employee_id)
        if left is not None:
            self.people[leg.number, employee_id] = max(left - points, 0)
        if self.spurt is not None:
            self.spurt = max(self.spurt - points, 0)


def leg_of(subject: str) -> int:
    """The number of the leg that a subject belongs to."""
    return int(subject.partition(":")[0])


def _whole(shares: Sequence[Share]) -> list[Share]:
    """One share for each person and subject: the pieces of a sum over the window together."""
    found: dict[Key, Share] = {}
    for share in shares:
        key = (share.claim.employee_id, share.claim.subject)
        before = found.get(key)
        if before is None:
            found[key] = share
            continue
        steps = before.claim.steps + share.claim.steps
        last = share.claim.on_day if share.points else before.claim.on_day
        claim = replace(before.claim, steps=steps, on_day=last)
        found[key] = Share(claim, before.points + share.points, before.met or share.met)
    return list(found.values())


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a budget says to a spurt: a tone of a notice, and the sentence."""

    tone: str
    text: str


def budget_verdict(expected: int | None, most: int | None, *, left: int, name: str) -> Verdict:
    """Whether a budget can bear a spurt at the expected pace, and at its cap."""
    if expected is not None and expected > left:
        return Verdict(
            "danger",
            f"At the expected pace this spurt needs {points_word(expected)}. {name} has {left:,}. "
            f"Lower the cap or add {expected - left:,}.",
        )
    if expected is not None and 100 * expected > WARN_PERCENT * left:
        return Verdict(
            "warn",
            f"At the expected pace this spurt needs {points_word(expected)}, "
            f"{100 * expected // left}% of the {left:,} that {name} has left.",
        )
    if most is None:
        return Verdict(
            "info",
            f"{name} has {points_word(left)} left. Without a cap nobody can say what the spurt "
            "costs at most; what the budget can't give waits.",
        )
    if most > left:
        return Verdict(
            "info",
            f"At its cap it needs {points_word(most)}; {name} has {left:,} left. What the budget "
            "can't give waits.",
        )
    return Verdict("ok", f"{name} has {points_word(left)} left: enough for the cap.")
