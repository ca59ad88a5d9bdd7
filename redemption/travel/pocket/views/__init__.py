"""Itineraries: one's own and a guest's, calendars that follow them, contacts that planners name."""

from redemption.travel.pocket.views.desk import manage
from redemption.travel.pocket.views.feeds import feeds
from redemption.travel.pocket.views.guests import guests
from redemption.travel.pocket.views.own import bp

blueprints = (bp, feeds, guests, manage)
