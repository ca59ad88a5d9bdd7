"""What a claimant sees and does."""

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from marketplace.access.actor import Actor
from marketplace.access.roles import Permission
from marketplace.kernel import clock
from marketplace.kernel.errors import BadInput
from marketplace.kernel.evidence import MOST_BODY
from marketplace.programs.claims import queries
from marketplace.programs.claims.earning import subject_of
from marketplace.programs.claims.forms import AnswerForm, ClaimForm, claim_form
from marketplace.programs.claims.operations.claiming import (
    NewClaim,
    ReferenceTaken,
    answer_question,
    submit_claim,
    withdraw_claim,
)
from marketplace.programs.claims.states import ClaimState
from marketplace.programs.models import Program
from marketplace.programs.queries.evidence import evidence_file
from marketplace.programs.states import COUNTS
from marketplace.web.deeds import once
from marketplace.web.forms import PageForm
from marketplace.web.pages import (
    current_actor,
    flash_done,
    render_page,
    requires,
    see_other,
    takes_files_up_to,
)
from marketplace.web.uploads import CHOOSE_AGAIN, hand_out

bp = Blueprint("claims", __name__, url_prefix="/claims")


@bp.route("/new", methods=["GET", "POST"])
@takes_files_up_to(MOST_BODY)
@requires(Permission.POINTS_VIEW_OWN)
def new() -> ResponseReturnValue:
    """Choose a program, or claim in the one chosen."""
    actor, slug = current_actor(), request.args.get("program", "")
    if not slug:
        if request.method == "POST":
            raise BadInput("Choose the program first. Nothing was sent.")
        programs = queries.programs_taking_claims(actor)
        return render_page("programs/claims/choose.html", programs=programs)
    program, terms = queries.program_taking_claims(actor, slug)
    form = claim_form(terms)
    if form.validate_on_submit():
        reference = _submit(form, program)
        if reference is not None:
            flash_done("Your claim is on its way. You get a letter when it is decided.")
            return see_other("claims.show", reference=reference)
    if form.errors and form.files is not None and form.files.cleaned:
        form.files.errors = [*form.files.errors, CHOOSE_AGAIN]
    return render_page("programs/claims/new.html", form=form, program=program, terms=terms)


def _submit(form: ClaimForm, program: Program) -> str | None:
    """Send it once; None with what is wrong on the form."""
    at, files = clock.now(), form.files.cleaned if form.files is not None else ()
    assert form.on_day.data is not None
    wanted = NewClaim(
        claimed=form.reference.data or "",
        on_day=form.on_day.data,
        amount=form.amount_claimed,
        answers=form.answers,
        note=form.note.data or "",
        evidence=files,
    )

    def submit(actor: Actor) -> str:
        return submit_claim(actor, program.id, wanted, request_key=form.key, at=at)

    try:
        digests = form.files.digests if form.files is not None else ""
        return once(form, submit, at=at, program=program.id, files=digests)
    except ReferenceTaken as refusal:
        form.reference.errors = [refusal.message]
    except BadInput as refusal:
        form.form_errors.append(refusal.message)
    return None


@bp.get("/<reference>")
@requires(Permission.POINTS_VIEW_OWN)
def show(reference: str) -> ResponseReturnValue:
    """One's own claim: where it is, what happened, what to do."""
    return _page(reference, AnswerForm())


def _page(reference: str, form: AnswerForm) -> ResponseReturnValue:
    page = queries.claim_page(current_actor(), reference, only_mine=True)
    may_withdraw = (
        page.claim.state
        in {ClaimState.WAITING, ClaimState.ASKED, ClaimState.SECOND_LOOK, ClaimState.APPROVED}
        and page.program.state in COUNTS
    )
    return render_page("programs/claims/show.html", page=page, form=form, may_withdraw=may_withdraw)


@bp.post("/<reference>/answer")
@takes_files_up_to(MOST_BODY)
@requires(Permission.POINTS_VIEW_OWN)
def answer(reference: str) -> ResponseReturnValue:
    """Answer the question that is open."""
    form, at = AnswerForm(), clock.now()
    queries.claim_of(current_actor(), reference, only_mine=True)
    if not form.validate():
        if form.evidence.cleaned:
            form.evidence.errors = [*form.evidence.errors, CHOOSE_AGAIN]
        return _page(reference, form)

    def reply(actor: Actor) -> str:
        answer_question(actor, reference, form.text.data or "", form.evidence.cleaned, at=at)
        return reference

    once(form, reply, at=at, files=form.evidence.digests)
    flash_done("Your answer is on its way.")
    return see_other("claims.show", reference=reference)


@bp.post("/<reference>/withdraw")
@requires(Permission.POINTS_VIEW_OWN)
def withdraw(reference: str) -> ResponseReturnValue:
    """Take one's claim back."""
    form, at = PageForm(), clock.now()
    queries.claim_of(current_actor(), reference, only_mine=True)
    if not form.validate():
        raise BadInput("Open the claim again and use its buttons. Nothing was changed.")

    def take_back(actor: Actor) -> str:
        withdraw_claim(actor, reference, at=at)
        return reference

    once(form, take_back, at=at)
    flash_done("The claim is withdrawn.")
    return see_other("claims.show", reference=reference)


@bp.get("/<reference>/evidence/<int:evidence_id>")
@requires(Permission.POINTS_VIEW_OWN)
def evidence(reference: str, evidence_id: int) -> ResponseReturnValue:
    """A file of evidence, for the claimant and those who decide."""
    claim = queries.claim_of(current_actor(), reference)
    return hand_out(evidence_file(subject_of(claim.reference), evidence_id))
