"""A NUL byte is refused with a page before it reaches a database that cannot keep it."""

import io

import pytest

from tests.support.browsing import hidden_fields
from tests.support.people import employ_omar, employ_priya

MAYA_WITH_NUL = "maya\0@evergreen.example"


def test_a_stranger_cannot_make_the_sign_in_page_fail(browser, at):
    stranger = browser()
    fields = hidden_fields(stranger.get("/sign-in").text)
    answer = stranger.post("/sign-in", data={**fields, "email": MAYA_WITH_NUL, "password": "x"})
    assert answer.status_code == 400


@pytest.mark.parametrize(
    ("who", "address"),
    [
        (employ_omar, "/approvals?request=%00"),
        (employ_omar, "/rewards?q=%00"),
        (employ_priya, "/manage/vouchers?q=%00"),
        (employ_priya, "/manage/catalog?tier=%00"),
    ],
)
def test_an_address_with_a_nul_is_refused_with_a_page(sign_in, who, address):
    answer = sign_in(who()).get(address)
    assert answer.status_code == 400
    assert "This request can&#39;t be read" in answer.text


def test_priyas_file_may_not_be_named_with_a_nul(sign_in):
    priya = sign_in(employ_priya())
    fields = hidden_fields(priya.get("/manage/imports/new").text)
    file = (io.BytesIO(b"a\n1\n"), "staff\0.csv")
    answer = priya.post(
        "/manage/imports/new",
        data={**fields, "profile": "", "toml": 'kind = "people"', "name": "n", "file": file},
        content_type="multipart/form-data",
    )
    assert answer.status_code == 400
