"""`/manage/approval-policies`: who has to agree to what, each version of it, and an example."""

from datetime import datetime

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from catalog.queries.curators_table import tier_choices
from catalog.states import Kind
from marketplace.access.actor import Actor
from marketplace.access.roles import Permission
from marketplace.kernel import clock
from marketplace.kernel.errors import BadInput
from marketplace.people.queries import Person, department_choices, people_list
from marketplace.web.deeds import once, once_changing
from marketplace.web.forms import PageForm, choices
from marketplace.web.pages import (
    current_actor,
    flash_done,
    flash_notice,
    render_page,
    requires,
    see_other,
)
from redemption.approvals.operations import policies
from redemption.approvals.pools.queries import pool_choices
from redemption.approvals.queries.circumstances import Wanted
from redemption.approvals.setting import queries
from redemption.approvals.setting.forms import (
    NewPolicyForm,
    PolicyForm,
    SeenForm,
    TryForm,
    asks_choices,
    data_of,
)

bp = Blueprint("approval_policies", __name__, url_prefix="/manage/approval-policies")
EDIT = "approvals/setting/edit.html"
PEOPLE_SHOWN = 10


@bp.get("")
@requires(Permission.REPORTS_VIEW)
def overview() -> ResponseReturnValue:
    """The policies in force, in the order they are tried, and those that ended."""
    rows, ended = queries.policies_and_ended()
    return render_page("approvals/setting/list.html", rows=rows, ended=ended, may_set=_may_set())


@bp.get("/try")
@requires(Permission.REPORTS_VIEW)
def try_out() -> ResponseReturnValue:
    """Who would have to agree to an example, and why."""
    form, at = TryForm(request.args), clock.now()
    form.tier.choices = choices([("", "No tier"), *tier_choices()])
    trial, people = None, []
    if request.args and form.validate():
        people = people_list(text=form.who.data or "", limit=PEOPLE_SHOWN + 1, at_work=True)
        trial = _trial(form, people, at)
    return render_page(
        "approvals/setting/try.html",
        form=form,
        trial=trial,
        people=people,
        most=PEOPLE_SHOWN,
        asked={name: text for name, text in request.args.items() if name in form},
    )


def _trial(form: TryForm, people: list[Person], at: datetime) -> queries.Trial | None:
    """The trial, where it is clear who asks and for how much; what is not stands in the form."""
    if len(people) != 1:
        form.who.errors = ["Several people fit." if people else "Nobody at work fits."]
        return None
    worth, points = form.money, form.points.data
    try:
        if points is None and worth is not None:
            points = queries.points_for(worth, people[0], at=at)
    except BadInput as unknown:
        form.points.errors = [unknown.message]
        return None
    kind, tier = Kind(form.kind.data), form.tier.data or ""
    country = form.country.data or ""
    wanted = Wanted(kind, tier, points or 0, worth, bool(form.is_own.data), country)
    return queries.try_out(people[0], wanted, at=at)


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.APPROVALS_SET)
def new() -> ResponseReturnValue:
    """Add a policy; it is tried last until it is moved."""
    form, at = NewPolicyForm(), clock.now()
    _offer_choices(form)
    if not form.validate_on_submit():
        return render_page(EDIT, form=form, policy=None)

    def add(actor: Actor) -> str:
        policies.add_policy(actor, form.address, form.terms, at=at)
        return form.address

    try:
        slug = once(form, add, at=at)
    except BadInput as refusal:
        form.slug.errors = [refusal.message]
        return render_page(EDIT, form=form, policy=None)
    flash_done("The policy is added and tried last. Move it where it belongs.")
    return see_other("approval_policies.show", slug=slug)


@bp.get("/<slug>")
@requires(Permission.REPORTS_VIEW)
def show(slug: str) -> ResponseReturnValue:
    """Every version of a policy."""
    versions = queries.versions_of(slug)
    return render_page("approvals/setting/show.html", versions=versions, may_set=_may_set())


@bp.route("/<slug>/change", methods=["GET", "POST"])
@requires(Permission.APPROVALS_SET)
def change(slug: str) -> ResponseReturnValue:
    """Put a new version in the place of the one that holds."""
    at, rule = clock.now(), queries.policy_rule(slug, at=clock.now())
    form = PolicyForm(data=data_of(rule))
    _offer_choices(form)
    if not form.validate_on_submit():
        return render_page(EDIT, form=form, policy=rule)

    def work(actor: Actor) -> bool:
        seen, terms = form.seen_version, form.terms
        return policies.change_policy(actor, slug, terms, seen=seen, at=at)

    try:
        is_changed = once_changing(form, work, at=at)
    except BadInput as refusal:
        form.form_errors.append(refusal.message)
        return render_page(EDIT, form=form, policy=rule)
    if is_changed:
        flash_done("Saved. It holds for requests from now on; earlier ones keep their way.")
    else:
        flash_notice("Nothing was different, so nothing was changed.")
    return see_other("approval_policies.show", slug=slug)


@bp.post("/<slug>/move")
@requires(Permission.APPROVALS_SET)
def move(slug: str) -> ResponseReturnValue:
    """Try a policy one place earlier or later."""
    at, form = clock.now(), PageForm()
    step = {"up": -1, "down": 1}.get(request.form.get("way", ""))
    if not form.validate_on_submit() or step is None:
        raise BadInput("Open the list again and use its buttons. Nothing was changed.")

    def work(actor: Actor) -> bool:
        return policies.move_policy(actor, slug, step, at=at)

    if once_changing(form, work, at=at, way=step):
        flash_done("Moved. The first policy that fits decides.")
    else:
        flash_notice("It already stands at that end of the list.")
    return see_other("approval_policies.overview")


@bp.post("/<slug>/end")
@requires(Permission.APPROVALS_SET)
def end(slug: str) -> ResponseReturnValue:
    """Let a policy hold no longer."""
    at, form = clock.now(), SeenForm()
    if not form.validate_on_submit():
        raise BadInput("Open the policy again and use its button. Nothing was changed.")

    def work(actor: Actor) -> str:
        return policies.end_policy(actor, slug, seen=form.seen_version, at=at)

    try:
        name = once(form, work, at=at)
    except BadInput as refusal:
        flash_notice(refusal.message)
        return see_other("approval_policies.show", slug=slug)
    flash_done(f"“{name}” has ended. Requests made before go on as they are.")
    return see_other("approval_policies.overview")


@bp.post("/<slug>/put-back")
@requires(Permission.APPROVALS_SET)
def put_back(slug: str) -> ResponseReturnValue:
    """Let an ended policy hold again."""
    at, form = clock.now(), SeenForm()
    if not form.validate_on_submit():
        raise BadInput("Open the policy again and use its button. Nothing was changed.")

    def work(actor: Actor) -> str:
        return policies.put_back_policy(actor, slug, seen=form.seen_version, at=at)

    try:
        name = once(form, work, at=at)
    except BadInput as refusal:
        flash_notice(refusal.message)
        return see_other("approval_policies.show", slug=slug)
    flash_done(f"“{name}” holds again and is tried last. Move it where it belongs.")
    return see_other("approval_policies.overview")


def _offer_choices(form: PolicyForm) -> None:
    asked = choices(asks_choices(pool_choices()))
    for field in (form.first_asks, form.second_asks, form.third_asks):
        field.choices = asked
    form.tiers.choices = choices(tier_choices())
    form.departments.choices = choices(department_choices())


def _may_set() -> bool:
    return current_actor().may(Permission.APPROVALS_SET)
