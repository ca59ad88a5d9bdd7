"""A metric counts in a currency there is, or not at all: later pages would fail over it."""

import pytest

from marketplace.kernel.db import transaction
from marketplace.kernel.errors import BadInput
from marketplace.programs.operations.metrics import define_metric
from marketplace.programs.queries import metric_choices
from marketplace.programs.states import MetricUnit
from tests.support.browsing import send
from tests.support.people import employ_priya

METRIC = {"name": "Orders", "slug": "orders", "direction": "higher"}


@pytest.mark.parametrize("currency", ["EUR\n", "QQQ", "eur", "EURO", "ＥＵＲ"])
def test_priya_hears_at_once_that_a_currency_is_none(sign_in, currency):
    priya = sign_in(employ_priya())
    answer = send(priya, "/manage/metrics/new", **METRIC, currency=currency)
    assert answer.status_code == 422
    assert metric_choices() == []
    assert send(priya, "/manage/metrics/new", **METRIC, currency="EUR").status_code == 303


def test_the_command_line_hears_the_same(at):
    with pytest.raises(BadInput, match="not a currency"), transaction():
        define_metric("orders", "Orders", MetricUnit.MONEY, "QQQ")
