"""Nomination awards at the manager's desk: the rule, the rounds, the shortlist, the proposal."""

from typing import Any

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from marketplace.access.actor import Actor
from marketplace.access.roles import Permission
from marketplace.kernel import clock
from marketplace.kernel.errors import BadInput, DomainError
from marketplace.people.queries import department_choices, people_by_id
from marketplace.programs.making import (
    has_its_people,
    make_program,
    program_choices,
    rule_to_change,
    set_new_rule,
)
from marketplace.programs.nominations.forms import (
    DatesForm,
    NominationProgramForm,
    NominationRuleForm,
    ProposeForm,
    ReasonForm,
    RoundForm,
)
from marketplace.programs.nominations.operations.deciding import (
    decline_winners,
    hold_back,
    propose_winners,
)
from marketplace.programs.nominations.operations.rounds import (
    Dates,
    change_dates,
    is_under_way,
    move_by_hand,
    plan_round,
)
from marketplace.programs.nominations.queries.deciders import confirmers_of, jury_waited_for
from marketplace.programs.nominations.queries.judging import (
    moves_of,
    nominees_of,
    proposal_of,
    ranking_of,
    scores_of,
)
from marketplace.programs.nominations.queries.rounds import Round, round_of
from marketplace.programs.nominations.ranking import shortlist_of
from marketplace.programs.nominations.states import RoundState, moves_by_hand
from marketplace.programs.queries.desk import program_of
from marketplace.programs.states import ProgramKind
from marketplace.web.arguments import is_id
from marketplace.web.deeds import once
from marketplace.web.forms import PageForm, choices
from marketplace.web.pages import current_actor, flash_done, render_page, requires, see_other

bp = Blueprint("nominations_manage", __name__, url_prefix="/manage")
_MANAGE = Permission.PROGRAMS_MANAGE
_AGAIN = "Open the round again and use its buttons. Nothing was changed."
STEPS = {
    RoundState.OPEN: ("Open nominations", "megaphone"),
    RoundState.JUDGING: ("Close nominations", "flag"),
    RoundState.CALLED_OFF: ("Call it off", "x"),
}
SAID = {
    RoundState.OPEN: "Nominations are open.",
    RoundState.JUDGING: "Nominations are closed, and judging begins.",
    RoundState.CALLED_OFF: "The round is called off. Nobody gets a notice.",
}


@bp.route("/programs/new/nomination", methods=["GET", "POST"])
@requires(_MANAGE)
def new() -> ResponseReturnValue:
    """Make a draft with its first rule."""
    offered = program_choices()
    form = NominationProgramForm(**offered)
    form.offer(offered["departments"])
    if form.validate_on_submit():
        terms = form.terms(offered["departments"])
        made = make_program(form, ProgramKind.NOMINATION, terms)
        if made is not None:
            return made
    return render_page("programs/nominations/manage/new.html", form=form)


@bp.route("/programs/<slug>/nomination", methods=["GET", "POST"])
@requires(_MANAGE)
def change_rule(slug: str) -> ResponseReturnValue:
    """Set a new version of the rule: it holds for rounds that are not published yet."""
    program, rule = rule_to_change(slug, ProgramKind.NOMINATION)
    departments, form = department_choices(), NominationRuleForm()
    form.ask_why(program)
    form.offer(departments)
    form.choosing_now = rule.terms.choosing
    form.rounds_under_way = is_under_way(program.id)
    if form.validate_on_submit():
        terms = form.terms(departments)
        if has_its_people(form, program, terms):
            return set_new_rule(form, slug, terms)
    if not form.is_submitted():
        people = people_by_id({one.id for one in (*rule.terms.jury, *rule.terms.confirmers)})
        emails = {key: one.email or one.external_id for key, one in people.items()}
        form.show_terms(rule.terms, emails)
        form.show_frame(rule)
    return render_page("programs/nominations/manage/rule.html", form=form, program=program)


@bp.route("/programs/<slug>/rounds/new", methods=["GET", "POST"])
@requires(_MANAGE)
def new_round(slug: str) -> ResponseReturnValue:
    """Plan a round; it opens by itself on its first day."""
    program, form = program_of(slug, kind=ProgramKind.NOMINATION), RoundForm()
    if form.validate_on_submit():
        at, dates = clock.now(), _dates(form)

        def plan(me: Actor) -> str:
            return str(plan_round(me, program.id, form.name.data or "", dates, at=at))

        try:
            round_id = once(form, plan, at=at)
        except BadInput as refusal:
            form.name.errors = [refusal.message]
        else:
            flash_done("The round is planned. It opens by itself on its first day.")
            return see_other("nominations_manage.show", round_id=int(round_id))
    return render_page("programs/nominations/manage/round.html", form=form, program=program)


def _dates(form: DatesForm) -> Dates:
    assert form.opens_on.data is not None
    assert form.closes_on.data is not None
    assert form.judged_by.data is not None
    return Dates(form.opens_on.data, form.closes_on.data, form.judged_by.data)


@bp.route("/nominations/<int:round_id>", methods=["GET", "POST"])
@requires(_MANAGE)
def show(round_id: int) -> ResponseReturnValue:
    """A round: its next step, shortlist and scores, and the proposal of its winner."""
    seen, form = round_of(round_id), ProposeForm()
    nominees = nominees_of(round_id)
    form.winners.choices = choices([(str(one.id), one.name) for one in nominees])
    if form.validate_on_submit():
        chosen = [int(one) for one in form.winners.data or ()]
        reason, at = form.reason.data or "", clock.now()

        def propose(me: Actor) -> str:
            propose_winners(me, round_id, chosen, reason=reason, at=at)
            return ""

        try:
            once(form, propose, at=at)
        except DomainError as refusal:
            form.form_errors.append(refusal.message)
        else:
            flash_done("Proposed. A second person is asked to confirm it.")
            return see_other("nominations_manage.show", round_id=round_id)
    return render_page("programs/nominations/manage/show.html", form=form, **_facts(seen, nominees))


def _facts(seen: Round, nominees: list[Any]) -> dict[str, Any]:
    """What the page of a round shows: figures stay hidden from whom they could sway."""
    me = current_actor()
    scores = [] if seen.is_vote else scores_of(seen.id)
    hidden = _hidden_from(me, seen, nominees, scores)
    shown = seen.state not in {RoundState.DRAFT, RoundState.OPEN} and not hidden
    ranking = ranking_of(seen, nominees, scores) if shown else []
    proposal = proposal_of(seen.id) if seen.state is RoundState.DECIDED else None
    return {
        "round": seen,
        "nominees": [one for one in nominees if one.id != me.id or not hidden],
        "ranking": ranking,
        "listed": {one.id for one in shortlist_of(ranking, seen.terms.shortlist)},
        "scores": scores if shown else [],
        "hidden": hidden,
        "proposal": proposal,
        "confirming": confirmers_of(seen, proposal, nominees) if proposal else None,
        "judging": jury_waited_for(seen, nominees, scores),
        "moves": moves_of(seen.id),
        "steps": [
            (state, *STEPS[state])
            for state in (RoundState.JUDGING, RoundState.OPEN, RoundState.CALLED_OFF)
            if state in moves_by_hand(seen.state)
        ],
    }


def _hidden_from(me: Actor, seen: Round, nominees: list[Any], scores: list[Any]) -> str:
    """Why somebody does not see the figures yet; empty when they do."""
    if seen.state in {RoundState.CONFIRMED, RoundState.CALLED_OFF}:
        return ""
    if me.id in {one.id for one in nominees}:
        return "You are nominated yourself, so you see the figures once the result is published."
    has_judged = {one.nominee_id for one in scores if one.juror_id == me.id}
    if me.id in seen.terms.jury_ids and {one.id for one in nominees} - has_judged:
        return "You are in the jury. Give your own scores first, then you see those of the others."
    return ""


@bp.route("/nominations/<int:round_id>/days", methods=["GET", "POST"])
@requires(_MANAGE)
def days(round_id: int) -> ResponseReturnValue:
    """Give a round other days."""
    seen, form = round_of(round_id), DatesForm()
    if form.validate_on_submit():
        at, dates = clock.now(), _dates(form)

        def change(me: Actor) -> str:
            change_dates(me, round_id, dates, at=at)
            return ""

        once(form, change, at=at)
        flash_done("The round has its new days.")
        return see_other("nominations_manage.show", round_id=round_id)
    if not form.is_submitted():
        form.opens_on.data, form.closes_on.data = seen.opens_on, seen.closes_on
        form.judged_by.data = seen.judged_by
    return render_page("programs/nominations/manage/days.html", form=form, round=seen)


@bp.post("/nominations/<int:round_id>/<any(open, judging, called_off):wanted>")
@requires(_MANAGE)
def move(round_id: int, wanted: str) -> ResponseReturnValue:
    """Open a round, close its nominations, or call it off."""
    round_of(round_id)
    form, at, state = PageForm(), clock.now(), RoundState(wanted)
    if not form.validate():
        raise BadInput(_AGAIN)

    def go_on(me: Actor) -> str:
        move_by_hand(me, round_id, state, at=at)
        return ""

    once(form, go_on, at=at)
    flash_done(SAID[state])
    return see_other("nominations_manage.show", round_id=round_id)


@bp.post("/nominations/<int:round_id>/back")
@requires(_MANAGE)
def back(round_id: int) -> ResponseReturnValue:
    """Take one's own proposal back to judging, with a word on why."""
    round_of(round_id)
    form, at = ReasonForm(), clock.now()
    if not form.validate():
        raise BadInput("Say why the proposal goes back. Nothing was changed.")
    note, read = form.reason.data or "", form.proposal_id

    def send_back(me: Actor) -> str:
        decline_winners(me, round_id, proposal_id=read, note=note, at=at)
        return ""

    once(form, send_back, at=at)
    flash_done("The round is being judged again.")
    return see_other("nominations_manage.show", round_id=round_id)


@bp.post("/nominations/<int:round_id>/notices")
@requires(_MANAGE)
def notices(round_id: int) -> ResponseReturnValue:
    """Hold back the notices of a round, or single nominations' words."""
    round_of(round_id)
    form, at = PageForm(), clock.now()
    if not form.validate():
        raise BadInput(_AGAIN)
    whole = bool(request.form.get("whole"))
    ticked = request.form.getlist("nomination")
    ids = [int(one) for one in ticked if is_id(one)]

    def hold(me: Actor) -> str:
        hold_back(me, round_id, whole=whole, nomination_ids=ids, at=at)
        return ""

    once(form, hold, at=at, whole=whole, nominations=sorted(ids))
    flash_done("Kept. What is held back reaches nobody.")
    return see_other("nominations_manage.show", round_id=round_id)
