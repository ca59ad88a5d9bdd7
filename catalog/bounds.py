"""The largest numbers the catalog takes, on a page, in a file and from a command alike.

Each is far beyond what anybody means, and far enough from 2⁶³ that sums of many fit a column.
"""

MOST_POINTS = 100_000_000
MOST_UNITS = 10_000_000
MOST_MINOR = 10**12
SLUG_LENGTH = 60
