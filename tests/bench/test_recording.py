"""The floor says the same statements for anybody: where each value of a recording comes from."""

import pytest

from bench.browsing import form_in, with_new
from bench.recording import Said, Take, script_of
from bench.replaying import COMMIT, Around, Const, Found, Fresh, Own, Turn

ASK = "INSERT INTO requests (owner, reference, note) VALUES (?, ?, ?) RETURNING id"
HOLD = "INSERT INTO holds (request, reference, label) VALUES (?, ?, ?)"


def take(owner: int, request: int, reference: str) -> Take:
    return Take(
        own={"employee_id": owner},
        said=[
            Said(ASK, (owner, reference, "The same for all"), [(request,)]),
            Said(HOLD, (request, f"request:{reference}", f"job:{request}")),
            Said(COMMIT),
        ],
    )


def test_values_are_own_or_answered_or_fresh_or_the_same_for_all():
    ask, hold, commit = script_of(take(7, 41, "R-ABC"), take(9, 42, "R-XYZ"))
    assert ask.slots == (Own("employee_id"), Fresh(0, "R-"), Const("The same for all"))
    assert hold.slots == (
        Found(0, 0, 0),
        Fresh(0, "request:R-"),
        Around(Found(0, 0, 0), "job:", ""),
    )
    assert commit.slots is None


def test_a_text_made_up_is_the_same_wherever_it_stands_in_one_turn():
    ask, hold, _ = script_of(take(7, 41, "R-ABC"), take(9, 42, "R-XYZ"))
    turn = Turn({"employee_id": 5}, [[(99,)]], token="0123")
    assert turn.values(ask.slots) == (5, "R-01230", "The same for all")
    assert turn.values(hold.slots) == (99, "request:R-01230", "job:99")


def test_a_number_from_nowhere_is_refused():
    one, two = take(7, 41, "R-ABC"), take(9, 42, "R-XYZ")
    one.said[1].values, two.said[1].values = (1234, "a", "b"), (5678, "a", "b")
    with pytest.raises(ValueError, match="Nothing tells where 1234"):
        script_of(one, two)


def test_takes_that_say_different_things_are_refused():
    other = take(9, 42, "R-XYZ")
    other.said.pop(1)
    with pytest.raises(ValueError, match="different things"):
        script_of(take(7, 41, "R-ABC"), other)


def test_one_take_alone_is_said_again_word_for_word():
    ask, *_ = script_of(take(7, 41, "R-ABC"))
    assert ask.slots == (Const(7), Const("R-ABC"), Const("The same for all"))


def test_the_form_with_the_request_key_is_the_one_that_is_sent():
    page = """<form action="/sign-out" method="post"><input name="csrf_token" value="c"></form>
    <form method="get"><input name="q"></form>
    <form action="/rewards/cup/redeem" method="post"><input name="csrf_token" value="c">
    <input name="request_key" value="k"><input type="checkbox" name="gift" value="y">
    <input name="variant" value="3"></form>"""
    form = form_in(page)
    assert form.action == "/rewards/cup/redeem"
    assert form.fields == {"csrf_token": "c", "request_key": "k", "variant": "3"}


def test_a_page_without_such_a_form_is_an_error():
    with pytest.raises(ValueError, match="No form to send"):
        form_in("<p>Sold out</p>")


def test_cookies_that_a_page_sets_replace_the_ones_before():
    assert with_new("laurel=old", ["laurel=new; Path=/; HttpOnly", "theme=dark"]) == (
        "laurel=new; theme=dark"
    )
