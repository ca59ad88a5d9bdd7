"""Where credentials stand in the lists of what was taken back."""

PLACES_IN_A_LIST = 131_072
"""The fewest a status list may have, so that one place says nothing about a person."""
