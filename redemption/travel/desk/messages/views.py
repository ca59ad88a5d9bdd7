"""`/manage/trips/<slug>/<departure>/desk/messages`: letters to many, now or at a time."""

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from marketplace.access.actor import Actor
from marketplace.access.roles import Permission
from marketplace.kernel import clock
from marketplace.kernel.errors import DomainError, NotFound
from marketplace.web.deeds import once, say_in
from marketplace.web.filters import moment
from marketplace.web.forms import PageForm
from marketplace.web.pages import flash_done, requires, see_other
from redemption.travel.desk.messages.forms import MessageForm
from redemption.travel.desk.messages.operations import cancel_message, plan_message
from redemption.travel.desk.messages.policies import (
    FIELDS,
    NewMessage,
    check_fields,
    filled,
    refuse_past,
)
from redemption.travel.desk.messages.queries import (
    LIST,
    audiences,
    facts_of,
    message_of,
    messages_of,
    people_for,
)
from redemption.travel.desk.pages import departure_at, desk_page
from redemption.travel.desk.queries import OnTrip, travelers_on

bp = Blueprint(
    "messages", __name__, url_prefix="/manage/trips/<slug>/<int:variant_id>/desk/messages"
)


@bp.get("")
@requires(Permission.CATALOG_MANAGE)
def show(slug: str, variant_id: int) -> ResponseReturnValue:
    """Every message of a departure, and how many have it."""
    return desk_page(
        "messages.html",
        slug,
        variant_id,
        messages=messages_of(variant_id),
        audiences=dict(audiences()),
    )


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.CATALOG_MANAGE)
def new(slug: str, variant_id: int) -> ResponseReturnValue:
    """Write a message, look at it as one of its readers, and let it go."""
    trip, departure = departure_at(slug, variant_id)
    everyone, at = travelers_on(variant_id), clock.now()
    form = MessageForm(
        audiences(),
        [(who.id, who.called) for who in everyone],
        data={"audience": request.args.get("to", audiences()[0][0])},
    )
    shown = {"trip": trip, "departure": departure, "form": form, "fields": FIELDS}
    if not form.validate_on_submit():
        return desk_page("message_new.html", slug, variant_id, preview=None, **shown)
    message = form.message(variant_id, at=at)
    try:
        if request.form.get("do") == "preview":
            refuse_past(message.send_at, at=at)
            preview = _preview(message, everyone)
            return desk_page("message_new.html", slug, variant_id, preview=preview, **shown)
        once(form, lambda actor: str(plan_message(actor, message, at=at)), at=at)
    except DomainError as refusal:
        say_in(form, refusal, otherwise="text")
        return desk_page("message_new.html", slug, variant_id, preview=None, **shown)
    is_now = message.send_at <= at
    flash_done("It goes out now." if is_now else f"It goes out {moment(message.send_at)}.")
    return see_other("messages.show", slug=slug, variant_id=variant_id)


def _preview(message: NewMessage, everyone: list[OnTrip]) -> dict[str, object]:
    """What the first of its readers would read, and how many there are. Raises BadInput."""
    check_fields("subject", message.subject)
    check_fields("text", message.text)
    if message.audience == LIST:
        readers = [who for who in everyone if who.id in message.people]
    else:
        readers = people_for(message.variant_id, message.audience)
    if not readers:
        return {"many": 0}
    values = facts_of(message.variant_id).values(readers[0].id)
    return {
        "many": len(readers),
        "who": readers[0].called,
        "subject": filled(message.subject, values),
        "paragraphs": [one for one in filled(message.text, values).splitlines() if one.strip()],
    }


@bp.get("/<int:message_id>")
@requires(Permission.CATALOG_MANAGE)
def message(slug: str, variant_id: int, message_id: int) -> ResponseReturnValue:
    """One message as it was written."""
    return _message_page(slug, variant_id, message_id, None)


def _message_page(
    slug: str, variant_id: int, message_id: int, form: PageForm | None
) -> ResponseReturnValue:
    return desk_page(
        "message.html",
        slug,
        variant_id,
        422 if form is not None and form.errors else 200,
        message=message_of(variant_id, message_id),
        audiences=dict(audiences()),
        sent_form=form,
    )


@bp.post("/<int:message_id>/cancel")
@requires(Permission.CATALOG_MANAGE)
def cancel(slug: str, variant_id: int, message_id: int) -> ResponseReturnValue:
    """Stop a message before it goes."""
    form, at = PageForm(), clock.now()
    message_of(variant_id, message_id)
    if not form.validate_on_submit():
        return _message_page(slug, variant_id, message_id, form)

    def work(actor: Actor) -> str:
        cancel_message(actor, variant_id, message_id, at=at)
        return "cancelled"

    try:
        once(form, work, at=at)
    except NotFound:
        raise
    except DomainError as refusal:
        say_in(form, refusal)
        return _message_page(slug, variant_id, message_id, form)
    flash_done("It does not go out. Nobody got it.")
    return see_other("messages.show", slug=slug, variant_id=variant_id)
