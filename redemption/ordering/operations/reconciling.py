"""A provider's list against ours: missing on either side, another amount, another state."""

from collections.abc import Iterator, Sequence
from datetime import datetime

import sqlalchemy as sa

from marketplace.kernel.db import session
from redemption.ordering.adapter import TheirState, Told
from redemption.ordering.models import ProviderOrder, ReconciledDifference, Reconciliation
from redemption.ordering.policies import is_dear, sum_said
from redemption.ordering.states import Difference, OrderState

_S, _T = OrderState, TheirState
_AGREE: dict[OrderState, frozenset[TheirState]] = {
    _S.PENDING: frozenset({_T.PENDING}),
    _S.DELIVERED: frozenset({_T.COMPLETE}),
    _S.LEFTOVER: frozenset({_T.COMPLETE}),
    _S.REPLACED: frozenset({_T.COMPLETE, _T.REPLACED}),  # complete until the other is made
    _S.REFUSED: frozenset({_T.FAILED, _T.CANCELED}),
    _S.CANCELED: frozenset({_T.FAILED, _T.CANCELED, _T.REPLACED}),
}
"""What the provider should say of an order of ours; the other states are under way."""
_MUST_BE_THERE = frozenset({_S.PENDING, _S.DELIVERED, _S.LEFTOVER, _S.REPLACED})


def keep_comparison(
    provider_id: int, told: Sequence[Told], *, since: datetime, until: datetime, at: datetime
) -> int:
    """Compare the provider's list of a stretch of time with ours and keep what differs; its id."""
    ours = _ours(provider_id, since, until, [one.client_ref for one in told])
    report = Reconciliation(
        provider_id=provider_id, since=since, ran_at=at, ours=len(ours), theirs=len(told)
    )
    session().add(report)
    session().flush()
    rows = [row | {"reconciliation_id": report.id} for row in _differences(ours, told)]
    if rows:
        session().execute(sa.insert(ReconciledDifference), rows)
    return report.id


def keep_failure(provider_id: int, words: str, *, since: datetime, at: datetime) -> int:
    """Keep that the list could not be had; the id of the report."""
    report = Reconciliation(
        provider_id=provider_id, since=since, ran_at=at, ours=0, theirs=0, problem=words
    )
    session().add(report)
    session().flush()
    return report.id


def _ours(
    provider_id: int, since: datetime, until: datetime, refs: list[str]
) -> list[ProviderOrder]:
    """Our orders of that time, and those of any time that the provider names."""
    mine = sa.select(ProviderOrder).where(ProviderOrder.provider_id == provider_id)
    in_time = mine.where(ProviderOrder.created_at.between(since, until))
    found = {order.id: order for order in session().scalars(in_time)}
    for start in range(0, len(refs), 500):
        named = mine.where(ProviderOrder.client_ref.in_(refs[start : start + 500]))
        found |= {order.id: order for order in session().scalars(named)}
    return list(found.values())


def _differences(ours: list[ProviderOrder], told: Sequence[Told]) -> Iterator[dict[str, object]]:
    by_ref = {order.client_ref: order for order in ours}
    seen: set[str] = set()
    for one in told:
        order = by_ref.get(one.client_ref)
        is_second = one.client_ref in seen
        seen.add(one.client_ref)
        if order is None or is_second:
            here = "a second order of this reference" if is_second else "not known"
            yield _row(Difference.MISSING_HERE, one.client_ref, one, here, _sum_of(one))
        elif (one.minor, one.currency) != (order.minor, order.currency):
            here = sum_said(order.minor, order.currency)
            yield _row(Difference.AMOUNT, one.client_ref, one, here, _sum_of(one))
        elif dear := _dear(order, one):
            yield _row(Difference.CHARGE, one.client_ref, one, *dear)
        elif one.state not in _AGREE.get(order.state, frozenset(TheirState)):
            yield _row(Difference.STATE, one.client_ref, one, order.state.label, one.state.value)
    for order in ours:
        if order.client_ref not in seen and order.state in _MUST_BE_THERE:
            yield _row(
                Difference.MISSING_THERE, order.client_ref, None, order.state.label, "not known"
            )


def _sum_of(told: Told) -> str:
    return f"{sum_said(told.minor, told.currency)}, {told.state.value}"


def _dear(order: ProviderOrder, told: Told) -> tuple[str, str] | None:
    """What was quoted and what was charged, where that is more."""
    quote = order.quoted_minor, order.quoted_currency
    charge = told.charged_minor, told.charged_currency
    if not is_dear(charge, quote):
        return None
    return f"{_said(*quote)} quoted", f"{_said(*charge)} charged"


def _said(minor: int | None, currency: str | None) -> str:
    return sum_said(minor or 0, currency or "")


def _row(
    kind: Difference, client_ref: str, told: Told | None, here: str, there: str
) -> dict[str, object]:
    return {
        "kind": kind,
        "client_ref": client_ref,
        "provider_ref": told.provider_ref if told else "",
        "here": here,
        "there": there,
    }
