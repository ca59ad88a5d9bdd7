"""Credentials for anyone who has their address, and the holder's choice about the name.

Files, keys and lists are for machines elsewhere: without sign-in, and to be read by scripts of
other sites.
"""

from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from typing import Any

from flask import Blueprint, Response, make_response, request
from flask.typing import ResponseReturnValue

from marketplace.access.roles import Permission
from marketplace.kernel import clock
from marketplace.kernel.codes import grouped
from marketplace.kernel.db import transaction
from marketplace.kernel.errors import NotFound
from marketplace.web.arguments import id_asked
from marketplace.web.deeds import once, pressed
from marketplace.web.pages import (
    current_actor,
    flash_done,
    public,
    render_page,
    requires,
    see_other,
)
from redemption.credentials import addresses, managed, pictures, queries
from redemption.credentials.contents import (
    as_text,
    claims_of_list,
    criteria,
    issuer_page,
    status_list,
)
from redemption.credentials.errors import NotSignedYet
from redemption.credentials.forms import RevokeForm
from redemption.credentials.operations import choose_name, revoke_certificate
from redemption.credentials.policies import KEPT_FOR, Standing, revoke_obstacle
from redemption.credentials.signing import KeyInUse, sign, unsigned_text

bp = Blueprint("credentials", __name__)

LINKED_DATA = "application/ld+json"
PAGE, SIGNED, PLAIN = "text/html", "application/vc+jwt", "text/plain"


@bp.get("/credentials/<token>")
@public
def show(token: str) -> ResponseReturnValue:
    """The page of a badge or certificate; the signed credential for who asks for that."""
    shown = queries.shown(token)
    wanted = request.accept_mimetypes.best_match([PAGE, PLAIN, SIGNED], default=PAGE)
    if wanted != PAGE:
        answer = _for_anyone(_signed(shown), wanted)
    else:
        answer = make_response(_page(shown))
        answer.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    answer.vary.add("Accept")
    return answer


@bp.get("/credentials/<token>.<any(jwt, json, png, svg):ending>")
@public
def file(token: str, ending: str) -> ResponseReturnValue:
    """The signed credential by itself, what it says, or baked into its picture."""
    shown = queries.shown(token)
    body, kind = _FILES[ending](_signed(shown), shown)
    answer = _for_anyone(body, kind)
    if request.args.get("save"):
        name = f"{shown.slug}.{ending}"
        answer.headers.set("Content-Disposition", "attachment", filename=name)
    return answer


def _page(shown: queries.Shown) -> ResponseReturnValue:
    return render_page(
        "credentials/show.html",
        shown=shown,
        criteria=criteria(shown),
        here=addresses.credential(shown.token),
        picture=addresses.file(shown.token, "png"),
        grouped=grouped,
    )


def _signed(shown: queries.Shown) -> str:
    if shown.jwt is None:
        raise NotSignedYet
    return shown.jwt


_FILES: dict[str, Callable[[str, queries.Shown], tuple[str | bytes, str]]] = {
    "jwt": lambda jwt, _: (jwt, SIGNED),
    "json": lambda jwt, _: (unsigned_text(jwt), LINKED_DATA),
    "svg": lambda jwt, of: (pictures.svg_with(jwt, of.art, of.slug), "image/svg+xml"),
    "png": lambda jwt, of: (pictures.png_with(jwt, of.art, of.slug), "image/png"),
}


@bp.get("/credentials/issuer")
@public
def issuer() -> ResponseReturnValue:
    """Who issues: the profile of the organization."""
    return _for_anyone(as_text(issuer_page()), LINKED_DATA)


@bp.get("/credentials/keys")
@public
def keys() -> ResponseReturnValue:
    """Every public key that did not leak, so that old signatures can still be checked."""
    known = [_as_jwk(key) for key in queries.public_keys()]
    return _for_anyone(as_text({"keys": known}), "application/jwk-set+json")


@bp.get("/credentials/keys/<thumbprint>")
@public
def key(thumbprint: str) -> ResponseReturnValue:
    """One public key, at the address that signatures name."""
    found = queries.public_keys(thumbprint)
    if not found:
        raise NotFound("There is no such key.")
    return _for_anyone(as_text(_as_jwk(found[0])), "application/jwk+json")


def _as_jwk(known: queries.KnownKey) -> dict[str, Any]:
    return {"kid": addresses.key(known.thumbprint), **known.public}


@bp.get("/credentials/status/<int:number>")
@public
def revocations(number: int) -> ResponseReturnValue:
    """The list of revocations, as it is at this moment, signed."""
    revoked, key_in_use = queries.revoked_places(number), queries.key_in_use()
    if revoked is None or key_in_use is None:
        raise NotFound("There is no such status list.")
    day = clock.now().replace(hour=0, minute=0, second=0, microsecond=0)
    return _for_anyone(_signed_list(number, tuple(revoked), day, key_in_use), SIGNED)


@lru_cache(maxsize=16)
def _signed_list(number: int, revoked: tuple[int, ...], day: datetime, key: KeyInUse) -> str:
    return sign(claims_of_list(status_list(number, revoked, at=day)), key)


def _for_anyone(body: str | bytes, kind: str) -> Response:
    answer = Response(body, mimetype=kind)
    answer.headers["Cache-Control"] = f"public, max-age={KEPT_FOR}"
    answer.headers["Access-Control-Allow-Origin"] = "*"
    answer.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    answer.add_etag()
    return answer.make_conditional(request)  # pyright: ignore[reportReturnType]


_OF_REQUEST, _OF_TRIP = {"page": "redemption.show"}, {"page": "pocket.show"}


@bp.post("/redemptions/<reference>/name", defaults=_OF_REQUEST)
@bp.post("/trips/bookings/<reference>/name", defaults=_OF_TRIP, endpoint="name_on_trip")
@requires(Permission.REWARD_REDEEM)
def name(reference: str, page: str) -> ResponseReturnValue:
    """Show or hide one's name on the public page of one's own badge."""
    pressed("Open the page of your badge again and choose there.")
    shows = request.form.get("shows_name") == "yes"
    with transaction():
        choose_name(current_actor(), reference, shows_name=shows)
    flash_done(f"Your name is {'shown' if shows else 'hidden'} on the public page from now on.")
    return see_other(page, reference=reference)


@bp.get("/manage/vouchers/badges")
@requires(Permission.PROGRAMS_MANAGE)
def manage() -> ResponseReturnValue:
    """The newest badges and certificates, or those that are looked for."""
    looked_for = request.args.get("q", "").strip()[:80]
    rows = managed.badge_rows(looked_for, before_id=id_asked("before"))
    return render_page(
        "credentials/manage/list.html",
        rows=rows[: managed.LISTED],
        more=rows[managed.LISTED - 1].id if len(rows) > managed.LISTED else None,
        looked_for=looked_for,
        grouped=grouped,
    )


@bp.route("/manage/vouchers/badges/<token>", methods=["GET", "POST"])
@requires(Permission.PROGRAMS_MANAGE)
def revoke(token: str) -> ResponseReturnValue:
    """One badge or certificate, and taking it back."""
    row, form, at = managed.badge_row(token), RevokeForm(), clock.now()
    if form.validate_on_submit():
        reason = form.reason.data or ""
        once(form, lambda a: revoke_certificate(a, row.number, reason=reason, at=at), at=at)
        flash_done(f"“{row.title}” is taken back, and {row.name} gets a letter.")
        return see_other("credentials.revoke", token=token)
    return render_page(
        "credentials/manage/revoke.html",
        row=row,
        form=form,
        obstacle=revoke_obstacle(current_actor().id, Standing(row.owner_id, row.is_void)),
        revoked=managed.revocation_of(row.id),
        grouped=grouped,
    )
