"""`/manage/packages`: what people may ask of trips whose dates they choose."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from catalog.packages.errors import PackageTermsMoved
from catalog.packages.forms import TermsForm, written
from catalog.packages.operations import set_terms
from catalog.packages.queries import ManagedPackage, managed_package, managed_packages
from catalog.packages.terms import PackageTerms
from marketplace.access.actor import Actor
from marketplace.access.roles import Permission
from marketplace.kernel import clock
from marketplace.kernel.errors import BadInput
from marketplace.kernel.parsing import CannotRead, parse_whole_number
from marketplace.web.deeds import once
from marketplace.web.pages import flash_done, render_page, requires, see_other

bp = Blueprint("packages_manage", __name__, url_prefix="/manage/packages")
USUAL = PackageTerms(place="")


@bp.get("")
@requires(Permission.CATALOG_MANAGE)
def overview() -> ResponseReturnValue:
    """Every package with its terms."""
    return render_page("packages/manage/overview.html", rows=managed_packages())


@bp.route("/<slug>", methods=["GET", "POST"])
@requires(Permission.CATALOG_MANAGE)
def terms(slug: str) -> ResponseReturnValue:
    """What people may ask for, and how long its price holds."""
    package, at = managed_package(slug), clock.now()
    form = TermsForm(data=_data(package))
    if not form.validate_on_submit():
        return _page(package, form)

    def work(actor: Actor) -> str:
        set_terms(actor, package.reward_id, form.terms, seen=_seen(form), at=at)
        return slug

    try:
        once(form, work, at=at)
    except PackageTermsMoved as refusal:
        fresh = managed_package(slug)
        again = TermsForm(formdata=None, data=_data(fresh))
        again.form_errors.append(refusal.message)
        return _page(fresh, again)
    except BadInput as refusal:
        form.form_errors.append(refusal.message)
        return _page(package, form)
    flash_done("The terms are saved. Who asks from now on reads them; who asked keeps theirs.")
    return see_other("packages_manage.overview")


def _page(package: ManagedPackage, form: TermsForm) -> ResponseReturnValue:
    return render_page("packages/manage/terms.html", package=package, form=form)


def _seen(form: TermsForm) -> int:
    try:
        return parse_whole_number(form.seen.data or "0", low=0, high=10**9)
    except CannotRead as unread:
        raise PackageTermsMoved from unread


def _data(package: ManagedPackage) -> dict[str, object]:
    known = package.package.terms if package.package else USUAL
    return {
        "place": known.place,
        "country": known.country,
        "nights_from": known.nights_from,
        "nights_to": known.nights_to,
        "travelers_most": known.travelers_most,
        "notice_days": known.notice_days,
        "ahead_days": known.ahead_days,
        "guarantee_days": known.guarantee_days,
        "blackouts": written(known.blackouts),
        "seen": str(package.version),
    }
