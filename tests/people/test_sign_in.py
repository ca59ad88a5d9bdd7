"""Signing in, and what people try who should not get in."""

import re
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from marketplace.kernel import clock
from marketplace.kernel.db import db, session, transaction
from marketplace.people import passwords, queries
from marketplace.people.models import Credential, SignInAttempt, SignInSession
from marketplace.people.operations import sign_in as operations
from marketplace.people.operations.employment import mark_left
from marketplace.people.operations.sign_in import TooManyTries, Try
from marketplace.people.states import SessionEnd
from marketplace.people.views.browser import device_named, local_page
from tests.people.pages import PASSWORD, be, sign_in
from tests.support.browsing import send
from tests.support.people import actor, employ_maya, employ_omar

MAYA = "maya.chen@evergreen.example"
SETTINGS = "/settings/sign-in"


def give_password(employee_id: int, password: str = PASSWORD) -> None:
    with transaction():
        stored = passwords.hash_password(password)
        operations.set_password(employee_id, stored, actor_id=None, at=clock.now())


@pytest.fixture
def maya(at) -> int:
    employee_id = employ_maya()
    give_password(employee_id)
    return employee_id


def is_in(client) -> bool:
    return client.get(SETTINGS).status_code == 200


def test_maya_signs_in_with_her_password_and_goes_where_she_wanted(maya, browser):
    client = browser()

    answer = sign_in(client, "  Maya.Chen@Evergreen.example ", next="/settings/appearance")

    assert (answer.status_code, answer.location) == (303, "/settings/appearance")
    assert is_in(client)


def test_a_page_sends_a_stranger_to_sign_in_and_back(maya, browser):
    answer = browser().get("/settings/appearance")

    assert answer.status_code == 303
    assert answer.location == "/sign-in?next=/settings/appearance"


def test_signing_out_ends_the_session_even_for_who_copied_the_cookie(maya, browser):
    client, thief = browser(), browser()
    sign_in(client, MAYA)
    stolen = client.get_cookie("laurel")
    thief.set_cookie("laurel", stolen.value)
    assert is_in(thief)

    send(client, SETTINGS, "/sign-out")

    assert not is_in(client)
    assert not is_in(thief)


def test_a_session_planted_before_sign_in_is_worth_nothing_after(maya, browser):
    attacker, victim = browser(), browser()
    be(attacker, employ_omar())
    planted = attacker.get_cookie("laurel").value
    victim.set_cookie("laurel", planted)

    sign_in(victim, MAYA)

    assert victim.get_cookie("laurel").value != planted
    assert not is_in(attacker)
    ended = session().scalars(sa.select(SignInSession.ended_because)).all()
    assert set(ended) == {SessionEnd.RENEWED, None}


def test_the_table_never_holds_a_token_that_would_open_a_session(maya, browser):
    client = browser()
    sign_in(client, MAYA)
    with client.session_transaction() as cookie:
        token = cookie["_user_id"]

    stored = session().scalars(sa.select(SignInSession.token_hash)).one()

    assert stored != token
    assert len(token) >= 43


def test_a_session_ends_by_itself(maya, browser, time):
    client = browser()
    sign_in(client, MAYA)
    time.forward(days=13, hours=23)
    assert is_in(client)

    time.forward(hours=2)

    assert not is_in(client)


def test_a_new_password_signs_every_other_browser_out(maya, browser):
    here, elsewhere = browser(), browser()
    sign_in(here, MAYA)
    sign_in(elsewhere, MAYA)
    before = here.get_cookie("laurel").value

    answer = send(
        here, SETTINGS, current=PASSWORD, new="a longer secret 9", again="a longer secret 9"
    )

    assert answer.status_code == 303
    assert is_in(here)
    assert here.get_cookie("laurel").value != before
    assert not is_in(elsewhere)
    assert sign_in(elsewhere, MAYA).status_code == 422
    assert sign_in(elsewhere, MAYA, "a longer secret 9").status_code == 303


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"current": "wrong one here"}, "This is not your current password"),
        ({"new": "short", "again": "short"}, "at least 12 characters"),
        ({"again": "something else here"}, "This differs from the new password"),
        ({"new": PASSWORD, "again": PASSWORD}, "Choose another"),
        ({"new": "aaaaaaaaaaaaaa", "again": "aaaaaaaaaaaaaa"}, "three different characters"),
        ({"new": "x" * 201, "again": "x" * 201}, "at most 200"),
    ],
)
def test_a_password_that_will_not_do_changes_nothing(maya, browser, fields, words):
    client = browser()
    sign_in(client, MAYA)
    sent = {"current": PASSWORD, "new": "a longer secret 9", "again": "a longer secret 9"} | fields

    answer = send(client, SETTINGS, **sent)

    assert answer.status_code == 422
    assert words in answer.text
    assert sign_in(browser(), MAYA).status_code == 303


def test_whoever_leaves_is_signed_out_and_stays_out(maya, browser):
    client = browser()
    sign_in(client, MAYA)

    with transaction():
        mark_left(maya, on=clock.today(), actor=actor(employ_omar()), at=clock.now())

    assert not is_in(client)
    assert sign_in(client, MAYA).status_code == 422


def test_the_answer_is_the_same_for_a_wrong_password_and_for_nobody(maya, browser):
    wrong = sign_in(browser(), MAYA, "not her password")
    nobody = sign_in(browser(), "nobody@evergreen.example", "not her password")

    def plain(answer):
        text = re.sub(r'(name="(csrf_token|request_key)"[^>]*value=")[^"]*', r"\1", answer.text)
        text = re.sub(r'nonce="[^"]*"', "", text)
        return text.replace("nobody@evergreen.example", MAYA)

    assert wrong.status_code == nobody.status_code == 422
    assert plain(wrong) == plain(nobody)


def test_nobody_costs_a_hash_as_well_so_the_time_tells_nothing(maya, monkeypatch):
    judged = []
    hasher = passwords._hasher("cheap")
    real = type(hasher).verify
    monkeypatch.setattr(
        type(hasher), "verify", lambda self, *given: judged.append(given) or real(self, *given)
    )

    assert not passwords.password_matches(None, "anything at all")
    assert len(judged) == 1


def test_five_wrong_tries_make_everyone_wait_known_or_not(maya, browser, time):
    for email in (MAYA, "nobody@evergreen.example"):
        for _ in range(5):
            assert sign_in(browser(), email, "wrong password").status_code == 422

        refused = sign_in(browser(), email, PASSWORD)

        assert refused.status_code == 429
        assert "Wait 1 minute" in refused.text
    time.forward(seconds=61)
    assert sign_in(browser(), MAYA).status_code == 303


def test_the_wait_grows_and_is_forgotten_after_a_quarter_of_an_hour(maya, time):
    attempt = Try(MAYA, "192.0.2.1")
    waits = []
    for _ in range(9):
        with transaction():
            operations.count_try(attempt, at=clock.now())
        wait_until = session().scalar(
            sa.select(SignInAttempt.wait_until).where(SignInAttempt.subject.like("account:%"))
        )
        waits.append((wait_until - clock.now()).total_seconds() / 60 if wait_until else 0)
        time.at = wait_until or time.at
    assert waits == [0, 0, 0, 0, 1, 2, 4, 8, 15]

    time.forward(minutes=15)
    with transaction():
        operations.count_try(attempt, at=clock.now())

    assert (
        session()
        .scalars(sa.select(SignInAttempt.failures).where(SignInAttempt.subject.like("account:%")))
        .one()
        == 1
    )


def test_one_address_that_tries_many_accounts_waits_too(at):
    def tries(count):
        for number in range(count):
            with transaction():
                operations.count_try(Try(f"person{number}@x.example", "192.0.2.9"), at=at)

    tries(30)
    with pytest.raises(TooManyTries), transaction():
        operations.count_try(Try("one.more@x.example", "192.0.2.9"), at=at)
    with transaction():
        operations.count_try(Try("one.more@x.example", "192.0.2.10"), at=at)


def test_a_right_password_takes_back_what_it_counted(maya, browser):
    for _ in range(4):
        sign_in(browser(), MAYA, "wrong password")

    assert sign_in(browser(), MAYA).status_code == 303

    for _ in range(4):
        assert sign_in(browser(), MAYA, "wrong password").status_code == 422


@pytest.mark.race
def test_parallel_guesses_are_all_counted(app, maya):
    def guess(_number):
        with app.app_context():
            try:
                with transaction():
                    operations.count_try(Try(MAYA, "192.0.2.1"), at=clock.now())
            except TooManyTries:
                return False
            finally:
                db.session.remove()
            return True

    with ThreadPoolExecutor(8) as pool:
        judged = list(pool.map(guess, range(24)))

    assert sum(judged) == 5


@pytest.mark.race
def test_control_looking_before_counting_would_let_every_guess_through(app, maya):
    together = threading.Barrier(8)

    def guess(_number):
        with app.app_context():
            counted = session().scalar(sa.select(sa.func.max(SignInAttempt.failures))) or 0
            together.wait(timeout=10)
            if counted < 5:
                with transaction():
                    row = operations._locked("account:naive", clock.now())
                    row.failures += 1
            db.session.remove()
            return counted < 5

    with ThreadPoolExecutor(8) as pool:
        judged = list(pool.map(guess, range(8)))

    assert sum(judged) == 8


@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        "javascript:alert(1)",
        "http:evil.example",
        "///evil.example",
        "/ok\\..\\x",
        "",
        None,
    ],
)
def test_after_sign_in_nobody_is_sent_to_another_site(app, at, wanted):
    with app.test_request_context():
        assert local_page(wanted) == "/"


@pytest.mark.parametrize("wanted", ["/rewards?tier=summit&q=a+b", "/points", "/r/%C3%A9t%C3%A9"])
def test_after_sign_in_people_go_where_they_wanted(app, at, wanted):
    with app.test_request_context():
        assert local_page(wanted) == wanted


def test_the_demo_lets_you_be_somebody_without_a_password(at, browser):
    maya, client = employ_maya(), browser()

    assert be(client, maya).status_code == 303

    assert is_in(client)


def test_the_picker_knows_no_strangers_and_nobody_who_left(at, browser):
    maya = employ_maya()
    with transaction():
        mark_left(maya, on=clock.today(), actor=actor(employ_omar()), at=clock.now())

    assert be(browser(), maya).status_code == 404
    assert be(browser(), 999_999).status_code == 404


def test_production_has_no_persona_picker(production_addresses):
    assert "/sign-in" in production_addresses
    assert not [one for one in production_addresses if one.startswith("/sign-in/as")]


def test_a_password_kept_with_old_parameters_is_hashed_anew_at_sign_in(maya, browser):
    from argon2 import PasswordHasher

    old = PasswordHasher(time_cost=2, memory_cost=64, parallelism=1).hash(PASSWORD)
    with transaction():
        operations.keep_password(maya, old)

    client = browser()
    sign_in(client, MAYA)

    stored = session().scalars(sa.select(Credential.password_hash)).one()
    assert stored != old
    assert not passwords.is_outdated(stored)
    assert is_in(client)


def test_one_signs_another_browser_out_but_never_somebody_elses(maya, browser):
    here, there, omar = browser(), browser(), browser()
    sign_in(here, MAYA)
    sign_in(there, MAYA)
    be(omar, employ_omar())
    with there.session_transaction() as cookie:
        hashed = operations_token_hash(cookie["_user_id"])
    target = (
        session()
        .scalars(sa.select(SignInSession.id).where(SignInSession.token_hash == hashed))
        .one()
    )

    assert send(omar, SETTINGS, f"{SETTINGS}/sessions/{target}/end").status_code == 404
    assert is_in(there)
    assert send(here, SETTINGS, f"{SETTINGS}/sessions/{target}/end").status_code == 303
    assert not is_in(there)
    assert is_in(here)


def operations_token_hash(token: str) -> str:
    from marketplace.people.operations.sessions import token_hash

    return token_hash(token)


def test_the_theme_is_kept_in_the_browser(maya, browser):
    client = browser()
    sign_in(client, MAYA)

    send(client, "/settings/appearance", theme="dark")

    assert 'data-theme="dark"' in client.get("/settings/appearance").text
    assert send(client, "/settings/appearance", theme="auto").status_code == 303
    assert 'data-theme="dark"' not in client.get("/settings/appearance").text
    assert send(client, "/settings/appearance", theme="pink").status_code == 422


def test_the_actor_behind_a_session_takes_one_statement(app, maya, browser):
    client = browser()
    sign_in(client, MAYA)
    with client.session_transaction() as cookie:
        hashed = operations_token_hash(cookie["_user_id"])
    seen = []
    session().close()
    sa.event.listen(db.engine, "before_cursor_execute", lambda *given: seen.append(given[2]))

    found = queries.actor_of_session(hashed, at=clock.now())

    assert found is not None
    assert found.name == "Maya Chen"
    assert len([text for text in seen if text.startswith("SELECT")]) == 1


@pytest.mark.parametrize(
    ("agent", "said"),
    [
        (
            "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
            "Firefox on Linux",
        ),
        ("Mozilla/5.0 (Linux; Android 16) Chrome/150.0 Mobile Safari/537.36", "Chrome on Android"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/150.0 Safari/537.36 Edg/150.0", "Edge on Windows"),
        ("", "A browser"),
    ],
)
def test_a_browser_is_named_as_people_know_it(agent, said):
    assert device_named(agent) == said
