"""Where events of Stripe arrive. What is not signed as agreed is refused and teaches nobody."""

import logging

from flask import Blueprint, current_app, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import RequestEntityTooLarge

from marketplace.kernel import clock, settings
from marketplace.kernel.db import transaction
from marketplace.payments.gateways import mode_here
from marketplace.payments.operations.inbox import take_event
from marketplace.payments.signatures import is_signed, read_event
from marketplace.web.pages import public

log = logging.getLogger(__name__)
bp = Blueprint("stripe", __name__)
MOST_BYTES = 256 * 1024
REFUSED = "payments.refused"
_ONE_SENDER = 0


@bp.post("/hooks/stripe")
@public
def hook() -> ResponseReturnValue:
    """Keep an event and have its payment looked at in a job."""
    if (request.content_length or 0) > MOST_BYTES:
        raise RequestEntityTooLarge
    body, at = request.get_data(cache=False), clock.now()
    secrets = settings.current().stripe_secrets
    header = request.headers.get("Stripe-Signature", "")
    is_theirs = len(body) <= MOST_BYTES and is_signed(header, body, secrets, at)
    event = read_event(body) if is_theirs else None
    if event is None:
        if times := current_app.extensions[REFUSED].note(_ONE_SENDER, at=at):
            log.warning("%s events came that Stripe had not signed for us.", times)
        return {"taken": False}, 400
    with transaction():
        take_event(event, mode_here(), at=at)
    return {"taken": True}, 200
