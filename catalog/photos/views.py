"""The pages of a reward's look, and the files of photos."""

from datetime import datetime
from typing import Any

from flask import Blueprint, Flask, Response, redirect, request
from flask.typing import ResponseReturnValue

from catalog import operations as catalog_operations
from catalog.forms import ArtForm
from catalog.photos import operations
from catalog.photos.forms import PhotoForm
from catalog.photos.operations import MIDDLE, Caption
from catalog.photos.queries import Look, look_of, photo_file
from catalog.photos.showing import shown_photo
from catalog.views import looks
from marketplace.access.actor import Actor
from marketplace.access.roles import Permission
from marketplace.kernel import clock
from marketplace.kernel.parsing import CannotRead, parse_whole_number
from marketplace.web.artwork import art_url_of
from marketplace.web.deeds import button_form, once
from marketplace.web.pages import flash_done, render_page, requires, see_other, takes_files

FOREVER_FOR_ONE = "private, max-age=31536000, immutable"
CHOOSE_AGAIN = "Choose the photo again: a page can't keep it."

bp = Blueprint("catalog_photos", __name__)


def prepare_app(app: Flask) -> None:
    """Give templates what they show photos with."""
    app.jinja_env.globals.update(shown_photo=shown_photo)


@bp.route("/manage/catalog/<slug>/photo", methods=["GET", "POST"])
@takes_files
@requires(Permission.CATALOG_MANAGE)
def edit(slug: str) -> ResponseReturnValue:
    """An own photo for a reward: the file, what it shows, and what to keep in view."""
    at = clock.now()
    page = look_of(slug)
    form = PhotoForm(has_photo=bool(page.photo), data=_said(page.photo))
    if form.validate_on_submit():
        _keep(form, page, at)
        flash_done("Saved. The photo shows wherever the reward does.")
        return see_other("catalog_photos.edit", slug=slug)
    if form.errors and form.photo.cut is not None:
        form.photo.errors = [*form.photo.errors, CHOOSE_AGAIN]
    return render_page("catalog/photos/photo.html", page=page, form=form)


def _said(photo: dict[str, Any]) -> dict[str, Any]:
    facts = {name: photo.get(name, MIDDLE) for name in ("x", "y")}
    return {**facts, "alt": photo.get("alt", ""), "is_decorative": photo.get("alt") == ""}


def _keep(form: PhotoForm, page: Look, at: datetime) -> None:
    photo = form.photo.cut
    points = {name: MIDDLE if form[name].data is None else form[name].data for name in ("x", "y")}
    caption = Caption(alt=form.words, is_decorative=form.is_decorative.data, **points)

    def keep(actor: Actor) -> str:
        if photo is None:
            operations.describe_photo(actor, page.id, caption, at=at)
        else:
            operations.give_photo(actor, page.id, photo, caption, at=at)
        return page.slug

    once(form, keep, at=at, digest=photo.digest if photo else "")


@bp.post("/manage/catalog/<slug>/photo/remove")
@requires(Permission.CATALOG_MANAGE)
def remove(slug: str) -> ResponseReturnValue:
    """Take the photo away; the generated art shows again."""
    at = clock.now()
    page = look_of(slug)
    form = button_form("Open the photo again and use its buttons. Nothing was changed.")

    def take_away(actor: Actor) -> str:
        operations.remove_photo(actor, page.id, at=at)
        return slug

    once(form, take_away, at=at)
    flash_done("The photo is gone. The generated art shows again.")
    return see_other("catalog_photos.edit", slug=slug)


@bp.route("/manage/catalog/<slug>/look", methods=["GET", "POST"])
@requires(Permission.CATALOG_MANAGE)
def look(slug: str) -> ResponseReturnValue:
    """Generated art: six throws of the dice to choose from, or what it shows in words."""
    at = clock.now()
    page = look_of(slug)
    form = ArtForm(data=looks.as_form(page.art))
    if form.validate_on_submit():
        try:
            art = _asked(page, form)
        except ValueError as refusal:
            form.form_errors.append(str(refusal))
        else:
            _redraw(page, form, art, at)
            return see_other("catalog_photos.look", slug=slug)
    first = _whole(request.args.get("roll", ""))
    thrown = looks.rolled(page.art, first)
    return render_page(
        "catalog/photos/art.html",
        page=page,
        form=form,
        looks=looks,
        thrown=thrown,
        again=looks.variant_of(thrown[-1]) + 1,
    )


def _asked(page: Look, form: ArtForm) -> looks.Art:
    """The art that was chosen. Raises ValueError that names what is allowed."""
    if "variant" not in request.form:
        return looks.chosen(page.art, form)
    variant = _whole(request.form["variant"])
    if variant is None:
        raise ValueError(f"A throw is a whole number from 0 to {looks.LAST_VARIANT:,}.")
    return looks.redrawn(page.art, variant)


def _whole(text: str) -> int | None:
    try:
        return parse_whole_number(text, low=0, high=looks.LAST_VARIANT)
    except CannotRead:
        return None


def _redraw(page: Look, form: ArtForm, art: looks.Art, at: datetime) -> None:
    def redraw(actor: Actor) -> str:
        catalog_operations.redraw_reward(actor, page.id, art, at=at)
        return page.slug

    once(form, redraw, at=at, art=art)
    flash_done(
        "Saved. It shows when the photo is taken away." if page.photo else "Saved. People see it."
    )


@bp.get("/rewards/<slug>/photo/<name>")
@requires(Permission.CATALOG_BROWSE)
def file(slug: str, name: str) -> ResponseReturnValue:
    """A file of a photo, for people who are signed in and know its address (decision 0098).

    The address names the content, so it is kept for ever; of a photo that went it leads to what
    stands there now.
    """
    digest, _, cut = name.partition("-")
    stored = photo_file(slug, digest, cut)
    if stored.content is None:
        return _what_stands_now(slug, stored.art, stored.photo)
    return Response(
        stored.content,
        mimetype=stored.media_type,
        headers={
            "Cache-Control": FOREVER_FOR_ONE,
            "Content-Security-Policy": "default-src 'none'; sandbox",
        },
    )


def _what_stands_now(slug: str, art: dict[str, Any], photo: dict[str, Any]) -> ResponseReturnValue:
    now = shown_photo(slug, photo).src if photo else art_url_of(art, slug)
    return redirect(now, code=302)
