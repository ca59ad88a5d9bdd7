"""`/approvals/by-mail/…`: answering by a link in a letter; and the limits of such links.

Opening a link changes nothing, whoever opens it: programs that look at letters do. What answers is
the form on the page, whose token is tied to a cookie of this site.
"""

from datetime import datetime, timedelta

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from marketplace.access.actor import Actor
from marketplace.access.roles import Permission
from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.kernel.errors import BadInput, DomainError, NotFound
from marketplace.kernel.parsing import minor_text
from marketplace.kernel.settings import current
from marketplace.people.queries import actor_of
from marketplace.web.deeds import once, pressed
from marketplace.web.forms import PageForm
from marketplace.web.pages import (
    current_actor,
    flash_done,
    flash_notice,
    public,
    render_page,
    requires,
    see_other,
)
from redemption.approvals.by_mail.forms import MailRuleForm
from redemption.approvals.by_mail.links import link_of
from redemption.approvals.by_mail.operations import answer_by_link, set_mail_rule
from redemption.approvals.by_mail.policies import Link, link_obstacle
from redemption.approvals.by_mail.queries import (
    facts_of_link,
    last_answer,
    mail_rule,
    needs_sign_in,
    reference_of,
)
from redemption.approvals.forms import DecisionForm, DeclineForm, reasons_for
from redemption.approvals.operations.deciding import Answer, undo_decision
from redemption.approvals.queries.decision import DecisionPage, decision_page
from redemption.approvals.states import Verdict
from redemption.vouchers.operations import count_lookup
from redemption.vouchers.policies import Looked

bp = Blueprint("approval_mail", __name__)
GONE = 410
AGAIN = "Open the letter again and answer from the page it leads to. Nothing was changed."


@bp.after_request
def _leave_no_trace(response: Response) -> Response:
    """The address is a key: no cache and no search engine gets to know it, nor any other site.

    The last is the house's own `Referrer-Policy: same-origin`; forms over https need a referrer.
    """
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


@bp.get("/approvals/by-mail/<token>")
@public
def show(token: str) -> ResponseReturnValue:
    """The request, its verdict and its budget, with the answers as forms. Changes nothing."""
    return _page(token, _link(token), clock.now())


def _link(token: str) -> Link:
    """What a link stands for. Those we did not make are counted."""
    try:
        return link_of(token)
    except NotFound:
        with transaction():
            count_lookup(request.remote_addr or "", at=clock.now(), of=Looked.MAIL_LINK)
        raise


def _page(
    token: str, link: Link, at: datetime, form: DeclineForm | None = None, refusal: str = ""
) -> ResponseReturnValue:
    facts = facts_of_link(link, at=at)
    obstacle, reference = link_obstacle(link, facts, at=at), reference_of(link.line_id)
    if not facts.is_here:
        return _closed(obstacle or "", GONE)
    actor = actor_of(link.employee_id)
    page = _decision_page(actor, reference, at)
    if page is None or (obstacle and (page.decided is None or last_answer(link) is None)):
        return _closed(refusal or obstacle or "", GONE, reference)
    if somebody_else := _somebody_else(link):
        return _closed(somebody_else, 403)
    if obstacle is None and needs_sign_in(link.line_id):
        return _asks_to_sign_in(reference, 403 if refusal else 200)
    return _answering(token, actor, page, form, refusal)


def _answering(
    token: str, actor: Actor, page: DecisionPage, form: DeclineForm | None, refusal: str
) -> ResponseReturnValue:
    form = form or DeclineForm(formdata=None, content_hash=page.content_hash)
    status = 422 if form.errors else 409 if refusal else 200
    return render_page(
        "approvals/by_mail/show.html",
        status,
        page=page,
        token=token,
        approver=actor.name,
        form=form,
        reasons=[(why, why) for why in reasons_for(page.kind, is_own=page.is_own)],
        refusal=refusal,
        wants_no=request.args.get("answer") == "decline" or bool(form.errors),
    )


def _decision_page(actor: Actor, reference: str, at: datetime) -> DecisionPage | None:
    try:
        return decision_page(actor, reference, at=at)
    except NotFound:
        return None


def _somebody_else(link: Link) -> str:
    """Why a link is refused in a browser where somebody else is signed in, or nothing."""
    if not current_user.is_authenticated or current_actor().id == link.employee_id:
        return ""
    return (
        f"You are signed in as {current_actor().name}, and this link is somebody else’s. "
        "Nobody answers with another’s letter. Nothing was changed."
    )


def _closed(words: str, status: int, reference: str = "") -> ResponseReturnValue:
    context = {"words": words, "reference": reference}
    return render_page("approvals/by_mail/closed.html", status, **context)


def _asks_to_sign_in(reference: str, status: int) -> ResponseReturnValue:
    if current_user.is_authenticated:
        return see_other("approvals.inbox", request=reference)
    return render_page("approvals/by_mail/sign_in.html", status, reference=reference)


@bp.post("/approvals/by-mail/<token>/approve")
@public
def approve(token: str) -> ResponseReturnValue:
    """Yes, as whose link it is."""
    link, form = _link(token), DecisionForm()
    if not form.validate():
        raise BadInput(AGAIN)
    return _answered(token, link, Answer(Verdict.APPROVE, form.content_hash.data or ""), form)


@bp.post("/approvals/by-mail/<token>/decline")
@public
def decline(token: str) -> ResponseReturnValue:
    """No, with a reason."""
    link, form = _link(token), DeclineForm()
    if not form.validate():
        return _page(token, link, clock.now(), form)
    said = Answer(Verdict.DECLINE, form.content_hash.data or "", form.words)
    return _answered(token, link, said, form)


def _answered(token: str, link: Link, said: Answer, form: PageForm) -> ResponseReturnValue:
    at = clock.now()
    if somebody_else := _somebody_else(link):
        return _closed(somebody_else, 403)
    said = Answer(said.verdict, said.content_hash, said.reason, answers_before=link.answers)
    try:
        with transaction():
            undo_for = timedelta(seconds=current().undo_seconds)
            answer_by_link(link, said, request_key=form.key, undo_for=undo_for, at=at)
    except DomainError as refusal:
        session().close()
        return _page(token, link, at, refusal=refusal.message)
    return see_other("approval_mail.show", token=token)


@bp.post("/approvals/by-mail/<token>/undo")
@public
def undo(token: str) -> ResponseReturnValue:
    """Take the answer back that was given by this link, before it takes effect."""
    link, key, at = _link(token), pressed(AGAIN), clock.now()
    if somebody_else := _somebody_else(link):
        return _closed(somebody_else, 403)
    decision_id = last_answer(link)
    if decision_id is None:
        raise NotFound("Nothing was answered by this link.")
    session().close()
    try:
        with transaction():
            undo_decision(actor_of(link.employee_id), decision_id, request_key=key, at=at)
    except DomainError as refusal:
        session().close()
        return _closed(refusal.message, refusal.status, reference_of(link.line_id))
    words = "Taken back. The request waits again; open your inbox to answer it."
    return _closed(words, 200, reference_of(link.line_id))


@bp.get("/manage/approval-policies/mail")
@requires(Permission.REPORTS_VIEW)
def limits() -> ResponseReturnValue:
    """Up to what a link in a letter is enough."""
    rule = mail_rule()
    most = rule.most_money
    amount = minor_text(most.minor, most.currency) if most else ""
    data = {"is_on": rule.is_on, "most_points": rule.most_points, "most_money": amount}
    data |= {"currency": most.currency if most else "", "days": rule.days}
    return _limits_page(MailRuleForm(formdata=None, data=data))


def _limits_page(form: MailRuleForm) -> ResponseReturnValue:
    may_set = current_actor().may(Permission.PROGRAMS_MANAGE)
    return render_page("approvals/by_mail/limits.html", form=form, may_set=may_set)


@bp.post("/manage/approval-policies/mail")
@requires(Permission.PROGRAMS_MANAGE)
def set_limits() -> ResponseReturnValue:
    """Change that; it holds at once, for links that are out there, too."""
    form, at = MailRuleForm(), clock.now()
    if not form.validate():
        return _limits_page(form)

    def write(actor: Actor) -> str:
        return "yes" if set_mail_rule(actor, form.rule, at=at) else ""

    if once(form, write, at=at):
        flash_done("Saved. It holds at once, also for letters that are out there.")
    else:
        flash_notice("It was so before, so nothing was changed.")
    return see_other("approval_mail.limits")
