"""The page lint bites: each fault it is there for is found."""

import pytest

from tests.support.page_lint import lint_page

GOOD = """<!doctype html><html lang="en"><head><title>Rewards · Laurel</title></head><body><main>
<h1>Rewards</h1><h2>Now</h2><p><a href="/rewards">All</a></p>
<form method="post" action="/x"><input type="hidden" name="csrf_token" value="c">
<input type="hidden" name="request_key" value="k">
<label for="q">Words</label><input id="q" name="q">
<button type="submit">Send</button></form><img src="/a.svg" alt="">
</main></body></html>"""


def test_a_good_page_has_nothing_to_say():
    assert lint_page(GOOD, title_has="Rewards") == []


@pytest.mark.parametrize(
    ("before", "after", "finding"),
    [
        ("<h2>Now</h2>", "<h1>Now</h1>", "2 h1"),
        ("<title>Rewards", "<title>Something", "is not the h1"),
        ("<h2>Now</h2>", "<h3>Now</h3>", "follows an h1"),
        ("<h2>Now</h2>", '<h2 id="q">Now</h2>', "stands 2 times"),
        ('<label for="q">Words</label>', "", "has no label"),
        (
            '<input type="hidden" name="csrf_token" value="c">',
            "",
            "lacks the hidden field csrf_token",
        ),
        (
            'name="request_key" value="k"',
            'name="request_key" value=""',
            "lacks the hidden field request_key",
        ),
        ("<h2>", '<h2 style="color:red">', "has the attribute style"),
        ("<h2>", '<h2 onclick="go()">', "has the attribute onclick"),
        ("<h2>", "<script>go()</script><h2>", "is inline"),
        ('<button type="submit">', "<button>", "has no type"),
        (' alt=""', "", "has no alt"),
        ('href="/rewards"', 'href="#"', "leads nowhere"),
        ("</main>", "</main></div>", "HTML at"),
        ('<html lang="en">', "<html>", "does not name its language"),
        ("<h2>Now", '<h2 aria-labelledby="gone">Now', "'gone'"),
    ],
)
def test_a_fault_is_found(before, after, finding):
    assert before in GOOD
    assert any(finding in said for said in lint_page(GOOD.replace(before, after, 1)))


def test_an_expected_word_must_be_in_the_title():
    assert lint_page(GOOD, title_has="Trips") == ["The title 'Rewards · Laurel' lacks 'Trips'."]
