"""Whether an order may be asked for now, and what came of asking.

`begin` records the intent, `settle` the outcome; between the two, in no transaction, somebody asks.
An order that may have been sent before is looked up by its reference before it is sent again. A
result that comes late, when another worker has taken over, is left alone: it is found anew.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from catalog.providers.models import Provider
from marketplace.kernel import settings
from marketplace.kernel.db import session
from marketplace.kernel.jobs import enqueue
from redemption.operations.lines import lock_line
from redemption.ordering.adapter import Can, Door, Kind, Outcome, TheirState, Told, Wanted, offers
from redemption.ordering.adapters import ADAPTERS
from redemption.ordering.models import ProviderAccount, ProviderOrder
from redemption.ordering.operations.circuit import note_answer, wait_for_circuit
from redemption.ordering.operations.orders import Move, account_of, fresh_order, go_on, move_order
from redemption.ordering.operations.pace import wait_for_turn
from redemption.ordering.operations.receiving import receive
from redemption.ordering.operations.replaced import bring_before_person, let_old_card_stand
from redemption.ordering.policies import (
    LEASE,
    PENDING_AT_MOST,
    TRIES,
    is_patient,
    pause,
    poll_pause,
    quoted,
    wrong_in,
)
from redemption.ordering.states import OrderState
from redemption.states import LineState

_S = OrderState
ANYWHERE = frozenset(LineState)


class Deed(StrEnum):
    """What is asked: a new order, an order that may be there, what became of it, taking it back.

    For an order in place of another the provider is asked for another card, not for an order.
    """

    SUBMIT = "submit"
    LOOK_THEN_SUBMIT = "look_then_submit"
    LOOK = "look"
    CANCEL = "cancel"


_DEEDS = {
    _S.WANTED: Deed.SUBMIT,
    _S.NO_FUNDS: Deed.LOOK_THEN_SUBMIT,
    _S.ASKED: Deed.LOOK_THEN_SUBMIT,
    _S.HELD: Deed.LOOK_THEN_SUBMIT,
    _S.PENDING: Deed.LOOK,
    _S.CANCELLING: Deed.CANCEL,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What to ask now, and for which version of the order: a later one makes the answer void.

    After `until` another worker takes over, so nothing may be on its way any more. `instead_of` is
    our reference of the order whose card did not work.
    """

    order_id: int
    line_id: int
    version: int
    deed: Deed
    adapter: str
    door: Door
    wanted: Wanted
    until: datetime
    can_cancel: bool = False
    instead_of: str | None = None


def begin(order_id: int, *, at: datetime) -> Step | None:
    """Record that this order is asked for now; None when it is not its time, or over."""
    line_id = session().get_one(ProviderOrder, order_id, populate_existing=True).line_id
    lock_line(line_id, ANYWHERE)
    order = fresh_order(order_id)
    if order.state not in _DEEDS or order.next_at is None or order.next_at > at:
        return None
    account = account_of(order.provider_id)
    if account is None:
        return None
    deed = _DEEDS[order.state]
    if turn := wait_for_turn(order, account, at):
        _sleep(
            order, turn, f"The provider takes {account.a_minute:,} a minute; it waits its turn.", at
        )
        return None
    if until := wait_for_circuit(account, at):
        _postpone(order, account, until, at)
        return None
    to = order.state if deed in {Deed.LOOK, Deed.CANCEL} else _S.ASKED
    values = {} if deed in {Deed.LOOK, Deed.CANCEL} else _quote(order, account)
    move_order(
        order,
        Move(to, at),
        tries=order.tries + 1,
        next_at=at + LEASE,
        reason=order.reason,
        turn_at=None,
        **values,
    )
    return _step(order, account, deed, until=at + LEASE)


def _quote(order: ProviderOrder, account: ProviderAccount) -> dict[str, object]:
    """What the order should cost by the rates last read with the catalog, where they are known.

    Another card in place of one that did not work costs nothing.
    """
    if order.replaces_id is not None:
        return {"quoted_minor": 0, "quoted_currency": account.currency}
    there, rates = account.currency, session().get_one(Provider, order.provider_id).rates
    quote = quoted(order.minor, order.currency, account=there, rates=rates)
    return {"quoted_minor": quote, "quoted_currency": there if quote is not None else None}


def _step(order: ProviderOrder, account: ProviderAccount, deed: Deed, *, until: datetime) -> Step:
    slug = session().get_one(Provider, order.provider_id).slug
    return Step(
        order_id=order.id,
        line_id=order.line_id,
        version=order.version,
        deed=deed,
        adapter=account.adapter,
        door=door_of(account, slug),
        wanted=Wanted(
            client_ref=order.client_ref,
            sku=order.sku,
            minor=order.minor,
            currency=order.currency,
        ),
        until=until,
        can_cancel=offers(ADAPTERS[account.adapter], order.item["capabilities"], Can.CANCEL),
        instead_of=_reference_of(order.replaces_id),
    )


def _reference_of(order_id: int | None) -> str | None:
    return session().get_one(ProviderOrder, order_id).client_ref if order_id else None


def door_of(account: ProviderAccount, slug: str) -> Door:
    """Where and as whom an account is asked."""
    return Door(
        address=account.address,
        account=account.account,
        customer=account.customer,
        credentials=settings.current().credentials_of(slug),
    )


def _postpone(
    order: ProviderOrder, account: ProviderAccount, until: datetime, at: datetime
) -> None:
    """Wait for a provider that does not answer; after two hours a person looks."""
    if order.state in {_S.WANTED, _S.ASKED} and not is_patient(order, at):
        words = f"The provider has not answered {account.failures:,} times in a row."
        _hold(order, words, at)
        return
    _sleep(order, until, "The provider does not answer well, so nobody asks it for a while.", at)


def _sleep(order: ProviderOrder, until: datetime, words: str, at: datetime) -> None:
    """Ask for it later; nothing was tried, so it does not move."""
    order.next_at, order.reason = until, words
    session().flush()
    enqueue(
        "ordering.go_on",
        key=f"{order.id}:{order.version}:{until.isoformat()}",
        delay=until - at,
        order_id=order.id,
    )


def _hold(order: ProviderOrder, words: str, at: datetime) -> None:
    move_order(order, Move(_S.HELD, at, words))
    bring_before_person(order, words, at)


def settle(step: Step, outcome: Outcome, *, at: datetime) -> bool:
    """Record what came of asking. False when somebody else has moved the order meanwhile."""
    lock_line(step.line_id, ANYWHERE)
    order = fresh_order(step.order_id)
    if order.version != step.version:
        return False
    if outcome.order is not None:
        _note_told(order, outcome.order, at)
    elif outcome.kind is Kind.PARKED_NO_FUNDS:
        move_order(order, Move(_S.NO_FUNDS, at, outcome.words), tries=0)
        enqueue(
            "ordering.look_at_funds",
            key=f"{order.id}:{order.version}",
            provider_id=order.provider_id,
        )
    elif outcome.kind is Kind.REJECTED:
        refuse(order, outcome.words, at)
    elif outcome.kind is Kind.NOT_FOUND:
        _hold(order, "The provider had this order and does not know it any more.", at)
    else:
        _retry(order, outcome, at)
    note_answer(order.provider_id, outcome, at=at)
    return True


def _note_told(order: ProviderOrder, told: Told, at: datetime) -> None:
    """The provider has the order: as it should be, or not."""
    if wrong := wrong_in(told, order):
        quarantine(order, wrong, at, told)
    elif told.state is TheirState.COMPLETE:
        if again := receive(order, told, at):
            quarantine(order, again, at, told)
    elif told.state is TheirState.PENDING:
        _wait_for(order, told, at)
    else:
        refuse(order, f"The provider calls the order {told.state.value}.", at, told)


def quarantine(order: ProviderOrder, words: str, at: datetime, told: Told) -> None:
    """Lock a wrong answer away: its code is not kept, so nobody ever sees it."""
    is_about_it = told.client_ref == order.client_ref
    move_order(order, Move(_S.QUARANTINED, at, words), **(_as_charged(told) if is_about_it else {}))
    bring_before_person(order, words, at)


def refuse(order: ProviderOrder, words: str, at: datetime, told: Told | None = None) -> None:
    """Nothing comes of this order; a person decides between another and the points."""
    move_order(order, Move(_S.REFUSED, at, words), **(_as_charged(told) if told else {}))
    let_old_card_stand(order, at)
    bring_before_person(order, words, at)


def _as_charged(told: Told) -> dict[str, object]:
    return {
        "provider_ref": told.provider_ref,
        "charged_minor": told.charged_minor,
        "charged_currency": told.charged_currency,
    }


def _wait_for(order: ProviderOrder, told: Told, at: datetime) -> None:
    waited = at - order.since if order.state is _S.PENDING else timedelta(0)
    if waited > PENDING_AT_MOST:
        _hold(order, f"The provider has worked on it for {waited.days} days.", at)
        return
    wait = poll_pause(waited)
    note = "The provider works on it."
    move_order(order, Move(_S.PENDING, at, note), next_at=at + wait, tries=0, **_as_charged(told))
    go_on(order, after=wait)


def _retry(order: ProviderOrder, outcome: Outcome, at: datetime) -> None:
    """Ask again later, or give it to a person after so many tries."""
    if order.tries >= TRIES:
        _hold(order, f"{outcome.words} That was try {order.tries}.", at)
        return
    wait = max(pause(order.tries), outcome.wait or timedelta(0))
    move_order(order, Move(order.state, at, outcome.words), next_at=at + wait)
    go_on(order, after=wait)
