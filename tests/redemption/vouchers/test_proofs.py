"""Proofs: genuine with the public key alone, not on another code, not after a leak."""

import base64
import json
import re

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from flask.testing import FlaskClient

from marketplace.app import job_scope
from marketplace.kernel import clock
from marketplace.kernel.codes import new_code
from marketplace.kernel.db import db, session, transaction
from marketplace.kernel.secrets import CannotOpen, open_sealed
from redemption.keyring.states import KeyState
from redemption.vouchers.cli import vouchers_cli
from redemption.vouchers.documents import verify_url
from redemption.vouchers.proofs import cli as _commands  # noqa: F401  they join the group
from redemption.vouchers.proofs.errors import KeyNotReadable, NotGenuine
from redemption.vouchers.proofs.keeping import key_to_sign_with
from redemption.vouchers.proofs.models import VoucherKey
from redemption.vouchers.proofs.operations import keep_key, rotate_key
from redemption.vouchers.proofs.queries import public_keys
from redemption.vouchers.proofs.signing import Facts, KeyInUse, make_key, proof, verified
from tests.support.journeys import Visitor
from tests.support.query_count import statements_sent


@pytest.fixture
def facts(at):
    return Facts(
        number="ABCDEFGHJKMN",
        title="Lumen Books gift card",
        value=5000,
        currency="USD",
        last_day=at.date().replace(year=2029),
        issued_on=at.date(),
    )


def square_of(facts, code, key) -> str:
    return f"https://laurel.example/vouchers/{code}#{proof(facts, code, key)}"


def known():
    session().close()
    return {key.name: key.public for key in public_keys()}


def test_a_square_proves_what_it_says_with_the_public_key_alone(facts):
    made, code = make_key(), new_code()
    square = square_of(facts, code, KeyInUse(made.name, made.private))
    with statements_sent(db.engine) as sent:
        assert verified(f" {square}\n", {made.name: made.public}) == facts
    assert list(sent) == []


def test_the_same_facts_make_the_same_square(facts):
    made, code = make_key(), new_code()
    key = KeyInUse(made.name, made.private)
    assert proof(facts, code, key) == proof(facts, code, key)


def changed(square, place, value):
    head, _, rest = square.partition("#")
    version, said, signature = rest.split(".")
    listed = json.loads(base64.urlsafe_b64decode(said + "=" * (-len(said) % 4)))
    listed[place] = value
    new = base64.urlsafe_b64encode(json.dumps(listed).encode()).decode().rstrip("=")
    return f"{head}#{version}.{new}.{signature}"


@pytest.mark.parametrize(
    ("place", "value"), [(1, "X"), (2, "A trip"), (3, 9999), (4, "EUR"), (5, "2099-01-01")]
)
def test_a_changed_word_is_not_believed(facts, place, value):
    made, code = make_key(), new_code()
    square = square_of(facts, code, KeyInUse(made.name, made.private))
    with pytest.raises(NotGenuine, match="does not fit"):
        verified(changed(square, place, value), {made.name: made.public})


def test_a_proof_on_another_code_is_not_believed(facts):
    made, mine, other = make_key(), new_code(), new_code()
    square = square_of(facts, mine, KeyInUse(made.name, made.private))
    with pytest.raises(NotGenuine, match="does not fit"):
        verified(square.replace(mine, other), {made.name: made.public})


def test_another_organizations_voucher_is_not_believed_and_the_words_say_so(facts):
    ours, theirs, code = make_key(), make_key(), new_code()
    square = square_of(facts, code, KeyInUse(theirs.name, theirs.private))
    with pytest.raises(NotGenuine, match="another organization"):
        verified(square, {ours.name: ours.public})
    forged = changed(square, 0, ours.name)
    with pytest.raises(NotGenuine, match="does not fit"):
        verified(forged, {ours.name: ours.public})


@pytest.mark.parametrize(
    "nothing",
    [
        "", "7KQ4-M2XD-9HTR-WZ34-K", "https://laurel.example/vouchers/7KQ4M2XD9HTRWZ34K",
        "x/vouchers/7KQ4M2XD9HTRWZ34K#2.a.b", "x/vouchers/nonsense#1.W10.b", "#1.a.b" * 500,
    ],
)  # fmt: skip
def test_what_has_no_proof_is_told_so(nothing):
    with pytest.raises(NotGenuine):
        verified(nothing, {})


@pytest.mark.parametrize("said", ["W10", "e30", "bnVsbA", "_", "WyJhIiwxLDIsMyw0LDUsNl0"])
def test_facts_that_are_none_are_refused(said):
    with pytest.raises(NotGenuine):
        verified(f"x/vouchers/{new_code()}#1.{said}.c2ln", {"a": make_key().public})


def test_the_first_square_makes_the_key_and_it_is_kept_sealed(app, at):
    with job_scope(app):
        key = key_to_sign_with()
        assert key_to_sign_with() == key
    session().close()
    row = session().scalars(sa.select(VoucherKey)).one()
    assert key.private.encode() not in row.sealed
    with pytest.raises(CannotOpen):
        open_sealed(row.sealed, "voucher_keys:sealed:another")


def test_a_rotated_key_stays_believed_and_a_leaked_one_does_not(facts, at):
    code, first = new_code(), make_key()
    square = square_of(facts, code, KeyInUse(first.name, first.private))
    with transaction():
        keep_key(first, at=at)
    assert verified(square, known()) == facts
    with transaction():
        rotate_key(make_key(), at=at)
    assert verified(square, known()) == facts
    second = make_key()
    with transaction():
        rotate_key(second, at=at)
    newer = square_of(facts, code, KeyInUse(second.name, second.private))
    with transaction():
        rotate_key(make_key(), at=at, leaked=True)
    with pytest.raises(NotGenuine, match="withdrawn"):
        verified(newer, known())
    assert verified(square, known()) == facts
    states = session().scalars(sa.select(VoucherKey.state).order_by(VoucherKey.id)).all()
    assert states == [KeyState.RETIRED, KeyState.RETIRED, KeyState.WITHDRAWN, KeyState.ACTIVE]


def test_a_key_sealed_under_another_secret_says_what_to_do(app, at):
    made = make_key()
    with transaction():
        keep_key(made, at=at)
        session().execute(sa.update(VoucherKey).values(sealed=b"\x01" + b"0" * 90))
    with job_scope(app), pytest.raises(KeyNotReadable, match="LAUREL_SECRET_KEY"):
        key_to_sign_with()


# The commands


def run(*arguments, say=""):
    session().close()
    return CliRunner().invoke(vouchers_cli, list(arguments), input=say)


def test_a_desk_with_a_file_of_keys_needs_no_database(facts, tmp_path, at):
    made, code = make_key(), new_code()
    with transaction():
        keep_key(made, at=at)
    kept = tmp_path / "keys.json"
    kept.write_text(run("proof-keys").output)
    square = square_of(facts, code, KeyInUse(made.name, made.private))
    with statements_sent(db.engine) as sent:
        result = run("verify", "--keys", str(kept), say=f"{square}\n")
    assert list(sent) == []
    assert result.exit_code == 0, result.output
    assert "Genuine: Lumen Books gift card, number ABCDEFGHJKMN, $50 when issued" in result.output
    assert "can't tell whether it is used up" in result.output
    assert "Genuine" in run("verify", say=f"{square}\n").output
    assert isinstance(run("verify", say="nothing\n").exception, NotGenuine)
    kept.write_text("{}")
    assert "holds no keys" in str(run("verify", "--keys", str(kept), say=square).exception)


def test_an_old_square_says_that_its_day_may_be_over(facts, at, time):
    made, code = make_key(), new_code()
    with transaction():
        keep_key(made, at=at)
    square = square_of(facts, code, KeyInUse(made.name, made.private))
    time.forward(days=4 * 366)
    assert "That day is over" in run("verify", say=f"{square}\n").output


def test_rotate_key_makes_another(at):
    before = run("rotate-key").output
    assert "signs from now on" in before
    assert run("rotate-key", "--leaked").output != before


# Over HTTP


@pytest.fixture(autouse=True)
def _plain_browser(app, monkeypatch):
    monkeypatch.setattr(app, "test_client_class", FlaskClient)


def test_anyone_gets_the_keys_the_page_and_its_worker(app, at):
    made = make_key()
    with transaction():
        keep_key(made, at=at)
    session().close()
    anyone = Visitor(app)
    keys = anyone.get("/vouchers/keys").response.get_json()["keys"]
    assert keys == [
        {"kty": "OKP", "crv": "Ed25519", "use": "sig", "kid": made.name, "x": made.public}
    ]
    page = anyone.open("/vouchers/offline")
    anyone.reads("What this can’t tell", "can’t say what is left", "Uses can’t be booked here")
    assert made.public in page.html
    assert made.private not in page.html
    worker = anyone.get("/vouchers/worker.js")
    assert worker.response.mimetype == "text/javascript"
    assert anyone.get("/vouchers/keys").response.headers["Access-Control-Allow-Origin"] == "*"


def test_the_square_on_the_page_of_a_code_is_the_address_with_its_proof(app, held, monkeypatch):
    drawn = []
    real = __import__("redemption.vouchers.documents", fromlist=["qr"]).qr

    def watch(text, *more, **options):
        drawn.append(text)
        return real(text, *more, **options)

    monkeypatch.setattr("redemption.vouchers.documents.qr", watch)
    session().close()
    maya = Visitor(app, held.maya.id)
    maya.open(f"/redemptions/{held.card}")
    page = maya.press("Show the code")
    code = re.search(r"\b(?:[2-9A-Z]{4}-){4}[2-9A-Z]\b", page.html)[0].replace("-", "")
    (square,) = drawn
    with app.test_request_context():
        assert square.startswith(f"{verify_url(code)}#1.")
    facts = verified(square, known())
    assert (facts.title, facts.value, facts.currency) == ("Lumen Books gift card", 5000, "USD")
    assert facts.issued_on == clock.today()
