"""What program managers see and do: the terms, the queue, the decision."""

from datetime import datetime
from typing import NamedTuple

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from marketplace.access.actor import Actor
from marketplace.access.roles import Permission
from marketplace.kernel import clock
from marketplace.kernel.errors import BadInput
from marketplace.programs.claimed.policies import decide_obstacle
from marketplace.programs.claimed.queries import IN_QUEUE
from marketplace.programs.claims import queries
from marketplace.programs.claims.forms import (
    ClaimProgramForm,
    ClaimRuleForm,
    DecisionForm,
    show_terms,
    terms_in,
)
from marketplace.programs.claims.operations.deciding import (
    approve_claim,
    ask_claimant,
    decline_claim,
    take_back_claim,
)
from marketplace.programs.claims.policies import approve_obstacle
from marketplace.programs.claims.states import FOR_MANAGERS, OPEN, ClaimState
from marketplace.programs.making import (
    has_its_people,
    make_program,
    program_choices,
    rule_to_change,
    set_new_rule,
)
from marketplace.programs.queries.rules import program_and_rule
from marketplace.programs.states import ProgramKind
from marketplace.programs.words import what_was_given, what_went_back
from marketplace.web.arguments import id_if_readable
from marketplace.web.deeds import once
from marketplace.web.pages import current_actor, flash_done, render_page, requires, see_other

bp = Blueprint("claims_manage", __name__, url_prefix="/manage/programs")


class View(NamedTuple):
    """A view of the queue: its words, and the states it shows."""

    label: str
    states: tuple[ClaimState, ...]


VIEWS = {
    "": View("To decide", tuple(FOR_MANAGERS)),
    "asked": View("Asked", (ClaimState.ASKED,)),
    "approved": View("Approved", (ClaimState.APPROVED,)),
    "ended": View("Ended", (ClaimState.DECLINED, ClaimState.WITHDRAWN, ClaimState.TAKEN_BACK)),
}
NEEDS_TEXT = {
    "ask": "Enter your question.",
    "decline": "Enter the reason. The claimant reads it.",
    "take_back": "Enter the reason. The claimant reads it.",
}
SAID = {
    "ask": "Your question is on its way.",
    "decline": "Declined. The reason is on its way.",
}


@bp.route("/new/claim", methods=["GET", "POST"])
@requires(Permission.PROGRAMS_MANAGE)
def new() -> ResponseReturnValue:
    """Make a draft with its terms."""
    form = ClaimProgramForm(**program_choices())
    if form.validate_on_submit():
        made = make_program(form, ProgramKind.CLAIM, terms_in(form))
        if made is not None:
            return made
    return render_page("programs/claims/manage/new.html", form=form)


@bp.route("/<slug>/claim-rule", methods=["GET", "POST"])
@requires(Permission.PROGRAMS_MANAGE)
def change_rule(slug: str) -> ResponseReturnValue:
    """Set new terms and settle the difference."""
    (program, rule), form = rule_to_change(slug, ProgramKind.CLAIM), ClaimRuleForm()
    form.ask_why(program)
    if form.validate_on_submit() and has_its_people(form, program, terms_in(form)):
        return set_new_rule(form, slug, terms_in(form))
    if not form.is_submitted():
        show_terms(form, rule.terms)
        form.show_frame(rule)
    return render_page("programs/claims/manage/rule.html", form=form, program=program)


@bp.get("/<slug>/claims")
@requires(Permission.PROGRAMS_MANAGE)
def queue(slug: str) -> ResponseReturnValue:
    """The claims of a program, those to decide first."""
    program, rule = program_and_rule(slug, ProgramKind.CLAIM)
    chosen = request.args.get("show", "")
    view = VIEWS.get(chosen, VIEWS[""])
    rows = queries.claims_of(program.id, view.states, after_id=id_if_readable("after") or 0)
    views = [(name, one.label, one is view) for name, one in VIEWS.items()]
    return render_page(
        "programs/claims/manage/queue.html",
        program=program,
        terms=rule.terms,
        rows=rows[:IN_QUEUE],
        more=rows[IN_QUEUE - 1].id if len(rows) > IN_QUEUE else None,
        views=views,
        chosen=chosen if chosen in VIEWS else "",
    )


@bp.get("/<slug>/claims/<reference>")
@requires(Permission.PROGRAMS_MANAGE)
def show(slug: str, reference: str) -> ResponseReturnValue:
    """One claim with its evidence, to decide on."""
    return _page(slug, reference, DecisionForm())


def _page(slug: str, reference: str, form: DecisionForm) -> ResponseReturnValue:
    actor = current_actor()
    page = queries.claim_page(actor, reference, slug=slug)
    if not form.is_submitted():
        form.version.data = str(page.claim.version)
    state = page.program.state
    return render_page(
        "programs/claims/manage/show.html",
        page=page,
        form=form,
        obstacle=decide_obstacle(page.claim, state, actor),
        yes_obstacle=approve_obstacle(page.claim, state, actor),
        is_to_decide=page.claim.state in OPEN,
        is_approved=page.claim.state is ClaimState.APPROVED,
        may_ask=page.claim.state in FOR_MANAGERS,
    )


@bp.post("/<slug>/claims/<reference>/<any(approve, ask, decline, take_back):answer>")
@requires(Permission.PROGRAMS_MANAGE)
def decide(slug: str, reference: str, answer: str) -> ResponseReturnValue:
    """Approve, ask, decline, or take an approval back."""
    form, at = DecisionForm(), clock.now()
    page = queries.claim_page(current_actor(), reference, slug=slug)
    if form.validate() and answer in NEEDS_TEXT and not (form.text.data or "").strip():
        form.text.errors = [NEEDS_TEXT[answer]]
    if form.errors:
        if form.request_key.errors or form.version.errors:
            raise BadInput("Open the claim again and use its buttons. Nothing was changed.")
        return _page(slug, reference, form)

    def deed(actor: Actor) -> str:
        return _decided(actor, page.claim.reference, answer, form, at)

    flash_done(once(form, deed, at=at))
    return see_other("claims_manage.queue", slug=slug)


def _decided(actor: Actor, reference: str, answer: str, form: DecisionForm, at: datetime) -> str:
    text, version = form.text.data or "", form.seen_version
    if answer == "approve":
        state, report = approve_claim(actor, reference, version=version, at=at)
        if state is ClaimState.SECOND_LOOK:
            return "Your yes is noted. A second person has to agree before points are given."
        return f"Approved. {what_was_given(report)}"
    if answer == "take_back":
        report = take_back_claim(actor, reference, text, version=version, at=at)
        return f"Taken back. {what_went_back(report)}"
    (ask_claimant if answer == "ask" else decline_claim)(
        actor, reference, text, version=version, at=at
    )
    return SAID[answer]
