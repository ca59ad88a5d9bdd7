"""What a departure cost and who came, as its planner reads it."""

from dataclasses import dataclass, fields
from typing import Any

import sqlalchemy as sa

from catalog.trips.states import TaxPayer
from marketplace.budgets.models import Budget
from marketplace.kernel.db import session
from marketplace.people.models import Department, Employee
from redemption.bookings.models import Booking, Traveler
from redemption.bookings.states import BookingState
from redemption.models import RedemptionLine
from redemption.travel.after.models import NoShow, TripCost, TripGallery
from redemption.travel.after.policies import Cost, Head, Place, Share, shares
from redemption.travel.after.states import CostKind
from redemption.travel.invitations.models import Invitation

HAS_PLACE = (BookingState.REQUESTED, BookingState.CONFIRMED, BookingState.TRAVELED)


@dataclass(frozen=True, slots=True)
class Totals:
    """Heads of one sort and what they cost together."""

    label: str
    heads: int
    minor: int

    @property
    def each(self) -> int:
        """What one of them cost on average, rounded down."""
        return self.minor // self.heads if self.heads else 0


@dataclass(frozen=True, slots=True)
class Report:
    """Costs of a departure, split over everyone who had a place."""

    costs: tuple[Cost, ...]
    shares: tuple[Share, ...]
    gallery: str

    @property
    def people(self) -> int:
        """How many had a place."""
        return len(self.shares)

    @property
    def came(self) -> int:
        """How many of them came."""
        return sum(one.head.came for one in self.shares)

    @property
    def currency(self) -> str:
        """That of every amount; empty before there is one."""
        return self.costs[0].currency if self.costs else ""

    @property
    def total(self) -> int:
        """All costs, in minor units."""
        return sum(one.total(self.people) for one in self.costs)

    @property
    def each(self) -> int:
        """What a place cost on average, rounded down."""
        return self.total // self.people if self.people else 0

    @property
    def by_kind(self) -> dict[CostKind, int]:
        """All costs of each kind."""
        found = dict.fromkeys(CostKind, 0)
        for one in self.costs:
            found[one.kind] += one.total(self.people)
        return found

    @property
    def by_sort(self) -> tuple[Totals, ...]:
        """Employees and guests, and of both those who did not come."""
        return (
            self._of("Employees", lambda head: head.is_employee),
            self._of("Guests", lambda head: not head.is_employee),
            self._of("Did not come", lambda head: not head.came),
        )

    def _of(self, label: str, which: Any) -> Totals:
        found = [one for one in self.shares if which(one.head)]
        return Totals(label, len(found), sum(one.total for one in found))


def heads_of(variant_id: int) -> list[Head]:
    """Everyone who had a place on a departure, booking by booking."""
    rows = session().execute(
        _HEADS.where(Booking.variant_id == variant_id, Booking.state.in_(HAS_PLACE)).order_by(
            Booking.id, Traveler.position
        )
    )
    return [
        Head(
            row.id,
            row.booking,
            row.name or "Guest",
            row.employee_id is not None,
            row.no_show is None,
            _place(row),
        )
        for row in rows
    ]


def _place(row: Any) -> Place:
    is_invited = row.invitation_id is not None
    return Place(
        number=row.external_id,
        department=row.department or "",
        way=("Won" if row.entitlement_id else "Invitation") if is_invited else "Points",
        points=0 if is_invited else row.unit_points,
        budget=row.budget or "",
        budget_points=(row.place_points if is_invited else row.unit_points) if row.budget else 0,
        worth_minor=row.worth_minor,
        currency=row.currency or "",
        tax=TaxPayer(tax).label if (tax := row.tax_paid_by or row.tax_said) else "",
    )


_SAID = RedemptionLine.snapshot
_HEADS = (
    sa.select(
        Traveler.id,
        Booking.reference.label("booking"),
        Booking.invitation_id,
        Traveler.name,
        Traveler.employee_id,
        NoShow.traveler_id.label("no_show"),
        Employee.external_id,
        Department.name.label("department"),
        Invitation.entitlement_id,
        Invitation.place_points,
        Invitation.tax_paid_by,
        RedemptionLine.unit_points,
        Budget.name.label("budget"),
        sa.func.coalesce(Invitation.worth_minor, _SAID["cash_minor"].as_integer()).label(
            "worth_minor"
        ),
        _SAID["tax_paid_by"].as_string().label("tax_said"),
        sa.func.coalesce(Invitation.currency, _SAID["currency"].as_string()).label("currency"),
    )
    .join(Booking, Booking.id == Traveler.booking_id)
    .join(Employee, Employee.id == Booking.employee_id)
    .outerjoin(Department, Department.id == Employee.department_id)
    .outerjoin(NoShow, NoShow.traveler_id == Traveler.id)
    .outerjoin(Invitation, Invitation.id == Booking.invitation_id)
    .outerjoin(RedemptionLine, RedemptionLine.id == Booking.line_id)
    .outerjoin(
        Budget, Budget.id == sa.func.coalesce(Invitation.budget_id, RedemptionLine.budget_id)
    )
)


def costs_of(variant_id: int) -> list[Cost]:
    """Every amount of a departure, kind by kind."""
    rows = session().execute(
        sa.select(*(getattr(TripCost, one.name) for one in fields(Cost))).where(
            TripCost.variant_id == variant_id
        )
    )
    order = list(CostKind)
    found = [Cost(**row._asdict()) for row in rows]
    return sorted(found, key=lambda cost: (order.index(cost.kind), cost.id))


def gallery_of(variant_id: int) -> str:
    """Where the pictures are; empty where nobody said."""
    gallery = sa.select(TripGallery.address).where(TripGallery.variant_id == variant_id)
    return session().scalar(gallery) or ""


def report_of(variant_id: int) -> Report:
    """The whole report of a departure."""
    costs = costs_of(variant_id)
    heads = heads_of(variant_id)
    return Report(tuple(costs), tuple(shares(costs, heads)), gallery_of(variant_id))
