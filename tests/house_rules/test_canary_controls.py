"""Leaks made by hand: each is found by the nose that looks there, so none that is missed is there.

One control for each place that `test_canaries.py` looks at.
"""

import base64
import functools
import gzip
import io
import logging
from datetime import date, datetime, timedelta
from email.message import EmailMessage

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from flask import Flask

from marketplace.access.actor import Actor
from marketplace.kernel import audit, clock, documents
from marketplace.kernel.db import db, session, transaction
from marketplace.kernel.jobs import Job
from marketplace.kernel.jobs_engine import DbosQueue
from marketplace.kernel.mail import Letter, Post
from marketplace.kernel.tabular import write_csv, write_xlsx
from marketplace.web.forms import PageForm
from redemption.travel.pocket.calendars import escaped, folded
from redemption.travel.vault import keys, queries
from redemption.travel.vault.cli import travel_data_cli
from redemption.travel.vault.states import VaultField as F
from tests.house_rules.canaries import BIRDS, MAYA
from tests.house_rules.test_canaries import forms_that_can_be_guessed
from tests.support import watching as watching_module
from tests.support.canaries import Nose, in_cookie, parts_of
from tests.support.database import everything_stored
from tests.support.people import actor, employ_maya
from tests.support.vault import agree, enter, traveler
from tests.support.watching import cached, listening, watching

NOSE = Nose(BIRDS)
VALUES = BIRDS[MAYA].values
NUMBER, DIET = VALUES[F.PASSPORT_NUMBER], VALUES[F.DIET]
BORN = date.fromisoformat(VALUES[F.BIRTH_DATE])
COLUMNS = ("Number", "Born", "Food")
ROW = (NUMBER, BORN, DIET)
EVERY = {(MAYA, F.PASSPORT_NUMBER), (MAYA, F.BIRTH_DATE), (MAYA, F.DIET)}


@pytest.fixture
def maya(at: datetime, queue) -> Actor:
    """She has a trip, and agreed."""
    found = actor(employ_maya())
    agree(found, traveler(found))
    return found


def keep(maya: Actor) -> None:
    enter(maya, traveler(maya), VALUES)


def test_each_way_to_write_a_value_is_found():
    for field, value in VALUES.items():
        assert NOSE.in_words(value.encode()) == {(MAYA, field)}
        assert NOSE.in_words(value.lower().encode()) == {(MAYA, field)}
        assert (MAYA, field) in NOSE.in_bytes(value.encode().hex().encode())
        assert (MAYA, field) in NOSE.in_bytes(value.encode("utf-16-le"))
        for before in (b"", b"x", b"xy", b"xyz"):
            packed = base64.b64encode(before + value.encode() + b"and so on")
            assert (MAYA, field) in NOSE.in_bytes(packed), field
    for form in ("%d.%m.%Y", "%-d %B %Y", "%b %-d, %Y"):
        assert NOSE.in_words(BORN.strftime(form).encode()) == {(MAYA, F.BIRTH_DATE)}
    assert NOSE.in_words(f"•••{NUMBER[-3:]}, ••• {VALUES[F.EXPIRES_ON][:4]}".encode()) == set()


def test_sheets_are_opened():
    file = io.BytesIO()
    write_xlsx([ROW], COLUMNS, file, sheet="List")
    assert NOSE.in_words(file.getvalue()) == EVERY
    assert NOSE.in_words(b"".join(write_csv([ROW], COLUMNS))) == EVERY
    assert NOSE.in_words(gzip.compress(NUMBER.encode())) == {(MAYA, F.PASSPORT_NUMBER)}


def test_the_words_of_documents_are_read(tmp_path):
    app = Flask(__name__, template_folder=str(tmp_path))
    words = f"{NUMBER}, born on {BORN:%-d %B %Y}, {DIET}"
    (tmp_path / "page.html").write_text(
        f'<html lang="en"><head><title>List</title></head><body style="width: 4em"><p>{words}'
    )
    with app.app_context():
        drawn = documents.draw("page.html")
    assert NUMBER.encode() not in drawn
    assert NOSE.in_words(drawn) == EVERY


def test_folded_lines_of_calendars_are_joined():
    line = folded(f"DESCRIPTION:{'x' * 58}{escaped(NUMBER)}")
    assert NUMBER.encode() not in line
    assert NOSE.in_words(b"BEGIN:VCALENDAR\r\n" + line) == {(MAYA, F.PASSPORT_NUMBER)}


def test_letters_are_read_as_they_arrive(app):
    letter = Letter(
        id=1, key="x:1", to_address="maya@example.com", subject="Your trip", written_at=clock.now(),
        text=f"{'Zürich, ' * 12}{NUMBER}", html=f"<p>{'Zürich, ' * 12}{DIET}</p>",
    )  # fmt: skip
    sent = Post(app.config["LAUREL"]).message(letter)
    assert isinstance(sent, EmailMessage)
    found = {one for part in parts_of(sent) for one in NOSE.in_words(part)}
    assert found == {(MAYA, F.PASSPORT_NUMBER), (MAYA, F.DIET)}


@pytest.mark.parametrize("words", [NUMBER, f"{NUMBER} " * 60], ids=["plain", "packed"])
def test_cookies_are_opened(app, words):
    seal = app.session_interface.get_signing_serializer(app)
    cookie = f"laurel={seal.dumps({'_flashes': [('ok', words)]})}; Path=/"
    assert cookie.startswith("laurel=.") == (words != NUMBER)
    assert NOSE.in_words(in_cookie(cookie)) == {(MAYA, F.PASSPORT_NUMBER)}


def test_a_page_that_does_not_mask_is_seen(app, maya, sign_in, monkeypatch):
    keep(maya)
    monkeypatch.setattr(queries, "masked", lambda _field, value: value)
    with watching(app, NOSE) as watch:
        assert sign_in(maya.id).get("/settings/travel-data").status_code == 200
    assert {one[:3] for one in watch.seen} == {("travel_data.mine", 200, MAYA)}
    assert {field for *_, field in watch.seen} == set(VALUES)


def test_an_answer_that_a_browser_may_keep_is_noted(app, maya, sign_in, monkeypatch):
    keep(maya)
    monkeypatch.setattr(queries, "masked", lambda _field, value: value)
    monkeypatch.setattr(watching_module, "NOT_STORED", "no such word")
    with watching(app, NOSE) as watch:
        sign_in(maya.id).get("/settings/travel-data")
    assert watch.stored == watch.seen != set()


def test_the_log_is_heard_also_where_it_fails(app, maya):
    with listening(NOSE) as listener:
        logging.getLogger("catalog.of.something").debug("Maya has %s", NUMBER)
        try:
            date.fromisoformat(DIET)
        except ValueError:
            logging.getLogger("redemption").exception("It failed.")
        session().execute(sa.select(sa.literal(VALUES[F.CONTACT_NAME])))
        session().execute(sa.text(f"SELECT '{VALUES[F.ACCESS_NEEDS]}'"))
        session().close()
    heard = {name.partition(".")[0]: field for name, _, field in listener.found}
    assert heard == {
        "catalog": F.PASSPORT_NUMBER,
        "redemption": F.DIET,
        "sqlalchemy": F.ACCESS_NEEDS,  # and no parameter: the product hides them
    }


def test_what_is_not_sealed_is_found_in_the_database(maya, engine, monkeypatch):
    monkeypatch.setattr(keys, "seal_with", lambda _key, plain, _context: plain)
    keep(maya)
    found = {field for _, field in NOSE.in_bytes(everything_stored(engine))}
    assert found == set(VALUES)


def test_so_is_what_the_audit_a_letter_or_a_promised_job_holds(maya, engine):
    with transaction() as now:
        audit.record(maya.id, "trips.noted", "trip:1", at=clock.now(), diet=DIET)
        job = Job("mail.send", "mail.send:x", {"words": NUMBER}, timedelta(0))
        DbosQueue(db.engine).put(job)
        now.add(
            Letter(
                key="x:1", to_address="", subject="", text=VALUES[F.CONTACT_NAME], html="",
                written_at=clock.now(),
            )
        )  # fmt: skip
    found = NOSE.in_bytes(everything_stored(engine))
    assert found == {(MAYA, one) for one in (F.DIET, F.PASSPORT_NUMBER, F.CONTACT_NAME)}


def test_a_command_that_does_not_mask_is_heard(maya, monkeypatch):
    keep(maya)
    monkeypatch.setattr(queries, "masked", lambda _field, value: value)
    session().close()
    done = CliRunner().invoke(travel_data_cli, ["show", maya.email or ""])
    assert {field for _, field in NOSE.in_words(done.output.encode())} == set(VALUES)


@functools.cache
def remembered(value: str) -> str:
    return value


def test_a_cache_that_remembers_is_seen():
    remembered(NUMBER)
    assert NOSE.in_words(cached(["tests"])) == {(MAYA, F.PASSPORT_NUMBER)}
    remembered.cache_clear()


def test_a_form_whose_digest_can_be_guessed_is_named():
    class Careless(PageForm):
        passport_number = None

    assert [one.__name__ for one in forms_that_can_be_guessed()] == ["Careless"]
    Careless.is_secret = True
