"""`/manage/approval-policies/pools`: named lists of people whom policies ask."""

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from marketplace.access.actor import Actor
from marketplace.access.roles import Permission
from marketplace.kernel import clock
from marketplace.kernel.errors import BadInput
from marketplace.kernel.parsing import CannotRead, parse_whole_number
from marketplace.people.queries import Person, people_list
from marketplace.web.deeds import once, once_changing
from marketplace.web.forms import PageForm
from marketplace.web.pages import (
    current_actor,
    flash_done,
    flash_notice,
    render_page,
    requires,
    see_other,
)
from redemption.approvals.pools import operations
from redemption.approvals.pools.forms import MemberForm, NewPoolForm, PoolForm
from redemption.approvals.pools.queries import pool_page, pools_listed

bp = Blueprint("approval_pools", __name__, url_prefix="/manage/approval-policies/pools")
PEOPLE_SHOWN = 10
_AGAIN = "Open the pool again and use its buttons. Nothing was changed."


@bp.get("")
@requires(Permission.REPORTS_VIEW)
def overview() -> ResponseReturnValue:
    """The pools there are."""
    rows = pools_listed(at=clock.now())
    return render_page("approvals/pools/list.html", rows=rows, may_set=_may_set())


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.APPROVALS_SET)
def new() -> ResponseReturnValue:
    """Add a pool; its people come next."""
    form, at = NewPoolForm(), clock.now()
    if not form.validate_on_submit():
        return render_page("approvals/pools/new.html", form=form)

    def add(actor: Actor) -> str:
        operations.add_pool(actor, form.address, form.name.data or "", at=at)
        return form.address

    try:
        slug = once(form, add, at=at)
    except BadInput as refusal:
        form.slug.errors = [refusal.message]
        return render_page("approvals/pools/new.html", form=form)
    flash_done("The pool is added. Put people in it.")
    return see_other("approval_pools.show", slug=slug)


@bp.get("/<slug>")
@requires(Permission.REPORTS_VIEW)
def show(slug: str) -> ResponseReturnValue:
    """The people of a pool, and what asks it."""
    return _page(slug, MemberForm())


def _page(
    slug: str,
    form: MemberForm,
    people: list[Person] | None = None,
    rename: PoolForm | None = None,
) -> ResponseReturnValue:
    pool = pool_page(slug, at=clock.now())
    status = 422 if rename and rename.errors else 200
    return render_page(
        "approvals/pools/show.html",
        status,
        pool=pool,
        form=form,
        rename=rename or PoolForm(formdata=None, data={"name": pool.name}),
        people=(people or [])[:PEOPLE_SHOWN],
        may_set=_may_set(),
    )


@bp.post("/<slug>/people")
@requires(Permission.APPROVALS_SET)
def put_in(slug: str) -> ResponseReturnValue:
    """Put somebody in a pool; where several fit, the page asks which."""
    form, at = MemberForm(), clock.now()
    if not form.validate_on_submit():
        return _page(slug, form)
    people = people_list(text=form.who.data or "", limit=PEOPLE_SHOWN + 1, at_work=True)
    people = [who for who in people if who.external_id == form.who.data] or people
    if len(people) != 1:
        form.who.errors = ["Several people fit. Choose one." if people else "Nobody at work fits."]
        return _page(slug, form, people)
    (who,) = people

    def put(actor: Actor) -> bool:
        return operations.put_in_pool(actor, slug, who.id, at=at)

    try:
        is_new = once_changing(form, put, at=at)
    except BadInput as refusal:
        form.who.errors = [refusal.message]
        return _page(slug, form)
    if is_new:
        flash_done(f"{who.name} is asked with the others from now on.")
    else:
        flash_notice(f"{who.name} is one of them already.")
    return see_other("approval_pools.show", slug=slug)


@bp.post("/<slug>/remove")
@requires(Permission.APPROVALS_SET)
def take_out(slug: str) -> ResponseReturnValue:
    """Take somebody out of a pool."""
    form, at = PageForm(), clock.now()
    try:
        who = parse_whole_number(request.form.get("who", ""), low=1, high=10**15)
    except CannotRead as unread:
        raise BadInput(_AGAIN) from unread
    if not form.validate_on_submit():
        raise BadInput(_AGAIN)

    def take(actor: Actor) -> bool:
        return operations.take_from_pool(actor, slug, who, at=at)

    if once_changing(form, take, at=at, who=who):
        flash_done("Taken out. What they are asked already they may still answer.")
    else:
        flash_notice("They are not one of them any more.")
    return see_other("approval_pools.show", slug=slug)


@bp.post("/<slug>/rename")
@requires(Permission.APPROVALS_SET)
def rename(slug: str) -> ResponseReturnValue:
    """Call a pool something else."""
    form, at = PoolForm(), clock.now()
    if not form.validate_on_submit():
        return _page(slug, MemberForm(formdata=None), rename=form)

    def work(actor: Actor) -> bool:
        return operations.rename_pool(actor, slug, form.name.data or "", at=at)

    if once_changing(form, work, at=at):
        flash_done("It is called so from now on.")
    else:
        flash_notice("It was called so before, so nothing was changed.")
    return see_other("approval_pools.show", slug=slug)


@bp.post("/<slug>/end")
@requires(Permission.APPROVALS_SET)
def end(slug: str) -> ResponseReturnValue:
    """Let policies ask a pool no longer."""
    form, at = PageForm(), clock.now()
    if not form.validate_on_submit():
        raise BadInput(_AGAIN)
    try:
        name = once(form, lambda actor: operations.end_pool(actor, slug, at=at), at=at)
    except BadInput as refusal:
        flash_notice(refusal.message)
        return see_other("approval_pools.show", slug=slug)
    flash_done(f"“{name}” has ended.")
    return see_other("approval_pools.overview")


def _may_set() -> bool:
    return current_actor().may(Permission.APPROVALS_SET)
