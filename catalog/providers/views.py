"""Providers at the manager's desk: what changed, what to publish, how it is priced."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from catalog.providers import queries
from catalog.providers.forms import PublishForm, TermsForm
from catalog.providers.operations import desk, syncing
from catalog.providers.policies import rule_of
from catalog.providers.queries import PriceChange, ProviderRow, SyncRow
from catalog.providers.states import ChangeKind
from catalog.providers.terms import Terms
from catalog.queries import tier_choices
from marketplace.access.actor import Actor
from marketplace.access.roles import Permission
from marketplace.kernel import clock
from marketplace.kernel.errors import DomainError, NotFound
from marketplace.ledger.queries import point_value
from marketplace.web.arguments import id_if_readable
from marketplace.web.deeds import button_form, once
from marketplace.web.downloads import csv_download
from marketplace.web.forms import PageForm
from marketplace.web.pages import flash_done, flash_notice, render_page, requires, see_other

bp = Blueprint("providers", __name__, url_prefix="/manage/providers")
PREVIEWED = 30
PICKED_FROM = 100
"""As many brands as can be picked on a page; a form has no more than 200 parts."""


@bp.get("")
@requires(Permission.CATALOG_MANAGE)
def overview() -> ResponseReturnValue:
    """Every provider with its last sync and the next."""
    at = clock.now()
    return render_page("catalog/providers/list.html", rows=queries.providers_list(at=at), at=at)


@bp.get("/<slug>")
@requires(Permission.CATALOG_MANAGE)
def show(slug: str) -> ResponseReturnValue:
    """One provider: how the last sync went, and what it changed."""
    at = clock.now()
    page = queries.provider_row(slug, at=at)
    sync = _asked_sync(page)
    kind = next((one for one in ChangeKind if one.value == request.args.get("kind")), None)
    rows: list[queries.ChangeRow] = []
    counts: dict[ChangeKind, int] = {}
    if sync is not None:
        most, after = queries.CHANGES_PAGE + 1, id_if_readable("after") or 0
        counts = queries.change_counts(sync.id)
        rows = queries.changes_of(sync.id, kind=kind, after=after, most=most)
    return render_page(
        "catalog/providers/show.html",
        page=page,
        sync=sync,
        at=at,
        chips=_chips(slug, sync, counts, kind),
        rows=rows[: queries.CHANGES_PAGE],
        next_href=_next(slug, sync, kind, rows),
    )


def _asked_sync(page: ProviderRow) -> SyncRow | None:
    asked = id_if_readable("sync")
    if asked is None:
        return page.last
    known = next((one for one in page.syncs if one.id == asked), None)
    return known or queries.sync_of(page.id, asked)


def _chips(
    slug: str, sync: SyncRow | None, counts: dict[ChangeKind, int], kind: ChangeKind | None
) -> list[dict[str, Any]]:
    if sync is None or not counts:
        return []
    here = {"slug": slug, "sync": sync.id}
    every = {"label": "Everything", "count": sum(counts.values()), "is_current": kind is None}
    return [
        every | {"href": url_for("providers.show", **here)},
        *(
            {
                "label": one.label,
                "count": count,
                "is_current": one is kind,
                "href": url_for("providers.show", kind=one.value, **here),
            }
            for one, count in counts.items()
        ),
    ]


def _next(
    slug: str, sync: SyncRow | None, kind: ChangeKind | None, rows: list[queries.ChangeRow]
) -> str | None:
    if sync is None or len(rows) <= queries.CHANGES_PAGE:
        return None
    last = rows[queries.CHANGES_PAGE - 1].id
    asked = kind.value if kind else None
    return url_for("providers.show", slug=slug, sync=sync.id, kind=asked, after=last)


@bp.get("/<slug>/items")
@requires(Permission.CATALOG_MANAGE)
def items(slug: str) -> ResponseReturnValue:
    """Each item: what the provider says beside what the shelf says."""
    page = queries.provider_row(slug, at=clock.now())
    sku = request.args.get("sku", "").strip()
    rows = queries.items_of(page.id, after=id_if_readable("after") or 0, sku=sku, at=clock.now())
    more = rows[queries.ITEMS_PAGE - 1].id if len(rows) > queries.ITEMS_PAGE else None
    return render_page(
        "catalog/providers/items.html",
        page=page,
        sku=sku,
        rows=rows[: queries.ITEMS_PAGE],
        next_href=url_for("providers.items", slug=slug, after=more) if more else None,
    )


@bp.get("/<slug>/syncs/<int:sync_id>/report.csv")
@requires(Permission.CATALOG_MANAGE)
def report(slug: str, sync_id: int) -> ResponseReturnValue:
    """Everything a sync changed, as a file."""
    sync = queries.sync_of(queries.provider_id_of(slug), sync_id)
    rows = queries.changes_of(sync.id)
    name = f"{slug}-{sync.begun_at:%Y-%m-%d}-{sync.id}.csv"
    return csv_download((row.cells for row in rows), queries.REPORT_COLUMNS, name)


@bp.post("/<slug>/sync")
@requires(Permission.CATALOG_MANAGE)
def sync(slug: str) -> ResponseReturnValue:
    """Ask the provider now, if it may be asked."""
    at, provider_id = clock.now(), queries.provider_id_of(slug)
    return _deed(
        slug,
        lambda actor: str(syncing.begin_sync(actor, provider_id, at=at)),
        "The sync has begun. Its report stands here in a moment.",
        at=at,
    )


@bp.post("/<slug>/syncs/<int:sync_id>/confirm")
@requires(Permission.CATALOG_MANAGE)
def confirm(slug: str, sync_id: int) -> ResponseReturnValue:
    """Take over what was held."""
    return _answer(slug, sync_id, syncing.confirm_sync, "It is being taken over.")


@bp.post("/<slug>/syncs/<int:sync_id>/discard")
@requires(Permission.CATALOG_MANAGE)
def discard(slug: str, sync_id: int) -> ResponseReturnValue:
    """Let what was held go."""
    return _answer(slug, sync_id, syncing.discard_sync, "Discarded. Nothing was changed.")


def _answer(
    slug: str, sync_id: int, operation: Callable[..., None], said: str
) -> ResponseReturnValue:
    at = clock.now()
    held = queries.sync_of(queries.provider_id_of(slug), sync_id)

    def answer(actor: Actor) -> str:
        operation(actor, held.id, at=at)
        return ""

    return _deed(slug, answer, said, at=at)


def _deed(
    slug: str, work: Callable[[Actor], str], said: str, *, at: datetime
) -> ResponseReturnValue:
    """A button's deed; a refusal is said on the page it was pressed on."""
    form = button_form("This button was not sent from its page. Open the provider and press it.")
    try:
        once(form, work, at=at)
    except NotFound:
        raise
    except DomainError as refusal:
        flash_notice(refusal.message)
    else:
        flash_done(said)
    return see_other("providers.show", slug=slug)


@bp.route("/<slug>/publish", methods=["GET", "POST"])
@requires(Permission.CATALOG_MANAGE)
def publish(slug: str) -> ResponseReturnValue:
    """Choose brands whose drafts go on the shelf."""
    at = clock.now()
    page = queries.provider_row(slug, at=at)
    rows = queries.brands_to_publish(page.id)
    picked, is_all = PublishForm(queries.brands_of(page.id)), "all" in request.form
    form = PageForm() if is_all else picked
    if form.validate_on_submit():
        chosen = [row.id for row in rows] if is_all else picked.brands.data or []

        def put_up(actor: Actor) -> str:
            return str(desk.publish_brands(actor, page.id, chosen, at=at))

        count = int(once(form, put_up, at=at, all=is_all))
        _say_published(count)
        return see_other("providers.show", slug=slug)
    return render_page(
        "catalog/providers/publish.html", page=page, rows=rows, most=PICKED_FROM, form=form
    )


def _say_published(count: int) -> None:
    if count:
        flash_done("1 reward is on the shelf." if count == 1 else f"{count:,} are on the shelf.")
    else:
        flash_notice("Nothing went on the shelf: what is left there has no summary. Write one.")


@bp.route("/<slug>/terms", methods=["GET", "POST"])
@requires(Permission.CATALOG_MANAGE)
def terms(slug: str) -> ResponseReturnValue:
    """How its items are priced and shown; the effect on prices is shown before it counts."""
    at = clock.now()
    page = queries.provider_row(slug, at=at)
    places = dict(queries.countries_with_worth(at=at))
    countries = [(one, f"{one} ({currency})") for one, currency in places.items()]
    if page.price_country not in places:
        countries.append((page.price_country, f"{page.price_country} (not set)"))
    form = TermsForm(tier_choices(), countries, data=_as_form(page))
    is_sent = form.validate_on_submit()
    if is_sent and "preview" not in request.form:
        wanted = form.terms

        def keep(actor: Actor) -> str:
            desk.set_terms(actor, page.id, wanted, at=at)
            return ""

        once(form, keep, at=at)
        flash_done("Saved. Prices follow in a moment; what was asked for before keeps its own.")
        return see_other("providers.show", slug=slug)
    effect = _effect(page, form.terms, at) if is_sent else None
    return render_page(
        "catalog/providers/terms.html", page=page, form=form, effect=effect, most=PREVIEWED
    )


def _effect(page: ProviderRow, wanted: Terms, at: datetime) -> list[PriceChange]:
    rule = rule_of(wanted, page.rates, point_value(wanted.price_country, at=at))
    return queries.price_changes(page.id, rule)


def _as_form(page: ProviderRow) -> dict[str, Any]:
    return {
        "country": page.price_country,
        "markup": page.markup_percent,
        "round_to": page.round_to,
        "tier": page.tier_slug,
        "new_brands": page.new_brands.value,
        "most_taken": page.most_taken_percent,
    }
