"""A payment's way: the intent is kept, somebody asks, and what came of it is kept."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from marketplace.kernel import audit
from marketplace.kernel.codes import new_number
from marketplace.kernel.db import session
from marketplace.kernel.errors import IllegalMove
from marketplace.kernel.jobs import enqueue
from marketplace.kernel.moves import Machine
from marketplace.payments.gateway import Checkout, Kind, Outcome, TheirState, Told
from marketplace.payments.models import Payment, PaymentEvent
from marketplace.payments.operations.fencing import key_of, touched
from marketplace.payments.operations.refunds import want_refund
from marketplace.payments.policies import (
    LEASE,
    OPEN_FOR,
    TRIES,
    look_again_at,
    pause,
    wrong_in,
)
from marketplace.payments.purposes import purpose_of
from marketplace.payments.states import (
    CAPTURED,
    GIVEN_UP,
    PaymentPurpose,
    PaymentState,
    may_move,
)

_S = PaymentState
_MACHINE = Machine(Payment, PaymentEvent, "payment_id", may_move)
CAME_LATE = "The money came after this was given up, so it goes back by itself."


class Deed(StrEnum):
    """What there is to do about a payment."""

    OPEN = "open"
    FIND = "find"
    LOOK = "look"
    CLOSE = "close"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPayment:
    """Money that is wanted: for what, in whose words, and how the payer comes back."""

    purpose: PaymentPurpose
    words: str
    minor: int
    currency: str
    mode: str


@dataclass(frozen=True, slots=True)
class Move:
    """Where a payment goes, when, why and by whom (nobody: the machine)."""

    to: PaymentState
    at: datetime
    note: str = ""
    actor_id: int | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do about a payment, and the version that must still hold when it is done."""

    payment_id: int
    version: int
    deed: Deed
    wanted: Checkout
    since: datetime
    mode: str
    purpose: PaymentPurpose
    checkout_id: str | None
    is_captured: bool
    is_given_up: bool


def want_payment(payer_id: int, new: NewPayment, *, at: datetime) -> Payment:
    """Keep that money is wanted, with the key it will be asked for under; nobody is asked here."""
    reference = f"F-{new_number()[:8]}"
    payment = Payment(
        purpose=new.purpose,
        reference=reference,
        payer_id=payer_id,
        words=new.words,
        minor=new.minor,
        currency=new.currency,
        mode=new.mode,
        state=_S.WANTED,
        idempotency_key=key_of(reference, 1),
        next_at=at,
        expires_at=at + OPEN_FOR,
        created_at=at,
    )
    session().add(payment)
    session().flush()
    opened = {"from_state": None, "to_state": _S.WANTED, "at": at, "actor_id": payer_id}
    _MACHINE.note(payment.id, 1, note="", **opened)
    facts = {"minor": new.minor, "currency": new.currency, "purpose": new.purpose.value}
    audit.record(payer_id, "payments.want", f"payment:{reference}", at=at, **facts)
    go_on(payment)
    return payment


def begin(payment_id: int, *, at: datetime) -> Step | None:
    """Take the next deed about a payment for the length of a lease; None when it is not its time.

    Somebody who asks meanwhile finds it taken, and takes over when the lease is over.
    """
    payment = touched(
        Payment,
        Payment.id == payment_id,
        Payment.next_at <= at,
        next_at=at + LEASE,
        tries=Payment.tries + 1,
    )
    if payment is None:
        return None
    deed = _deed_of(payment)
    if payment.state is _S.WANTED:
        _move(payment, Move(_S.ASKED, at))
    return Step(
        payment_id=payment.id,
        version=payment.version,
        deed=deed,
        wanted=Checkout(
            reference=payment.reference,
            words=payment.words,
            minor=payment.minor,
            currency=payment.currency,
            key=payment.idempotency_key,
            ends_at=payment.expires_at,
            return_url="",
        ),
        since=payment.created_at,
        mode=payment.mode,
        purpose=payment.purpose,
        checkout_id=payment.checkout_id,
        is_captured=payment.state in CAPTURED,
        is_given_up=payment.state in GIVEN_UP,
    )


def _deed_of(payment: Payment) -> Deed:
    if payment.state is _S.WANTED:
        return Deed.OPEN
    if payment.checkout_id is None:
        return Deed.FIND
    return Deed.CLOSE if payment.state is _S.CANCELED else Deed.LOOK


def settle(step: Step, outcome: Outcome, *, at: datetime) -> bool:
    """Keep what came of asking. False when somebody else was there meanwhile."""
    payment = touched(Payment, Payment.id == step.payment_id, Payment.version == step.version)
    if payment is None:
        return False
    told = outcome.told
    if told is not None:
        _note_told(payment, told, at)
    elif outcome.kind is Kind.REFUSED and payment.state is _S.ASKED:
        _move(payment, Move(_S.FAILED, at, outcome.words))
    elif _is_over(payment, outcome):
        payment.next_at = None
    else:
        _retry(payment, outcome, at)
    session().flush()
    return True


def _is_over(payment: Payment, outcome: Outcome) -> bool:
    """Whether nothing is to be learned any more: the list of the night looks at it, too."""
    if payment.state in GIVEN_UP and outcome.kind is Kind.NOT_FOUND:
        return True
    return payment.state in CAPTURED | GIVEN_UP and payment.tries >= TRIES


def _note_told(payment: Payment, told: Told, at: datetime) -> None:
    """Their page is as it should be, or not; paid, open or over."""
    payment.tries = 0
    wrong = wrong_in(told, payment)
    if payment.state in CAPTURED:
        payment.next_at = None
    elif wrong and (told.captured_minor or payment.state not in GIVEN_UP):
        _move(payment, Move(_S.HELD, at, wrong), **_facts(told))
    elif told.state is TheirState.PAID:
        _take(payment, told, at)
    elif payment.state in GIVEN_UP:
        payment.next_at = None if told.state is TheirState.EXPIRED else payment.expires_at
    elif told.state is TheirState.EXPIRED:
        _move(payment, Move(_S.EXPIRED, at, "Nobody paid in time."), **_facts(told))
    else:
        _keep_open(payment, told, at)


def _take(payment: Payment, told: Told, at: datetime) -> None:
    """The money is there: for its purpose, or back when nobody waited for it any more."""
    values = _facts(told) | {"captured_minor": payment.minor, "paid_at": at}
    if payment.state not in GIVEN_UP:
        _move(payment, Move(_S.PAID, at), **values)
        purpose_of(payment.purpose).paid(payment, at)
        return
    _move(payment, Move(_S.LATE, at, CAME_LATE), **values)
    want_refund(payment, payment.minor, reason=CAME_LATE, actor_id=None, at=at)
    enqueue("payments.tell_late", key=payment.reference, payment_id=payment.id)


def _keep_open(payment: Payment, told: Told, at: datetime) -> None:
    if payment.state is _S.ASKED:
        _move(payment, Move(_S.OPEN, at), **_facts(told))
    again = look_again_at(payment, at)
    payment.reason, payment.next_at = told.declined, again
    go_on(payment, after=again - at)


def _facts(told: Told) -> dict[str, object]:
    return {
        "checkout_id": told.checkout_id,
        "checkout_url": told.url,
        "expires_at": told.ends_at,
        "intent_id": told.intent_id or None,
        "receipt_url": told.receipt_url,
    }


def _retry(payment: Payment, outcome: Outcome, at: datetime) -> None:
    """Ask again later. A page that nobody has seen is given up after so many tries."""
    if payment.state is _S.ASKED and payment.tries >= TRIES:
        words = f"{outcome.words} That was try {payment.tries}. Nothing was charged."
        _move(payment, Move(_S.FAILED, at, words))
        return
    if outcome.is_key_spent:
        payment.attempt += 1
        payment.idempotency_key = key_of(payment.reference, payment.attempt)
    wait = max(pause(payment.tries), outcome.wait or timedelta(0))
    payment.reason, payment.next_at = outcome.words, at + wait
    go_on(payment, after=wait)


def give_up(payment_id: int, *, actor_id: int, at: datetime) -> None:
    """Call a payment off that nobody made yet; its page is closed in a job.

    Raises IllegalMove for one that is paid, over, or being prepared this moment.
    """
    payment = touched(Payment, Payment.id == payment_id)
    if payment is None or payment.state not in {_S.WANTED, _S.OPEN}:
        raise IllegalMove(payment.state.label.lower() if payment else "gone", "called off")
    has_page = payment.checkout_id is not None
    called_off = Move(_S.CANCELED, at, actor_id=actor_id)
    _move(payment, called_off, next_at=at if has_page else None)
    audit.record(actor_id, "payments.give_up", f"payment:{payment.reference}", at=at)
    if has_page:
        go_on(payment)


def wake(payment_id: int, *, key: str, at: datetime) -> bool:
    """Have a payment looked at now, whatever somebody said of it; False for one that is held."""
    looked_at = Payment.state.not_in([_S.WANTED, _S.HELD])
    payment = touched(Payment, Payment.id == payment_id, looked_at, next_at=at)
    if payment is None:
        return False
    enqueue("payments.go_on", key=f"{payment.id}:{key}", payment_id=payment.id)
    return True


def go_on(payment: Payment, *, after: timedelta = timedelta(0)) -> None:
    """Promise to go on with a payment; a sweep takes up what is lost."""
    key = f"{payment.id}:{payment.version}"
    enqueue("payments.go_on", key=key, delay=after, payment_id=payment.id)


def _move(payment: Payment, move: Move, **values: object) -> None:
    session().flush()
    told = {"note": move.note, "actor_id": move.actor_id}
    stays = payment.next_at if move.to is _S.ASKED else None
    rest = {"reason": move.note, "next_at": stays} | values
    _MACHINE.move(payment, move.to, at=move.at, told=told, **rest)
