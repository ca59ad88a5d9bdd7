"""Forms that write: each once, however often it arrives."""

from collections.abc import Callable
from datetime import datetime

from flask import request

from marketplace.access.actor import Actor
from marketplace.kernel.db import transaction
from marketplace.kernel.errors import BadInput
from marketplace.kernel.idempotency import answer_key, claim_key
from marketplace.web.forms import PageForm
from marketplace.web.pages import current_actor

_NOT_BODY = frozenset({"csrf_token", "request_key"})


def once(form: PageForm, work: Callable[[Actor], str], *, at: datetime, **more: object) -> str:
    """Do `work` in one transaction, or answer what it answered when this form came before.

    The same form with other fields, at another address or with other `more` is refused
    (KeyUsedDifferently). For operations that claim the request key themselves there is no need.
    """
    actor = current_actor()
    body = {name: value for name, value in form.data.items() if name not in _NOT_BODY}
    with transaction():
        answered = claim_key(actor.id, form.key, at=at, path=request.path, **body, **more)
        if answered is not None:
            return answered
        answer = work(actor)
        answer_key(actor.id, form.key, answer)
    return answer


def once_changing(
    form: PageForm, work: Callable[[Actor], bool], *, at: datetime, **more: object
) -> bool:
    """The same for a deed that says whether it changed anything."""
    return bool(once(form, lambda actor: "yes" if work(actor) else "", at=at, **more))


def pressed(otherwise: str) -> str:
    """The request key of a form that is one button; its absence is refused with `otherwise`."""
    form = PageForm()
    if not form.validate():
        raise BadInput(otherwise)
    return form.key
