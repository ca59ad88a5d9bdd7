"""One deed on many rewards: what it would do to each, then done with what became of each."""

import json
from dataclasses import asdict
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from catalog import queries
from catalog.bulk.deeds import Action, Deed, deed_words
from catalog.bulk.forms import BulkForm
from catalog.bulk.operations import ChangedSinceLook, Done, digest, do_to_all, outcomes
from catalog.bulk.queries import MOST_AT_ONCE, picked_ids
from catalog.views.manage.shared import bp
from catalog.views.manage.shelf import asked_of, filters_of, whole_table
from marketplace.access.actor import Actor
from marketplace.access.roles import Permission
from marketplace.kernel import clock
from marketplace.kernel.errors import BadInput
from marketplace.kernel.parsing import CannotRead, parse_whole_number
from marketplace.web.arguments import LARGEST_ID
from marketplace.web.deeds import once
from marketplace.web.forms import PageForm
from marketplace.web.pages import render_page, requires

_FIELDS = ("csrf_token", "request_key", "seen")


@bp.get("/bulk")
@requires(Permission.CATALOG_MANAGE)
def bulk() -> ResponseReturnValue:
    """What the deed would do to each of the chosen rewards; without any, the table to choose."""
    if not request.args:
        return whole_table(said="Choose rewards in the table, and below it what to do with them.")
    try:
        return _check_page(request.args)
    except BadInput as missing:
        return whole_table(422, said=missing.message)


@bp.post("/bulk")
@requires(Permission.CATALOG_MANAGE)
def do_bulk() -> ResponseReturnValue:
    """Do it, and say what became of each."""
    sent, at, form = request.form, clock.now(), PageForm()
    deed, ids = _deed_in(sent), _ids_in(sent)
    if not form.validate() or deed is None or not ids:
        return _check_page(sent, status=422, notice="Nothing was changed yet. Look once more.")

    def work(actor: Actor) -> str:
        done = do_to_all(actor, ids, deed, seen=sent.get("seen", ""), at=at)
        return json.dumps([asdict(one) for one in done])

    facts = {name: sent.getlist(name) for name in sent if name not in _FIELDS}
    try:
        answer = once(form, work, at=at, facts=facts, seen=sent.get("seen", ""))
    except ChangedSinceLook as refusal:
        return _check_page(sent, status=409, notice=refusal.message)
    done = [Done(**one) for one in json.loads(answer)]
    return render_page("catalog/manage/bulk_done.html", done=done, words=deed_words(deed))


def _check_page(sent: Any, status: int = 200, notice: str = "") -> ResponseReturnValue:
    at, action, ids = clock.now(), _action_in(sent), _ids_in(sent)
    form = _form_of(sent)
    is_asked = request.method == "POST" or not form.fields_of(action) or "look" in sent
    deed = form.deed(action) if is_asked else None
    found = outcomes(ids, deed, at=at) if deed and ids else []
    kept = [(name, value) for name in sent for value in sent.getlist(name) if name in _KEPT]
    given = [(field.name, sent.get(field.name, "")) for field in form.fields_of(action)]
    if status == 200 and is_asked and deed is None:
        status = 422
    return render_page(
        "catalog/manage/bulk.html",
        status,
        action=action,
        fields=form.fields_of(action),
        count=len(ids),
        outcomes=found,
        changing=sum(one.is_change for one in found),
        seen=digest(found),
        words=deed_words(deed) if deed else action.label,
        kept=kept,
        given=given,
        notice_text=notice,
    )


_KEPT = frozenset({"reward", "all", "action", "view", "tier", "kind", "q"})


def _action_in(sent: Any) -> Action:
    try:
        return Action(sent.get("action", ""))
    except ValueError:
        raise BadInput("Choose what to do with the rewards. Nothing was changed.") from None


def _form_of(sent: Any) -> BulkForm:
    return BulkForm(queries.tier_choices(), formdata=MultiDict(sent))


def _deed_in(sent: Any) -> Deed | None:
    return _form_of(sent).deed(_action_in(sent))


def _ids_in(sent: Any) -> list[int]:
    """The chosen rewards, or all that match the filters sent along."""
    try:
        ids = [parse_whole_number(text, low=1, high=LARGEST_ID) for text in sent.getlist("reward")]
    except CannotRead as unreadable:
        raise BadInput(
            "Choose the rewards in the table again. Nothing was changed."
        ) from unreadable
    filters = filters_of(asked_of(sent)) if sent.get("all") == "1" else None
    if not ids and filters is None:
        raise BadInput("Choose at least one reward in the table. Nothing was changed.")
    found = picked_ids(ids, filters, at=clock.now())
    if len(found) > MOST_AT_ONCE:
        raise BadInput(
            f"These are more than {MOST_AT_ONCE:,} rewards. Narrow the table down by a filter, or "
            "change them by a file. Nothing was changed."
        )
    return found
