"""What the ledger answers. Reads only."""

from marketplace.ledger.queries.balances import (
    RATE,
    Points,
    point_value,
    point_values,
    point_values_in,
    points_of,
    rate_holds,
    rate_of,
)
from marketplace.ledger.queries.returns import (
    Returned,
    returned_columns,
    returned_from,
    returned_of,
)
from marketplace.ledger.worth import Money, PointValue

__all__ = [
    "RATE",
    "Money",
    "PointValue",
    "Points",
    "Returned",
    "point_value",
    "point_values",
    "point_values_in",
    "points_of",
    "rate_holds",
    "rate_of",
    "returned_columns",
    "returned_from",
    "returned_of",
]
