"""Asking Stripe, between two transactions: the intent is kept before, the outcome after.

Whoever dies in between leaves a payment that says so. It is looked up by its reference when its
lease is over, and never simply asked for again.
"""

import logging
from dataclasses import replace

from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.kernel.faults import crashpoint
from marketplace.payments.errors import NoGateway
from marketplace.payments.gateway import CannotList, Gateway, Kind, Outcome
from marketplace.payments.gateways import gateway, mode_here
from marketplace.payments.operations.payments import Deed, Step, begin, settle
from marketplace.payments.operations.refunds import (
    RefundStep,
    begin_refund,
    note_disputes,
    note_refunds,
    settle_refund,
)
from marketplace.payments.policies import LOOK_BACK
from marketplace.payments.purposes import purpose_of
from marketplace.web.letters import page_link

log = logging.getLogger(__name__)
ANOTHER_MODE = "Another key of Stripe's is set than when this began, or none."


def go_on(payment_id: int) -> None:
    """Do the next thing about a payment, if it is time. Safe to run again, and by two at once."""
    with transaction():
        step = begin(payment_id, at=clock.now())
    if step is None:
        return
    crashpoint("payments.intent_kept")
    outcome = _ask(step)
    crashpoint("payments.answered")
    with transaction():
        if not settle(step, outcome, at=clock.now()):
            log.info("The answer for payment %s came too late; it is looked up anew.", payment_id)
    crashpoint("payments.outcome_kept")
    if step.is_captured and outcome.told is not None:
        _look_what_went_back(step, outcome.told.intent_id, outcome.told.currency)


def _ask(step: Step) -> Outcome:
    there, reference = _gateway_for(step.mode), step.wanted.reference
    if there is None:
        return Outcome(kind=Kind.RETRYABLE, words=ANOTHER_MODE)
    if step.checkout_id is not None:
        ask = there.close if step.deed is Deed.CLOSE else there.look
        return ask(step.checkout_id)
    if step.deed is Deed.FIND:
        found = there.find_checkout(reference, step.since - LOOK_BACK)
        if found.kind is not Kind.NOT_FOUND or step.is_given_up:
            return found
    return _open(there, step)


def _gateway_for(mode: str) -> Gateway | None:
    """Whoever moves this kind of money; nobody where another key is set, or none."""
    try:
        return gateway() if mode == mode_here() else None
    except NoGateway:
        return None


def _open(there: Gateway, step: Step) -> Outcome:
    back = page_link(purpose_of(step.purpose).return_endpoint, reference=step.wanted.reference)
    return there.open_checkout(replace(step.wanted, return_url=back))


def _look_what_went_back(step: Step, intent_id: str, currency: str) -> None:
    """What was given back or disputed without us; a list that fails is had the next time."""
    try:
        refunds = list(gateway().refunds_of(intent_id, currency))
        disputes = list(gateway().disputes_of(intent_id))
    except CannotList as problem:
        log.warning("What went back of payment %s is not known: %s", step.payment_id, problem)
        return
    with transaction():
        note_refunds(step.payment_id, refunds, at=clock.now())
        note_disputes(step.payment_id, disputes, at=clock.now())


def give_back(refund_id: int) -> None:
    """Ask for one refund, if it is time; what may have been asked before is looked up first."""
    with transaction():
        step = begin_refund(refund_id, at=clock.now())
    if step is None:
        return
    crashpoint("payments.refund_kept")
    outcome = _ask_back(step)
    crashpoint("payments.refund_answered")
    with transaction():
        settle_refund(step, outcome, at=clock.now())
    crashpoint("payments.refund_settled")


def _ask_back(step: RefundStep) -> Outcome:
    there = _gateway_for(step.mode)
    if there is None:
        return Outcome(kind=Kind.RETRYABLE, words=ANOTHER_MODE)
    if not step.is_first:
        try:
            before = there.refunds_of(step.wanted.intent_id, step.wanted.currency)
        except CannotList as problem:
            return Outcome(kind=Kind.RETRYABLE, words=str(problem))
        mine = [one for one in before if one.reference == step.wanted.reference]
        if mine:
            return Outcome(kind=Kind.FOUND, refund=mine[0])
    return there.give_back(step.wanted)


def run_due(payment_ids: list[int], refund_ids: list[int]) -> None:
    """Go on with all of these, here and now."""
    session().close()
    for payment_id in payment_ids:
        go_on(payment_id)
    for refund_id in refund_ids:
        give_back(refund_id)
