"""The pages of the person who asks: check, list, one request, cancel, remind, answer."""

from collections.abc import Sequence
from dataclasses import replace

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from catalog.details import LONG, MOST_DETAILS, digest
from catalog.errors import DetailsChanged
from catalog.offers import Offer
from catalog.policies import Obstacle
from catalog.queries import offer
from catalog.queries.audience import reader_of
from catalog.queries.cards import Card
from catalog.queries.instead import Missing, rewards_instead
from catalog.trips.terms import parties
from catalog.views.balance import purse_of
from catalog.views.reward_facts import limit_so_far, ready_words
from marketplace.access.roles import Permission
from marketplace.kernel import clock
from marketplace.kernel.db import transaction
from marketplace.kernel.errors import DomainError, NotFound
from marketplace.people.queries import Person
from marketplace.web.arguments import id_asked, id_if_readable
from marketplace.web.deeds import pressed
from marketplace.web.filters import points_are
from marketplace.web.forms import PageForm, new_request_key
from marketplace.web.navigation import counts
from marketplace.web.pages import current_actor, flash_done, render_page, requires, see_other
from redemption import queries
from redemption.approvals.operations.notes import answer_question, remind_approvers
from redemption.approvals.policies import by_gate
from redemption.forms import (
    DETAIL,
    AnswerForm,
    CheckForm,
    GiftForm,
    ParcelForm,
    WishForm,
    check_form,
)
from redemption.gifts.policies import ANSWER_DAYS, gift_obstacle
from redemption.gifts.queries import colleagues_called, is_given_to
from redemption.instead.queries import to_choose
from redemption.journeys.forms import say_each
from redemption.journeys.queries.cover import cover_meant, cover_suggested
from redemption.operations.ending import cancel_redemption
from redemption.operations.submit import submit_redemption
from redemption.panels import panels_by
from redemption.policies import Order, leaves_sooner
from redemption.queries.addresses import usual_address
from redemption.refusals import NotWaiting
from redemption.story import TONES
from redemption.waiting.policies import kept_words
from redemption.words import counts_with, decided_within, in_turn, why_asked

bp = Blueprint("redemption", __name__)
PAGE_SIZE = 24


@bp.route("/rewards/<slug>/redeem", methods=["GET", "POST"])
@requires(Permission.REWARD_REDEEM)
def check(slug: str) -> ResponseReturnValue:
    """Everything once more before points are set aside; then the request itself."""
    if asked := id_asked("variant", request.form):
        return _ask(slug, offer(current_actor(), asked, at=clock.now()))
    looked = queries.Looked(
        id_asked("variant"),
        request.args.get("amount", ""),
        _is_gift(),
        id_if_readable("places"),
    )
    page = _page(slug, looked)
    form = _form_of(page.offer)
    form.validate_on_submit()
    return _check(page, form)


def _is_gift() -> bool:
    """Whether somebody chose to give it to a colleague; by default it is for oneself."""
    return request.values.get("gift") == "1"


def _form_of(wanted: Offer) -> CheckForm:
    return check_form(wanted, is_gift=_is_gift(), today=clock.today())


def _ask(slug: str, wanted: Offer) -> ResponseReturnValue:
    """The request. The whole page is read only when it has to be shown again."""
    form = _form_of(wanted)
    is_as_seen = (form.seen_details.data or "") == digest(wanted.details)
    if slug != wanted.slug or (not form.validate_on_submit() and is_as_seen):
        return _check(_page_again(slug, wanted, form), form)
    if isinstance(form, GiftForm) and not _is_chosen(form):
        return _whom(slug, wanted, form)
    try:
        if not is_as_seen:
            raise DetailsChanged
        order = _with_dates(form, form.order(wanted))
        with transaction():
            reference = submit_redemption(
                current_actor(), order, request_key=form.key, at=clock.now()
            )
    except NotFound:
        raise
    except DomainError as refusal:
        return _refused(slug, wanted, form, refusal)
    wanted = wanted.over(order.amount_minor)
    waits = queries.waits_for_approval(reference)
    points = wanted.points * order.quantity
    flash_done(_submitted_words(wanted, points, waits=waits, is_gift=isinstance(form, GiftForm)))
    return see_other("redemption.show", reference=reference)


def _with_dates(form: CheckForm, order: Order) -> Order:
    """The order with the dates asked for, where the form asks for some. Raises NoCover."""
    if not isinstance(form, WishForm):
        return order
    return replace(order, wish=form.wish(cover_meant(current_actor(), form.cover.data or "")))


def _is_chosen(form: GiftForm) -> bool:
    """Whether one of those the name may mean was chosen: not somebody an earlier name meant."""
    found = colleagues_called(current_actor(), form.gift_to.data or "")
    return form.recipient_id.data in {who.id for who in found}


def _whom(slug: str, wanted: Offer, form: GiftForm) -> ResponseReturnValue:
    """Whom a name may mean: somebody is chosen before anything is given."""
    found = colleagues_called(current_actor(), form.gift_to.data or "")
    if not found:
        form.gift_to.errors = ["Nobody else at work is called that. Try another part of the name."]
    return _check(_page_again(slug, wanted, form), form, colleagues=found)


def _check(
    page: queries.CheckPage,
    form: CheckForm,
    refusal: DomainError | None = None,
    colleagues: Sequence[Person] = (),
) -> ResponseReturnValue:
    if isinstance(form, ParcelForm) and not form.is_submitted():
        form.fill_in(usual_address(current_actor()))
    if isinstance(form, WishForm) and page.package is not None:
        form.fit(page.package.terms, today=clock.today())
        colleagues = cover_suggested(current_actor())
    if isinstance(form, GiftForm) and form.recipient_id.data is not None:
        colleagues = colleagues_called(current_actor(), form.gift_to.data or "")
    return render_page(
        "redemption/check.html",
        status=refusal.status if refusal else 200,
        page=page,
        offer=page.offer,
        form=form,
        refusal=refusal,
        approval=_approval_words(page),
        ready=ready_words(page.offer, after_a_yes=bool(page.steps)),
        limit=limit_so_far(page.offer, page.used, clock.now()),
        no_longer_asked=_no_longer_asked(form),
        instead=_instead(page.offer, page.obstacle),
        is_gift=isinstance(form, GiftForm),
        may_give=not gift_obstacle(page.offer),
        colleagues=colleagues,
        answer_days=ANSWER_DAYS,
        kept=kept_words(page.turn.units, is_trip=page.offer.departure is not None)
        if page.turn
        else "",
        parties=parties(page.places_most),
        package=page.package,
        holds_until=page.package.terms.guaranteed_until(clock.today()) if page.package else None,
    )


def _instead(wanted: Offer, obstacle: Obstacle | None) -> tuple[Card, ...]:
    """What they could have now at most at that price, where nothing is left of what they want."""
    if obstacle is None or obstacle.code != "sold_out":
        return ()
    missing = Missing(wanted.reward_id, wanted.kind, wanted.points)
    return rewards_instead(reader_of(current_actor(), clock.now()), missing)


def _page_again(slug: str, wanted: Offer, form: CheckForm) -> queries.CheckPage:
    looked = queries.Looked(wanted.variant_id, form.amount.data or "", _is_gift(), form.places.data)
    return _page(slug, looked)


def _page(slug: str, looked: queries.Looked) -> queries.CheckPage:
    actor, at = current_actor(), clock.now()
    available = purse_of(actor, at).available
    return queries.check_page(actor, slug, looked, available=available, at=at)


def _refused(
    slug: str, wanted: Offer, form: CheckForm, refusal: DomainError
) -> ResponseReturnValue:
    """The page again as things are now, with what stood in the way; nothing was changed."""
    page = _page_again(slug, wanted, form)
    form.request_key.data = new_request_key()
    say_each(form, refusal)
    return _check(page, form, refusal)


def _no_longer_asked(form: CheckForm) -> list[str]:
    """What was typed for details that are asked no more, so that nobody loses it."""
    sent = {name: text for name, text in request.form.items() if name.startswith(DETAIL)}
    gone = [text.strip()[:LONG] for name, text in sent.items() if name not in form]
    return [text for text in gone if text][:MOST_DETAILS]


def _approval_words(page: queries.CheckPage) -> str:
    why = why_asked(is_own=page.offer.is_own, counts_with=counts_with(page.counted))
    if not page.can_be_approved:
        return f"Nobody is set up to yet{f'.{why}' if why else ''}"
    if not page.steps:
        return "Nobody has to approve this"
    answers = len(by_gate(page.steps))
    leaves_on = leaves_sooner(page.offer.departure, at=clock.now(), answers=answers)
    within = decided_within(page.usual_wait, answers=answers, leaves_on=leaves_on)
    return f"{in_turn(page.steps)}, {within}{f'.{why}' if why else ''}"


def _submitted_words(wanted: Offer, points: int, *, waits: bool, is_gift: bool) -> str:
    if is_gift and not waits:
        return f"Your colleague is asked now. {points_are(points)} set aside meanwhile."
    if not waits:
        return f"{wanted.name} is yours. We prepare it now."
    return f"Asked. {points_are(points)} set aside while others decide."


@bp.get("/redemptions")
@requires(Permission.REWARD_REDEEM)
def mine() -> ResponseReturnValue:
    """Everything the person asked for, newest first."""
    rows = queries.my_requests(current_actor(), before_id=id_asked("before"), limit=PAGE_SIZE + 1)
    return render_page(
        "redemption/list.html",
        rows=rows[:PAGE_SIZE],
        more=rows[PAGE_SIZE - 1].id if len(rows) > PAGE_SIZE else None,
        missing=to_choose(current_actor())
        if counts(current_actor()).get("redemption.mine")
        else (),
    )


@bp.get("/redemptions/<reference>")
@requires(Permission.REWARD_REDEEM)
def show(reference: str) -> ResponseReturnValue:
    """One request: where it stands, who acts next and by when; of several lines each of them."""
    try:
        return _show(reference, AnswerForm())
    except NotFound:
        if is_given_to(current_actor(), reference):
            return see_other("gifts.show", reference=reference)
        page = queries.whole_request(current_actor(), reference)
    may_remind = page.remind is not None and page.remind.at <= clock.now()
    return render_page("redemption/whole.html", page=page, may_remind=may_remind)


def _show(reference: str, form: AnswerForm) -> ResponseReturnValue:
    actor, at = current_actor(), clock.now()
    page = queries.request_page(actor, reference, at=at)
    return render_page(
        "redemption/show.html",
        page=page,
        form=form,
        panels=panels_by(page.makers, actor, page.line_id),
        may_remind=page.remind_at is not None and page.remind_at <= at,
        tones=TONES,
    )


@bp.route("/redemptions/<reference>/cancel", methods=["GET", "POST"])
@requires(Permission.REWARD_REDEEM)
def cancel(reference: str) -> ResponseReturnValue:
    """Take a line or a whole request back, after saying what that does."""
    actor, form = current_actor(), PageForm()
    if not form.validate_on_submit():
        return _cancel(reference, form)
    with transaction():
        cancel_redemption(actor, reference, request_key=form.key, at=clock.now())
    flash_done(_canceled_words(reference))
    return see_other("redemption.show", reference=reference)


def _cancel(reference: str, form: PageForm) -> ResponseReturnValue:
    actor, at = current_actor(), clock.now()
    try:
        page = queries.request_page(actor, reference, at=at)
    except NotFound:
        whole = queries.cancel_page(actor, reference, at=at)
        return render_page("redemption/cancel_whole.html", page=whole, form=form)
    return render_page("redemption/cancel.html", page=page, form=form)


def _canceled_words(reference: str) -> str:
    try:
        page = queries.request_page(current_actor(), reference, at=clock.now())
    except NotFound:
        row = queries.whole_request(current_actor(), reference).row
        return f"What could be canceled is. {row.standing}."
    return f"Canceled. Your {page.came_back}"


def _reminded_line(reference: str) -> int:
    """The line of this number, or of a whole request the one that waits longest."""
    actor, at = current_actor(), clock.now()
    try:
        return queries.request_page(actor, reference, at=at).line_id
    except NotFound:
        whole = queries.whole_request(actor, reference)
    if whole.remind is None:
        raise NotWaiting(whole.row.lines[0].state)
    return whole.remind.line_id


@bp.post("/redemptions/<reference>/reminder")
@requires(Permission.REWARD_REDEEM)
def remind(reference: str) -> ResponseReturnValue:
    """Nudge those who decide."""
    actor, at = current_actor(), clock.now()
    line_id = _reminded_line(reference)
    key = pressed("Open your request again and send the reminder from there.")
    with transaction():
        remind_approvers(actor, line_id, request_key=key, at=at)
    flash_done("Your reminder is on its way.")
    return see_other("redemption.show", reference=reference)


@bp.post("/redemptions/<reference>/answer")
@requires(Permission.REWARD_REDEEM)
def answer(reference: str) -> ResponseReturnValue:
    """Answer what an approver asked."""
    page, form = queries.request_page(current_actor(), reference, at=clock.now()), AnswerForm()
    if not form.validate_on_submit():
        return _show(reference, form)
    with transaction():
        answer_question(
            current_actor(),
            page.line_id,
            form.text.data or "",
            request_key=form.key,
            at=clock.now(),
        )
    flash_done(f"{page.question_from or 'The approver'} gets your answer.")
    return see_other("redemption.show", reference=reference)
