"""Forms that write: each once, however often it arrives."""

import json
from collections.abc import Callable
from datetime import datetime

from flask import request
from flask.typing import ResponseReturnValue

from marketplace.access.actor import Actor
from marketplace.kernel import secrets
from marketplace.kernel.db import session, transaction
from marketplace.kernel.errors import BadInput, DomainError, NotFound
from marketplace.kernel.idempotency import answer_key, claim_key
from marketplace.web.forms import PageForm, new_request_key
from marketplace.web.pages import current_actor, flash_done

_NOT_BODY = frozenset({"csrf_token", "request_key"})


def once(form: PageForm, work: Callable[[Actor], str], *, at: datetime, **more: object) -> str:
    """Do `work` in one transaction, or answer what it answered when this form came before.

    The same form with other fields, at another address or with other `more` is refused
    (KeyUsedDifferently). For operations that claim the request key themselves there is no need.
    """
    actor = current_actor()
    return once_for(actor.id, form, lambda: work(actor), at=at, **more)


def once_for(
    who: int, form: PageForm, work: Callable[[], str], /, *, at: datetime, **more: object
) -> str:
    """The same under the keys of `who`, for forms of people who are not signed in."""
    body = _body(form)
    with transaction():
        answered = claim_key(who, form.key, at=at, path=request.path, **body, **more)
        if answered is not None:
            return answered
        answer = work()
        answer_key(who, form.key, answer)
    return answer


def _body(form: PageForm) -> dict[str, object]:
    """What a form says; of a secret one a keyed digest, from which nobody guesses it."""
    body = {name: value for name, value in form.data.items() if name not in _NOT_BODY}
    if not form.is_secret:
        return body
    return {"sealed": secrets.fingerprint(json.dumps(body, default=str), "form")}


def once_changing(
    form: PageForm, work: Callable[[Actor], bool], *, at: datetime, **more: object
) -> bool:
    """The same for a deed that says whether it changed anything."""
    return bool(once(form, lambda actor: "yes" if work(actor) else "", at=at, **more))


def button_form(otherwise: str) -> PageForm:
    """A form that is one button; the absence of its request key is refused with `otherwise`."""
    form = PageForm()
    if not form.validate():
        raise BadInput(otherwise)
    return form


def pressed(otherwise: str) -> str:
    """The request key of such a form."""
    return button_form(otherwise).key


def say_in(form: PageForm, refusal: DomainError, *, otherwise: str = "") -> None:
    """Say a refusal in its form: at the field that its facts name, at `otherwise`, or above all.

    What was typed stays, and the form can be sent again.
    """
    form.request_key.data = new_request_key()
    name = str(refusal.facts.get("field", otherwise))
    if name in form:
        form[name].errors = [refusal.message]
    else:
        form.form_errors.append(refusal.message)


def carried_out(
    deed: Callable[[], str | None],
    *,
    said: str = "",
    refused: Callable[[DomainError], ResponseReturnValue],
    then: ResponseReturnValue,
) -> ResponseReturnValue:
    """Do `deed` in one transaction and say so on the page that `then` leads to.

    It may answer words of its own in place of `said`. What it refuses is shown by `refused`, on the
    page it was pressed on; what is not there stays a 404.
    """
    try:
        with transaction():
            words = deed()
    except NotFound:
        raise
    except DomainError as refusal:
        session().close()
        return refused(refusal)
    flash_done(words or said)
    return then
