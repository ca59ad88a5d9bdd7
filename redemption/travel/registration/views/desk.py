"""`/manage/trips/<slug>/<departure>/registrations`: how far everyone is, and last days."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from catalog.trips.queries.planner import departure_at
from marketplace.access.actor import Actor
from marketplace.access.roles import Permission
from marketplace.kernel import clock
from marketplace.kernel.errors import DomainError
from marketplace.web.arguments import rows_asked
from marketplace.web.deeds import once, say_in
from marketplace.web.pages import current_actor, flash_done, render_page, requires, see_other
from redemption.travel.registration.changes import guest_changes_of, reopenings_of
from redemption.travel.registration.errors import NoSuchRegistration
from redemption.travel.registration.forms import DeadlinesForm, ReopenForm
from redemption.travel.registration.operations.planning import (
    put_deadlines,
    reopen,
)
from redemption.travel.registration.policies import usual_day
from redemption.travel.registration.queries import (
    Member,
    Party,
    parties_on,
    party_with,
    set_deadlines,
)
from redemption.travel.registration.states import Section
from redemption.travel.registration.views.replacing import Place, replace_page

AT_ONCE = 50
_VIEWS = {"late": "Late", "open": "To be sent", "sent": "Sent"}

manage = Blueprint(
    "registrations_manage",
    __name__,
    url_prefix="/manage/trips/<slug>/<int:variant_id>/registrations",
)


@dataclass(frozen=True, slots=True)
class Row:
    """One traveler in the list."""

    party: Party
    member: Member
    missing: tuple[Section, ...]
    is_late: bool

    @property
    def name(self) -> str:
        """What to call them."""
        return self.party.called(self.member)

    def stands_in(self, view: str) -> bool:
        """Whether a list of the page shows them: `late`, `open`, `sent`, any other all."""
        wanted = {
            "late": self.is_late,
            "open": not self.member.is_sent,
            "sent": self.member.is_sent,
        }
        return wanted.get(view, True)


@manage.get("")
@requires(Permission.CATALOG_MANAGE)
def overview(slug: str, variant_id: int) -> ResponseReturnValue:
    """Everyone who goes, who is late with what first."""
    return _overview(slug, variant_id, None)


def _overview(slug: str, variant_id: int, form: DeadlinesForm | None) -> ResponseReturnValue:
    trip, departure = departure_at(slug, variant_id)
    rows = [_row(party, member) for party in parties_on(variant_id) for member in party.members]
    rows.sort(key=lambda row: (not row.is_late, row.member.is_sent))
    view = request.args.get("view", "")
    within = [row for row in rows if row.stands_in(view)]
    shown, turning = rows_asked(within, AT_ONCE)
    days = {one.value: day for one, day in set_deadlines(variant_id).items()}
    usual = {one: usual_day(one, departure.dates.starts_on) for one in Section}
    return render_page(
        "registration/manage/overview.html",
        422 if form and form.errors else 200,
        trip=trip,
        departure=departure,
        chips=_chips(rows, view, slug, variant_id) if rows else [],
        view=view,
        rows=shown,
        many=len(within),
        **turning,
        form=form or DeadlinesForm(usual, formdata=None, data=days),
    )


def _chips(rows: list[Row], view: str, slug: str, variant_id: int) -> list[dict[str, object]]:
    here: dict[str, Any] = {"slug": slug, "variant_id": variant_id}
    return [
        {
            "label": label,
            "href": url_for("registrations_manage.overview", view=name or None, **here),
            "count": sum(row.stands_in(name) for row in rows),
            "is_current": name == (view if view in _VIEWS else ""),
        }
        for name, label in {"": "Everyone", **_VIEWS}.items()
    ]


def _row(party: Party, member: Member) -> Row:
    missing = tuple(row.section for row in member.sections if not row.is_done)
    return Row(party, member, missing, bool(member.late(clock.now())))


@manage.post("/deadlines")
@requires(Permission.CATALOG_MANAGE)
def deadlines(slug: str, variant_id: int) -> ResponseReturnValue:
    """Set the last days of sections for everyone."""
    _, departure = departure_at(slug, variant_id)
    usual = {one: usual_day(one, departure.dates.starts_on) for one in Section}
    form, at = DeadlinesForm(usual), clock.now()
    if not form.validate_on_submit():
        return _overview(slug, variant_id, form)

    def work(actor: Actor) -> str:
        ends_on = departure.dates.ends_on
        return "yes" if put_deadlines(actor, variant_id, form.days, ends_on=ends_on, at=at) else ""

    try:
        changed = once(form, work, at=at)
    except DomainError as refusal:
        say_in(form, refusal)
        return _overview(slug, variant_id, form)
    flash_done("The last days are set." if changed else "They were so before.")
    return see_other("registrations_manage.overview", slug=slug, variant_id=variant_id)


@manage.get("/<int:traveler_id>")
@requires(Permission.CATALOG_MANAGE)
def show(slug: str, variant_id: int, traveler_id: int) -> ResponseReturnValue:
    """One traveler: what is done, and opening a section again."""
    return _traveler_page(slug, variant_id, traveler_id, None)


def _here(variant_id: int, traveler_id: int) -> tuple[Party, Member]:
    party, member = party_with(traveler_id)
    if party.variant_id != variant_id:
        raise NoSuchRegistration
    return party, member


def _traveler_page(
    slug: str, variant_id: int, traveler_id: int, form: ReopenForm | None
) -> ResponseReturnValue:
    trip, departure = departure_at(slug, variant_id)
    party, member = _here(variant_id, traveler_id)
    sections = [row.section for row in member.sections]
    return render_page(
        "registration/manage/show.html",
        trip=trip,
        departure=departure,
        party=party,
        member=member,
        reopenings=reopenings_of(traveler_id),
        changes=guest_changes_of(traveler_id) if member.guest > 1 else [],
        form=form or ReopenForm(sections, formdata=None),
        at=clock.now(),
        may_read=current_actor().may(Permission.TRAVEL_DOCUMENTS),
    )


@manage.post("/<int:traveler_id>/reopen")
@requires(Permission.CATALOG_MANAGE)
def open_again(slug: str, variant_id: int, traveler_id: int) -> ResponseReturnValue:
    """Open a section again for one traveler."""
    party, member = _here(variant_id, traveler_id)
    form, at = ReopenForm([row.section for row in member.sections]), clock.now()
    if not form.validate_on_submit():
        return _traveler_page(slug, variant_id, traveler_id, form)

    def work(actor: Actor) -> str:
        reopen(actor, party, member, form.again, at=at)
        return slug

    try:
        once(form, work, at=at)
    except DomainError as refusal:
        say_in(form, refusal, otherwise="section")
        return _traveler_page(slug, variant_id, traveler_id, form)
    opened = form.again.section.name_at_the_desk
    flash_done(f"“{opened.capitalize()}” is open again. They get a letter.")
    here: dict[str, str | int] = {"slug": slug, "variant_id": variant_id}
    return see_other("registrations_manage.show", traveler_id=traveler_id, **here)


@manage.route("/<int:traveler_id>/replace", methods=["GET", "POST"])
@requires(Permission.CATALOG_MANAGE)
def replace(slug: str, variant_id: int, traveler_id: int) -> ResponseReturnValue:
    """Another guest comes along, also after the cut-off."""
    trip, departure = departure_at(slug, variant_id)
    party, member = _here(variant_id, traveler_id)
    here: dict[str, Any] = {"slug": slug, "variant_id": variant_id}
    crumbs = [
        (trip.name, url_for("trips_manage.show", slug=slug)),
        (departure.label, url_for("trips_manage.plan", **here)),
        ("Registrations", url_for("registrations_manage.overview", **here)),
        (
            party.called(member),
            url_for("registrations_manage.show", traveler_id=traveler_id, **here),
        ),
    ]
    action = url_for("registrations_manage.replace", traveler_id=traveler_id, **here)
    return replace_page(party, member, Place(crumbs, action, plans=True))
