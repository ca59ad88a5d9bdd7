"""What the tests of wishes share: Maya with points, in a browser whose pages are linted."""

import re

import pytest

from tests.support.page_lint import lint_page


@pytest.fixture
def visit(maya, sign_in):
    """Maya's browser: `visit("/wishlist")` answers the words of a page."""
    client = sign_in(maya.id)

    def words_of(path: str, status: int = 200) -> str:
        answer = client.get(path)
        assert answer.status_code == status, path
        assert lint_page(answer.text) == []
        return " ".join(re.sub(r"<[^>]+>", " ", answer.text).split())

    words_of.client = client
    return words_of


@pytest.fixture
def press(visit):
    """Sends a form of a page as a browser without a script does; answers the words it leads to."""

    def send(path: str, **fields: str) -> str:
        page = visit.client.get("/wishlist").text
        token = re.search(r'name="csrf_token" value="([^"]+)"', page)[1]
        key = re.search(r'name="request_key" value="([^"]+)"', page)[1]
        sent = {"csrf_token": token, "request_key": key, **fields}
        answer = visit.client.post(path, data=sent)
        assert answer.status_code == 303, answer.text
        return visit(answer.headers["Location"].split("#")[0])

    return send
