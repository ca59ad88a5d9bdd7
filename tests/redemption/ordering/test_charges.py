"""What a card should cost us is known before it is ordered, and what was charged is compared."""

from fractions import Fraction

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from marketplace.kernel.db import session
from marketplace.people.models import Employee
from redemption.ordering import queries, runner
from redemption.ordering.policies import dearer_than_quoted, is_dear, quoted, sum_said
from redemption.ordering.states import Difference, OrderState
from tests.support.ordering import orders, states

RATES = {"USD": "1.00", "EUR": "0.80", "JPY": "100", "KWD": "0.30"}


def differences(cardhouse):
    session().close()
    report_id = runner.reconcile(cardhouse.provider_id)
    return [(one.kind, one.here, one.there) for one in queries.differences_of([report_id])]


@pytest.mark.parametrize(
    ("minor", "currency", "cost"),
    [(5_000, "USD", 5_000), (4_000, "EUR", 5_000), (1, "JPY", 1), (1_001, "EUR", 1_252)],
)
def test_a_quote_is_the_face_value_by_the_rates_of_the_catalog_rounded_up(minor, currency, cost):
    assert quoted(minor, currency, account="USD", rates=RATES) == cost


def test_without_a_rate_there_is_no_quote():
    assert quoted(1_000, "CHF", account="USD", rates=RATES) is None
    assert quoted(1_000, "EUR", account="USD", rates={}) is None


@given(st.integers(1, 10**9), st.sampled_from(sorted(RATES)), st.sampled_from(sorted(RATES)))
def test_a_quote_is_never_below_the_exact_cost_nor_a_unit_above(minor, currency, account):
    places = {"JPY": 0, "KWD": 3}
    face = Fraction(minor, 10 ** places.get(currency, 2))
    exact = face * Fraction(RATES[account]) / Fraction(RATES[currency])
    exact *= 10 ** places.get(account, 2)
    quote = quoted(minor, currency, account=account, rates=RATES)
    assert exact <= quote < exact + 1 or quote == 1


def test_two_in_a_hundred_is_the_day_and_more_is_dear():
    assert not dearer_than_quoted(10_201, 10_000)
    assert dearer_than_quoted(10_202, 10_000)


def test_what_is_charged_in_another_money_than_ours_is_looked_into():
    assert is_dear((5_000, "EUR"), (5_000, "USD"))
    assert not is_dear((5_000, "USD"), (5_000, "USD"))
    assert not is_dear((5_000, "EUR"), (None, None)), "without a rate nothing is compared"
    assert not is_dear((None, None), (5_000, "USD"))


@pytest.mark.parametrize(
    ("minor", "currency", "said"),
    [(124_050, "EUR", "1,240.50 EUR"), (1_000, "JPY", "1,000 JPY"), (1_500, "KWD", "1.500 KWD")],
)
def test_sums_are_told_in_whole_units_of_their_money(minor, currency, said):
    assert sum_said(minor, currency) == said


def test_an_honest_charge_is_no_difference(cardhouse, queue):
    reference = cardhouse.ask()
    queue.run_due()
    order = orders(reference)[0]
    assert (order.quoted_minor, order.quoted_currency) == (5_000, "USD")
    assert differences(cardhouse) == []


def test_a_card_that_was_charged_twice_over_is_mayas_all_the_same_and_the_desk_is_told(
    cardhouse, queue, sign_in
):
    """The card is right; the money is between us and the provider."""
    cardhouse.wrong(overcharge=1)
    reference = cardhouse.ask()
    queue.run_due()
    assert states(reference) == [OrderState.DELIVERED]
    order = orders(reference)[0]
    assert (order.charged_minor, order.quoted_minor) == (10_000, 5_000)
    assert queries.order_row(order.id).is_dear
    ana = session().scalar(sa.select(Employee.id).where(Employee.name.startswith("Ana ")))
    session().close()
    page = sign_in(ana).get(f"/manage/fulfillment/orders/{order.id}").text
    assert "Charged more than expected" in page
    assert differences(cardhouse) == [
        (Difference.CHARGE, "50.00 USD quoted", "100.00 USD charged"),
    ]
