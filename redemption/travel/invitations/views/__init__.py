"""Invitations: one's own with the answer, and those of a departure at its planner's desk."""

from redemption.travel.invitations.views.desk import manage
from redemption.travel.invitations.views.own import bp

blueprints = (bp, manage)
