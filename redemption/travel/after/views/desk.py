"""`/manage/trips/<slug>/<departure>/report`: costs, attendance, pictures, and what people said."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint
from flask.typing import ResponseReturnValue

from catalog.trips.queries.planner import departure_at
from catalog.views.dates import span_of_days
from marketplace.access.actor import Actor
from marketplace.access.roles import Permission
from marketplace.kernel import clock
from marketplace.kernel.errors import DomainError, NotFound
from marketplace.web.arguments import id_if_readable, rows_asked
from marketplace.web.deeds import once, say_in
from marketplace.web.forms import PageForm
from marketplace.web.pages import flash_done, render_page, requires, see_other
from redemption.travel.after.forms import CameForm, CostForm, GalleryForm
from redemption.travel.after.operations import reporting
from redemption.travel.after.queries.report import report_of
from redemption.travel.after.queries.surveys import survey_of
from redemption.travel.after.states import LEAST_ANSWERS, CostKind

AT_ONCE = 50
"""People that a page shows: each carries a form."""

manage = Blueprint("after_manage", __name__, url_prefix="/manage/trips/<slug>/<int:variant_id>")


@manage.get("/report")
@requires(Permission.CATALOG_MANAGE)
def report(slug: str, variant_id: int) -> ResponseReturnValue:
    """What a departure cost, for whom, and who came."""
    return _page(slug, variant_id)


def _page(slug: str, variant_id: int, **forms: PageForm) -> ResponseReturnValue:
    trip, departure = departure_at(slug, variant_id)
    found = report_of(variant_id)
    shares, turning = rows_asked(found.shares, AT_ONCE)
    shown = {
        "cost_form": CostForm(formdata=None, data={"currency": found.currency}),
        "gallery_form": GalleryForm(formdata=None, data={"address": found.gallery}),
        **forms,
    }
    return render_page(
        "after/manage/report.html",
        422 if any(form.errors for form in forms.values()) else 200,
        trip=trip,
        departure=departure,
        report=found,
        shares=shares,
        **turning,
        is_ahead=departure.is_ahead(clock.today()),
        kinds=list(CostKind),
        span=span_of_days,
        **shown,
    )


@manage.post("/report/costs")
@requires(Permission.CATALOG_MANAGE)
def add_cost(slug: str, variant_id: int) -> ResponseReturnValue:
    """One more amount of a bill."""
    form = CostForm()
    return _done(
        (slug, variant_id),
        ("cost_form", form),
        lambda actor, at: reporting.add_cost(actor, variant_id, form.cost, at=at),
        "The amount counts now.",
    )


@manage.post("/report/costs/<int:cost_id>/remove")
@requires(Permission.CATALOG_MANAGE)
def remove_cost(slug: str, variant_id: int, cost_id: int) -> ResponseReturnValue:
    """Take an amount out."""
    return _done(
        (slug, variant_id),
        ("form", PageForm()),
        lambda actor, at: reporting.remove_cost(actor, variant_id, cost_id, at=at),
        "The amount is taken out.",
    )


@manage.post("/report/travelers/<int:traveler_id>")
@requires(Permission.CATALOG_MANAGE)
def attendance(slug: str, variant_id: int, traveler_id: int) -> ResponseReturnValue:
    """Say whether a traveler came."""
    form = CameForm()
    return _done(
        (slug, variant_id),
        ("form", form),
        lambda actor, at: reporting.say_who_came(
            actor, variant_id, traveler_id, came=form.came.data == "yes", at=at
        ),
        "The list of who came is changed.",
    )


@manage.post("/report/gallery")
@requires(Permission.CATALOG_MANAGE)
def gallery(slug: str, variant_id: int) -> ResponseReturnValue:
    """Say where the pictures are."""
    form = GalleryForm()
    return _done(
        (slug, variant_id),
        ("gallery_form", form),
        lambda actor, at: reporting.set_gallery(
            actor, variant_id, (form.address.data or "").strip(), at=at
        ),
        "Those who went find the pictures on the page of their trip.",
    )


def _done(
    where: tuple[str, int], named: tuple[str, PageForm], deed: Callable[..., Any], said: str
) -> ResponseReturnValue:
    """Carry out one form of the report, or show it again with what is wrong."""
    (slug, variant_id), (name, form), at = where, named, clock.now()
    departure_at(slug, variant_id)
    if not form.validate_on_submit():
        return _page(slug, variant_id, **{name: form})

    def work(actor: Actor) -> str:
        return str(deed(actor, at))

    try:
        once(form, work, at=at)
    except NotFound:
        raise
    except DomainError as refusal:
        say_in(form, refusal)
        return _page(slug, variant_id, **{name: form})
    flash_done(said)
    here = {"slug": slug, "variant_id": variant_id, "from": id_if_readable("from")}
    return see_other("after_manage.report", **here)


@manage.get("/survey")
@requires(Permission.CATALOG_MANAGE)
def survey(slug: str, variant_id: int) -> ResponseReturnValue:
    """What people said together; nothing while they are too few."""
    trip, departure = departure_at(slug, variant_id)
    return render_page(
        "after/manage/survey.html",
        trip=trip,
        departure=departure,
        survey=survey_of(variant_id),
        least=LEAST_ANSWERS,
    )
