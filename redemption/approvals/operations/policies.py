"""Approval policies as rows: the ones Laurel starts with, and each change as a new version."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from catalog.audiences.names import is_country
from catalog.queries.curators_table import tier_choices
from catalog.states import TRAVEL, Kind
from marketplace.access.actor import Actor
from marketplace.kernel.db import insert_or_skip, lock_table, session
from marketplace.kernel.errors import BadInput, NotFound
from marketplace.kernel.taken import PAGES
from marketplace.ledger.worth import Money
from redemption.approvals.changes.promises import note_change
from redemption.approvals.conditions import (
    Rule,
    allowed_said,
    conditions_said,
    pass_obstacle,
    passes_said,
    uncovered_travel,
)
from redemption.approvals.gates import Gate, gates_said, in_order, unclear
from redemption.approvals.models import ApprovalPolicy, ApprovalPool
from redemption.approvals.queries.routing import names_for_policies, rule_of, with_names
from redemption.approvals.states import Asks

GIFT_CARD_LIMIT = 10_000
_SLUG, _LONGEST_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*"), 60

_DEFAULTS: tuple[dict[str, Any], ...] = (
    {
        "slug": "travel",
        "name": "Travel needs the manager, then a travel approver",
        "kinds": sorted(kind.value for kind in TRAVEL),
        "minimum_points": 0,
        "gates": in_order(Asks.MANAGER, Asks.TRAVEL_APPROVER),
        "notice_days": 14,
        "trips_per_year": 1,
    },
    {
        "slug": "learning",
        "name": "Courses need the manager",
        "kinds": [Kind.LEARNING.value],
        "minimum_points": 0,
        "gates": in_order(Asks.MANAGER),
    },
    {
        "slug": "time-off",
        "name": "Time off needs the manager",
        "kinds": [Kind.TIME_OFF.value],
        "minimum_points": 0,
        "gates": in_order(Asks.MANAGER),
    },
    {
        "slug": "large-gift-cards",
        "name": f"Gift cards of {GIFT_CARD_LIMIT:,} points or more need the manager",
        "kinds": [Kind.GIFT_CARD.value],
        "minimum_points": GIFT_CARD_LIMIT,
        "gates": in_order(Asks.MANAGER),
    },
    {
        "slug": "own-rewards",
        "name": "What one set up oneself needs the manager",
        "kinds": [],
        "minimum_points": 0,
        "for_own": True,
        "gates": in_order(Asks.MANAGER),
    },
)


def lay_down_policies(*, at: datetime) -> int:
    """Put the policies Laurel starts with in place where there never was one; how many."""
    ever = session().scalar(sa.select(sa.exists().where(ApprovalPolicy.id.is_not(None))))
    return 0 if ever else ensure_default_policies(at=at)


def ensure_default_policies(*, at: datetime) -> int:
    """Put the policies Laurel starts with in place, last; how many were new. Existing ones stay."""
    added, last = 0, max((row.position for row in policies_locked()), default=0)
    for place, policy in enumerate(_DEFAULTS, start=1):
        row = {"version": 1, "tiers": [], "valid_from": at, "position": last + place * 10, **policy}
        row["gates"] = [gate.kept for gate in policy["gates"]]
        written = session().scalar(
            insert_or_skip(ApprovalPolicy)
            .values(**row)
            .on_conflict_do_nothing(index_elements=["slug", "version"])
            .returning(ApprovalPolicy.id)
        )
        added += written is not None
    return added


@dataclass(frozen=True, slots=True)
class Terms:
    """What a policy says: its conditions, see `conditions.Rule`, and its gates, in order."""

    name: str
    gates: tuple[Gate, ...]
    kinds: tuple[str, ...] = ()
    tiers: tuple[str, ...] = ()
    minimum_points: int = 0
    minimum_worth: Money | None = None
    window_days: int | None = None
    minimum_requests: int | None = None
    budget_percent: int | None = None
    departments: tuple[int, ...] = ()
    months_under: int | None = None
    for_own: bool = False
    notice_days: int | None = None
    trips_per_year: int | None = None
    countries: tuple[str, ...] = ()
    passes_after_hours: int | None = None

    @property
    def columns(self) -> dict[str, Any]:
        """The same as columns of a policy."""
        as_they_are = ("name", "minimum_points", "window_days", "minimum_requests")
        as_they_are += ("budget_percent", "months_under", "for_own", "notice_days")
        as_they_are += ("passes_after_hours",)
        worth = self.minimum_worth
        return {
            **{name: getattr(self, name) for name in (*as_they_are, "trips_per_year")},
            "kinds": sorted(self.kinds),
            "tiers": sorted(self.tiers),
            "departments": [str(one) for one in sorted(self.departments)],
            "minimum_cash_minor": worth.minor if worth else None,
            "cash_currency": worth.currency if worth else None,
            "countries": sorted(self.countries),
            "gates": [gate.kept for gate in self.gates],
        }


def terms_of(rule: Rule) -> Terms:
    """What a version of a policy says, to say it again."""
    found: dict[str, Any] = {name: getattr(rule, name) for name in Terms.__slots__}
    for name, value in found.items():
        found[name] = tuple(sorted(value)) if isinstance(value, frozenset) else value
    return Terms(**found)


def add_policy(actor: Actor, slug: str, terms: Terms, *, at: datetime) -> None:
    """A policy of its own, tried after those there are.

    Raises BadInput where the slug is taken or no address, and where the terms say nothing clear.
    """
    refuse_address(slug, "policy", "large-gift-cards")
    kept = policies_locked()
    _refuse_unclear(terms)
    if session().scalar(sa.select(sa.exists().where(ApprovalPolicy.slug == slug))):
        raise BadInput(
            f"There is or was a policy “{slug}”. Choose another address for it, or put back the "
            "one that ended."
        )
    position = max((row.position for row in kept), default=0) + 10
    _write(actor, slug, 1, terms.columns | {"position": position}, at)
    _note(actor, "approval_policy.added", slug, at)


def change_policy(actor: Actor, slug: str, terms: Terms, *, seen: int, at: datetime) -> bool:
    """Put a new version in the place of version `seen`; whether anything is different.

    Requests made before keep the version they were routed by. Raises NotFound, BadInput: changed
    meanwhile, unclear, or travel would need nobody.
    """
    row = _current(policies_locked(), slug, seen)
    _refuse_unclear(terms)
    if all(getattr(row, name) == value for name, value in terms.columns.items()):
        return False
    before = _said(row)
    _replace(actor, row, at, **terms.columns)
    _refuse_free_travel()
    _note(actor, "approval_policy.changed", slug, at, before=before)
    return True


def move_policy(actor: Actor, slug: str, step: int, *, at: datetime) -> bool:
    """Try a policy one place earlier (-1) or later (1); False at either end."""
    kept = policies_locked()
    row = _current(kept, slug)
    place = kept.index(row) + step
    if not 0 <= place < len(kept):
        return False
    other = kept[place]
    for one, position in ((row, other.position), (other, row.position)):
        _replace(actor, one, at, position=position)
    for one, past in ((row, other), (other, row)):
        _note(actor, "approval_policy.moved", one.slug, at, past=past.name)
    return True


def end_policy(actor: Actor, slug: str, *, seen: int, at: datetime) -> str:
    """Let a policy hold no longer; its name. Raises as `change_policy`."""
    row = _current(policies_locked(), slug, seen)
    before, row.valid_until = _said(row), at
    session().flush()
    _refuse_free_travel()
    note_change(actor, "approval_policy.ended", _subject(slug), at=at, before=before)
    return row.name


def put_back_policy(actor: Actor, slug: str, *, at: datetime, seen: int | None = None) -> str:
    """Let an ended policy hold again as it last was, tried after all others; its name.

    Raises NotFound where there never was one, BadInput: changed meanwhile, it holds, or it asks for
    what is not there any more.
    """
    kept = policies_locked()
    row = _newest(slug)
    _refuse_other(row, seen)
    if row.valid_until is None:
        raise BadInput(f"“{row.name}” holds already. Nothing was changed.")
    _refuse_unclear(terms_of(rule_of(row)))
    position = max((one.position for one in kept), default=0) + 10
    same = {name: getattr(row, name) for name in _CARRIED}
    _write(actor, slug, row.version + 1, same | {"position": position}, at)
    _note(actor, "approval_policy.put_back", slug, at)
    return row.name


def _newest(slug: str) -> ApprovalPolicy:
    versions = sa.select(ApprovalPolicy).where(ApprovalPolicy.slug == slug)
    row = session().scalar(versions.order_by(ApprovalPolicy.version.desc()).limit(1))
    if row is None:
        raise NotFound("There never was such a policy.")
    return row


def refuse_address(slug: str, thing: str, example: str) -> None:
    """Pages and commands find a policy or pool by its slug: it must not be a page of its own."""
    if slug in PAGES or len(slug) > _LONGEST_SLUG or not _SLUG.fullmatch(slug):
        raise BadInput(
            f"“{slug}” cannot be the address of a {thing}. Use at most {_LONGEST_SLUG} lower-case "
            f"letters, digits and single hyphens, for example {example}."
        )


def _refuse_unclear(terms: Terms) -> None:
    """Whoever sets it, a policy counts something, and what it names is there."""
    counted = (terms.minimum_points, terms.minimum_requests, terms.minimum_worth)
    if terms.window_days and not any(counted):
        raise BadInput("Say from how many points, money or requests on it holds within its days.")
    if terms.minimum_requests and not terms.window_days:
        raise BadInput("Say within how many days requests are counted.")
    if obstacle := pass_obstacle(terms.passes_after_hours, terms.kinds, for_own=terms.for_own):
        raise BadInput(obstacle)
    known = {slug for slug, _name in tier_choices()}
    if unknown := [tier for tier in terms.tiers if tier not in known]:
        raise BadInput(f"There is no tier “{unknown[0]}”. Choose from {', '.join(sorted(known))}.")
    if unknown := [country for country in terms.countries if not is_country(country)]:
        raise BadInput(f"“{unknown[0]}” is no country. Enter two letters each, for example PT.")
    pools = session().scalars(sa.select(ApprovalPool.slug).where(ApprovalPool.ended_at.is_(None)))
    if wrong := unclear(terms.gates, set(pools)):
        raise BadInput(wrong)


def policies_locked() -> list[ApprovalPolicy]:
    """The policies in force in their order, while nobody else changes any."""
    lock_table(ApprovalPolicy)
    return _kept()


def _kept() -> list[ApprovalPolicy]:
    """Those without an end; who waited for somebody else began before what they changed holds."""
    without_end = sa.select(ApprovalPolicy).where(ApprovalPolicy.valid_until.is_(None))
    ordered = without_end.order_by(ApprovalPolicy.position, ApprovalPolicy.id)
    return list(session().scalars(ordered.execution_options(populate_existing=True)))


def _current(kept: list[ApprovalPolicy], slug: str, seen: int | None = None) -> ApprovalPolicy:
    row = next((row for row in kept if row.slug == slug), None)
    if row is None:
        raise NotFound("There is no such policy, or it has ended.")
    _refuse_other(row, seen)
    return row


def _refuse_other(row: ApprovalPolicy, seen: int | None) -> None:
    if seen is not None and row.version != seen:
        raise BadInput(
            f"“{row.name}” was changed meanwhile: it is version {row.version} now and you saw "
            f"version {seen}. Nothing was changed. Open it again."
        )


def _replace(actor: Actor, row: ApprovalPolicy, at: datetime, **changes: Any) -> None:
    same = {name: getattr(row, name) for name in _CARRIED}
    row.valid_until = at
    session().flush()
    _write(actor, row.slug, row.version + 1, same | changes, at)


_CARRIED = (*Terms("", ()).columns, "position")


def _write(actor: Actor, slug: str, version: int, columns: dict[str, Any], at: datetime) -> None:
    who = {"slug": slug, "version": version, "made_by_id": actor.employee_id, "valid_from": at}
    session().execute(sa.insert(ApprovalPolicy).values(**columns, **who))


def _refuse_free_travel() -> None:
    """Travel never approves itself."""
    rules = [rule_of(row) for row in _kept()]
    if uncovered := uncovered_travel(rules):
        raise BadInput(
            f"Then {' and '.join(uncovered)} could need nobody’s yes. Keep a policy for all of it "
            "that asks somebody. Nothing was changed."
        )


def _note(actor: Actor, action: str, slug: str, at: datetime, **details: Any) -> None:
    row = _current(_kept(), slug)
    after = {"version": row.version, "after": _said(row)}
    note_change(actor, action, _subject(slug), at=at, **after, **details)


def _subject(slug: str) -> str:
    return f"approval-policy:{slug}"


def _said(row: ApprovalPolicy) -> str:
    """A policy in a sentence, for the audit."""
    rule = with_names(rule_of(row), names_for_policies())
    allowed = ", ".join(allowed_said(rule))
    within = f"; within policy with {allowed}" if allowed else ""
    passes = f"; goes through {said}" if (said := passes_said(rule)) else ""
    holds, asks = ", ".join(conditions_said(rule)), gates_said(rule.gates)
    return f"{row.name}: {holds}; asks {asks}{passes}{within}."
