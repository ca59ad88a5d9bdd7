"""The order rule: points for every whole amount of an order, rounded down per order."""
