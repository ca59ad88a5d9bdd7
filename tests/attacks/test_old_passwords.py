"""A password that is changed while it is being judged opens nothing and changes nothing."""

import pytest

from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.people import passwords, queries
from marketplace.people.operations import sign_in as operations
from tests.people.pages import PASSWORD, sign_in
from tests.support.browsing import send
from tests.support.people import employ_maya

MAYA = "maya.chen@evergreen.example"
SAFE = "a password nobody stole"
MINE = "the thief likes this one"


@pytest.fixture
def maya(at):
    employee_id = employ_maya()
    _set(employee_id, PASSWORD)
    return employee_id


def _set(employee_id, password):
    with transaction():
        stored = passwords.hash_password(password)
        operations.set_password(employee_id, stored, actor_id=None, at=clock.now())


@pytest.fixture
def changed_meanwhile(maya, monkeypatch):
    """Maya's new password is kept at the moment the old one has just been found right."""
    really_match = passwords.password_matches

    def match(stored, password):
        found = really_match(stored, password)
        monkeypatch.setattr(passwords, "password_matches", really_match)
        session().close()
        _set(maya, SAFE)
        return found

    def begin():
        monkeypatch.setattr(passwords, "password_matches", match)

    return begin


def kept(employee_id):
    session().close()
    stored = queries.own_password(employee_id)
    return stored and stored.password_hash


def test_a_thief_who_signs_in_while_maya_changes_her_password_stays_out(
    maya, browser, changed_meanwhile
):
    thief = browser()
    changed_meanwhile()
    answer = sign_in(thief, MAYA, PASSWORD)
    assert answer.status_code == 422
    assert thief.get("/settings/sign-in").status_code == 303
    assert sign_in(browser(), MAYA, SAFE).status_code == 303


def test_an_old_password_is_never_put_back_in_place_of_the_new_one(
    maya, browser, changed_meanwhile, monkeypatch
):
    monkeypatch.setattr(passwords, "is_outdated", lambda _stored: True)
    changed_meanwhile()
    sign_in(browser(), MAYA, PASSWORD)
    assert passwords.password_matches(kept(maya), SAFE)


def test_a_thief_with_an_open_browser_cannot_overtake_mayas_change(
    maya, browser, changed_meanwhile
):
    thief = browser()
    sign_in(thief, MAYA, PASSWORD)
    changed_meanwhile()
    send(thief, "/settings/sign-in", current=PASSWORD, new=MINE, again=MINE)
    assert passwords.password_matches(kept(maya), SAFE)
