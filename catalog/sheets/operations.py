"""Carrying out a plan by the catalog's own operations, in the transaction of the import."""

from dataclasses import asdict
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from catalog import operations
from catalog.audiences.clauses import clauses_of, in_order
from catalog.audiences.opening import open_reward_to
from catalog.audiences.queries import clauses_in
from catalog.margins.operations import Cost, set_cost
from catalog.models import Reward
from catalog.offers import DepartureDates
from catalog.operations import NewReward, NewVariant, RewardText
from catalog.operations.variants import Worth
from catalog.return_terms import FIELDS as RETURN_TERMS
from catalog.return_terms import CancelUntil, Decider
from catalog.sheets.columns import AUDIENCE, DEPARTURE, WINDOW, attributes_in
from catalog.sheets.models import StagedVariant
from catalog.sheets.plan import Plan, PlannedReward, PlannedVariant
from catalog.sheets.prices import read_price
from catalog.sheets.queries import KnownCatalog, Values, without_columns
from catalog.shelf.operations import listed_once
from catalog.states import AudienceAttribute, Kind, LimitPeriod, RewardState
from marketplace.access.actor import Actor
from marketplace.kernel.db import in_batches, session
from marketplace.kernel.errors import BadInput
from marketplace.kernel.parsing import PLAIN, parse_minor

_WORDS = (
    *("name", "note", "summary", "story", "brand", "included", "terms", "next_steps"),
    *("lead_days", "limit_per_person", "approver_note", *RETURN_TERMS),
)
_FIELDS = {"tier": "tier_slug", "featured": "is_featured"}
_ATTRIBUTES = {
    "departments": AudienceAttribute.DEPARTMENT,
    "sites": AudienceAttribute.SITE,
    "countries": AudienceAttribute.COUNTRY,
    "roles": AudienceAttribute.ROLE,
}


def stage_rows(run_id: int, rows: list[tuple[int, Values]]) -> None:
    """Keep rows of a sheet."""
    for batch in in_batches(rows):
        staged = [{"run_id": run_id, "line": line, "values": values} for line, values in batch]
        session().execute(sa.insert(StagedVariant), staged)


def staged_rows(run_id: int) -> list[tuple[int, Values]]:
    """The kept rows in the order of the file."""
    rows = session().execute(
        sa.select(StagedVariant.line, StagedVariant.values)
        .where(StagedVariant.run_id == run_id)
        .order_by(StagedVariant.line)
    )
    return [(line, values) for line, values in rows]


def forget_rows(run_id: int) -> None:
    """Delete the kept rows of a run."""
    session().execute(sa.delete(StagedVariant).where(StagedVariant.run_id == run_id))


class Carrier:
    """Carries out plans: in whose name, why, when, and with which first look of a new reward."""

    def __init__(
        self, actor: Actor, known: KnownCatalog, reason: str, looks: Any, *, at: datetime
    ) -> None:
        self._actor, self._known, self._reason = actor, known, reason
        self._looks, self._at = looks, at

    def carry_out(self, plan: Plan) -> None:
        """Everything of a plan, reward by reward. Raises BadInput that names the line."""
        for planned in plan.rewards.values():
            try:
                with listed_once(at=self._at):
                    self._reward(planned)
            except BadInput as refusal:
                where = f"Line {planned.line:,}, reward {planned.slug}"
                raise BadInput(f"{where}: {refusal.message}") from refusal

    def _reward(self, planned: PlannedReward) -> None:
        changes, wanted = planned.changes, {**_now(planned), **planned.said}
        reward_id = planned.known.id if planned.known else self._create(planned, wanted)
        if planned.known and set(changes) & {*_WORDS, "tier", "limit_period", "featured"}:
            self._amend(reward_id, changes, wanted)
        if set(changes) & set(AUDIENCE):
            self._open_to(reward_id, wanted)
        if set(changes) & set(WINDOW):
            window = (_moment(wanted.get(name)) for name in WINDOW)
            operations.schedule_reward(self._actor, reward_id, *window, at=self._at)
        for one in planned.variants:
            self._variant(reward_id, one)
        self._move(reward_id, changes.get("state"))

    def _amend(self, reward_id: int, changes: Values, wanted: Values) -> None:
        """Change what the file says differently, and nothing that it has no column for."""
        text = asdict(self._text(wanted))
        names = {_FIELDS.get(name, name) for name in changes} & set(text)
        if "limit_per_person" in names:
            names.add("limit_period")
        changed = {name: text[name] for name in names}
        operations.amend_reward(self._actor, reward_id, at=self._at, **changed)

    def _create(self, planned: PlannedReward, wanted: Values) -> int:
        kind = Kind(wanted["kind"])
        new = NewReward(
            kind=kind, text=self._text(wanted), art=self._looks(kind), slug=planned.slug
        )
        return operations.create_reward(self._actor, new, at=self._at)

    def _text(self, wanted: Values) -> RewardText:
        words = {name: wanted[name] for name in _WORDS if wanted.get(name) is not None}
        until, decider = words.pop("cancel_until", None), words.pop("returns_decided_by", None)
        period = wanted.get("limit_period") if wanted.get("limit_per_person") else None
        return RewardText(
            **words,
            tier_slug=self._known.tiers[wanted["tier"]],
            limit_period=LimitPeriod(period) if period else None,
            cancel_until=CancelUntil(until) if until else None,
            returns_decided_by=Decider(decider) if decider else None,
            is_featured=bool(wanted.get("featured")),
        )

    def _open_to(self, reward_id: int, wanted: Values) -> None:
        rules: dict[AudienceAttribute, list[str]] = {
            attribute: list(wanted.get(column) or ()) for column, attribute in _ATTRIBUTES.items()
        }
        departments = rules[AudienceAttribute.DEPARTMENT]
        rules[AudienceAttribute.DEPARTMENT] = [self._known.departments[n] for n in departments]
        months = wanted.get("tenure_months")
        rules[AudienceAttribute.TENURE_MONTHS] = [] if months is None else [str(months)]
        reward = session().get_one(Reward, reward_id)
        others = without_columns(clauses_in(reward.audience_id))
        clauses = in_order((*clauses_of(rules), *others))
        open_reward_to(self._actor, reward_id, clauses, at=self._at)

    def _variant(self, reward_id: int, one: PlannedVariant) -> None:
        if one.known is None:
            self._add(reward_id, one.changes)
            return
        actor, at, changes = self._actor, self._at, one.changes
        variant_id, wanted = one.known.id, {**one.known.values, **changes}
        if "label" in changes:
            operations.rename_variant(actor, variant_id, changes["label"], at=at)
        if "points" in changes:
            operations.set_price(actor, variant_id, changes["points"], at=at)
        self._plan_prices(variant_id, changes)
        if "capacity" in changes:
            operations.set_capacity(
                actor, variant_id, changes["capacity"], reason=self._reason, at=at
            )
        if set(changes) & {"cash", "cash_currency"}:
            minor, currency = _cash(wanted)
            operations.set_worth(actor, variant_id, Worth(minor=minor, currency=currency), at=at)
        if set(changes) & {"cost", "market_price", "cost_currency"}:
            set_cost(actor, variant_id, _cost(wanted), at=at)
        if "on_sale" in changes:
            deed = operations.offer_variant if changes["on_sale"] else operations.withdraw_variant
            deed(actor, variant_id, at=at)

    def _add(self, reward_id: int, values: Values) -> None:
        cash_minor, currency = _cash(values)
        new = NewVariant(
            label=values["label"],
            points=values["points"],
            sku=values.get("sku") or "",
            cash_minor=cash_minor,
            currency=currency,
            capacity=values.get("capacity"),
            departure=_departure(values),
            attributes=attributes_in(values.get("choices") or ()),
            range_to_minor=_minor(values.get("highest"), currency),
            step_minor=_minor(values.get("step"), currency),
        )
        variant_id = operations.add_variant(self._actor, reward_id, new, at=self._at)
        self._plan_prices(variant_id, values)
        set_cost(self._actor, variant_id, _cost(values), at=self._at)
        if values.get("on_sale") is False:
            operations.withdraw_variant(self._actor, variant_id, at=self._at)

    def _plan_prices(self, variant_id: int, values: Values) -> None:
        for text in values.get("prices", ()):
            operations.plan_price(self._actor, variant_id, read_price(text), at=self._at)

    def _move(self, reward_id: int, state: str | None) -> None:
        if state == RewardState.PUBLISHED:
            operations.publish_reward(self._actor, reward_id, at=self._at)
        elif state == RewardState.RETIRED:
            operations.retire_reward(self._actor, reward_id, reason=self._reason, at=self._at)


def _now(planned: PlannedReward) -> Values:
    return planned.known.values if planned.known else {}


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _minor(text: str | None, currency: str | None) -> int | None:
    return parse_minor(text, PLAIN, currency) if text is not None and currency else None


def _cash(values: Values) -> tuple[int | None, str | None]:
    minor = _minor(values.get("cash"), values.get("cash_currency"))
    return minor, values.get("cash_currency") if minor is not None else None


def _cost(values: Values) -> Cost:
    currency = values.get("cost_currency")
    cost = Cost(
        _minor(values.get("cost"), currency), _minor(values.get("market_price"), currency), currency
    )
    return cost if cost.is_known else Cost()


def _departure(values: Values) -> DepartureDates | None:
    if not values.get("starts_on"):
        return None
    days = {name: date.fromisoformat(values[name]) for name in DEPARTURE[:3]}
    place, country = values["place"], values.get("destination") or None
    return DepartureDates(
        **days, place=place, min_group=values.get("min_group") or 1, country=country
    )
