"""A program or budget never hides behind a page of Laurel that has its address."""

import pytest

from marketplace.budgets.models import Budget
from marketplace.kernel.db import session
from marketplace.kernel.taken import PAGES
from tests.support.browsing import send
from tests.support.people import employ_priya


def _beside(rules: list[list[str]], parts: list[str], place: int) -> set[str]:
    """The words that stand in other addresses where this one has something made up."""
    return {
        other[place]
        for other in rules
        if other[:place] == parts[:place] and len(other) > place and "<" not in other[place]
    }


def test_every_page_beside_made_up_addresses_is_a_word_nobody_can_choose(app):
    rules = [rule.rule.split("/") for rule in app.url_map.iter_rules()]
    beside = {
        word
        for parts in rules
        for place, part in enumerate(parts)
        if part == "<slug>"
        for word in _beside(rules, parts, place)
    }
    assert beside == PAGES


@pytest.mark.parametrize("slug", sorted(PAGES))
def test_priya_cannot_open_a_budget_that_nobody_could_look_at(sign_in, at, slug):
    page = send(sign_in(employ_priya()), "/manage/budgets/new", name="Hidden", slug=slug)
    assert page.status_code == 422
    assert f"“{slug}” is the address of a page" in page.text
    assert session().query(Budget).count() == 0
