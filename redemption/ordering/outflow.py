"""What cards cost us, for the forecast of the company's funds."""

from datetime import datetime

import sqlalchemy as sa

from marketplace.funds.outflow import outflow
from marketplace.kernel.db import session
from redemption.ordering.models import ProviderOrder
from redemption.ordering.states import OrderState

_BOUGHT = (OrderState.DELIVERED, OrderState.LEFTOVER, OrderState.REPLACED)


@outflow("ordering")
def charged_since(moment: datetime) -> dict[str, int]:
    """What providers charged for cards since then, by currency."""
    charged = (
        sa.select(ProviderOrder.charged_currency, sa.func.sum(ProviderOrder.charged_minor))
        .where(
            ProviderOrder.state.in_(_BOUGHT),
            ProviderOrder.since >= moment,
            ProviderOrder.charged_minor.is_not(None),
        )
        .group_by(ProviderOrder.charged_currency)
    )
    rows = session().execute(charged)
    return {currency: int(minor) for currency, minor in rows if currency and minor}
