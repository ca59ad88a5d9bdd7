"""What is fed by codes: how many there are, their terms, and all of it as files."""

from flask.typing import ResponseReturnValue

from marketplace.access.actor import Actor
from marketplace.access.roles import Permission
from marketplace.kernel import clock
from marketplace.kernel.db import session
from marketplace.kernel.errors import DomainError
from marketplace.web.deeds import once, say_in
from marketplace.web.downloads import csv_download
from marketplace.web.forms import choices
from marketplace.web.pages import (
    current_actor,
    flash_done,
    render_page,
    requires,
    see_other,
)
from redemption.codes.forms import (
    OpenForm,
    TermsForm,
)
from redemption.codes.operations.pools import open_pool, set_terms
from redemption.codes.queries import batches, pools, waiting
from redemption.codes.sheets import CLAIM_COLUMNS, CODE_COLUMNS, claim_cells, code_cells
from redemption.codes.views.shared import ROOT, bp
from redemption.fulfillment.queries import pile_sizes


@bp.get(ROOT)
@requires(Permission.FULFILLMENT_WORK)
def index() -> ResponseReturnValue:
    """Everything that is fed by codes."""
    rows = pools.pool_rows(at=clock.now())
    may_open = current_actor().may(Permission.CATALOG_MANAGE)
    sizes = pile_sizes()
    return render_page("codes/index.html", rows=rows, sizes=sizes, may_open=may_open)


@bp.route(f"{ROOT}/new", methods=["GET", "POST"])
@requires(Permission.CATALOG_MANAGE)
def new() -> ResponseReturnValue:
    """Feed one more card or experience by codes."""
    at, form = clock.now(), OpenForm()
    feedable = pools.variants_to_feed()
    pairs = [(str(one.variant_id), one.words) for one in feedable]
    form.variant.choices = choices([("", "Choose one"), *pairs])
    if not form.validate_on_submit():
        return render_page("codes/new.html", form=form, is_empty=not feedable)
    variant_id, terms = int(form.variant.data), form.terms
    try:
        pool_id = once(form, lambda actor: str(open_pool(actor, variant_id, terms, at=at)), at=at)
    except DomainError as refusal:
        session().close()
        say_in(form, refusal)
        return render_page("codes/new.html", refusal.status, form=form, is_empty=not feedable)
    flash_done("It is fed by codes from now on. Load some, so that people can have it.")
    return see_other("codes.pool", pool_id=int(pool_id))


@bp.get(f"{ROOT}/<int:pool_id>")
@requires(Permission.FULFILLMENT_WORK)
def pool(pool_id: int) -> ResponseReturnValue:
    """One stock of codes: how many, how long they last, where they came from."""
    row = pools.pool_row(pool_id, at=clock.now())
    worth = pools.worth_of(pool_id)
    return render_page(
        "codes/pool.html",
        row=row,
        worth=worth,
        discount=worth.discount(row.cash_minor, row.currency),
        files=batches.batch_rows(pool_id),
        waiting=waiting.wait_rows(pool_id) if row.waiting else [],
        reports=waiting.open_reports(pool_id) if row.reported else [],
        may_set=current_actor().may(Permission.CATALOG_MANAGE),
    )


@bp.route(f"{ROOT}/<int:pool_id>/terms", methods=["GET", "POST"])
@requires(Permission.CATALOG_MANAGE)
def terms(pool_id: int) -> ResponseReturnValue:
    """When the alarm is raised, what is too old, how a code is used."""
    at = clock.now()
    row = pools.pool_row(pool_id, at=at)
    form = TermsForm(data={"low_at": row.low_at, "guard_days": row.guard_days, "how": row.how})
    if not form.validate_on_submit():
        return render_page("codes/terms.html", form=form, row=row)

    def keep(actor: Actor) -> str:
        set_terms(actor, pool_id, form.terms, at=at)
        return str(pool_id)

    once(form, keep, at=at)
    flash_done("Saved.")
    return see_other("codes.pool", pool_id=pool_id)


@bp.get(f"{ROOT}/<int:pool_id>/codes.csv")
@requires(Permission.FULFILLMENT_WORK)
def codes_file(pool_id: int) -> ResponseReturnValue:
    """Every code of a stock with where it is; never the code itself."""
    row = pools.pool_row(pool_id, at=clock.now())
    rows = [code_cells(one) for one in batches.codes_of_pool(pool_id)]
    return csv_download(rows, CODE_COLUMNS, f"codes-{row.sku}.csv")


@bp.get(f"{ROOT}/<int:pool_id>/claims.csv")
@requires(Permission.FULFILLMENT_WORK)
def claims_file(pool_id: int) -> ResponseReturnValue:
    """The codes that do not work, for whoever sold them."""
    row = pools.pool_row(pool_id, at=clock.now())
    rows = [claim_cells(one) for one in batches.claim_rows(pool_id)]
    return csv_download(rows, CLAIM_COLUMNS, f"claims-{row.sku}.csv")
