"""What a stranger may send is small, and a form that comes again brings the file it says."""

from io import BytesIO

import pytest

from marketplace.imports import queries
from tests.people.importing import HEADER, PROFILE
from tests.support.browsing import hidden_fields
from tests.support.people import employ_maya, employ_priya

NEW = "/manage/imports/new?kind=people"
TWO_MEGABYTES = b"x" * (2 << 20)
NORA = HEADER + "1,Nora Lindqvist,nora@north.example,Sales,,2019-02-01\n"
LEO = HEADER + "2,Leo Martins,leo@north.example,Sales,,2021-05-03\n"


@pytest.fixture
def priya(sign_in):
    return sign_in(employ_priya())


def fields_with(hidden, content: str | bytes, **changes):
    body = content.encode() if isinstance(content, str) else content
    given = {"name": "Staff", "toml": PROFILE, "profile": "", "file": (BytesIO(body), "staff.csv")}
    return {**hidden, **given, **changes}


def send_large(client, address: str, **fields: str):
    """A form with a large file, written by hand: the test client would leave its own file open."""
    edge = "a-line-no-file-has"
    parts = [
        f'--{edge}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    ]
    head = f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'
    body = "".join([*parts, head]).encode() + TWO_MEGABYTES + f"\r\n--{edge}--\r\n".encode()
    return client.post(address, data=body, content_type=f"multipart/form-data; boundary={edge}")


@pytest.mark.parametrize("address", ["/sign-in", "/vouchers", NEW, "/sign-in/as/1"])
def test_a_stranger_may_not_fill_our_disk(browser, address):
    assert send_large(browser(), address).status_code == 413


def test_maya_who_may_not_import_sends_no_large_file_either(sign_in):
    maya = sign_in(employ_maya())
    assert send_large(maya, NEW).status_code == 413
    assert send_large(maya, "/settings/sign-in").status_code == 413


def test_priya_sends_a_large_file_where_files_are_taken_and_only_there(priya, queue):
    fields = {**hidden_fields(priya.get(NEW).text), "name": "S", "toml": PROFILE, "profile": ""}
    assert send_large(priya, NEW, **fields).status_code == 303
    assert send_large(priya, "/settings/sign-in", **fields).status_code == 413


def test_priya_goes_back_and_chooses_another_file_and_it_is_not_taken_for_the_first(priya, queue):
    hidden = hidden_fields(priya.get(NEW).text)
    first = priya.post(NEW, data=fields_with(hidden, NORA))
    other = priya.post(NEW, data=fields_with(hidden, LEO))
    assert (first.status_code, other.status_code) == (303, 422)
    assert "was sent before with another file" in other.text
    once_more = priya.post(NEW, data=fields_with(hidden_fields(other.text), LEO))
    assert once_more.status_code == 303
    assert once_more.location != first.location
    assert len(queries.history()) == 2


def test_another_profile_under_the_same_form_is_another_import(priya, queue):
    hidden = hidden_fields(priya.get(NEW).text)
    priya.post(NEW, data=fields_with(hidden, NORA))
    other = priya.post(NEW, data=fields_with(hidden, NORA, toml=PROFILE + "\n# mine"))
    assert other.status_code == 422
    assert priya.post(NEW, data=fields_with(hidden, NORA)).status_code == 303
    assert len(queries.history()) == 1
