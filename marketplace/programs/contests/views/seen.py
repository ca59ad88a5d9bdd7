"""Contests as people see them: standings, what is behind them, and a raffle's tickets."""

from typing import Any

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from marketplace.access.roles import Permission
from marketplace.kernel.errors import NotFound
from marketplace.programs.contests.formulas import rank_in_words
from marketplace.programs.contests.queries.explaining import explain
from marketplace.programs.contests.queries.head import Head, contest_for
from marketplace.programs.contests.queries.raffles import (
    entries_for,
    list_file,
    listed_entries,
    published_by,
)
from marketplace.programs.contests.queries.standings import (
    View,
    department_lines,
    has_views,
    standings_page,
)
from marketplace.programs.contests.states import Between, ContestForm
from marketplace.programs.contests.words import figure_in_words, sentences_of
from marketplace.web.arguments import id_asked
from marketplace.web.pages import current_actor, render_page, requires

bp = Blueprint("contests", __name__, url_prefix="/programs")


@bp.get("/<slug>/standings")
@requires(Permission.POINTS_VIEW_OWN)
def standings(slug: str) -> ResponseReturnValue:
    """How the contest stands, my own row always among it."""
    actor = current_actor()
    head, after = contest_for(actor, slug), id_asked("after") or 0
    view = _view(head)
    page = standings_page(head, after=after, view=view, department_id=actor.department_id)
    return render_page(
        "programs/contests/standings.html",
        head=head,
        page=page,
        view=view,
        after=after,
        views=has_views(head),
        lines=department_lines(head) if view is View.DEPARTMENTS else [],
        rules=sentences_of(head.terms, head.rule.metrics),
    )


def _view(head: Head) -> View:
    wanted = request.args.get("view", "")
    return View(wanted) if has_views(head) and wanted in set(View) else View.EVERYONE


@bp.get("/<slug>/standings/explained")
@requires(Permission.POINTS_VIEW_OWN)
def explained(slug: str) -> ResponseReturnValue:
    """Every result behind my standing, the rule, the formula and the sum."""
    actor = current_actor()
    head = contest_for(actor, slug)
    number = min(id_asked("of") or 1, max(len(head.mine), 1)) - 1
    standing = head.mine[number] if head.mine else None
    return render_page(
        "programs/contests/explained.html",
        head=head,
        standing=standing,
        found=explain(head, standing, actor, after=id_asked("after") or 0) if standing else None,
        **explained_words(head, standing),
    )


def explained_words(head: Head, standing: object) -> dict[str, Any]:
    """What both explaining pages say about a standing."""
    rank, figure = getattr(standing, "rank", None), getattr(standing, "figure", None)
    return {
        "rank": rank_in_words(rank, head.board.ranked if head.board else 0),
        "shown": figure_in_words(head.terms, head.rule.metrics, figure),
        "rules": sentences_of(head.terms, head.rule.metrics),
        "is_group": head.terms.between is not Between.PEOPLE,
    }


@bp.get("/<slug>/tickets")
@requires(Permission.POINTS_VIEW_OWN)
def tickets(slug: str) -> ResponseReturnValue:
    """What a raffle published: the hash of its seed, its list, and in the end the seed."""
    actor = current_actor()
    head, after = _raffle(slug), id_asked("after") or 0
    published = published_by(head.program.id)
    lines = []
    if published and published.list_id:
        lines = listed_entries(head, published.list_id, actor, after=after)
    entries, next_after = entries_for(lines)
    return render_page(
        "programs/contests/tickets.html",
        head=head,
        published=published,
        entries=entries,
        after=after,
        next_after=next_after,
        winners=head.terms.places + head.terms.alternates,
    )


@bp.get("/<slug>/tickets.csv")
@requires(Permission.POINTS_VIEW_OWN)
def tickets_file(slug: str) -> ResponseReturnValue:
    """The very file whose hash is published."""
    head = _raffle(slug)
    name = f"{head.program.slug}-tickets.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(list_file(head.program.id), mimetype="text/csv", headers=headers)


def _raffle(slug: str) -> Head:
    head = contest_for(current_actor(), slug)
    if head.terms.form is not ContestForm.RAFFLE:
        raise NotFound("This contest is no raffle.")
    return head
