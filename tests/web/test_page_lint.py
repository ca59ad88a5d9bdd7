"""A page made of what was read to the letter before is read quickly, and its faults are found."""

import pytest

from tests.support import known_html
from tests.support.known_html import read_known
from tests.support.page_lint import lint_page

GOOD = """<!doctype html>
<html lang="en"><head><title>Mug · Laurel</title></head>
<body><main><h1>Mug</h1>
<form method="post"><input type="hidden" name="csrf_token" value="a">
<input type="hidden" name="request_key" value="b"><label>Name <input name="name"></label>
<button type="submit">Send</button></form>
<table><tr><td>1 &amp; 2</td></tr></table><p>For <a href="/maya">Maya</a>.</p>
<svg viewBox="0 0 1 1" pathLength="9"><circle r="1"/></svg></main></body></html>
"""


@pytest.fixture(autouse=True)
def parts(monkeypatch):
    """What is known: the parts of the page above."""
    monkeypatch.setattr(known_html, "_known", set())
    assert read_known(GOOD) is None
    assert lint_page(GOOD) == []
    assert read_known(GOOD) is not None


def test_another_page_of_the_same_parts_is_known_too():
    more = GOOD.replace("<tr>", '<tr class="row"><td>“3”</td></tr>\n<tr>').replace("Mug", "Cap")
    root = read_known(more)
    assert root is not None
    assert [cell.text for cell in root.iter("td")] == ["“3”", "1 & 2"]
    assert next(root.iter("svg")).attrib == {"viewBox": "0 0 1 1", "pathLength": "9"}
    assert lint_page(more) == []


# What html5lib finds wrong in a page of known tags.
BY_THE_LETTER = {
    "a tag that is not closed": ("</a>", ""),
    "a tag that is closed twice": ("</table>", "</table></table>"),
    "tags closed in another order": ("Maya</a>.</p>", "Maya.</p></a>"),
    "a cell outside of its row": ("<p>", "<p><td>"),
    "a known tag elsewhere": ("<p>", "<p><h1>Maya</h1>"),
    "a form in a form": ("<button", "<form></form><button"),
    "a link in a link": ("Maya</a>", '<a href="/">Maya</a></a>'),
    "an attribute twice": ('<a href="/maya"', '<a href="/maya" href="/omar"'),
    "an attribute without quotes": ('href="/maya"', "href=/m'aya"),
    "a leaf that is none": ("<p>For", "<p/>For"),
    "an ampersand that begins nothing": ("1 &amp; 2", "1 &copyright; 2"),
    "a number of no character": ("&amp;", "&#0;"),
    "a control character": ("For", "F\x01or"),
    "a second head": ("<body>", "<head></head><body>"),
    "a second body": ("<main>", "<body><main>"),
    "an end that is missing": ("</main></body></html>", "</main>\n<!-- "),
    "no end of a tag": ("</html>", "</html><p"),
    "words after the end": ("</html>", "</html>Maya"),
}


@pytest.mark.parametrize(("was", "is_now"), BY_THE_LETTER.values(), ids=BY_THE_LETTER)
def test_what_is_wrong_to_the_letter_is_found_among_known_parts(was, is_now):
    page = GOOD.replace(was, is_now, 1)
    assert page != GOOD
    for _ in range(2):  # a page with a fault teaches nothing
        found = lint_page(page)
        assert [fault for fault in found if fault.startswith("HTML at")], found


# What the rules of the house find wrong.
BY_OUR_RULES = {
    "has 2 h1": ("</main>", "<h1>Mug</h1></main>"),
    "stands 2 times": ("<p>", '<p id="a"><span id="a"></span>'),
    "has no label": ('<label>Name <input name="name"></label>', '<input name="name">'),
    "lacks the hidden field request_key": ('name="request_key"', 'name="key"'),
    "has the attribute onclick": ("<p>", '<p onclick="go()">'),
    "has no type": ('<button type="submit">', "<button>"),
    "leads nowhere": ("/maya", "#"),
    "does not name its language": (' lang="en"', ""),
}


@pytest.mark.parametrize("fault", BY_OUR_RULES)
def test_what_breaks_our_rules_is_found_among_known_parts(fault):
    page = GOOD.replace(*BY_OUR_RULES[fault], 1)
    for _ in range(2):
        assert [said for said in lint_page(page) if fault in said]
