"""Gifts to a colleague as the colleague sees them, and what the giver is told."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from catalog.states import Kind
from marketplace.access.actor import Actor
from marketplace.kernel.db import session
from marketplace.kernel.errors import NotFound
from marketplace.ledger.worth import Money
from marketplace.people.models import Employee
from marketplace.people.queries import Person, people_list
from redemption.gifts.models import Gift
from redemption.gifts.policies import AnswerFacts, answer_obstacle
from redemption.gifts.states import GiftState
from redemption.models import DeliveryAddress, RedemptionLine
from redemption.panels import PanelMaker, makers_in, panel_columns
from redemption.policies import DELIVERED, Address
from redemption.queries.addresses import address_of
from redemption.states import LineState

_Giver = aliased(Employee)
LISTED = 100
MOST_FOUND = 8


@dataclass(frozen=True, slots=True)
class ReceivedGift:
    """A gift as its recipient sees it. `obstacle`: why it can't be answered now, if it can't."""

    line_id: int
    reference: str
    giver: str
    message: str
    snapshot: dict[str, Any]
    state: GiftState
    line_state: LineState
    answer_by: datetime | None
    obstacle: str
    address: Address | None
    makers: tuple[PanelMaker, ...] = ()  # of what came of it; the page of one gift asks

    @property
    def is_open(self) -> bool:
        """Whether it waits for an answer."""
        return not self.obstacle

    @property
    def needs_address(self) -> bool:
        """Whether taking it asks where it should go."""
        return Kind(self.snapshot["kind"]) in DELIVERED

    @property
    def taxable_value(self) -> Money | None:
        """What it counts as in money for who takes it."""
        minor, currency = self.snapshot["cash_minor"], self.snapshot["currency"]
        is_theirs = minor is not None and self.snapshot["kind"] != Kind.DONATION
        return Money(minor * self.snapshot["quantity"], currency) if is_theirs else None

    @property
    def standing(self) -> str:
        """Where it is, in words, for who gets it."""
        if self.is_open:
            return "Waiting for you"
        if self.state is GiftState.ACCEPTED:
            return self.line_state.label if self.line_state is not LineState.APPROVED else "Taken"
        return "Taken back" if self.state is GiftState.OPEN else self.state.label

    @property
    def tone(self) -> str:
        """The color of that."""
        if self.is_open:
            return "info"
        if self.state is not GiftState.ACCEPTED:
            return "neutral"
        return "ok" if self.line_state is LineState.FULFILLED else "info"


_RECEIVED = (
    sa.select(Gift, RedemptionLine, _Giver.name.label("giver"), DeliveryAddress)
    .join(RedemptionLine, RedemptionLine.id == Gift.line_id)
    .join(_Giver, _Giver.id == Gift.giver_id)
    .outerjoin(DeliveryAddress, DeliveryAddress.line_id == Gift.line_id)
    .where(Gift.answer_by.is_not(None))
)
"""Gifts whose recipients were asked: before that nobody knows of them."""


def received_gifts(actor: Actor, *, at: datetime) -> list[ReceivedGift]:
    """What the actor was given, the newest first."""
    own = _RECEIVED.where(Gift.recipient_id == actor.employee_id)
    rows = session().execute(own.order_by(Gift.line_id.desc()).limit(LISTED))
    return [_received(row, at) for row in rows]


def received_gift(actor: Actor, reference: str, *, at: datetime) -> ReceivedGift:
    """One gift to the actor. Raises NotFound for all others."""
    row = (
        session()
        .execute(
            _RECEIVED.add_columns(*panel_columns()).where(
                Gift.recipient_id == actor.employee_id, RedemptionLine.reference == reference
            )
        )
        .one_or_none()
    )
    if row is None:
        raise NotFound("There is no such gift, or it is for someone else.")
    return replace(_received(row, at), makers=makers_in(row))


def _received(row: Any, at: datetime) -> ReceivedGift:
    gift, line = row.Gift, row.RedemptionLine
    facts = AnswerFacts(line.state, gift.state, gift.answer_by)
    return ReceivedGift(
        line_id=line.id,
        reference=line.reference,
        giver=row.giver,
        message=gift.message,
        snapshot=line.snapshot,
        state=gift.state,
        line_state=line.state,
        answer_by=gift.answer_by,
        obstacle=answer_obstacle(facts, at=at),
        address=address_of(row.DeliveryAddress),
    )


def is_given_to(actor: Actor, reference: str) -> bool:
    """Whether a line was given to the actor, who was asked already."""
    given = sa.exists().where(
        RedemptionLine.reference == reference,
        Gift.line_id == RedemptionLine.id,
        Gift.recipient_id == actor.employee_id,
        Gift.answer_by.is_not(None),
    )
    return bool(session().scalar(sa.select(given)))


def colleagues_called(actor: Actor, text: str) -> list[Person]:
    """A few people at work with `text` in their name or e-mail, without the actor."""
    found = people_list(text=text, limit=MOST_FOUND + 1, at_work=True) if text.strip() else []
    return [who for who in found if who.id != actor.employee_id][:MOST_FOUND]


def gifts_waiting(actor: Actor) -> sa.ScalarSelect[int]:
    """How many gifts wait for an answer, for the menu."""
    return (
        sa.select(sa.func.count())
        .select_from(Gift)
        .join(RedemptionLine, RedemptionLine.id == Gift.line_id)
        .where(
            Gift.recipient_id == actor.employee_id,
            Gift.state == GiftState.OPEN,
            Gift.answer_by.is_not(None),
            RedemptionLine.state == LineState.APPROVED,
        )
        .scalar_subquery()
    )


@dataclass(frozen=True, slots=True)
class GiftRow:
    """One gift as an operator lists it; without the words to the colleague."""

    reference: str
    giver: str
    recipient: str
    name: str
    state: GiftState
    answer_by: datetime | None


def every_gift(*, state: GiftState | None = None, limit: int = 50) -> list[GiftRow]:
    """Everybody's gifts, newest first; for the command line."""
    recipient = aliased(Employee)
    wanted = (
        sa.select(
            RedemptionLine.reference,
            _Giver.name,
            recipient.name,
            RedemptionLine.snapshot["name"].as_string(),
            Gift.state,
            Gift.answer_by,
        )
        .join(RedemptionLine, RedemptionLine.id == Gift.line_id)
        .join(_Giver, _Giver.id == Gift.giver_id)
        .join(recipient, recipient.id == Gift.recipient_id)
        .order_by(Gift.line_id.desc())
        .limit(limit)
    )
    if state is not None:
        wanted = wanted.where(Gift.state == state)
    return [GiftRow(*row) for row in session().execute(wanted)]
