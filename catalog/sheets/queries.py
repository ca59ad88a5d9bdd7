"""The whole catalog as it stands, in the values of a sheet."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from catalog.amounts import amount_text
from catalog.audiences.clauses import Clauses
from catalog.audiences.models import AudienceClause, AudienceRule
from catalog.margins.models import VariantCost
from catalog.models import (
    Departure,
    PriceVersion,
    Reward,
    Tier,
    Variant,
    VariantStock,
)
from catalog.queries.rows import Row
from catalog.return_terms import FIELDS
from catalog.sheets.columns import COLUMNS, MONEY, choices_of, written
from catalog.sheets.prices import other_prices
from catalog.shelf.timeline import Price, price_at
from catalog.states import AudienceAttribute, RewardState, VariantState
from marketplace.kernel.db import session
from marketplace.people.models import Department

Values = dict[str, Any]
_LISTS = {
    AudienceAttribute.DEPARTMENT: "departments",
    AudienceAttribute.SITE: "sites",
    AudienceAttribute.COUNTRY: "countries",
    AudienceAttribute.ROLE: "roles",
}
_OWN = (
    *("kind", "name", "state", "note", "summary", "story", "brand", "included", "next_steps"),
    "approver_note",
    *FIELDS,
    *("terms", "lead_days", "limit_per_person", "limit_period", "visible_from", "visible_until"),
)


@dataclass(frozen=True, slots=True)
class KnownVariant:
    """A variant as it stands; `taken` is what is set aside or gone."""

    id: int
    reward: str
    values: Values
    taken: int


@dataclass(frozen=True, slots=True)
class KnownReward:
    """A reward as it stands, with its variants by stock number."""

    id: int
    values: Values
    variants: dict[str, KnownVariant] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class KnownCatalog:
    """Everything but discarded drafts, by address and by stock number, and the words around it."""

    rewards: dict[str, KnownReward]
    variants: dict[str, KnownVariant]
    tiers: dict[str, str]
    departments: dict[str, str]
    at: datetime


def catalog_as_it_stands(at: datetime) -> KnownCatalog:
    """The catalog in six statements."""
    departments = _departments()
    audiences = _audiences({key: name for name, key in departments.items()})
    rewards = {slug: KnownReward(id_, values) for id_, slug, values in _rewards(audiences)}
    by_id = {known.id: known for known in rewards.values()}
    variants: dict[str, KnownVariant] = {}
    for reward_id, variant_id, values, taken in _variants(at):
        if known := by_id.get(reward_id):
            one = KnownVariant(variant_id, known.values["reward"], values, taken)
            known.variants[values["sku"]] = variants[values["sku"]] = one
    tiers = dict(session().execute(sa.select(Tier.name, Tier.slug).order_by(Tier.position)).all())
    return KnownCatalog(rewards, variants, tiers, departments, at)


def sheet_rows(known: KnownCatalog) -> Iterator[list[Any]]:
    """The rows of an export, in the order of `COLUMNS`."""
    for reward in known.rewards.values():
        for one in reward.variants.values() or [None]:
            values = reward.values | (one.values if one else {})
            yield [_cell(name, values.get(name)) for name in COLUMNS]


def _cell(name: str, value: Any) -> Any:
    if value and name in ("starts_on", "ends_on", "cutoff_on"):
        return date.fromisoformat(value)
    if value is not None and name in MONEY:
        return Decimal(value)  # a number, so that a spreadsheet can add it up
    return written(name, value)


def _rewards(audiences: dict[int, Values]) -> Iterator[tuple[int, str, Values]]:
    rows = session().execute(
        sa.select(
            Reward.id,
            Reward.slug,
            Reward.is_featured,
            Reward.audience_id,
            Tier.name.label("tier"),
            *(getattr(Reward, name) for name in _OWN if name != "name"),
            Reward.name.label("reward_name"),
        )
        .join(Tier, Tier.id == Reward.tier_id)
        .where(Reward.state != RewardState.DISCARDED)
        .order_by(Reward.id)
    )
    for row in rows:
        values = {name: getattr(row, name) for name in _OWN if name != "name"}
        values |= {"reward": row.slug, "name": row.reward_name, "tier": row.tier}
        values |= {
            "featured": row.is_featured,
            **_nobody_left_out(),
            **audiences.get(row.audience_id or 0, {}),
        }
        yield row.id, row.slug, {name: _plain(value) for name, value in values.items()}


def _nobody_left_out() -> Values:
    return {name: [] for name in _LISTS.values()} | {"tenure_months": None}


def _plain(value: Any) -> Any:
    """Enumerations and moments as texts, line ends as in a file."""
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value).replace("\r\n", "\n") if isinstance(value, str) else value


def _audiences(names: dict[str, str]) -> dict[int, Values]:
    """What the columns say of each audience: clauses of one attribute that has a column."""
    found: dict[int, dict[int, list[Row]]] = defaultdict(lambda: defaultdict(list))
    rules = session().execute(
        sa.select(
            AudienceClause.audience_id,
            AudienceRule.clause_id,
            AudienceRule.attribute,
            AudienceRule.value,
        )
        .join(AudienceRule, AudienceRule.clause_id == AudienceClause.id)
        .order_by(AudienceClause.audience_id, AudienceRule.clause_id, AudienceRule.value)
    )
    for row in rules:
        found[row.audience_id][row.clause_id].append(row)
    return {one: _columns_of(clauses.values(), names) for one, clauses in found.items()}


def _columns_of(clauses: Iterable[Sequence[Row]], names: dict[str, str]) -> Values:
    columns = _nobody_left_out()
    for rows in clauses:
        attributes = {row.attribute for row in rows}
        if attributes == {AudienceAttribute.TENURE_MONTHS}:
            columns["tenure_months"] = min(int(row.value) for row in rows)
        elif len(attributes) == 1 and (column := _LISTS.get(rows[0].attribute)):
            shown: list[str] = [row.value for row in rows]
            if column == _LISTS[AudienceAttribute.DEPARTMENT]:
                shown = [names.get(value, value) for value in shown]
            columns[column] = sorted([*columns[column], *shown])
    return columns


def without_columns(clauses: Clauses) -> Clauses:
    """The clauses that no column of a sheet says: they stay as they are."""
    told = {*_LISTS, AudienceAttribute.TENURE_MONTHS}
    return tuple(
        one
        for one in clauses
        if len({rule.attribute for rule in one.rules}) > 1 or one.rules[0].attribute not in told
    )


def _departments() -> dict[str, str]:
    """Ids, as the rules hold them, by name."""
    rows = session().execute(sa.select(Department.name, Department.id))
    return {name: str(key) for name, key in rows}


def _variants(at: datetime) -> Iterator[tuple[int, int, Values, int]]:
    prices = _prices_from(at)
    rows = session().execute(
        sa.select(
            Variant.reward_id,
            Variant.id,
            Variant.sku,
            Variant.label,
            Variant.state,
            Variant.cash_minor,
            Variant.currency,
            Variant.attributes,
            Variant.range_to_minor,
            Variant.step_minor,
            VariantStock.capacity,
            (VariantStock.reserved + VariantStock.sold).label("taken"),
            VariantCost.cost_minor,
            VariantCost.reference_minor,
            VariantCost.currency.label("cost_currency"),
            *(getattr(Departure, name) for name in ("starts_on", "ends_on", "cutoff_on")),
            Departure.place,
            Departure.country.label("destination"),
            Departure.min_group,
        )
        .select_from(Variant)
        .join(VariantStock, VariantStock.variant_id == Variant.id)
        .outerjoin(VariantCost, VariantCost.variant_id == Variant.id)
        .outerjoin(Departure, Departure.variant_id == Variant.id)
        .order_by(Variant.reward_id, Variant.position, Variant.id)
    )
    for row in rows:
        if price := price_at(prices[row.id], at, None):
            costs = {"points": price.points, "prices": other_prices(prices[row.id], at)}
            yield row.reward_id, row.id, _values_of(row) | costs, row.taken


def _prices_from(at: datetime) -> dict[int, list[Price]]:
    """The prices of each variant that hold now or will."""
    version = PriceVersion
    found: dict[int, list[Price]] = defaultdict(list)
    rows = session().execute(
        sa.select(
            version.variant_id,
            version.id,
            version.points,
            version.valid_from,
            version.valid_until,
            version.country,
        ).where(sa.or_(version.valid_until.is_(None), version.valid_until > at))
    )
    for row in rows:
        price = Price(row.id, row.points, row.valid_from, row.valid_until, row.country)
        found[row.variant_id].append(price)
    return found


def _values_of(row: Any) -> Values:
    days = {name: getattr(row, name) for name in ("starts_on", "ends_on", "cutoff_on")}
    return {
        "sku": row.sku,
        "label": row.label,
        "capacity": row.capacity,
        "on_sale": row.state is VariantState.ON_SALE,
        "cash": amount_text(row.cash_minor, row.currency),
        "highest": amount_text(row.range_to_minor, row.currency),
        "step": amount_text(row.step_minor, row.currency),
        "cash_currency": row.currency,
        "choices": choices_of(row.attributes),
        "cost": amount_text(row.cost_minor, row.cost_currency),
        "market_price": amount_text(row.reference_minor, row.cost_currency),
        "cost_currency": row.cost_currency,
        **{name: day and day.isoformat() for name, day in days.items()},
        "place": row.place,
        "destination": row.destination,
        "min_group": row.min_group,
    }
