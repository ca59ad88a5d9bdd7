"""Itineraries: one's own, the calendars that follow them, and the contacts that planners name."""

from redemption.travel.pocket.views.desk import manage
from redemption.travel.pocket.views.feeds import feeds
from redemption.travel.pocket.views.own import bp

blueprints = (bp, feeds, manage)
