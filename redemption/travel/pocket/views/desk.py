"""`/manage/trips/<slug>/<departure>/contacts`: whom travelers turn to."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from catalog.trips.queries.planner import departure_at
from marketplace.access.actor import Actor
from marketplace.access.roles import Permission
from marketplace.kernel import clock
from marketplace.kernel.errors import BadInput
from marketplace.web.deeds import once, say_in
from marketplace.web.forms import PageForm
from marketplace.web.pages import flash_done, render_page, requires, see_other
from redemption.travel.pocket.forms import ContactForm
from redemption.travel.pocket.operations import put_contact, remove_contact
from redemption.travel.pocket.queries.contacts import contacts_of

manage = Blueprint(
    "pocket_manage", __name__, url_prefix="/manage/trips/<slug>/<int:variant_id>/contacts"
)


@manage.route("", methods=["GET", "POST"])
@requires(Permission.CATALOG_MANAGE)
def contacts(slug: str, variant_id: int) -> ResponseReturnValue:
    """Everyone the travelers of a departure can turn to, and one more."""
    form, at = ContactForm(), clock.now()
    if not form.validate_on_submit():
        return _page(slug, variant_id, form)
    departure_at(slug, variant_id)

    def work(actor: Actor) -> str:
        put_contact(actor, variant_id, form.contact, at=at)
        return slug

    try:
        once(form, work, at=at)
    except BadInput as refusal:
        say_in(form, refusal, otherwise="name")
        return _page(slug, variant_id, form)
    flash_done(f"{form.contact.name} stands on the itinerary of everyone who goes.")
    return see_other("pocket_manage.contacts", slug=slug, variant_id=variant_id)


def _page(slug: str, variant_id: int, form: PageForm, status: int = 200) -> ResponseReturnValue:
    trip, departure = departure_at(slug, variant_id)
    return render_page(
        "pocket/manage/contacts.html",
        status,
        trip=trip,
        departure=departure,
        contacts=contacts_of(variant_id),
        form=form,
    )


@manage.post("/<int:contact_id>/remove")
@requires(Permission.CATALOG_MANAGE)
def remove(slug: str, variant_id: int, contact_id: int) -> ResponseReturnValue:
    """Nobody turns to them any more."""
    form, at = PageForm(), clock.now()
    departure_at(slug, variant_id)
    if not form.validate_on_submit():
        return _page(slug, variant_id, ContactForm(formdata=None), 422)

    def work(actor: Actor) -> str:
        remove_contact(actor, variant_id, contact_id, at=at)
        return slug

    once(form, work, at=at)
    flash_done("They are no longer on the itinerary.")
    return see_other("pocket_manage.contacts", slug=slug, variant_id=variant_id)
