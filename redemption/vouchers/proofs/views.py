"""Checking without a network that a voucher is genuine: the page, its worker, the public keys."""

import json

from flask import Blueprint, Response
from flask.typing import ResponseReturnValue

from marketplace.web.assets import worker_script
from marketplace.web.pages import public, render_page
from redemption.vouchers.proofs import queries
from redemption.vouchers.proofs.signing import CHANGED, NO_PROOF, UNKNOWN_KEY

bp = Blueprint("voucher_proofs", __name__)


@bp.get("/vouchers/offline")
@public
def offline() -> ResponseReturnValue:
    """The page that checks proofs by itself; opened once, it works without a network."""
    words = {"no_proof": NO_PROOF, "unknown_key": UNKNOWN_KEY, "changed": CHANGED}
    known = {key.name: key.public for key in queries.public_keys()}
    return render_page("vouchers/offline.html", keys=json.dumps(known), words=json.dumps(words))


@bp.get("/vouchers/worker.js")
@public
def worker() -> Response:
    """The script that answers for addresses of vouchers when there is no network."""
    return worker_script("voucher-worker.js")


@bp.get("/vouchers/keys")
@public
def keys() -> Response:
    """Every public key whose proofs are to be believed, as a JWK set."""
    body = json.dumps({"keys": [key.jwk for key in queries.public_keys()]}, separators=(",", ":"))
    answer = Response(body, mimetype="application/jwk-set+json")
    answer.headers["Access-Control-Allow-Origin"] = "*"
    answer.headers["Cache-Control"] = "public, max-age=300"
    return answer
