"""`/manage/calendars`: when each site works, and its holidays."""

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from marketplace.access.actor import Actor
from marketplace.access.roles import Permission
from marketplace.calendars import operations
from marketplace.calendars.forms import HolidaysForm, HoursForm, data_of
from marketplace.calendars.policies import holidays_in
from marketplace.calendars.queries import known_sites, site_page, sites_listed
from marketplace.kernel import clock
from marketplace.kernel.errors import BadInput, NotFound
from marketplace.kernel.parsing import CannotRead, parse_date
from marketplace.web.deeds import once, once_changing
from marketplace.web.forms import PageForm
from marketplace.web.pages import flash_done, flash_notice, render_page, requires, see_other

bp = Blueprint("calendars", __name__, url_prefix="/manage/calendars")
PAGE = "calendars/site.html"


@bp.get("")
@requires(Permission.PEOPLE_MANAGE)
def overview() -> ResponseReturnValue:
    """The company as a whole and every site, with their hours."""
    return render_page("calendars/list.html", rows=sites_listed(today=clock.today()))


@bp.route("/site", methods=["GET", "POST"])
@requires(Permission.PEOPLE_MANAGE)
def site() -> ResponseReturnValue:
    """When one site works."""
    at, page = clock.now(), site_page(_site(), today=clock.today())
    form = HoursForm(data=data_of(page.calendar))
    if not form.validate_on_submit():
        return render_page(PAGE, page=page, form=form, adding=HolidaysForm(formdata=None))

    def work(actor: Actor) -> str:
        operations.set_hours(actor, page.site, form.hours, at=at)
        return "set"

    once(form, work, at=at, site=page.site)
    flash_done("Saved. It counts for what begins to wait from now on.")
    return see_other("calendars.site", site=page.site)


@bp.post("/follow")
@requires(Permission.PEOPLE_MANAGE)
def follow() -> ResponseReturnValue:
    """Let a site follow the hours of the company again."""
    at, form, wanted = clock.now(), PageForm(), _site()
    if not form.validate_on_submit():
        raise BadInput("Open the site again and use its button. Nothing was changed.")

    def work(actor: Actor) -> bool:
        return operations.forget_hours(actor, wanted, at=at)

    if once_changing(form, work, at=at, site=wanted):
        flash_done("It has the hours of the company again.")
    else:
        flash_notice("It had no hours of its own.")
    return see_other("calendars.site", site=wanted)


@bp.post("/holidays")
@requires(Permission.PEOPLE_MANAGE)
def add() -> ResponseReturnValue:
    """Add holidays, a line each."""
    at, page, adding = clock.now(), site_page(_site(), today=clock.today()), HolidaysForm()
    hours = HoursForm(formdata=None, data=data_of(page.calendar))
    if not adding.validate_on_submit():
        return render_page(PAGE, 422, page=page, form=hours, adding=adding)

    def work(actor: Actor) -> str:
        days = holidays_in(adding.lines.data or "")
        return str(operations.add_holidays(actor, page.site, days, at=at))

    try:
        added = int(once(adding, work, at=at, site=page.site))
    except BadInput as refusal:
        adding.lines.errors = [refusal.message]
        return render_page(PAGE, 422, page=page, form=hours, adding=adding)
    flash_done(f"{added} holiday{'' if added == 1 else 's'} added or renamed.")
    return see_other("calendars.site", site=page.site)


@bp.post("/holidays/remove")
@requires(Permission.PEOPLE_MANAGE)
def remove() -> ResponseReturnValue:
    """Let people work on a day again."""
    at, form, wanted = clock.now(), PageForm(), _site()
    if not form.validate_on_submit():
        raise BadInput("Open the site again and use its button. Nothing was changed.")
    try:
        day = parse_date(request.form.get("day", ""))
    except CannotRead as unreadable:
        raise BadInput(f"{unreadable.enter} Nothing was changed.") from unreadable

    def work(actor: Actor) -> bool:
        return operations.remove_holiday(actor, wanted, day, at=at)

    if once_changing(form, work, at=at, site=wanted, day=day.isoformat()):
        flash_done("The holiday is removed.")
    else:
        flash_notice("That day was no holiday there any more.")
    return see_other("calendars.site", site=wanted)


def _site() -> str:
    """The site the address names; empty: the company. Raises NotFound."""
    wanted = request.args.get("site", "")
    if wanted not in known_sites():
        raise NotFound("Nobody works at a site of that name.")
    return wanted
