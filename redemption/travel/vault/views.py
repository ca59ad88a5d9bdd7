"""`/settings/travel-data`: one's own; `/manage/travel-data`: that of travelers, masked."""

from collections.abc import Mapping
from datetime import date

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from catalog.audiences.names import country_name
from marketplace.access.actor import Actor
from marketplace.access.roles import Permission
from marketplace.kernel import clock
from marketplace.kernel.db import transaction
from marketplace.kernel.errors import BadInput, DomainError
from marketplace.web.arguments import id_if_readable
from marketplace.web.deeds import once, pressed, say_in
from marketplace.web.filters import day
from marketplace.web.forms import PageForm
from marketplace.web.pages import (
    current_actor,
    flash_done,
    render_page,
    requires,
    see_other,
)
from redemption.travel.vault import queries
from redemption.travel.vault.consent import CURRENT, TEXTS
from redemption.travel.vault.errors import NoTraveler
from redemption.travel.vault.forms import KeepForm, NeedsForm, PassportForm, ReadForm
from redemption.travel.vault.operations import agreeing, forgetting, keeping, reading
from redemption.travel.vault.queries import KeptValue, Traveler
from redemption.travel.vault.states import COUNTRIES, DAYS, Purpose, VaultField

bp = Blueprint("travel_data", __name__, url_prefix="/settings/travel-data")
manage = Blueprint("travel_data_manage", __name__, url_prefix="/manage/travel-data")
blueprints = (bp, manage)

Clear = Mapping[VaultField, str]


@bp.get("")
@requires(Permission.SETTINGS_OWN)
def mine() -> ResponseReturnValue:
    """What is kept about me, masked; until when, and who has read it."""
    return _own_page({})


@bp.post("/show")
@requires(Permission.SETTINGS_OWN)
def show_own() -> ResponseReturnValue:
    """The same in clear; that is noted as well."""
    pressed("Open the page of your travel data again and press the button there.")
    actor, at = current_actor(), clock.now()
    who, kept = _own()
    with transaction():
        shown = reading.reveal(actor, who.id, [one.field for one in kept], at=at)
    return _own_page(shown)


def _own() -> tuple[Traveler, list[KeptValue]]:
    found = queries.own_traveler(current_actor())
    if found is None:
        raise NoTraveler
    return found


def _nothing(why: str) -> ResponseReturnValue:
    return render_page("travel_data/nothing.html", why=why)


def _own_page(shown: Clear) -> ResponseReturnValue:
    actor = current_actor()
    who, kept = queries.own_traveler(actor) or (None, [])
    return render_page(
        "travel_data/mine.html",
        traveler=who,
        groups=_groups(kept),
        shown=_in_words(shown),
        may_enter=who is not None and who.may_enter(clock.today()),
        readings=queries.readings_of(employee_id=actor.id),
        happenings=queries.happenings_of(employee_id=actor.id),
    )


def _in_words(shown: Clear) -> Clear:
    """Values as people read them: days and countries by their names."""
    return {field: _words(field, value) for field, value in shown.items()}


def _words(field: VaultField, value: str) -> str:
    if field in DAYS:
        return day(date.fromisoformat(value))
    return f"{country_name(value)} ({value})" if field in COUNTRIES else value


def _groups(kept: list[KeptValue]) -> list[tuple[Purpose, list[KeptValue]]]:
    return [(purpose, [one for one in kept if one.field.purpose is purpose]) for purpose in Purpose]


@bp.route("/passport", methods=["GET", "POST"])
@requires(Permission.SETTINGS_OWN)
def passport() -> ResponseReturnValue:
    """Enter or change what stands in my passport."""
    return _entered(PassportForm, "travel_data/passport.html")


@bp.route("/needs", methods=["GET", "POST"])
@requires(Permission.SETTINGS_OWN)
def needs() -> ResponseReturnValue:
    """Enter or change what I need on a trip, with my agreement that it is kept."""
    return _entered(NeedsForm, "travel_data/needs.html")


def _entered(kind: type[KeepForm], template: str) -> ResponseReturnValue:
    found, at = queries.own_traveler(current_actor()), clock.now()
    if found is None or not found[0].may_enter(at.date()):
        return _nothing("There is no trip ahead")
    who, form = found[0], kind(found[1])
    shown = {"traveler": who, "form": form, "text": TEXTS[CURRENT]}
    if not form.validate_on_submit():
        return render_page(template, **shown)

    def work(actor: Actor) -> str:
        is_new = False
        if isinstance(form, NeedsForm) and form.agree.data:
            version = form.text_version.data or ""
            is_new = agreeing.agree(actor, who.id, text_version=version, at=at)
        return "changed" if keeping.put(actor, who.id, form.values, at=at) or is_new else "same"

    try:
        done = once(form, work, at=at)
    except DomainError as refusal:
        say_in(form, refusal)
        return render_page(template, **shown)
    is_same = done == "same"
    flash_done("Nothing had changed." if is_same else "Saved, encrypted with your own key.")
    return see_other("travel_data.mine")


@bp.route("/take-back", methods=["GET", "POST"])
@requires(Permission.SETTINGS_OWN)
def take_back() -> ResponseReturnValue:
    """Agree no longer that my special needs are kept."""
    form, at = PageForm(), clock.now()
    if not form.validate_on_submit():
        found = queries.own_traveler(current_actor())
        if found is None or found[0].agreed_at is None:
            return _nothing("You agree to nothing that could be taken back")
        going = [one.field for one in found[1] if one.field.purpose is Purpose.NEEDS]
        return render_page("travel_data/take_back.html", form=form, going=going)

    def work(actor: Actor) -> str:
        agreeing.take_back(actor, _own()[0].id, at=at)
        return ""

    once(form, work, at=at)
    flash_done("Your agreement is taken back, and your special needs are deleted.")
    return see_other("travel_data.mine")


@bp.route("/erase", methods=["GET", "POST"])
@requires(Permission.SETTINGS_OWN)
def erase() -> ResponseReturnValue:
    """Erase everything that is kept about me."""
    form, at = PageForm(), clock.now()
    if not form.validate_on_submit():
        found = queries.own_traveler(current_actor())
        if found is None or not found[1]:
            return _nothing("There is nothing to erase")
        ahead = found[0].may_enter(at.date())
        return render_page("travel_data/erase.html", form=form, kept=found[1], ahead=ahead)

    def work(actor: Actor) -> str:
        forgetting.erase(actor, _own()[0].id, at=at)
        return ""

    once(form, work, at=at)
    flash_done("Everything is erased, and the key it was encrypted with is destroyed.")
    return see_other("travel_data.mine")


@manage.get("")
@requires(Permission.TRAVEL_DOCUMENTS)
def overview() -> ResponseReturnValue:
    """Everyone whose data is kept, what is deleted next first."""
    looked_for, after = request.args.get("q", "").strip()[:80], id_if_readable("after") or 0
    rows = queries.travelers(looked_for, after=after, limit=queries.LISTED + 1)
    return render_page(
        "travel_data/manage/overview.html",
        rows=rows[: queries.LISTED],
        more=after + queries.LISTED if len(rows) > queries.LISTED else None,
        looked_for=looked_for,
    )


@manage.get("/<handle>")
@requires(Permission.TRAVEL_DOCUMENTS)
def show(handle: str) -> ResponseReturnValue:
    """One traveler, masked, and a form to read what is needed."""
    who, kept = queries.traveler(current_actor(), handle)
    return _traveler_page(who, kept, ReadForm(kept, formdata=None), {})


@manage.post("/<handle>/read")
@requires(Permission.TRAVEL_DOCUMENTS)
def read(handle: str) -> ResponseReturnValue:
    """The same with what was asked for in clear; each time it is noted with its reason."""
    who, kept = queries.traveler(current_actor(), handle)
    form, shown = ReadForm(kept), {}
    if form.validate():
        try:
            with transaction():
                why = form.reason.data or ""
                shown = reading.reveal(
                    current_actor(), who.id, form.chosen, reason=why, at=clock.now()
                )
        except BadInput as refusal:
            say_in(form, refusal)
    return _traveler_page(who, kept, form, shown)


def _traveler_page(
    who: Traveler, kept: list[KeptValue], form: ReadForm, shown: Clear
) -> ResponseReturnValue:
    return render_page(
        "travel_data/manage/show.html",
        traveler=who,
        groups=_groups(kept),
        form=form,
        shown=_in_words(shown),
        readings=queries.readings_of(subject_id=who.id),
        happenings=queries.happenings_of(subject_id=who.id),
    )


@manage.route("/<handle>/erase", methods=["GET", "POST"])
@requires(Permission.TRAVEL_DOCUMENTS)
def erase_for(handle: str) -> ResponseReturnValue:
    """Erase everything that is kept about somebody who asked for it."""
    form, at = PageForm(), clock.now()
    if not form.validate_on_submit():
        who, kept = queries.traveler(current_actor(), handle)
        return render_page("travel_data/manage/erase.html", form=form, traveler=who, kept=kept)

    def work(actor: Actor) -> str:
        forgetting.erase(actor, queries.traveler(actor, handle)[0].id, at=at)
        return ""

    once(form, work, at=at)
    flash_done("Everything about this person is erased, and the key is destroyed.")
    return see_other("travel_data_manage.overview")
