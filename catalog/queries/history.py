"""What happened to one reward, whole and page by page, and what it cost over time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from catalog.amounts import Rate
from catalog.models import PriceVersion, Variant
from catalog.queries.editor import Change
from catalog.queries.offers import rate_of
from marketplace.kernel.audit import AuditEntry
from marketplace.kernel.db import session
from marketplace.people.models import Employee

HISTORY_PAGE = 50
SUBJECTS = {
    "words": (
        *("catalog.rewrite", "catalog.redraw", "catalog.open_reward", "catalog.ask_details"),
        *("catalog.photo", "catalog.describe_photo", "catalog.remove_photo"),
    ),
    "prices": ("catalog.set_price", "catalog.set_cost", "catalog.set_worth"),
    "stock": ("catalog.set_capacity",),
    "variants": (
        *("catalog.add_variant", "catalog.rename_variant"),
        *("catalog.withdraw_variant", "catalog.offer_variant", "catalog.restore_variant"),
        *("catalog.change_departure", "catalog.cancel_departure"),
    ),
    "shelf": (
        *("catalog.draft", "catalog.published", "catalog.retired", "catalog.discarded"),
        "catalog.schedule",
    ),
    "trip": (
        *("trips.terms", "packages.terms", "trips.zone", "trips.contact", "trips.remove_contact"),
        *("trips.add_item", "trips.change_item", "trips.remove_item", "trips.copy_plan"),
        *("trips.rooms", "trips.remove_rooms", "invitations.wave"),
        *("trips.cost", "trips.remove_cost", "trips.attendance", "trips.gallery"),
    ),
    "line": ("waiting.joined",),
}
"""What the history can be narrowed to, and the deeds that belong to it."""


@dataclass(frozen=True, slots=True)
class NumberedChange:
    """A deed with its number, by which the next page begins."""

    id: int
    change: Change


@dataclass(frozen=True, slots=True)
class PriceThen:
    """What a variant cost from a moment on; `who` set it, none for Laurel itself.

    `country` none means everywhere; `points` none that a country pays as everywhere again. Where
    amounts can be chosen, `points` is the price of the lowest, and `rate` says the others.
    """

    label: str
    country: str | None
    points: int | None
    valid_from: datetime
    valid_until: datetime | None
    who: str | None
    rate: Rate | None
    currency: str | None
    counts: str  # `Now`, `Planned`, `Not now`


def reward_history(
    reward_id: int, *, about: str = "", who_id: int | None = None, before_id: int | None = None
) -> list[NumberedChange]:
    """Deeds on a reward, the newest first, one more than a page when there are more."""
    entry = AuditEntry
    narrowed = [
        entry.action.in_(SUBJECTS[about]) if about in SUBJECTS else sa.true(),
        sa.true() if who_id is None else entry.actor_id == who_id,
        sa.true() if before_id is None else entry.id < before_id,
    ]
    rows = session().execute(
        sa.select(entry.id, entry.at, Employee.name, entry.action, entry.details)
        .outerjoin(Employee, Employee.id == entry.actor_id)
        .where(entry.subject == f"reward:{reward_id}", *narrowed)
        .order_by(entry.id.desc())
        .limit(HISTORY_PAGE + 1)
    )
    return [NumberedChange(row[0], Change(*row[1:])) for row in rows]


def variant_labels(reward_id: int) -> list[tuple[str, str]]:
    """Stock number and label of every variant a reward ever had."""
    rows = session().execute(
        sa.select(Variant.sku, Variant.label).where(Variant.reward_id == reward_id)
    )
    return [(row.sku, row.label) for row in rows]


def who_changed(reward_id: int) -> Sequence[tuple[str, str]]:
    """Id and name of everybody who ever changed a reward, by name."""
    rows = session().execute(
        sa.select(Employee.id, Employee.name)
        .where(
            sa.exists().where(
                AuditEntry.subject == f"reward:{reward_id}", AuditEntry.actor_id == Employee.id
            )
        )
        .order_by(Employee.name, Employee.id)
    )
    return [(str(row.id), row.name) for row in rows]


def prices_over_time(reward_id: int, *, at: datetime) -> list[PriceThen]:
    """Every price its variants ever had, by variant, the newest first, and which counts at `at`."""
    version = PriceVersion
    rows = session().execute(
        sa.select(
            Variant.label,
            version.country,
            version.points,
            version.valid_from,
            version.valid_until,
            Employee.name,
            version.rate_points,
            version.rate_minor,
            Variant.currency,
            version.variant_id,
            version.id,
        )
        .join(Variant, Variant.id == version.variant_id)
        .outerjoin(Employee, Employee.id == version.set_by_id)
        .where(Variant.reward_id == reward_id)
        .order_by(Variant.position, Variant.id, version.valid_from.desc(), version.id.desc())
    )
    known = rows.all()
    now = _counting(known, at)
    return [
        PriceThen(
            *row[:6],
            rate=rate_of(row),
            currency=row.currency,
            counts="Planned" if row.valid_from > at else "Now" if row in now else "Not now",
        )
        for row in known
    ]


def _counting(rows: Sequence[Any], at: datetime) -> set[Any]:
    """Of each variant and country the version begun last among those that hold."""
    holding = {
        (row.variant_id, row.country): row
        for row in reversed(rows)
        if row.valid_from <= at and (row.valid_until is None or row.valid_until > at)
    }
    return set(holding.values())
