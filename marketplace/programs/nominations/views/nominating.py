"""Naming somebody: find the person, answer, check, send; change or withdraw while it is open."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from marketplace.access.actor import Actor
from marketplace.access.roles import Permission
from marketplace.kernel import clock
from marketplace.kernel.errors import NotFound
from marketplace.programs.nominations.errors import RoundRefuses
from marketplace.programs.nominations.forms import answers_form
from marketplace.programs.nominations.operations.nominating import (
    change_nomination,
    nominate,
    withdraw_nomination,
)
from marketplace.programs.nominations.policies import (
    nominating_obstacle,
    nominee_obstacle,
    task_of,
)
from marketplace.programs.nominations.queries.nominating import (
    PEOPLE_SHOWN,
    MyNomination,
    my_nomination,
    my_nominations,
    nomination_id_of,
    people_to_nominate,
    person_or_none,
)
from marketplace.programs.nominations.queries.rounds import Round, round_of, rounds_for
from marketplace.programs.nominations.states import RoundState
from marketplace.web.arguments import id_asked
from marketplace.web.deeds import once
from marketplace.web.forms import PageForm
from marketplace.web.pages import (
    current_actor,
    flash_done,
    flash_notice,
    render_page,
    requires,
    see_other,
)

bp = Blueprint("nominations", __name__, url_prefix="/nominations")
_OWN = Permission.POINTS_VIEW_OWN


@bp.get("")
@requires(_OWN)
def overview() -> ResponseReturnValue:
    """What one can do now, what one wrote, and who won."""
    actor, today = current_actor(), clock.today()
    rounds = rounds_for(actor)
    return render_page(
        "programs/nominations/overview.html",
        to_nominate=[one for one in rounds if not nominating_obstacle(actor, one, today)],
        tasks=[task for one in rounds if (task := task_of(actor, one, today))],
        mine=my_nominations(actor),
        results=[one for one in rounds if one.state is RoundState.CONFIRMED],
        today=today,
    )


@bp.route("/new", methods=["GET", "POST"])
@requires(_OWN)
def new() -> ResponseReturnValue:
    """Name somebody: choose the award, find the person, answer, check, send."""
    actor, today = current_actor(), clock.today()
    open_to_me = [one for one in rounds_for(actor) if not nominating_obstacle(actor, one, today)]
    seen = _chosen(open_to_me, request.args.get("award", ""), id_asked("round"))
    if seen is None:
        return render_page("programs/nominations/choose.html", rounds=open_to_me)
    nominee_id = id_asked("nominee")
    if nominee_id is None:
        return _search(actor, seen)
    nominee = person_or_none(nominee_id)
    obstacle = nominee_obstacle(actor, seen, nominee)
    if obstacle or nominee is None:
        raise RoundRefuses(f"{obstacle} Nothing was sent.")
    if request.method == "GET" and (kept := nomination_id_of(actor, seen, nominee.id)):
        return see_other("nominations.edit", nomination_id=kept)

    def send(me: Actor, answers: list[str]) -> str:
        return str(nominate(me, seen.id, nominee_id, answers, at=clock.now()))

    place = ("nominations.new", {"award": seen.slug, "round": seen.id, "nominee": nominee_id})
    said = f"Sent. {nominee.name} hears about it when the round is decided."
    return _written(_Writing(seen, nominee.name, nominee.title, place, send, said))


@bp.route("/mine/<int:nomination_id>", methods=["GET", "POST"])
@requires(_OWN)
def edit(nomination_id: int) -> ResponseReturnValue:
    """Change what one wrote, or take it back, while nominations are open."""
    actor = current_actor()
    mine = my_nomination(actor, nomination_id)
    seen = round_of(mine.round_id)
    if obstacle := nominating_obstacle(actor, seen, clock.today()):
        raise RoundRefuses(f"{obstacle} What you wrote stays as it is.")

    def change(me: Actor, answers: list[str]) -> str:
        change_nomination(me, nomination_id, answers, at=clock.now())
        return ""

    place = ("nominations.edit", {"nomination_id": nomination_id})
    said = f"Changed. Your words about {mine.nominee} are the new ones."
    return _written(_Writing(seen, mine.nominee, "", place, change, said, mine))


@bp.post("/mine/<int:nomination_id>/withdraw")
@requires(_OWN)
def withdraw(nomination_id: int) -> ResponseReturnValue:
    """Take a nomination back while nominations are open."""
    form = PageForm()
    my_nomination(current_actor(), nomination_id)
    if not form.validate():
        raise RoundRefuses("Open your nomination again and withdraw it there. Nothing was changed.")
    at = clock.now()
    name = once(form, lambda me: withdraw_nomination(me, nomination_id, at=at), at=at)
    flash_notice(f"Withdrawn. Nobody reads what you wrote about {name}.")
    return see_other("nominations.overview")


def _chosen(rounds: list[Round], slug: str, round_id: int | None) -> Round | None:
    """The open round asked for, the newest of its award; None when one has to choose."""
    if slug or round_id:
        found = [one for one in rounds if slug in {"", one.slug} and round_id in {None, one.id}]
        if not found:
            raise NotFound("This award takes no nominations from you now. See which ones do.")
        return found[0]
    return rounds[0] if len(rounds) == 1 else None


def _search(actor: Actor, seen: Round) -> ResponseReturnValue:
    text = request.args.get("q", "").replace("\0", "").strip()[:60]
    found = people_to_nominate(actor, seen.terms, text)
    return render_page(
        "programs/nominations/search.html",
        round=seen,
        looked_for=text,
        found=found[:PEOPLE_SHOWN],
        is_more=len(found) > PEOPLE_SHOWN,
    )


@dataclass(frozen=True, slots=True)
class _Writing:
    """A nomination that is being written: whom it is about, its address, and what sends it."""

    round: Round
    name: str
    note: str
    place: tuple[str, dict[str, Any]]
    send: Callable[[Actor, list[str]], str]
    said: str
    mine: MyNomination | None = None


def _written(writing: _Writing) -> ResponseReturnValue:
    """The form with the questions, its check page, and what is sent from there."""
    questions, mine = writing.round.terms.questions, writing.mine
    form = answers_form(questions)
    fields = [form[f"answer_{number}"] for number in range(1, len(questions) + 1)]
    if mine and not form.is_submitted():
        kept = dict(zip(mine.questions, mine.answers, strict=True))
        for question, field in zip(questions, fields, strict=True):
            field.data = kept.get(question.text, "")
    asked = list(zip(questions, fields, strict=True))
    step = request.form.get("step", "check")
    if not form.validate_on_submit() or step == "change":
        return render_page(
            "programs/nominations/write.html", form=form, asked=asked, writing=writing
        )
    if step != "send":
        return render_page(
            "programs/nominations/check.html", form=form, asked=asked, writing=writing
        )
    answers = [field.data or "" for field in fields]
    once(form, lambda me: writing.send(me, answers), at=clock.now())
    flash_done(writing.said)
    return see_other("nominations.overview")
