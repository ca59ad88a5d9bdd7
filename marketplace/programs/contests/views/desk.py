"""Contests at the manager's desk: standings with every figure, and settling with a look before."""

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from marketplace.access.actor import Actor
from marketplace.access.roles import Permission
from marketplace.kernel import clock
from marketplace.kernel.db import transaction
from marketplace.kernel.errors import NotFound
from marketplace.programs.contests.forms import SettleForm
from marketplace.programs.contests.queries.explaining import explain
from marketplace.programs.contests.queries.head import contest_managed
from marketplace.programs.contests.queries.settling import settlement_of
from marketplace.programs.contests.queries.standings import everyone, standings_page
from marketplace.programs.contests.states import ContestForm
from marketplace.programs.contests.views.seen import explained_words
from marketplace.programs.contests.words import sentences_of
from marketplace.programs.operations.settlement import (
    MovedSince,
    settle_for_good,
    settle_program,
)
from marketplace.programs.states import ProgramState
from marketplace.programs.words import what_waits
from marketplace.web.arguments import id_asked
from marketplace.web.deeds import once
from marketplace.web.downloads import csv_download
from marketplace.web.pages import (
    current_actor,
    flash_done,
    flash_notice,
    render_page,
    requires,
    see_other,
)

bp = Blueprint("contests_desk", __name__, url_prefix="/manage/programs")
COLUMNS = ("rank", "place", "name", "figure", "amount", "base")


@bp.get("/<slug>/standings")
@requires(Permission.PROGRAMS_MANAGE)
def standings(slug: str) -> ResponseReturnValue:
    """The standings as they are now, with every figure."""
    head, after = contest_managed(slug), id_asked("after") or 0
    return render_page(
        "programs/contests/desk_standings.html",
        head=head,
        page=standings_page(head, after=after),
        after=after,
    )


@bp.get("/<slug>/standings.csv")
@requires(Permission.PROGRAMS_MANAGE)
def standings_file(slug: str) -> ResponseReturnValue:
    """All of them as a table."""
    rows = ([getattr(row, name) for name in COLUMNS] for row in everyone(slug).rows)
    return csv_download(rows, COLUMNS, f"{slug}-standings.csv")


@bp.get("/<slug>/standings/explained")
@requires(Permission.PROGRAMS_MANAGE)
def explained(slug: str) -> ResponseReturnValue:
    """Every result behind the standing of one competitor."""
    head = contest_managed(slug, request.args.get("of", ""))
    if not head.mine:
        raise NotFound("There is no such competitor in these standings.")
    standing = head.mine[0]
    return render_page(
        "programs/contests/desk_explained.html",
        head=head,
        standing=standing,
        found=explain(head, standing, current_actor(), after=id_asked("after") or 0),
        **explained_words(head, standing),
    )


@bp.route("/<slug>/settle", methods=["GET", "POST"])
@requires(Permission.PROGRAMS_MANAGE)
def settle(slug: str) -> ResponseReturnValue:
    """Look at who wins what, then settle exactly that for good."""
    head, form = contest_managed(slug), SettleForm()
    if form.validate_on_submit():
        return _settle(slug, head.program.id, form)
    found = settlement_of(head)
    form.seal.data = found.seal
    return render_page(
        "programs/contests/settle.html",
        form=form,
        head=head,
        found=found,
        is_closed=head.program.state is ProgramState.CLOSED,
        is_raffle=head.terms.form is ContestForm.RAFFLE,
        rules=sentences_of(head.terms, head.rule.metrics),
    )


def _settle(slug: str, program_id: int, form: SettleForm) -> ResponseReturnValue:
    at = clock.now()

    def settle_as_shown(actor: Actor) -> str:
        seal = form.seal.data or ""
        return str(settle_for_good(program_id, seal=seal, actor=actor, at=at).waiting)

    try:
        waiting = int(once(form, settle_as_shown, at=at))
    except MovedSince as moved:
        with transaction():
            settle_program(program_id, actor=current_actor(), at=at)
        flash_notice(f"{moved.message} Look again: this is how it stands now.")
        return see_other("contests_desk.settle", slug=slug)
    if waiting:
        flash_notice(f"It is not settled yet. {what_waits(waiting)}")
    else:
        flash_done("It is settled. Points and rewards are with their winners.")
    return see_other("programs_manage.desk", slug=slug)
