"""`/manage/trips/<slug>/<departure>/people`: waves, invitations and their answers."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from catalog.trips.queries.planner import departure_at
from catalog.views.dates import span_of_days
from marketplace.access.actor import Actor
from marketplace.access.roles import Permission
from marketplace.budgets.queries import budget_choices
from marketplace.budgets.states import BudgetPurpose
from marketplace.kernel import clock
from marketplace.kernel.errors import DomainError
from marketplace.web.deeds import once, say_in
from marketplace.web.forms import PageForm
from marketplace.web.pages import current_actor, flash_done, render_page, requires, see_other
from redemption.travel.invitations.forms import MoreForm, MoreTimeForm, WaveForm, WithdrawForm
from redemption.travel.invitations.operations.closing import withdraw as take_away
from redemption.travel.invitations.operations.waves import (
    NewWave,
    extend_answer,
    invite_more,
    make_wave,
)
from redemption.travel.invitations.queries.checked import people_in_order
from redemption.travel.invitations.queries.desk import InvitedRow, invited_people, invited_row
from redemption.travel.invitations.queries.own import an_invitation, what_happened
from redemption.travel.invitations.states import InvitationState

_I = InvitationState
_VIEWS = {
    "asked": ("No answer yet", {_I.INVITED}),
    "go": ("Go", {_I.ACCEPTED}),
    "next": ("Next", {_I.OWED, _I.ALTERNATE}),
    "over": ("Don’t go", {_I.DECLINED, _I.LAPSED, _I.WITHDRAWN, _I.GIVEN_BACK}),
}

manage = Blueprint(
    "invitations_manage", __name__, url_prefix="/manage/trips/<slug>/<int:variant_id>/people"
)


@manage.get("")
@requires(Permission.CATALOG_MANAGE)
def people(slug: str, variant_id: int) -> ResponseReturnValue:
    """Everyone invited to a departure, wave by wave, and where each stands."""
    return _people_page(slug, variant_id, None)


def _people_page(slug: str, variant_id: int, form: MoreForm | None) -> ResponseReturnValue:
    trip, departure = departure_at(slug, variant_id)
    found, view = invited_people(variant_id), request.args.get("view", "")
    return render_page(
        "invitations/manage/people.html",
        trip=trip,
        departure=departure,
        found=found,
        shown=[row for row in found.rows if _stands_in(row, view)],
        chips=_chips(found.rows, view, slug=slug, variant_id=variant_id),
        form=form or MoreForm(formdata=None, data={"how_many": 1}),
        span=span_of_days,
        now=clock.now(),
    )


def _stands_in(row: InvitedRow, view: str) -> bool:
    """Whether a list of the page shows somebody; any other name of one shows all."""
    return row.state in _VIEWS[view][1] if view in _VIEWS else True


def _chips(rows: Sequence[InvitedRow], view: str, **here: Any) -> list[dict[str, object]]:
    labels = {"": "Everyone", **{name: label for name, (label, _) in _VIEWS.items()}}
    return [
        {
            "label": label,
            "href": url_for("invitations_manage.people", view=name or None, **here),
            "count": sum(_stands_in(row, name) for row in rows),
            "is_current": name == (view if view in _VIEWS else ""),
        }
        for name, label in labels.items()
    ]


@manage.route("/invite", methods=["GET", "POST"])
@requires(Permission.CATALOG_MANAGE)
def invite(slug: str, variant_id: int) -> ResponseReturnValue:
    """Put a wave together: whom, in order, and how many at once."""
    trip, departure = departure_at(slug, variant_id)
    usual = {"guests_most": trip.terms.guests_most, "accept_days": trip.terms.accept_days}
    form = WaveForm(budget_choices(BudgetPurpose.REWARDS), data=usual)
    shown = {"trip": trip, "departure": departure, "form": form, "span": span_of_days}
    if not form.validate_on_submit():
        return render_page("invitations/manage/invite.html", **shown)
    try:
        once(
            form,
            lambda actor: str(make_wave(actor, _wave(form, variant_id), at=clock.now())),
            at=clock.now(),
        )
    except DomainError as refusal:
        say_in(form, refusal, otherwise="people")
        return render_page("invitations/manage/invite.html", **shown)
    flash_done(f"{form.name.data} is made, and the first are invited. Each gets a letter.")
    return see_other("invitations_manage.people", slug=slug, variant_id=variant_id)


def _wave(form: WaveForm, variant_id: int) -> NewWave:
    budget = form.budget.data
    return NewWave(
        variant_id=variant_id,
        name=(form.name.data or "").strip(),
        people=people_in_order(form.names),
        at_once=form.at_once.data or 0,
        guests_most=form.guests_most.data or 0,
        accept_days=form.accept_days.data or 1,
        budget_id=int(budget) if budget else None,
    )


@manage.post("/waves/<int:wave_id>/more")
@requires(Permission.CATALOG_MANAGE)
def more(slug: str, variant_id: int, wave_id: int) -> ResponseReturnValue:
    """Invite so many more of those who are next in a wave."""
    form, at = MoreForm(), clock.now()
    departure_at(slug, variant_id)
    if not form.validate_on_submit():
        return _people_page(slug, variant_id, form)
    how_many = form.how_many.data or 0
    try:
        once(form, lambda actor: str(invite_more(actor, wave_id, how_many, at=at)), at=at)
    except DomainError as refusal:
        if refusal.status == 404:
            raise
        say_in(form, refusal, otherwise="how_many")
        return _people_page(slug, variant_id, form)
    flash_done("They are invited. Each gets a letter.")
    return see_other("invitations_manage.people", slug=slug, variant_id=variant_id)


@manage.get("/<int:invitation_id>")
@requires(Permission.CATALOG_MANAGE)
def show(slug: str, variant_id: int, invitation_id: int) -> ResponseReturnValue:
    """One invitation with its story; more time for it, and taking it away."""
    return _invitation_page(slug, variant_id, invitation_id)


def _invitation_page(
    slug: str, variant_id: int, invitation_id: int, **forms: PageForm
) -> ResponseReturnValue:
    trip, departure = departure_at(slug, variant_id)
    row = invited_row(variant_id, invitation_id)
    return render_page(
        "invitations/manage/show.html",
        422 if any(form.errors for form in forms.values()) else 200,
        trip=trip,
        departure=departure,
        row=row,
        invited=an_invitation(invitation_id),
        events=what_happened(invitation_id),
        is_own=row.employee_id == current_actor().employee_id,
        span=span_of_days,
        **{"time_form": MoreTimeForm(formdata=None), "form": WithdrawForm(formdata=None), **forms},
    )


@manage.post("/<int:invitation_id>/more-time")
@requires(Permission.CATALOG_MANAGE)
def more_time(slug: str, variant_id: int, invitation_id: int) -> ResponseReturnValue:
    """Give somebody more time to answer."""
    form, at = MoreTimeForm(), clock.now()
    invited_row(variant_id, invitation_id)
    if not form.validate_on_submit():
        return _invitation_page(slug, variant_id, invitation_id, time_form=form)

    def work(actor: Actor) -> str:
        extend_answer(actor, invitation_id, form.moment, at=at)
        return slug

    try:
        once(form, work, at=at)
    except DomainError as refusal:
        say_in(form, refusal, otherwise="until")
        return _invitation_page(slug, variant_id, invitation_id, time_form=form)
    flash_done("They have more time. The page of their invitation says so.")
    return _back(slug, variant_id, invitation_id)


@manage.post("/<int:invitation_id>/withdraw")
@requires(Permission.CATALOG_MANAGE)
def withdraw(slug: str, variant_id: int, invitation_id: int) -> ResponseReturnValue:
    """Take an invitation or a place away; the next has it."""
    form, at = WithdrawForm(), clock.now()
    invited_row(variant_id, invitation_id)
    if not form.validate_on_submit():
        return _invitation_page(slug, variant_id, invitation_id, form=form)
    reason = (form.reason.data or "").strip()

    def work(actor: Actor) -> str:
        take_away(actor, invitation_id, reason, at=at)
        return slug

    try:
        once(form, work, at=at)
    except DomainError as refusal:
        say_in(form, refusal, otherwise="reason")
        return _invitation_page(slug, variant_id, invitation_id, form=form)
    flash_done("It is withdrawn, and the next has what it kept.")
    return _back(slug, variant_id, invitation_id)


def _back(slug: str, variant_id: int, invitation_id: int) -> ResponseReturnValue:
    here: dict[str, str | int] = {"slug": slug, "variant_id": variant_id}
    return see_other("invitations_manage.show", invitation_id=invitation_id, **here)
