"""What somebody may do who changes their mind: usual for a kind, said by a reward, or less."""

from datetime import date
from types import SimpleNamespace

import pytest

from catalog import operations, queries
from catalog.errors import PromiseChanged
from catalog.queries import offer
from catalog.return_terms import (
    FIELDS,
    CancelUntil,
    Decider,
    ReturnTerms,
    TripDays,
    choices_for,
    terms_in,
    terms_of,
    terms_words,
    usual_terms,
)
from catalog.states import Kind
from marketplace.access.actor import Actor
from marketplace.kernel import clock
from marketplace.kernel.db import transaction
from marketplace.kernel.errors import BadInput
from tests.support.catalog import stock_gift_card, stock_reward
from tests.support.redemption import ask_for, furnish

U = CancelUntil


def said(**own):
    return SimpleNamespace(**(dict.fromkeys(FIELDS) | own))


@pytest.mark.parametrize("kind", list(Kind))
def test_every_kind_has_terms_in_a_sentence_and_a_choice_that_fits(kind):
    usual = usual_terms(kind)
    assert usual.cancel_until in choices_for(kind)
    assert terms_words(usual, kind, TripDays(date(2027, 3, 31), date(2027, 5, 13))).endswith(".")
    assert terms_in(usual.as_facts()) == usual
    assert terms_of(kind, said()) == usual


def test_a_reward_says_other_terms_and_zero_is_said_too():
    own = said(cancel_until=U.APPROVAL, return_days=30, return_percent=0, return_condition="")
    terms = terms_of(Kind.MERCHANDISE, own)
    assert (terms.cancel_until, terms.return_days, terms.return_percent) == (U.APPROVAL, 30, 0)
    assert terms.return_condition == "unopened and complete"


def test_only_what_is_sent_can_be_sent_back():
    assert terms_of(Kind.GIFT_CARD, said(return_days=30)).return_days == 0


def test_what_a_provider_takes_back_from_nobody_ends_with_its_order():
    for capabilities, until in (
        ({"can_cancel": True}, U.LEAVES),
        ({}, U.ORDERED),
        (None, U.LEAVES),
    ):
        assert terms_of(Kind.GIFT_CARD, said(), capabilities).cancel_until is until
    stricter = terms_of(Kind.GIFT_CARD, said(cancel_until=U.APPROVAL), {})
    assert stricter.cancel_until is U.APPROVAL


def test_a_share_is_said_and_rounded_down():
    terms = ReturnTerms(U.LEAVES, 14, 90, "unopened", Decider.ITSELF)
    words = terms_words(terms, Kind.MERCHANDISE)
    assert words == (
        "You can cancel it until it is packed. You can send it back within 14 days of its arrival, "
        "unopened; 90% of its points come back, rounded down."
    )
    assert terms.points_back(99) == 89


def test_terms_that_do_not_fit_the_kind_are_refused(at):
    mug = stock_reward()
    with pytest.raises(BadInput, match="Merchandise can be canceled until one of"), transaction():
        operations.amend_reward(
            Actor.system(), mug.reward_id, at=clock.now(), cancel_until=U.CUTOFF
        )


def test_a_change_stands_in_the_history_and_on_the_page(at):
    mug = stock_reward()
    with transaction():
        operations.amend_reward(
            Actor.system(), mug.reward_id, at=clock.now(), return_days=30, return_percent=80
        )
    change = queries.reward_editor(mug.slug, at=clock.now()).changes[0]
    assert change.details["after"] == {"return_days": 30, "return_percent": 80}
    seen = offer(Actor.system(), mug.variant_id, at=clock.now())
    assert "within 30 days" in seen.mind_words


def test_worse_terms_than_were_shown_are_said_before_anything_is_spent(at, queue):
    maya, card = furnish().maya, stock_gift_card()
    with transaction():
        operations.amend_reward(
            Actor.system(), card.reward_id, at=clock.now(), cancel_until=U.APPROVAL
        )
    with pytest.raises(PromiseChanged, match="You can cancel it until it is approved"):
        ask_for(maya, card)
