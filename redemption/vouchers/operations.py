"""Issuing, showing and taking back vouchers. A voucher is the last rank of the house's locks."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from catalog.models import Reward
from catalog.states import Kind
from marketplace.access.actor import Actor
from marketplace.kernel import audit
from marketplace.kernel.codes import grouped, new_code, new_number
from marketplace.kernel.db import insert_or_skip, session
from marketplace.kernel.errors import BadInput, NotFound
from marketplace.kernel.faults import crashpoint
from marketplace.kernel.idempotency import answer_key, claim_key
from marketplace.kernel.jobs import enqueue
from marketplace.kernel.networks import counted_as
from marketplace.kernel.secrets import fingerprint, open_sealed, seal
from marketplace.ledger.models import HoldLot, Lot, Transfer
from marketplace.people.queries import Person, person
from redemption.credentials.operations import issue_credentials
from redemption.models import RedemptionLine
from redemption.operations.lines import lock_line, refuse_own
from redemption.operations.revoking import revokes
from redemption.queries.named import held_line
from redemption.returns import kept_while, returnable_while
from redemption.states import LineState
from redemption.vouchers.errors import (
    NotOurs,
    NotReady,
    NotShownYet,
    NotVoidable,
    TooManyLookups,
)
from redemption.vouchers.models import (
    Certificate,
    CodeReveal,
    LookupCount,
    Voucher,
)
from redemption.vouchers.moves import move_voucher, remember
from redemption.vouchers.policies import (
    CODE_PURPOSE,
    LOOKUP_WINDOW,
    LOOKUPS_PER_WINDOW,
    day_not_over,
    is_over,
    uses_of,
    valid_until,
    window_of,
)
from redemption.vouchers.received import (
    Card,
    Received,
    Spoiled,
    digest_of,
    knows_codes,
    last_signs,
    packed,
    replacement,
    unpacked,
)
from redemption.vouchers.states import USABLE, CertificateState, ShownAs, VoucherState

_FULFILLED = frozenset({LineState.FULFILLED})


@dataclass(frozen=True, slots=True)
class ShownCode:
    """A code in clear, on its way to the eyes it belongs to."""

    voucher_id: int
    unit_no: int
    code: str  # grouped, as people read it
    bare: str
    card: Card | None = None  # what a provider gave instead of a code of ours


def issue_vouchers(line: RedemptionLine, *, at: datetime) -> None:
    """One voucher for each unit of a line that was just fulfilled."""
    crashpoint("vouchers.before_insert")
    for unit_no in range(1, line.quantity + 1):
        _insert_voucher(line, unit_no, at=at, actor_id=None)
    crashpoint("vouchers.after_insert")


def issue_received(
    line: RedemptionLine,
    codes: Collection[Received],
    *,
    at: datetime,
    actor_id: int | None = None,
) -> list[int]:
    """One voucher for each unit of a line that is fulfilled, with codes that others made."""
    return [_insert_received(line, one, at=at, actor_id=actor_id) for one in codes]


def _insert_received(
    line: RedemptionLine, one: Received, *, at: datetime, actor_id: int | None
) -> int:
    secret = _Secret(
        text=packed(one.card),
        fingerprint=digest_of(one.telling),
        last4=last_signs(one.telling),
        valid_until=one.valid_until,
        order_id=one.order_id,
        code_id=one.code_id,
    )
    return _insert(line, one.unit_no, one.issue, secret, at=at, actor_id=actor_id)


@knows_codes
def digests_of_vouchers(digests: Collection[str]) -> set[str]:
    """Which of these are the code of a voucher."""
    found = sa.select(Voucher.fingerprint).where(Voucher.fingerprint.in_(digests))
    return set(session().scalars(found))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Secret:
    """What makes a voucher worth something, before it is sealed, and until when."""

    text: str
    fingerprint: str
    last4: str
    valid_until: date | None
    order_id: int | None = None
    code_id: int | None = None
    worth: int | None = None  # what is left of the voucher it replaces


def _insert_voucher(
    line: RedemptionLine,
    unit_no: int,
    *,
    at: datetime,
    actor_id: int | None,
    instead_of: Voucher | None = None,
) -> int:
    code, kind, trip = new_code(), Kind(line.snapshot["kind"]), line.snapshot["departure"]
    ends_on = date.fromisoformat(trip["ends_on"]) if trip else None
    last_day, worth, issue = valid_until(kind, at.date(), ends_on), None, 1
    if instead_of is not None:
        last_day, worth = instead_of.valid_until, instead_of.remaining
        issue = instead_of.issue + 1
    secret = _Secret(
        text=code,
        fingerprint=fingerprint(code, CODE_PURPOSE),
        last4=code[-4:],
        valid_until=last_day,
        worth=worth,
    )
    return _insert(line, unit_no, issue, secret, at=at, actor_id=actor_id)


def _insert(
    line: RedemptionLine,
    unit_no: int,
    issue: int,
    secret: _Secret,
    *,
    at: datetime,
    actor_id: int | None,
) -> int:
    facts = line.snapshot
    worth, currency = _worth_of(facts, secret)
    voucher_id = session().scalar(
        sa.insert(Voucher)
        .values(
            line_id=line.id,
            unit_no=unit_no,
            issue=issue,
            number=new_number(),
            kind=Kind(facts["kind"]),
            title=facts["name"],
            fingerprint=secret.fingerprint,
            cipher=seal(secret.text, sealed_for(line.id, unit_no, issue)),
            last4=secret.last4,
            initial=worth,
            remaining=worth,
            currency=currency,
            state=VoucherState.ISSUED,
            issued_at=at,
            issued_until=secret.valid_until,
            valid_until=secret.valid_until,
            provider_order_id=secret.order_id,
            stock_code_id=secret.code_id,
            version=1,
        )
        .returning(Voucher.id)
    )
    assert voucher_id is not None
    remember(voucher_id, 1, None, VoucherState.ISSUED, actor_id=actor_id, at=at)
    return voucher_id


def _worth_of(facts: dict[str, Any], secret: _Secret) -> tuple[int, str | None]:
    """What a voucher is worth when it is new: minor units of a currency, or a number of uses."""
    kind = Kind(facts["kind"])
    has_value = kind is Kind.GIFT_CARD and bool(facts["cash_minor"])
    whole = facts["cash_minor"] if has_value else uses_of(kind, facts["attributes"])
    left = whole if secret.worth is None else secret.worth
    return left, facts["currency"] if has_value else None


def sealed_for(line_id: int, unit_no: int, issue: int) -> str:
    """What a sealed code is bound to, so that it opens in no other row."""
    return f"vouchers:cipher:{line_id}:{unit_no}:{issue}"


def issue_certificates(line: RedemptionLine, *, at: datetime) -> None:
    """One certificate for each unit of a line that was just fulfilled, with its credential."""
    asker, facts = person(line.employee_id), line.snapshot
    reason = session().scalar(sa.select(Reward.summary).where(Reward.id == line.reward_id))
    made = session().scalars(
        sa.insert(Certificate).returning(Certificate.id),
        [
            {
                "line_id": line.id,
                "unit_no": unit_no,
                "number": new_number(),
                "kind": Kind(facts["kind"]),
                "title": facts["name"].removesuffix(" badge").removesuffix(" certificate"),
                "name": asker.name,
                "reason": " ".join(filter(None, (reason, _earned_with(line.hold_id)))),
                "signers": _signers(asker),
                "state": CertificateState.VALID,
                "issued_at": at,
            }
            for unit_no in range(1, line.quantity + 1)
        ],
    )
    issue_credentials(list(made))
    crashpoint("certificates.after_insert")


def _earned_with(hold_id: int) -> str:
    """Where most of the points came from: `Earned with Campaign orders and Closed orders`."""
    rows = session().execute(
        sa.select(Transfer.reason, HoldLot.amount)
        .join(Lot, Lot.transfer_id == Transfer.id)
        .join(HoldLot, HoldLot.lot_id == Lot.id)
        .where(HoldLot.hold_id == hold_id)
        .order_by(Lot.id)
    )
    points: Counter[str] = Counter()
    for reason, amount in rows:
        program, colon, _rest = reason.partition(":")
        if colon:
            points[program] += amount
    names = [name for name, _points in points.most_common(2)]
    return f"Earned with {' and '.join(names)}." if names else ""


def _signers(asker: Person) -> list[str]:
    """The manager and the one above, as they stand on the signature lines."""
    found: list[str] = []
    seen, next_id = {asker.id}, asker.manager_id
    while next_id is not None and next_id not in seen and len(found) < 2:
        seen.add(next_id)
        above = person(next_id)
        if above.is_active:
            found.append(f"{above.name}, {above.title}" if above.title else above.name)
        next_id = above.manager_id
    return found


def reveal_codes(
    actor: Actor, reference: str, *, shown_as: ShownAs, at: datetime
) -> list[ShownCode]:
    """The codes of one's own request, each reading remembered for ever.

    Raises NotFound for anyone else's, NotReady when there is none, NotShownYet for a file of codes
    that were not shown on the page before.
    """
    line = lock_line(held_line(actor, reference), _FULFILLED)
    if line is None:
        raise NotReady
    vouchers = [v for v in _vouchers_of(line.id) if v.state is not VoucherState.VOID]
    if not vouchers:
        raise NotReady
    if shown_as is ShownAs.PDF and any(v.state is VoucherState.ISSUED for v in vouchers):
        raise NotShownYet
    if shown_as is ShownAs.PDF and any(v.is_received for v in vouchers):
        raise NotReady  # the maker's card has a paper of its own
    seen = {"employee_id": actor.id, "shown_as": shown_as, "at": at}
    session().execute(sa.insert(CodeReveal), [{"voucher_id": v.id, **seen} for v in vouchers])
    return [_reveal(voucher, actor, shown_as, at) for voucher in vouchers]


def _vouchers_of(line_id: int) -> list[Voucher]:
    return list(
        session().scalars(
            sa.select(Voucher)
            .where(Voucher.line_id == line_id)
            .order_by(Voucher.unit_no, Voucher.issue)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
    )


def _reveal(voucher: Voucher, actor: Actor, shown_as: ShownAs, at: datetime) -> ShownCode:
    code = open_sealed(voucher.cipher, sealed_for(voucher.line_id, voucher.unit_no, voucher.issue))
    if voucher.state is VoucherState.ISSUED:
        move_voucher(voucher, VoucherState.ACTIVE, actor_id=actor.id, at=at)
    audit.record(actor.id, "voucher.code_shown", f"voucher:{voucher.id}", at=at, shown_as=shown_as)
    if voucher.is_received:
        return ShownCode(voucher.id, voucher.unit_no, "", "", unpacked(code))
    return ShownCode(voucher.id, voucher.unit_no, grouped(code), code)


def put_out_of_use(voucher: Voucher, why: str, at: datetime) -> None:
    """A card counts no more, because its maker made another in its place; its person is told."""
    was_shown = voucher.state is not VoucherState.ISSUED
    move_voucher(voucher, VoucherState.VOID, actor_id=None, at=at, note=why)
    audit.record(None, "voucher.voided", f"voucher:{voucher.id}", at=at, reissue=True)
    tell_voided(voucher, reissued=True, was_shown=was_shown)


def tell_voided(voucher: Voucher, *, reissued: bool, was_shown: bool) -> None:
    """Promise the letter about a voucher that counts no more."""
    facts = {"voucher_id": voucher.id, "reissued": reissued, "was_shown": was_shown}
    enqueue("vouchers.tell_voided", key=str(voucher.id), **facts)


@dataclass(frozen=True, slots=True)
class Voiding:
    """Why a voucher is taken out of use, and whether another takes its place."""

    reason: str
    reissue: bool = False


def void_voucher(
    actor: Actor, voucher_id: int, voiding: Voiding, *, request_key: str, at: datetime
) -> int:
    """Take a voucher out of use; with `reissue` a new code takes its place. Its id, or the same.

    The new one has what is left of the old one, never more, and its last day.

    Raises NotFound, BadInput without a reason, NotVoidable when it is used, void or expired,
    NotOurs for a provider's, OwnRequest for one's own: nobody makes a fresh code for himself.
    """
    answered = None
    if actor.employee_id is not None:
        body = {"void": voucher_id, "reissue": voiding.reissue, "reason": voiding.reason}
        answered = claim_key(actor.id, request_key, at=at, **body)
    if answered is not None:
        return int(answered)
    if not voiding.reason.strip():
        raise BadInput("Write why, so that others understand it later. Nothing was changed.")
    line_id = session().scalar(sa.select(Voucher.line_id).where(Voucher.id == voucher_id))
    line = lock_line(line_id, _FULFILLED) if line_id else None
    voucher = next((v for v in _vouchers_of(line_id or 0) if v.id == voucher_id), None)
    if voucher is None:
        raise NotFound("There is no such voucher.")
    state = _state_at(voucher, at)
    if line is None or state not in USABLE:
        raise NotVoidable(state)
    refuse_own(actor, line)
    kept = _void_and_replace(actor, line, voucher, voiding, at)
    if actor.employee_id is not None:
        answer_key(actor.id, request_key, str(kept))
    return kept


def _state_at(voucher: Voucher, at: datetime) -> VoucherState:
    """Where a voucher is, also when its last day is over and the job has yet to come."""
    is_late = voucher.state in USABLE and is_over(voucher.valid_until, at=at)
    return VoucherState.EXPIRED if is_late else voucher.state


def _void_and_replace(
    actor: Actor, line: RedemptionLine, voucher: Voucher, voiding: Voiding, at: datetime
) -> int:
    if voucher.provider_order_id is not None:
        raise NotOurs
    who, was_shown = actor.employee_id, voucher.state is not VoucherState.ISSUED
    move_voucher(voucher, VoucherState.VOID, actor_id=who, at=at, note=voiding.reason.strip())
    audit.record(who, "voucher.voided", f"voucher:{voucher.id}", at=at, reissue=voiding.reissue)
    kept = _next_issue(actor, line, voucher, voiding, at)
    if kept != voucher.id:
        audit.record(who, "voucher.reissued", f"voucher:{kept}", at=at, instead_of=voucher.id)
    tell_voided(voucher, reissued=voiding.reissue, was_shown=was_shown)
    return kept


def _next_issue(
    actor: Actor, line: RedemptionLine, voucher: Voucher, voiding: Voiding, at: datetime
) -> int:
    """The voucher that takes the place of one that is void; the same when none does (yet)."""
    who = actor.employee_id
    if voucher.stock_code_id is None:
        if not voiding.reissue:
            return voucher.id
        crashpoint("voiding.between_codes")
        return _insert_voucher(line, voucher.unit_no, at=at, actor_id=who, instead_of=voucher)
    spoiled = Spoiled(
        line=line,
        voucher_id=voucher.id,
        code_id=voucher.stock_code_id,
        unit_no=voucher.unit_no,
        issue=voucher.issue,
        reissue=voiding.reissue,
        reason=voiding.reason.strip(),
        actor=actor,
    )
    received = replacement(spoiled, at)
    return _insert_received(line, received, at=at, actor_id=who) if received else voucher.id


@revokes
def revoke_of_line(line_id: int, at: datetime) -> None:
    """A line ended after all: its vouchers and certificates count no more."""
    for voucher in _vouchers_of(line_id):
        if voucher.state in USABLE:
            note = "The request was taken back."
            move_voucher(voucher, VoucherState.VOID, actor_id=None, at=at, note=note)
    session().execute(
        sa.update(Certificate)
        .where(Certificate.line_id == line_id, Certificate.state == CertificateState.VALID)
        .values(state=CertificateState.VOID, voided_at=at),
        execution_options={"synchronize_session": False},
    )


@returnable_while
def codes_are_unseen() -> sa.ColumnElement[bool]:
    """Whether a line has codes and nobody has seen one of them."""
    of_line = sa.exists().where(Voucher.line_id == RedemptionLine.id)
    is_other = Voucher.state.not_in((VoucherState.ISSUED, VoucherState.VOID))
    was_seen = of_line.where(CodeReveal.voucher_id == Voucher.id)
    return (
        of_line.where(Voucher.state == VoucherState.ISSUED) & ~of_line.where(is_other) & ~was_seen
    )


@kept_while
def was_used() -> sa.ColumnElement[bool]:
    """Whether a part of a voucher was taken at a desk, and not put back."""
    return sa.exists().where(
        Voucher.line_id == RedemptionLine.id, Voucher.remaining < Voucher.initial
    )


def expire_vouchers(*, at: datetime, limit: int = 500) -> int:
    """Close vouchers whose last day is over; how many."""
    due = session().scalars(
        sa.select(Voucher)
        .where(Voucher.state.in_(USABLE), Voucher.valid_until < day_not_over(at))
        .order_by(Voucher.id)
        .limit(limit)
        .with_for_update()
    )
    vouchers = list(due)
    for voucher in vouchers:
        lost = {"left": voucher.remaining, "currency": voucher.currency}
        move_voucher(voucher, VoucherState.EXPIRED, actor_id=None, at=at)
        audit.record(None, "voucher.expired", f"voucher:{voucher.id}", at=at, **lost)
    return len(vouchers)


def count_lookup(address: str, *, at: datetime) -> None:
    """Count a look at a public page before its answer is known. Raises TooManyLookups.

    A digest of the address is kept for a day, the address itself never.
    """
    since, digest = window_of(at), fingerprint(counted_as(address), "lookup address")
    counted = session().scalar(
        insert_or_skip(LookupCount)
        .values(address=digest, since=since, lookups=1)
        .on_conflict_do_update(
            index_elements=["address", "since"],
            set_={"lookups": LookupCount.lookups + 1},
            where=LookupCount.lookups < LOOKUPS_PER_WINDOW,
        )
        .returning(LookupCount.lookups)
    )
    if counted is None:
        raise TooManyLookups(since + LOOKUP_WINDOW - at)


def forget_lookups(*, before: datetime) -> None:
    """Forget who looked codes up before this moment."""
    session().execute(
        sa.delete(LookupCount).where(LookupCount.since < before),
        execution_options={"synchronize_session": False},
    )
