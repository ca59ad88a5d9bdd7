"""Order-rule programs at the manager's desk."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from marketplace.access.roles import Permission
from marketplace.programs.earning import MetricWords
from marketplace.programs.forms import filters_as_text
from marketplace.programs.making import (
    make_program,
    program_choices,
    rule_to_change,
    set_new_rule,
)
from marketplace.programs.orders.forms import OrderProgramForm, OrderRuleForm
from marketplace.programs.orders.terms import OrderTerms
from marketplace.programs.queries import metric_id_choices
from marketplace.programs.queries.rules import metric_words
from marketplace.programs.states import ProgramKind
from marketplace.web.pages import render_page, requires

bp = Blueprint("orders_manage", __name__, url_prefix="/manage/programs")


@bp.route("/new/order-rule", methods=["GET", "POST"])
@requires(Permission.PROGRAMS_MANAGE)
def new() -> ResponseReturnValue:
    """Make a draft with its first rule."""
    form = OrderProgramForm(metric_id_choices(), **program_choices())
    if form.validate_on_submit():
        metric = metric_words()[int(form.metric.data)]
        made = make_program(form, ProgramKind.ORDER_RULE, _terms(form, metric))
        if made is not None:
            return made
    return render_page("programs/orders/new.html", form=form)


@bp.route("/<slug>/order-rule", methods=["GET", "POST"])
@requires(Permission.PROGRAMS_MANAGE)
def change_rule(slug: str) -> ResponseReturnValue:
    """Set a new version of the rule and settle the difference."""
    (program, rule), form = rule_to_change(slug, ProgramKind.ORDER_RULE), OrderRuleForm()
    form.ask_why(program)
    metric = rule.metrics[rule.terms.metric_id]
    if form.validate_on_submit():
        return set_new_rule(form, slug, _terms(form, metric))
    if not form.is_submitted():
        form.points.data = rule.terms.points
        form.per_whole.data = rule.terms.per_amount // metric.minor_units
        form.only.data = filters_as_text(rule.terms.only)
        form.show_frame(rule)
    return render_page("programs/orders/rule.html", form=form, program=program, metric=metric)


def _terms(form: OrderProgramForm | OrderRuleForm, metric: MetricWords) -> OrderTerms:
    return OrderTerms(
        metric_id=metric.id,
        points=form.points.data or 1,
        per_amount=(form.per_whole.data or 1) * metric.minor_units,
        only=form.only.chosen,
    )
