"""Trips that are over: what travelers are asked, and what planners report."""

from redemption.travel.after.views.desk import manage
from redemption.travel.after.views.files import files
from redemption.travel.after.views.own import bp

blueprints = (bp, manage, files)
