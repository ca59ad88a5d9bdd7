"""What people see of a request of several lines: each line, and where all of it stands."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from marketplace.access.actor import Actor
from marketplace.kernel.db import session
from marketplace.kernel.errors import NotFound
from redemption.approvals.models import ApprovalNote, ApprovalStep
from redemption.approvals.policies import may_remind_at
from redemption.approvals.states import ASKED, NoteKind
from redemption.models import DeliveryAddress, Redemption, RedemptionLine
from redemption.policies import Address, CancelObstacle, cancel_obstacle
from redemption.queries.addresses import address_of
from redemption.queries.my_requests import LineRow, RequestRow, requests_where
from redemption.queries.standing import standing_columns, standing_in
from redemption.states import GIVEN_BACK, LineState


@dataclass(frozen=True, slots=True)
class Nudge:
    """From when on the owner may remind those who decide, and of which line; others go along."""

    line_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class WholePage:
    """A request of several lines as its owner sees it.

    `address`: where what is sent goes. `remind`: None when nobody is asked.
    """

    row: RequestRow
    address: Address | None
    remind: Nudge | None = None

    @property
    def may_cancel(self) -> bool:
        """Whether something of it is still on its way; what can come back the next page says."""
        on_the_way = GIVEN_BACK | {LineState.FULFILLED}
        return any(line.state not in on_the_way for line in self.row.lines)

    @property
    def given_back(self) -> int:
        """Points of lines that ended without their reward."""
        return sum(line.points for line in self.row.lines if line.state in GIVEN_BACK)


def whole_request(actor: Actor, reference: str) -> WholePage:
    """One's own request of several lines. Raises NotFound for all others."""
    found = requests_where(
        Redemption.reference == reference, Redemption.employee_id == actor.employee_id
    )
    if not found or len(found[0].lines) == 1:
        raise NotFound("There is no such request, or it belongs to someone else.")
    goes_to = session().scalar(
        sa.select(DeliveryAddress)
        .join(RedemptionLine, RedemptionLine.id == DeliveryAddress.line_id)
        .where(RedemptionLine.redemption_id == found[0].id)
        .limit(1)
    )
    return WholePage(found[0], address_of(goes_to), _nudge(found[0].id))


def _nudge(redemption_id: int) -> Nudge | None:
    """The line of which one may remind first."""
    step, note = ApprovalStep, ApprovalNote
    last = sa.select(sa.func.max(note.at)).where(
        note.line_id == step.line_id, note.kind == NoteKind.REMINDER
    )
    rows = session().execute(
        sa.select(step.line_id, sa.func.min(step.opened_at), last.scalar_subquery())
        .join(RedemptionLine, RedemptionLine.id == step.line_id)
        .where(
            RedemptionLine.redemption_id == redemption_id,
            RedemptionLine.state == LineState.PENDING_APPROVAL,
            step.state.in_(ASKED),
        )
        .group_by(step.line_id)
    )
    nudges = [
        Nudge(line_id, may_remind_at(opened, nudged)) for line_id, opened, nudged in rows if opened
    ]
    return min(nudges, key=lambda nudge: (nudge.at, nudge.line_id), default=None)


@dataclass(frozen=True, slots=True)
class CancelPage:
    """What taking a whole request back would do, line by line."""

    reference: str
    lines: tuple[tuple[LineRow, CancelObstacle | None], ...]

    @property
    def coming_back(self) -> list[LineRow]:
        """The lines that can be taken back now."""
        return [line for line, obstacle in self.lines if obstacle is None]

    @property
    def points(self) -> int:
        """The points that would come back."""
        return sum(line.points for line in self.coming_back)


def cancel_page(actor: Actor, reference: str, *, at: datetime) -> CancelPage:
    """The same before it happens. Raises NotFound."""
    page = whole_request(actor, reference)
    rows = session().execute(
        sa.select(RedemptionLine, *standing_columns())
        .where(RedemptionLine.redemption_id == page.row.id)
        .order_by(RedemptionLine.position)
    )
    told = [cancel_obstacle(standing_in(row.RedemptionLine, row), at=at) for row in rows]
    return CancelPage(reference, tuple(zip(page.row.lines, told, strict=True)))
