"""Requests for the tests: Maya asks, Omar and Wei decide, points and budgets are in place."""

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from catalog.models import VariantStock
from catalog.offers import Offer
from marketplace.access.actor import Actor
from marketplace.budgets.states import BudgetPurpose
from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.kernel.mail import Letter
from marketplace.ledger.queries import Points, points_of
from marketplace.people.queries import actor_of
from redemption.approvals.models import ApprovalDecision
from redemption.approvals.operations.deciding import Answer, decide, undo_decision
from redemption.approvals.operations.policies import ensure_default_policies
from redemption.approvals.states import Verdict
from redemption.models import Redemption, RedemptionEvent, RedemptionLine
from redemption.operations.ending import cancel_redemption
from redemption.operations.submit import submit_redemption
from redemption.policies import Address, Order
from redemption.states import LineState
from tests.support.browsing import hidden_fields
from tests.support.ledger import give_points, open_funded_budget
from tests.support.people import employ_maya, employ_omar, employ_priya, employ_wei

HOME = Address("Maya Chen", "Rua do Sol 4", "1100-001", "Lisbon", "Portugal")
UNDO = timedelta(seconds=30)
_keys = itertools.count(1)


def new_key() -> str:
    """A request key that no other form has."""
    return f"form-{next(_keys):08}"


@dataclass(frozen=True, slots=True)
class House:
    """Maya asks, Omar is her manager, Wei approves travel, Priya runs programs."""

    maya: Actor
    omar: Actor
    wei: Actor
    priya: Actor


def furnish(*, points: int = 100_000) -> House:
    """The four people, the default policies, and points for Maya."""
    with transaction():
        ids = [employ_maya(), employ_omar(), employ_wei(), employ_priya()]
        ensure_default_policies(at=clock.now())
        if points:
            give_points(ids[0], points)
        return House(*(actor_of(employee_id) for employee_id in ids))


def open_rewards_budget(points: int, *, name: str = "Travel 2026") -> int:
    """A rewards budget for everyone with so many points; its id."""
    return open_funded_budget(points, name=name, purpose=BudgetPurpose.REWARDS)


def order_for(offer: Offer, **changes) -> Order:
    """The order that the check page of an offer sends."""
    address = HOME if offer.kind == "merchandise" else None
    seen = {"expected_points": offer.points, "seen_promise": offer.promise}
    return Order(**({"variant_id": offer.variant_id, "address": address} | seen | changes))


def ask_for(actor: Actor, offer: Offer, *, key: str = "", **changes) -> str:
    """Submit a request in its own transaction; its reference."""
    order = order_for(offer, **changes)
    with transaction():
        return submit_redemption(actor, order, request_key=key or new_key(), at=clock.now())


def line_of(reference: str) -> RedemptionLine:
    """The line of a request, read anew."""
    session().close()
    return (
        session()
        .scalars(sa.select(RedemptionLine).where(RedemptionLine.reference == reference))
        .one()
    )


def answer(
    actor: Actor, reference: str, verdict: Verdict, reason: str = "", *, key: str = ""
) -> int:
    """Decide in its own transaction on what the request says now; the decision's id."""
    line = line_of(reference)
    said = Answer(verdict, line.content_hash, reason)
    with transaction():
        return decide(
            actor, line.id, said, request_key=key or new_key(), undo_for=UNDO, at=clock.now()
        )


def approve(actor: Actor, reference: str) -> int:
    """Say yes."""
    return answer(actor, reference, Verdict.APPROVE)


def decline(actor: Actor, reference: str, reason: str = "The launch is that week.") -> int:
    """Say no, with a reason."""
    return answer(actor, reference, Verdict.DECLINE, reason)


def undo(actor: Actor, decision_id: int) -> int:
    """Take an answer back."""
    with transaction():
        return undo_decision(actor, decision_id, request_key=new_key(), at=clock.now())


def cancel(actor: Actor, reference: str) -> str:
    """Take a request back."""
    with transaction():
        return cancel_redemption(actor, reference, request_key=new_key(), at=clock.now())


def story_of(reference: str) -> list[LineState]:
    """Every state a request has been in."""
    line_id = line_of(reference).id
    return list(
        session().scalars(
            sa.select(RedemptionEvent.to_state)
            .where(RedemptionEvent.line_id == line_id)
            .order_by(RedemptionEvent.seq)
        )
    )


def stock_of(variant_id: int) -> tuple[int | None, int, int]:
    """Capacity, reserved, sold."""
    session().close()
    stock = VariantStock
    row = session().execute(
        sa.select(stock.capacity, stock.reserved, stock.sold).where(stock.variant_id == variant_id)
    )
    return tuple(row.one())


def points_now(actor: Actor) -> Points:
    """What somebody has now."""
    session().close()
    return points_of(actor.id, at=clock.now())


def decisions_on(reference: str) -> list[Verdict]:
    """Every answer given to a request, undone ones too."""
    line_id = line_of(reference).id
    return list(
        session().scalars(
            sa.select(ApprovalDecision.verdict)
            .where(ApprovalDecision.line_id == line_id)
            .order_by(ApprovalDecision.id)
        )
    )


def form_of(page: Any) -> dict[str, str]:
    """The hidden fields of a page's forms, the last of each name."""
    names = ("variant", "amount", "expected_points", "content_hash")
    names += ("seen_details", "seen_promise", "places")
    found = {n: re.findall(rf'name="{n}"[^>]*value="([^"]*)"', page.text) for n in names}
    return hidden_fields(page.text) | {name: values[-1] for name, values in found.items() if values}


def subjects_to(actor: Actor) -> list[str]:
    """The subjects of the letters written to somebody, the oldest first."""
    session().close()
    letters = session().query(Letter).filter_by(employee_id=actor.id).order_by(Letter.id)
    return [letter.subject for letter in letters]


def ask_for_several(actor: Actor, *offers: Offer, key: str = "", **changes) -> str:
    """Submit one request for several rewards in its own transaction; its reference."""
    orders = [order_for(one, name=one.name, **changes) for one in offers]
    return send_orders(actor, orders, key=key)


def send_orders(actor: Actor, orders: Sequence[Order], *, key: str = "") -> str:
    """Submit these orders as one request in its own transaction; its reference."""
    with transaction():
        return submit_redemption(actor, *orders, request_key=key or new_key(), at=clock.now())


def lines_of(reference: str) -> list[RedemptionLine]:
    """The lines of a whole request in their order, read anew."""
    session().close()
    return list(
        session().scalars(
            sa.select(RedemptionLine)
            .join(Redemption, Redemption.id == RedemptionLine.redemption_id)
            .where(Redemption.reference == reference)
            .order_by(RedemptionLine.position)
        )
    )
