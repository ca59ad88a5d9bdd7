"""What the ledger answers. Reads only."""

from marketplace.ledger.queries.balances import Points, point_value, points_of
from marketplace.ledger.worth import Money, PointValue

__all__ = ["Money", "PointValue", "Points", "point_value", "points_of"]
