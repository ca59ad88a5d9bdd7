"""Asking providers, between two transactions: the intent is kept before, the outcome after.

Whoever dies in between leaves an order that says so. It is looked up by its reference when its
lease is over, and never simply sent again.
"""

import logging
from datetime import datetime, timedelta

from catalog.providers.models import Provider
from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.kernel.faults import crashpoint
from redemption.ordering.adapter import CannotTell, Door, Kind, Outcome, TheirState
from redemption.ordering.adapters import ADAPTERS
from redemption.ordering.models import ProviderAccount
from redemption.ordering.operations import accounts, reconciling
from redemption.ordering.operations.asking import Deed, Step, begin, door_of, settle
from redemption.ordering.operations.taking_back import settle_cancelling
from redemption.ordering.policies import AT_MOST

log = logging.getLogger(__name__)
RECONCILED = timedelta(days=7)


def go_on(order_id: int) -> None:
    """Do the next thing about an order, if it is time. Safe to run again, and by two at once."""
    with transaction():
        step = begin(order_id, at=clock.now())
    if step is None:
        return
    crashpoint("ordering.intent_kept")
    outcome = _ask(step)
    crashpoint("ordering.answered")
    with transaction():
        settled = settle_cancelling if step.deed is Deed.CANCEL else settle
        if not settled(step, outcome, at=clock.now()):
            log.info("The answer for order %s came too late; it is looked up anew.", order_id)
    crashpoint("ordering.outcome_kept")


def _ask(step: Step) -> Outcome:
    adapter, ref = ADAPTERS[step.adapter], step.wanted.client_ref
    if step.deed is Deed.SUBMIT:
        return _order(step)
    found = adapter.find(step.door, ref)
    if step.deed is Deed.CANCEL:
        return _cancel(step, found)
    if step.deed is Deed.LOOK or found.kind is not Kind.NOT_FOUND:
        return found
    return _order(step)


def _order(step: Step) -> Outcome:
    """Order it; or, in place of a card that did not work, ask for another one."""
    adapter = ADAPTERS[step.adapter]
    old = adapter.find(step.door, step.instead_of) if step.instead_of else None
    if old is not None and (old.order is None or old.order.state is not TheirState.COMPLETE):
        return _not_to_be_replaced(old)
    if clock.now() + AT_MOST > step.until:  # another worker might take over while it is sent
        return Outcome(kind=Kind.RETRYABLE, words="Looking for it took too long to order it, too.")
    if old is None or old.order is None:
        return adapter.submit(step.door, step.wanted)
    return adapter.reissue(step.door, old.order, step.wanted)


def _not_to_be_replaced(old: Outcome) -> Outcome:
    """Without a card that counts at the provider nothing can take its place."""
    if old.order is not None and old.order.state is TheirState.REPLACED:
        words = "The provider replaced the first card and does not know of ours, or not yet."
        return Outcome(kind=Kind.IN_REVIEW, words=words)
    if old.order is not None:
        state = old.order.state.value
        return Outcome(kind=Kind.REJECTED, words=f"The provider calls the first card {state}.")
    if old.kind is Kind.NOT_FOUND:
        return Outcome(kind=Kind.REJECTED, words="The provider does not know the first card.")
    return old


def _cancel(step: Step, found: Outcome) -> Outcome:
    """Ask for a cancellation of what was found, where the provider takes it back at all."""
    told = found.order
    if told is None or told.state is not TheirState.COMPLETE or not step.can_cancel:
        return found
    return ADAPTERS[step.adapter].cancel(step.door, told)


def look_at_funds(provider_id: int, *, wake: bool) -> None:
    """Ask what is left on our account; with `wake`, orders that waited for it go on."""
    found = _door(provider_id)
    if found is None:
        return
    adapter, door, currency = found
    try:
        minor = ADAPTERS[adapter].balance(door, currency)
    except CannotTell as refused:
        log.warning("Provider %s did not tell its balance: %s", provider_id, refused)
        return
    with transaction():
        accounts.note_balance(provider_id, minor, at=clock.now())
        if wake:
            accounts.wake_waiting(provider_id, minor, at=clock.now())


def reconcile(provider_id: int, *, back: timedelta = RECONCILED) -> int | None:
    """Compare the provider's list with ours; the id of the report, none without an account."""
    found = _door(provider_id)
    if found is None:
        return None
    adapter, door, _currency = found
    until: datetime = clock.now()
    since = until - back
    try:
        told = ADAPTERS[adapter].listed(door, since, until)
    except CannotTell as refused:
        with transaction():
            return reconciling.keep_failure(provider_id, str(refused), since=since, at=until)
    with transaction():
        return reconciling.keep_comparison(
            provider_id, told, since=since, until=until, at=clock.now()
        )


def _door(provider_id: int) -> tuple[str, Door, str] | None:
    account = session().get(ProviderAccount, provider_id, populate_existing=True)
    found = None
    if account is not None:
        slug = session().get_one(Provider, provider_id).slug
        found = (account.adapter, door_of(account, slug), account.currency)
    session().close()
    return found
