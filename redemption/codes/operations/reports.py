"""“It doesn't work”: a person says so, the desk looks into it, and it is answered once."""

from datetime import datetime

import sqlalchemy as sa

from marketplace.access.actor import Actor
from marketplace.kernel import audit
from marketplace.kernel.db import insert_or_skip, session
from marketplace.kernel.errors import BadInput, NotFound
from marketplace.kernel.idempotency import answer_key, claim_key
from marketplace.kernel.jobs import enqueue
from marketplace.kernel.secrets import open_sealed
from redemption.codes.errors import AlreadyReported
from redemption.codes.models import CodeReport
from redemption.codes.policies import without_code
from redemption.codes.states import Outcome
from redemption.fulfillment.operations.fulfilling import close_issue
from redemption.fulfillment.operations.tasks import open_task
from redemption.fulfillment.states import Work
from redemption.models import RedemptionLine
from redemption.operations.lines import lock_line, refuse_own
from redemption.states import LineState
from redemption.vouchers.giving_back import refuse_while_busy
from redemption.vouchers.models import CodeReveal, Voucher
from redemption.vouchers.operations import sealed_for
from redemption.vouchers.received import Card, unpacked
from redemption.vouchers.states import USABLE

_FULFILLED = frozenset({LineState.FULFILLED})


def report_code(
    actor: Actor, voucher_id: int, words: str, *, request_key: str, at: datetime
) -> int:
    """Say that the code of one's own voucher doesn't work; the report.

    Raises NotFound for anyone else's and for a code that was not shown yet, BadInput without
    words, AlreadyReported.
    """
    answered = claim_key(actor.id, request_key, at=at, report=voucher_id, words=words)
    if answered is not None:
        return int(answered)
    if not words.strip():
        raise BadInput("Write what happens when you use it. Nothing was changed.")
    line_id = _held_line(actor, voucher_id)
    line = lock_line(line_id, _FULFILLED) if line_id else None
    voucher = shown_voucher(voucher_id) if line else None
    if line is None or voucher is None:
        raise NotFound("There is no code here that was shown to you.")
    said = without_code(words.strip(), _card_of(voucher))
    report_id = _keep(line, voucher, said, at)
    problem = f"The code ending in {voucher.last4} does not work: {said}"
    open_task(line.id, Work.ISSUE, at=at, problem=problem)
    audit.record(actor.id, "codes.reported", f"code-report:{report_id}", at=at)
    answer_key(actor.id, request_key, str(report_id))
    return report_id


def _card_of(voucher: Voucher) -> Card:
    place = sealed_for(voucher.line_id, voucher.unit_no, voucher.issue)
    return unpacked(open_sealed(voucher.cipher, place))


def _held_line(actor: Actor, voucher_id: int) -> int | None:
    return session().scalar(
        sa.select(RedemptionLine.id)
        .join(Voucher, Voucher.line_id == RedemptionLine.id)
        .where(Voucher.id == voucher_id, RedemptionLine.holder_id == actor.employee_id)
    )


def shown_voucher(voucher_id: int) -> Voucher | None:
    """A voucher in force with a code that others made, once its holder has seen the code."""
    seen = sa.exists().where(CodeReveal.voucher_id == Voucher.id)
    return session().scalar(
        sa.select(Voucher).where(
            Voucher.id == voucher_id,
            Voucher.state.in_(USABLE),
            Voucher.is_received,
            seen,
        )
    )


def _keep(line: RedemptionLine, voucher: Voucher, words: str, at: datetime) -> int:
    report_id = session().scalar(
        insert_or_skip(CodeReport)
        .values(
            code_id=voucher.stock_code_id,
            voucher_id=voucher.id,
            line_id=line.id,
            words=words,
            reported_at=at,
        )
        .on_conflict_do_nothing()
        .returning(CodeReport.id)
    )
    if report_id is None:
        raise AlreadyReported
    return report_id


def answer_works(
    actor: Actor, report_id: int, answer: str, *, request_key: str, at: datetime
) -> int:
    """The code does work: the person gets a letter with these words, and keeps the code.

    Raises NotFound, BadInput without words or while its provider makes another, OwnRequest.
    """
    is_person = actor.employee_id is not None
    if is_person and claim_key(actor.id, request_key, at=at, works=report_id, answer=answer):
        return report_id
    if not answer.strip():
        raise BadInput("Write how to use it; the person reads it. Nothing was changed.")
    report = open_report(report_id)
    line = lock_line(report.line_id, _FULFILLED)
    if line is None:
        raise NotFound("This request ended meanwhile.")
    refuse_own(actor, line)
    refuse_while_busy(line.id, session().get_one(Voucher, report.voucher_id).unit_no)
    _settle([report.id], Outcome.WORKS, answer.strip(), actor, at)
    close_if_answered(report.line_id, at=at)
    enqueue("codes.tell_works", key=str(report_id), report_id=report_id)
    if is_person:
        answer_key(actor.id, request_key, str(report_id))
    return report_id


def open_report(report_id: int) -> CodeReport:
    """A report that nobody answered yet. Raises NotFound, BadInput."""
    report = session().get(CodeReport, report_id, populate_existing=True)
    if report is None:
        raise NotFound("Nobody reported such a code.")
    if report.settled_at is not None:
        raise BadInput("This was answered meanwhile. Nothing was changed.")
    return report


def settle_report(
    voucher_id: int, outcome: Outcome, answer: str, actor: Actor, *, at: datetime
) -> None:
    """Answer what was said of a voucher's code, where somebody said something."""
    ids = session().scalars(
        sa.select(CodeReport.id).where(
            CodeReport.voucher_id == voucher_id, CodeReport.settled_at.is_(None)
        )
    )
    _settle(list(ids), outcome, answer, actor, at)


def close_if_answered(line_id: int, *, at: datetime) -> None:
    """Nothing is left for a person to look into, unless another code of the line was reported."""
    is_open = sa.exists().where(CodeReport.line_id == line_id, CodeReport.settled_at.is_(None))
    if not session().scalar(sa.select(is_open)):
        close_issue(line_id, at=at)


def close_reports(line_id: int, *, at: datetime) -> None:
    """The request ended with its points given back: that answers what was reported."""
    ids = session().scalars(
        sa.select(CodeReport.id).where(
            CodeReport.line_id == line_id, CodeReport.settled_at.is_(None)
        )
    )
    _settle(list(ids), Outcome.GIVEN_BACK, "", Actor.system(), at)


def _settle(
    report_ids: list[int], outcome: Outcome, answer: str, actor: Actor, at: datetime
) -> None:
    session().execute(
        sa.update(CodeReport)
        .where(CodeReport.id.in_(report_ids), CodeReport.settled_at.is_(None))
        .values(outcome=outcome, answer=answer, settled_by_id=actor.employee_id, settled_at=at),
        execution_options={"synchronize_session": False},
    )
