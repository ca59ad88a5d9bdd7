"""Journeys through whole houses, without a script."""

from tests.support.house_fixtures import house, houses, small_house, small_houses

__all__ = ["house", "houses", "small_house", "small_houses"]
