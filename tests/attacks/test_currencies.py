"""A metric counts in a currency there is, or not at all: later pages would fail over it."""

import pytest

from marketplace.kernel.db import session, transaction
from marketplace.kernel.errors import BadInput
from marketplace.programs.models import Metric
from marketplace.programs.operations.metrics import define_metric
from marketplace.programs.queries import metric_choices
from marketplace.programs.states import MetricUnit
from tests.support.browsing import send
from tests.support.people import employ_priya

METRIC = {"name": "Orders", "slug": "orders", "direction": "higher"}


@pytest.mark.parametrize("currency", ["QQQ", "EURO", "ＥＵＲ"])
def test_priya_hears_at_once_that_a_currency_is_none(sign_in, currency):
    priya = sign_in(employ_priya())
    answer = send(priya, "/manage/metrics/new", **METRIC, currency=currency)
    assert answer.status_code == 422
    assert metric_choices() == []
    assert send(priya, "/manage/metrics/new", **METRIC, currency="EUR").status_code == 303


@pytest.mark.parametrize("typed", ["eur", " EUR "])
def test_a_currency_in_small_letters_is_taken_as_it_is_meant(sign_in, typed):
    priya = sign_in(employ_priya())
    assert send(priya, "/manage/metrics/new", **METRIC, currency=typed).status_code == 303
    assert session().query(Metric.currency).all() == [("EUR",)]


def test_the_command_line_hears_the_same(at):
    with pytest.raises(BadInput, match="not a currency"), transaction():
        define_metric("orders", "Orders", MetricUnit.MONEY, "QQQ")
