"""The piles of the desk: found, narrowed down, and many tasks at once."""

from collections.abc import Collection

from flask import request
from flask.typing import ResponseReturnValue

from marketplace.access.roles import Permission
from marketplace.kernel import clock
from marketplace.kernel.errors import BadInput
from marketplace.web.arguments import is_id
from marketplace.web.downloads import table_download
from marketplace.web.forms import PageForm
from marketplace.web.pages import (
    current_actor,
    flash_done,
    flash_notice,
    render_page,
    requires,
    see_other,
)
from redemption.fulfillment import bulk, queries
from redemption.fulfillment.forms import DueForm, PastedForm
from redemption.fulfillment.pasted import MOST_LINES, read_pasted
from redemption.fulfillment.states import TONES, View, Whose, Work
from redemption.fulfillment.views.shared import bp

MOST_NAMED = 5


@bp.get("/manage/fulfillment")
@requires(Permission.FULFILLMENT_WORK)
def desk() -> ResponseReturnValue:
    """The piles: to do, sent, problem; each whole or narrowed down."""
    asked = request.args.get("view", View.TO_DO)
    if asked not in set(View):
        raise BadInput("There are three piles: to do, sent and problem. Choose one of them.")
    return _desk(View(asked))


def _desk(
    view: View, form: DueForm | None = None, chosen: Collection[int] = ()
) -> ResponseReturnValue:
    narrowed = _narrowed()
    rows = queries.pile(view, narrowed)
    return render_page(
        "fulfillment/desk.html",
        status=422 if form and form.errors else 200,
        view=view,
        narrowed=narrowed,
        sizes=queries.pile_sizes(),
        rows=rows[: queries.LISTED],
        is_cut=len(rows) > queries.LISTED,
        works=[(one.value, one.label) for one in Work],
        whose=[(one.value, one.label) for one in Whose],
        form=form or DueForm(formdata=None),
        chosen=chosen,
        today=clock.today(),
        tones=TONES,
    )


def _narrowed() -> queries.Narrowed:
    """What an address or a form narrows a pile to; a word that means nothing narrows nothing."""
    work, whose = request.values.get("work", ""), request.values.get("whose", "")
    return queries.Narrowed(
        looked_for=request.values.get("q", "").strip()[:80],
        work=Work(work) if work in set(Work) else None,
        whose=Whose(whose) if whose in set(Whose) else None,
        me=current_actor().id,
    )


@bp.post("/manage/fulfillment/many")
@requires(Permission.FULFILLMENT_WORK)
def many() -> ResponseReturnValue:
    """Take over, set a day for, or go on with every task that was ticked."""
    asked = request.form.get("view", "")
    view = View(asked) if asked in set(View) else View.TO_DO
    chosen = [int(one) for one in request.form.getlist("task") if is_id(one)][: queries.LISTED]
    deed = request.form.get("deed")
    form = DueForm() if deed == "due" else PageForm()
    if not form.validate():
        return _refused(view, form, chosen)
    back = see_other("fulfillment.desk", view=view, **_narrowed().address)
    if not chosen:
        flash_notice("Tick at least one task first. Nothing was changed.")
        return back
    done = _each(deed, chosen, form)
    why = {one.refusal for one in done}
    if isinstance(form, DueForm) and len(why) == 1 and why != {""}:  # the day suits none of them
        form.due_on.errors = [why.pop()]
        return _refused(view, form, chosen)
    _say(done)
    return back


def _refused(view: View, form: PageForm, chosen: list[int]) -> ResponseReturnValue:
    if isinstance(form, DueForm):
        return _desk(view, form, chosen)
    raise BadInput("Open the desk again and use its buttons. Nothing was changed.")


def _each(deed: str | None, chosen: list[int], form: PageForm) -> list[bulk.Done]:
    actor, at = current_actor(), clock.now()
    if isinstance(form, DueForm):
        assert form.due_on.data is not None
        return bulk.due_many(actor, chosen, form.due_on.data, request_key=form.key, at=at)
    if deed == "again":
        return bulk.again_many(actor, chosen, request_key=form.key, at=at)
    return bulk.take_many(actor, chosen, at=at)


def _say(done: list[bulk.Done]) -> None:
    refused = [one for one in done if one.refusal]
    say = flash_notice if len(refused) == len(done) else flash_done
    say(f"{len(done) - len(refused)} of {len(done)} done.")
    for one in refused[:MOST_NAMED]:
        flash_notice(f"{one.what}: {one.refusal}")


@bp.route("/manage/fulfillment/sending", methods=["GET", "POST"])
@requires(Permission.FULFILLMENT_WORK)
def sending() -> ResponseReturnValue:
    """Mark many parcels as sent by lines that are pasted; first looked at, then done."""
    form, actor, at = PastedForm(), current_actor(), clock.now()
    if not form.validate_on_submit():
        return render_page("fulfillment/sending.html", form=form, done=None, is_dry=True)
    rows = read_pasted(form.rows.data or "")
    if len(rows) > MOST_LINES:
        form.rows.errors = [f"Paste up to {MOST_LINES} lines at once; these are {len(rows):,}."]
        return render_page("fulfillment/sending.html", 422, form=form, done=None, is_dry=True)
    is_dry = request.form.get("deed") != "send"
    done = bulk.send_many(actor, rows, request_key=form.key, at=at, dry_run=is_dry)
    sent = len([one for one in done if not one.refusal])
    if not is_dry and sent == len(done):
        flash_done(f"{sent} sent. Everyone gets a letter.")
        return see_other("fulfillment.desk", view=View.SENT)
    return render_page("fulfillment/sending.html", form=form, done=done, is_dry=is_dry, sent=sent)


@bp.get("/manage/fulfillment/donations.<any(csv, xlsx):kind>")
@requires(Permission.FULFILLMENT_WORK)
def donations(kind: str) -> ResponseReturnValue:
    """What was given, with its receipts, of this year and the last."""
    today = clock.today()
    rows = queries.donation_rows(today.replace(year=today.year - 1, month=1, day=1), today)
    return table_download(kind, rows, queries.DONATION_COLUMNS, "donations", "Donations")
