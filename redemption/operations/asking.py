"""What is known about one line while it is asked for, and what is kept of it in words."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from catalog.details import DetailKind
from catalog.offers import DepartureDates, Offer
from catalog.trips.states import TaxPayer
from marketplace.kernel.clock import midnight
from marketplace.kernel.parsing import parse_date
from marketplace.people.queries import Person
from redemption.approvals.policies import NOBODY, Plan
from redemption.journeys.operations.wishing import Wished
from redemption.policies import Order, limit_units
from redemption.waiting.models import Wait

DECIDE_AT_MOST = timedelta(days=60)  # however many are asked, and whatever their holidays


@dataclass(frozen=True, slots=True)
class Asking:
    """Everything known about one line; `plan` once the wallet is locked, ids once it is written."""

    asker: Person
    offer: Offer
    order: Order
    budget_id: int | None
    answers: list[dict[str, str]]
    at: datetime
    position: int = 1
    among: int = 1  # lines of the request
    reference: str = ""
    hold_id: int = 0
    line_id: int = 0
    plan: Plan = NOBODY
    wait: Wait | None = None  # in line for it, locked
    recipient: str = ""  # the name of the colleague it is given to
    wished: Wished | None = None  # the dates asked for, where people choose them
    tax_paid_by: TaxPayer | None = None  # on a place of a group trip

    @property
    def points(self) -> int:
        return self.offer.points * self.order.quantity

    @property
    def counted(self) -> int:
        """How many units count in a limit of the reward."""
        is_departure = self.offer.departure is not None
        return limit_units(self.order.quantity, is_departure=is_departure)

    @property
    def waits(self) -> bool:
        """Whether somebody has to say yes."""
        return bool(self.plan.steps)

    @property
    def recipient_id(self) -> int | None:
        return self.order.gift.recipient_id if self.order.gift else None


def decide_before(asking: Asking) -> datetime:
    """When any answer comes too late: the trip leaves, a day is over, or nothing is held longer."""
    ends = [midnight(one + timedelta(days=1)) for one in _days_entered(asking)]
    if trip := asking.offer.departure:
        leaves = midnight(trip.starts_on)
        ends.append(leaves if asking.at < leaves else leaves + timedelta(days=1))
    return min([asking.at + DECIDE_AT_MOST, *ends])


def _days_entered(asking: Asking) -> list[date]:
    """Each day that was entered: of a course, of time off."""
    days = {one.name for one in asking.offer.details if one.kind is DetailKind.DATE}
    return [parse_date(one["value"]) for one in asking.answers if one["name"] in days]


def snapshot_of(asking: Asking) -> dict[str, Any]:
    """What was asked for, in the words of the day: what an approver sees and a voucher says."""
    offer = asking.offer
    return {
        "employee_id": asking.asker.id,
        "slug": offer.slug,
        "kind": str(offer.kind),
        "name": offer.name,
        "label": offer.choice,
        "sku": offer.sku,
        "brand": offer.brand,
        "tier": offer.tier_slug,
        "tier_name": offer.tier_name,
        "is_own": offer.is_own,
        "counted": asking.plan.counted,
        "needs_rest": asking.plan.needs_rest,
        "gift_to": asking.recipient,
        "quantity": asking.order.quantity,
        "unit_points": offer.points,
        "price_version_id": offer.price_version_id,
        "cash_minor": offer.cash_minor,
        "currency": offer.currency,
        "attributes": offer.attributes,
        "details": asking.answers,
        "lead_days": offer.lead_days,
        "next_steps": offer.next_steps,
        "approver_note": offer.approver_note,
        "terms": offer.terms,
        "return_terms": offer.return_terms.as_facts(),
        "art": offer.art,
        "photo": offer.photo,
        "departure": _said_of(offer.departure) if offer.departure else None,
        **({"wish": asking.wished.facts} if asking.wished else {}),
        **({"tax_paid_by": str(asking.tax_paid_by)} if asking.tax_paid_by else {}),
    }


def _said_of(trip: DepartureDates) -> dict[str, str]:
    return {
        "starts_on": trip.starts_on.isoformat(),
        "ends_on": trip.ends_on.isoformat(),
        "cutoff_on": trip.cutoff_on.isoformat(),
        "place": trip.place,
    }
