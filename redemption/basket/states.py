"""How much goes into a basket."""

MOST_ITEMS = 12
MOST_UNITS = 10
